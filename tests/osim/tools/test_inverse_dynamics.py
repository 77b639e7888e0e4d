"""Net joint moments: a pendulum by Newton, a participant by OpenSim's own tool."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.errors import (
    BigeError,
    MissingFileError,
    SimulationError,
    UnknownNameError,
)
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.tools.inverse_dynamics import inverse_dynamics
from bige_osim.osim.tools.prepared_model import prepare_model
from bige_osim.osim.tools.states import complete_motion
from bige_osim.osim.tools.storage import read_storage, write_storage

pytestmark = pytest.mark.opensim


def test_a_swinging_pendulum_takes_the_moment_that_newton_says(
    pendulum: Path, swing: Any
):
    moments = inverse_dynamics(pendulum, swing.motion)
    inner = slice(8, -8)  # the splines' second derivatives are off at the ends
    np.testing.assert_allclose(
        moments.column("angle")[inner], swing.net_moment()[inner], atol=1e-3
    )


def test_a_force_from_outside_takes_its_moment_off_the_hinge(
    pendulum: Path, swing: Any
):
    free = inverse_dynamics(pendulum, swing.motion).column("angle")
    helped = inverse_dynamics(pendulum, swing.motion, ground=swing.pushed(10.0))
    lever = 0.5 * np.cos(swing.angle)
    np.testing.assert_allclose(helped.column("angle"), free - 10.0 * lever, atol=1e-5)


def test_a_coupled_coordinate_is_computed_whatever_the_file_says(
    make_pendulum: Callable[..., Path], swing: Any
):
    both = np.column_stack([swing.angle, 0 * swing.angle])
    wrong = Motion(swing.motion.time, both, ("angle", "wrist_angle"))
    full = complete_motion(prepare_model(make_pendulum(coupled=True)), wrong)
    np.testing.assert_allclose(full.column("wrist_angle"), 2 * swing.angle + 0.1)
    np.testing.assert_array_equal(full.column("angle"), swing.angle)


def test_a_locked_coordinate_may_be_missing(
    make_pendulum: Callable[..., Path], swing: Any
):
    model = make_pendulum(locked=True)
    full = complete_motion(prepare_model(model), swing.motion)
    assert not full.column("wrist_angle").any()
    assert inverse_dynamics(model, swing.motion).names == ("angle", "wrist_angle")


SENTENCES = {
    "gap": "Column angle of the motion is no number at 0.070 s; fill the gap or cut "
    "the trial.",
    "degrees": "Column angle of the motion reaches 40 rad; angles must be in radians: "
    "check inDegrees in the file's header.",
    "misspelt": "the model of the motion has no coordinate named angel; did you mean "
    "angle?",
    "missing": "The motion has no column angle, which model pendulum needs; export the "
    "motion with all coordinates of its model.",
    "short": "A motion of 6 frames is too short for accelerations; give at least 7 "
    "frames.",
}


@pytest.mark.parametrize("fault", SENTENCES)
def test_a_motion_that_cannot_be_right_is_refused(
    pendulum: Path, swing: Any, fault: str
):
    good = swing.motion
    gap = good.values.copy()
    gap[7] = np.nan
    motion = {
        "gap": replace(good, values=gap),
        "degrees": replace(good, values=np.rad2deg(good.values)),
        "misspelt": replace(good, names=("angel",)),
        "missing": good.select(()),
        "short": good.between(0.0, 0.05),
    }[fault]
    with pytest.raises(BigeError) as caught:
        inverse_dynamics(pendulum, motion)
    assert str(caught.value) == SENTENCES[fault]


def test_forces_that_do_not_fit_are_refused(pendulum: Path, swing: Any):
    ground = swing.pushed(1.0)
    with pytest.raises(UnknownNameError, match="model pendulum has no body named rot"):
        inverse_dynamics(pendulum, swing.motion, ground=replace(ground, names=("rot",)))
    early = replace(ground, time=ground.time - 0.2)
    with pytest.raises(BigeError, match=r"covers -0\.20 to 0\.19 s, the motion 0"):
        inverse_dynamics(pendulum, swing.motion, ground=early)
    gap = ground.force.copy()
    gap[3] = np.nan
    with pytest.raises(BigeError, match=r"ground force on rod is no number at 0\.030"):
        inverse_dynamics(pendulum, swing.motion, ground=replace(ground, force=gap))


def test_a_missing_or_broken_model_is_one_sentence(tmp_path: Path, swing: Any):
    with pytest.raises(MissingFileError, match=r"The model .*none.osim does not exist"):
        inverse_dynamics(tmp_path / "none.osim", swing.motion)
    (tmp_path / "broken.osim").write_text("<OpenSimDocument")
    with pytest.raises(SimulationError, match="OpenSim cannot open the model"):
        inverse_dynamics(tmp_path / "broken.osim", swing.motion)


def test_a_participant_who_stands_weighs_what_the_model_does():
    model = generic_model()
    loaded = prepare_model(model)
    names = [c.getName() for c in loaded.getCoordinateSet()]
    values = [c.getDefaultValue() for c in loaded.getCoordinateSet()]
    time = np.arange(12) / 60
    still = Motion(time, np.tile(values, (len(time), 1)), tuple(names))
    moments = inverse_dynamics(model, still)
    weight = loaded.getTotalMass(loaded.initSystem()) * 9.80665
    np.testing.assert_allclose(moments.column("pelvis_ty"), weight, rtol=1e-6)


@pytest.mark.recordings
def test_inverse_dynamics_equals_opensims_tool(
    sessions: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    import opensim

    folder = sessions / "lab_s4" / "OpenSimData"
    model = next((folder / "Model").glob("*.osim"))
    motion = read_motion(folder / "Kinematics" / "squats1.mot")
    motion = motion.filter(6.0).between(3.0, 3.5)
    ours = inverse_dynamics(model, motion)
    assert capfd.readouterr() == ("", "")
    full = complete_motion(prepare_model(model), motion)
    write_storage(tmp_path / "c.sto", full.time, values=full.values, names=full.names)
    tool, loaded = opensim.InverseDynamicsTool(), prepare_model(model)
    tool.setModel(loaded)
    excluded = opensim.ArrayStr()
    excluded.append("Muscles")
    tool.setExcludedForces(excluded)
    tool.setCoordinatesFileName(str(tmp_path / "c.sto"))
    tool.setLowpassCutoffFrequency(-1)
    tool.setStartTime(float(full.time[0]))
    tool.setEndTime(float(full.time[-1]))
    tool.setResultsDir(str(tmp_path))
    tool.setOutputGenForceFileName("theirs.sto")
    tool.run()
    capfd.readouterr()  # the tool describes the model on standard output
    theirs = read_storage(tmp_path / "theirs.sto")
    assert len(theirs.names) == len(ours.names)
    for column in theirs.names:
        name = column.removesuffix("_moment").removesuffix("_force")
        np.testing.assert_allclose(ours.column(name), theirs.column(column), atol=1e-6)
