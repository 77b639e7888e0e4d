"""A static solution judges itself, whichever engine solved it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import GroundReaction, Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.solution import EngineName, StaticOptimisationConfig, StaticSolution
from bige_osim.solving.engines import make_engine
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import solve_motion

pytestmark = pytest.mark.opensim

ENGINES: tuple[EngineName, ...] = ("fast", "opensim")


def solve(
    model: Path, motion: Motion, ground: GroundReaction, name: str
) -> StaticSolution:
    config = StaticOptimisationConfig(reserve=2.0)
    engine = make_engine(name, model=model, spec=read_model(model), config=config)
    motion = engine.skeleton.coordinates.complete(motion)
    return engine.static_optimisation(motion, ground=ground, rate=25.0)


@pytest.mark.parametrize("name", ENGINES)
def test_two_muscles_on_one_hinge_deliver_what_newton_asks(
    pendulum: Path, swing: Any, name: EngineName
):
    found = solve(pendulum, swing.motion, swing.free(), name)
    rows = np.arange(0, len(swing.angle), 4)
    inner = slice(2, -2)  # splines end badly
    arms = swing.muscle_moments()[rows] / np.array([500.0, 1000.0])  # m
    muscles = (arms * found.forces.values).sum(axis=1)
    np.testing.assert_allclose(
        found.muscle_moments.column("angle"), muscles, rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(
        found.demand.column("angle")[inner], swing.net_moment()[rows][inner], atol=0.01
    )
    residual = found.moment_residual()
    assert residual.names == ("angle",)
    assert np.abs(residual.values).max() < 1e-4
    assert found.engine == name
    assert (found.config.reserve, found.config.rate) == (2.0, 25.0)


@pytest.mark.parametrize("name", ENGINES)
def test_what_is_taken_from_a_muscle_is_missed(
    pendulum: Path, swing: Any, name: EngineName
):
    found = solve(pendulum, swing.motion, swing.free(), name)
    before = found.muscle_moments.column("angle").copy()
    found.muscle_moments.values[:] *= 0.5
    missed = found.moment_residual().column("angle")
    np.testing.assert_allclose(missed, 0.5 * before, atol=1e-4)


def test_both_engines_ask_the_same_of_the_hinge_that_drives_another(
    make_pendulum: Callable[..., Path], swing: Any
):
    model = make_pendulum(coupled=True)
    ours, theirs = (solve(model, swing.motion, swing.free(), n) for n in ENGINES)
    assert ours.demand.names == theirs.demand.names == ("angle",)
    np.testing.assert_allclose(theirs.demand.values, ours.demand.values, atol=1e-6)
    for found in (ours, theirs):
        assert np.abs(found.moment_residual().values).max() < 1e-4


@pytest.mark.recordings
@pytest.mark.parametrize("name", ENGINES)
def test_a_real_landing_is_balanced_though_arms_leave_their_ranges(
    sessions: Path, name: EngineName
):
    folder = sessions / "lab_s4"
    model = next((folder / "OpenSimData" / "Model").glob("*.osim"))
    spec = read_model(model)
    solution = solve_motion(
        make_engine(name, model=model, spec=spec),
        read_motion(folder / "OpenSimData" / "Kinematics" / "DJAsym1.mot", spec=spec),
        plates=read_ground_reaction(folder / "ForceData" / "DJAsym1_forces.mot"),
        config=SolveConfig(rate=20.0),
        spans=[(1.6, 1.75)],
    )
    residual = solution.moment_residual()
    assert residual.names == spec.independent_names
    assert np.abs(solution.static.demand.values).max() > 100.0
    assert np.abs(residual.values).max() < 1e-4
