"""Frames of several processes, put together."""

import numpy as np

from bige_osim.motion import Moments, Series
from bige_osim.osim.static_optimisation.log import read_static_log, run_error
from bige_osim.osim.static_optimisation.solution import Frames, join_frames
from bige_osim.solution import StaticOptimisationConfig, StaticSolution

TIME = np.array([0.0, 0.1, 0.2, 0.3])
NAMES = ("soleus", "reserve_ankle", "residual_pelvis_ty")


def frames(time: list[float], log: str) -> Frames:
    table = Series(
        np.array(time), np.array([[t, 2 * t, 3 * t] for t in time]) + 0.1, NAMES
    )
    return Frames(table, table, read_static_log(log))


def told(*times: float) -> str:
    return "\n".join(
        f"time = {t} Performance = 1.0 Constraint violation = 1e-12" for t in times
    )


def join(*parts: Frames) -> StaticSolution:
    moments = Moments(TIME, np.zeros((4, 1)), ("ankle",))
    return join_frames(
        parts,
        time=TIME,
        muscles=["soleus"],
        moments=moments,
        driven={},
        config=StaticOptimisationConfig(),
    )


def test_processes_are_joined_in_order_of_time():
    found = join(frames([0.2, 0.3], told(0.2, 0.3)), frames([0.0, 0.1], told(0.0, 0.1)))
    np.testing.assert_allclose(found.activations.column("soleus"), TIME + 0.1)
    np.testing.assert_allclose(found.reserves.column("ankle"), 2 * TIME + 0.1)
    np.testing.assert_allclose(found.residuals.column("pelvis_ty"), 3 * TIME + 0.1)
    assert (found.failed, found.warnings) == ((), ())


def test_a_frame_that_is_not_in_the_output_is_missing_and_told():
    found = join(frames([0.0, 0.1, 0.3], told(0.0, 0.1, 0.3)))
    assert found.failed == (0.2,)
    assert np.isnan(found.activations.values[2]).all()
    assert np.isnan(found.forces.values[2]).all()
    assert found.warnings == (
        "1 of 4 frames were not solved, so their activations are missing: at 0.20 s.",
    )


def test_a_frame_that_opensim_wrote_but_gave_up_on_is_missing_and_told():
    log = (
        told(0.0, 0.1)
        + "\n[warning] SimTK Exception thrown at InteriorPointOptimizer.cpp:265:\n"
        "  Optimizer failed: Ipopt: Maximum iterations exceeded (status -1)\n"
        "[warning] OPTIMIZATION FAILED...\n"
        "[warning] StaticOptimization.record: The optimizer could not find a solution "
        "at time = 0.2.\n"
        "[warning] The model appears too weak for static optimization.\n"
        "time = 0.2 Performance = 1.0 Constraint violation = 1e-12\n" + told(0.3)
    )
    found = join(frames([0.0, 0.1, 0.2, 0.3], log))
    assert found.failed == (0.2,)
    assert found.warnings == (
        "1 of 4 frames were not solved, so their activations are missing: at 0.20 s "
        "(Maximum iterations exceeded, model appears too weak).",
    )


def test_a_frame_whose_acceleration_is_off_is_missing():
    log = told(0.0, 0.1, 0.2) + "\ntime = 0.3 Performance = 1 Constraint violation = 2"
    assert join(frames([0.0, 0.1, 0.2, 0.3], log)).failed == (0.3,)
    log = told(0.0, 0.1, 0.2) + (
        "\ntime = 0.3 Performance = 0 Constraint violation = -nan"
    )
    assert join(frames([0.0, 0.1, 0.2, 0.3], log)).failed == (0.3,)


def test_a_second_try_fills_what_the_first_left_open():
    first = frames([0.0, 0.1, 0.3], told(0.0, 0.1, 0.3))
    assert join(first, frames([0.2], told(0.2))).failed == ()


def test_a_frame_that_two_processes_solved_is_taken_from_the_first():
    again = frames([0.1, 0.2], told(0.1, 0.2))
    again.activations.values[0] = 9.0
    found = join(frames([0.0, 0.1, 0.3], told(0.0, 0.1, 0.3)), again)
    np.testing.assert_allclose(found.activations.column("soleus"), TIME + 0.1)


def test_if_nothing_was_written_every_frame_failed():
    nothing = Frames.none(read_static_log("RuntimeError: no"))
    found = join(nothing)
    assert found.failed == tuple(TIME)
    assert np.isnan(found.activations.values).all()


def test_warnings_about_meshes_and_muscle_states_are_dropped_and_others_kept():
    log = (
        "[warning] Couldn't find file 'ulna_lv.vtp'.\n"
        "[warning] Column /forceset/soleus/activation not found by "
        "Model::formStateStorage(). Assuming its default value of 0.01\n"
        "[warning] Something new.\n[warning] Something new.\n"
    )
    found = join(frames([0.0, 0.1, 0.2, 0.3], log + told(*TIME)))
    assert found.warnings == ("OpenSim: Something new.",)


def test_a_run_that_left_nothing_is_told_by_its_last_words():
    text = (
        "[info] Loaded model\nTraceback (most recent call last):\n"
        '  File "a.py", line 3\nRuntimeError: no body named calcn_x.\n'
    )
    assert str(run_error(text, model="m.osim")) == (
        "OpenSim's static optimisation with model m.osim failed (RuntimeError: no body "
        "named calcn_x); check that motion, forces and model belong together."
    )
