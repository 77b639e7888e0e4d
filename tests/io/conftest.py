"""A session made to order, for the tests of sessions and trials."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.io.opensim_files.forces import write_ground_reaction
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.opensim_files.trc import write_markers
from bige_osim.motion import GroundReaction, Markers, Motion

METADATA = "subjectID: Ann\nmass_kg: 60\nheight_m: 1.7\ngender_mf: Woman\n"
METADATA += "openSimModel: leg\n"
MODEL = (
    '<OpenSimDocument><Model name="leg_scaled"><Body name="b"><mass>60.0</mass></Body>'
    '<Coordinate name="pelvis_tilt"/><Coordinate name="pelvis_ty"/>'
    '<Coordinate name="knee_angle_r"/></Model></OpenSimDocument>'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A session without problems, with one squat (1 s, 100 Hz) and a static trial."""
    folder = tmp_path / "session"
    for name in ("OpenSimData/Kinematics", "OpenSimData/Model", "MarkerData"):
        (folder / name).mkdir(parents=True)
    (folder / "ForceData").mkdir()
    (folder / "sessionMetadata.yaml").write_text(METADATA)
    (folder / "OpenSimData/Model/leg_scaled.osim").write_text(MODEL)
    times = np.arange(101) / 100
    names = ("pelvis_tilt", "pelvis_ty", "knee_angle_r")
    motion = Motion(times, np.full((101, 3), 0.5), names)
    write_motion(folder / "OpenSimData/Kinematics/squat.mot", motion)
    markers = Markers(times, np.zeros((101, 4, 3)), ("a", "b", "c", "d"))
    for name in ("squat", "static"):
        write_markers(folder / f"MarkerData/{name}.trc", markers)
    force = np.full((101, 2, 3), 300.0)
    ground = GroundReaction(times, force, force, force, ("plate_1", "b"), "measured")
    write_ground_reaction(folder / "ForceData/squat_forces.mot", ground)
    return folder
