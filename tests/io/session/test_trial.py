"""What is wrong with a trial, as the session says it."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.io.opensim_files.forces import write_ground_reaction
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.session.read import read_session
from bige_osim.motion import GroundReaction, Motion

DAMAGED = Path(__file__).parents[1] / "damaged"
NAMES = ("pelvis_tilt", "pelvis_ty", "knee_angle_r")
TIMES = np.arange(101) / 100


def a_motion(times: Any = TIMES, names: tuple[str, ...] = NAMES) -> Motion:
    return Motion(times, np.full((len(times), len(names)), 0.5), names)


def plates(times: Any, force: float = 300.0) -> GroundReaction:
    vectors = np.full((len(times), 2, 3), force)
    return GroundReaction(times, vectors, vectors, vectors, ("a", "b"), "measured")


def squat(folder: Path) -> Path:
    return folder / "OpenSimData" / "Kinematics" / "squat.mot"


def only_problem(folder: Path) -> str:
    (problem,) = read_session(folder).problems
    return problem


def test_a_trial_without_markers_is_a_problem(folder: Path) -> None:
    (folder / "MarkerData/squat.trc").unlink()
    assert only_problem(folder) == (
        "Trial squat has no markers (MarkerData/squat.trc)."
    )


def test_a_damaged_motion_is_a_problem_that_names_row_and_column(folder: Path) -> None:
    shutil.copy(DAMAGED / "nan.mot", squat(folder))
    assert only_problem(folder) == (
        f"{squat(folder)}, row 3, column knee_angle_r: expected a number, got nan "
        "(line 10); fill the gap or cut the trial."
    )
    trial = read_session(folder).trial("squat")
    assert (trial.frames, trial.rate, trial.marker_count) == (0, None, 4)


def test_damaged_markers_are_a_problem(folder: Path) -> None:
    path = folder / "MarkerData" / "squat.trc"
    shutil.copy(DAMAGED / "unknown_unit.trc", path)
    assert only_problem(folder) == (
        f"{path}: expected Units m, cm or mm, got inch; correct the third line of the "
        "file."
    )


def test_damaged_plates_are_a_problem(folder: Path) -> None:
    path = folder / "ForceData" / "squat_forces.mot"
    shutil.copy(DAMAGED / "plate_without_axis.mot", path)
    assert only_problem(folder) == (
        f"{path}, column ground_force_1_pz: expected forces and points along all three "
        "axes, got no such column; export the plates again."
    )


def test_columns_that_are_not_the_models_are_a_problem(folder: Path) -> None:
    names = ("pelvis_tilt", "pelvis_ty", "knee_angel_r")
    write_motion(squat(folder), a_motion(names=names))
    assert read_session(folder).problems == (
        f"{squat(folder)} has column knee_angel_r, but the model leg_scaled has no "
        "coordinate named knee_angel_r; did you mean knee_angle_r?",
        "Trial squat lacks the model's coordinates knee_angle_r.",
    )


def test_radians_under_inDegrees_yes_are_a_problem(folder: Path) -> None:
    shutil.copy(DAMAGED / "radians_as_degrees.mot", squat(folder))
    model = folder / "OpenSimData" / "Model" / "leg_scaled.osim"
    fourth = '</Body><Coordinate name="knee_angle_r_beta"/>'
    model.write_text(model.read_text().replace("</Body>", fourth))
    assert only_problem(folder) == (
        "Trial squat says its angles are degrees, but none is beyond 0.21; if they are "
        f"radians, write inDegrees=no into {squat(folder)}."
    )


def test_a_gap_in_time_is_a_problem(folder: Path) -> None:
    write_motion(squat(folder), a_motion(np.delete(TIMES, [41, 42])))
    assert only_problem(folder) == (
        "Trial squat has a gap of 0.030 s after 0.400 s (row 41); its other frames are "
        "0.010 s apart."
    )


def test_a_single_frame_is_a_problem(folder: Path) -> None:
    write_motion(squat(folder), a_motion(TIMES[:1]))
    assert only_problem(folder) == (
        "Trial squat has a single frame; nothing can be solved from it."
    )
    assert read_session(folder).trial("squat").rate is None


@pytest.mark.parametrize(
    ("ground", "problem"),
    [
        (
            plates(TIMES[:51]),
            ": its force plates cover 0.00 to 0.50 s, its motion 0.00 to 1.00 s.",
        ),
        (
            plates(np.arange(1001) / 1000),
            ": its force plates run at 1000 Hz, its motion at 100 Hz; forces are "
            "interpolated to the motion's frames.",
        ),
        (
            plates(TIMES, force=0.0),
            " has force plates, but none of them carries a force.",
        ),
    ],
    ids=["too short", "another rate", "idle"],
)
def test_plates_that_do_not_fit_the_motion_are_a_problem(
    ground: GroundReaction, problem: str, folder: Path
) -> None:
    write_ground_reaction(folder / "ForceData/squat_forces.mot", ground)
    assert only_problem(folder) == f"Trial squat{problem}"


def test_plates_that_cover_more_than_the_motion_are_none(folder: Path) -> None:
    times = np.arange(301) / 100 - 1
    write_ground_reaction(folder / "ForceData/squat_forces.mot", plates(times))
    assert read_session(folder).problems == ()
