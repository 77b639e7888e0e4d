"""What is written for OpenSim's tools, of models that need to be made ready."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.osim.conftest import Swing

from bige_osim.osim.setup_files import FrameTimes, SetupFiles
from bige_osim.osim.tools.inverse_dynamics import inverse_dynamics
from bige_osim.osim.tools.log import quiet
from bige_osim.osim.tools.storage import read_storage, write_storage
from bige_osim.solution import StaticOptimisationConfig

pytestmark = pytest.mark.opensim


def write(files: SetupFiles, folder: Path, swing: Swing) -> None:
    """Write the folder of a swing of which every frame is solved."""
    motion = swing.motion
    write_storage(
        folder / "ik.mot", motion.time, values=motion.values, names=motion.names
    )
    ends = (float(motion.time[0]), float(motion.time[-1]))
    files.write(
        folder,
        name="swing",
        motion=motion,
        motion_file="ik.mot",
        ground=swing.pushed(50.0),
        times=FrameTimes(whole=ends, solved=ends, step=2),
    )


def add_obstacles(model: Any, rod: Any) -> None:
    """Add a controller, contact, an actuator called as ours, and an end stop."""
    import opensim

    controller = opensim.PrescribedController()
    controller.setName("robot")
    model.addController(controller)
    floor = opensim.ContactHalfSpace(
        opensim.Vec3(0), opensim.Vec3(0), model.getGround(), "floor"
    )
    ball = opensim.ContactSphere(0.1, opensim.Vec3(0, -1, 0), rod, "ball")
    model.addContactGeometry(floor)
    model.addContactGeometry(ball)
    touch = opensim.HuntCrossleyForce()
    touch.setName("touch")
    touch.addGeometry("floor")
    touch.addGeometry("ball")
    model.addForce(touch)
    stop = opensim.CoordinateLimitForce("angle", 1.0, 20.0, 0.0, 20.0, 0.1, 1.0)
    stop.setName("reserve_angle")
    model.addForce(stop)


def test_a_model_that_needs_nothing_stays_the_users_own_file(
    pendulum: Path, tmp_path: Path, swing: Swing
) -> None:
    files = SetupFiles(pendulum, moving=["angle"], config=StaticOptimisationConfig())
    write(files, tmp_path, swing)
    assert files.changes == ()
    assert (tmp_path / "pendulum.osim").read_bytes() == pendulum.read_bytes()


def test_what_these_tools_cannot_have_is_taken_out_of_the_model_and_said(
    make_pendulum: Callable[..., Path], tmp_path: Path, swing: Swing
) -> None:
    import opensim

    path = make_pendulum(locked=True, add=add_obstacles)
    files = SetupFiles(
        path, moving=["angle", "wrist_angle"], config=StaticOptimisationConfig()
    )
    write(files, tmp_path, swing)
    assert files.changes == (
        "controllers removed: robot",
        "contact forces switched off: touch",
        "freed, as the motion moves them: wrist_angle",
        "called model_… now: reserve_angle",
    )
    model = opensim.Model(str(tmp_path / "pendulum.osim"))
    assert model.getControllerSet().getSize() == 0
    assert not model.getForceSet().get("touch").get_appliesForce()
    assert model.getForceSet().get("model_reserve_angle").get_appliesForce()
    assert not model.getCoordinateSet().get("wrist_angle").getDefaultLocked()
    added = opensim.ForceSet(str(tmp_path / "reserves.xml"))
    names = [added.get(i).getName() for i in range(added.getSize())]
    assert names == ["reserve_angle", "reserve_wrist_angle"]
    actuator = opensim.CoordinateActuator.safeDownCast(added.get(0))
    assert actuator.getOptimalForce() == 1.0
    assert actuator.getMaxControl() == np.inf


def test_its_setup_of_inverse_dynamics_leaves_passive_forces_out(
    make_pendulum: Callable[..., Path],
    tmp_path: Path,
    swing: Swing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import opensim

    path = make_pendulum(add=add_obstacles)
    files = SetupFiles(path, moving=["angle"], config=StaticOptimisationConfig())
    write(files, tmp_path, swing)
    monkeypatch.chdir(tmp_path)
    quiet()
    assert opensim.InverseDynamicsTool("setup_id.xml").run()
    found = read_storage(tmp_path / "results/swing_id.sto")
    ours = inverse_dynamics(path, swing.motion, ground=swing.pushed(50.0))
    np.testing.assert_allclose(found.values, ours.values, atol=1e-6)
    assert len(found.time) == len(swing.motion.time)


def test_forces_are_found_beside_the_file_that_names_them(
    pendulum: Path, tmp_path: Path, swing: Swing
) -> None:
    import opensim

    files = SetupFiles(pendulum, moving=["angle"], config=StaticOptimisationConfig())
    write(files, tmp_path, swing)
    loads = opensim.ExternalLoads(str(tmp_path / "external_loads.xml"), True)
    assert loads.getDataFileName() == "grf.mot"
    force = loads.get(0)
    assert force.get_applied_to_body() == "rod"
    assert force.get_force_expressed_in_body() == "ground"
    assert force.get_point_expressed_in_body() == "ground"
    table = read_storage(tmp_path / "grf.mot")
    assert table.column("ground_force_rod_vx").tolist() == [50.0] * len(table.time)
    assert table.names[-1] == "ground_torque_rod_z"
