"""A motion solved from end to end: standing still, and real squats."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import GroundReaction, Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.solving.engines import Engine, EngineName, make_engine
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.solving.solve import solve_motion
from bige_osim.spec import ModelSpec

pytestmark = pytest.mark.opensim

GRAVITY = 9.80665


def simulator(model: Path, name: EngineName = "fast") -> Engine:
    return make_engine(name, model=model, spec=read_model(model))


def stand(seconds: float = 0.5) -> tuple[Path, ModelSpec, Motion]:
    """Stand still in the default pose of Rajagopal2015."""
    model = generic_model()
    spec = read_model(model)
    time = np.arange(round(60 * seconds)) / 60
    pose = [spec.coordinate(name).default for name in spec.independent_names]
    values = np.tile(pose, (len(time), 1))
    return model, spec, Motion(time, values, spec.independent_names)


@pytest.fixture(scope="module", params=["fast", "opensim"])
def standing(
    request: pytest.FixtureRequest,
) -> tuple[ModelSpec, Motion, Solution, list[tuple[str, int, int]]]:
    model, spec, motion = stand()
    told: list[tuple[str, int, int]] = []
    solution = solve_motion(
        simulator(model, request.param),
        motion,
        config=SolveConfig(rate=10.0),
        spans=[(0.2, 0.3)],
        progress=lambda *step: told.append(step),
    )
    return spec, motion, solution, told


def test_who_stands_still_weighs_on_both_feet_alike(standing):
    spec, motion, solution, _ = standing
    up = solution.ground.force[..., 1]
    np.testing.assert_allclose(up.sum(axis=1), spec.mass * GRAVITY, rtol=1e-4)
    assert up[15, 0] == pytest.approx(up[15, 1], rel=0.03)
    assert solution.ground.source == "estimated"
    np.testing.assert_array_equal(solution.ground.time, motion.time)
    assert solution.residual.force_max < 0.05
    assert solution.residual.moment_max < 0.05


def test_a_solution_has_every_name_of_the_model_and_every_solved_frame(standing):
    spec, motion, solution, told = standing
    assert solution.motion.names == spec.coordinate_names
    assert solution.moments.names == spec.coordinate_names
    assert solution.activations.names == spec.muscle_names
    assert solution.forces.names == spec.muscle_names
    np.testing.assert_allclose(solution.activations.time, [0.2, 0.3])
    np.testing.assert_array_equal(solution.moments.time, motion.time)
    values = solution.activations.values
    assert np.all((values > 0) & (values < 0.9))
    assert np.abs(solution.residuals.values).max() < 1.0
    assert (solution.failed, solution.warnings) == ((), ())
    assert told[-1] == ("static optimisation", 2, 2)
    assert {done for _, done, _ in told} <= {0, 2}
    assert abs(solution.floor) < 0.05
    coupled = {c.dependent: c.independent for c in spec.couplers}
    for dependent, independent in coupled.items():
        np.testing.assert_allclose(
            solution.motion.column(dependent), solution.motion.column(independent)
        )


def test_the_summary_is_plain_data(standing):
    *_, solution, _ = standing
    plain = json.loads(json.dumps(solution.summary()))
    assert plain["frames"] == 2
    assert plain["ground"] == "estimated"
    assert plain["failed_s"] == []
    assert set(plain["seconds"]) == {"ground", "static optimisation"}


def test_forces_on_feet_are_taken_as_they_are_if_they_cover_the_motion(standing):
    _, motion, solution, _ = standing
    model, _, _ = stand()
    config, spans = SolveConfig(rate=10.0), [(0.2, 0.2)]
    engine = simulator(model, solution.static.engine)
    again = solve_motion(
        engine, motion, plates=solution.ground, config=config, spans=spans
    )
    np.testing.assert_allclose(again.ground.force, solution.ground.force)
    np.testing.assert_allclose(
        again.activations.values[0], solution.activations.values[0], atol=1e-4
    )
    late = replace(solution.ground, time=solution.ground.time + 0.3)
    part = solve_motion(engine, motion, plates=late, config=config)
    assert part.activations.time[0] == pytest.approx(0.3)
    assert part.warnings[0] == (
        "The force plates cover 0.30 to 0.78 s; the rest of the motion is left out."
    )
    later = replace(solution.ground, time=solution.ground.time + 3.0)
    with pytest.raises(BigeError, match=r"The plates cover 3\.00 to 3\.48 s"):
        solve_motion(engine, motion, plates=later, config=config)


def test_a_gap_is_told_where_it_is_and_not_smeared_by_the_low_pass():
    model, _, motion = stand()
    motion.values[12, motion.index("knee_angle_l")] = np.nan
    with pytest.raises(BigeError) as caught:
        solve_motion(simulator(model), motion)
    assert str(caught.value) == (
        "Column knee_angle_l of the motion is no number at 0.200 s; fill the gap or "
        "cut the trial."
    )


def test_a_knee_beyond_its_range_is_told():
    model, _, motion = stand()
    values = motion.values.copy()
    values[:, motion.names.index("knee_angle_r")] = np.radians(-10.0)
    values[:, motion.names.index("knee_angle_l")] = np.radians(-1.0)
    solution = solve_motion(simulator(model), Motion(motion.time, values, motion.names))
    told = [text for text in solution.warnings if text.startswith("Beyond")]
    assert told == [
        "Beyond the model's range: knee_angle_r by 10°; static optimisation clamps "
        "them to it, as OpenSim's does."
    ]


def test_a_low_pass_must_be_positive():
    with pytest.raises(BigeError, match="cutoff of a low-pass must be positive"):
        SolveConfig(cutoff=0.0)


def solve_lab(
    sessions: Path, *, plates: bool, until: float = 20.0
) -> tuple[Solution, GroundReaction]:
    """Two frames of a real squat; the plates may end early."""
    folder = sessions / "lab_s4"
    model = next((folder / "OpenSimData" / "Model").glob("*.osim"))
    spec = read_model(model)
    path = folder / "OpenSimData" / "Kinematics" / "squats1.mot"
    recorded = read_ground_reaction(folder / "ForceData" / "squats1_forces.mot")
    kept = recorded.time <= until
    short = GroundReaction(
        recorded.time[kept],
        recorded.force[kept],
        recorded.point[kept],
        recorded.moment[kept],
        recorded.names,
        recorded.source,
    )
    solution = solve_motion(
        simulator(model),
        read_motion(path, spec=spec),
        plates=short if plates else None,
        config=SolveConfig(rate=2.0),
        spans=[(2.0, 2.5)],
    )
    return solution, recorded


@pytest.mark.recordings
def test_real_squats_come_out_alike_with_and_without_plates(sessions: Path):
    measured, recorded = solve_lab(sessions, plates=True, until=6.0)
    assert measured.ground.source == "measured"
    assert measured.motion.time[-1] == pytest.approx(6.0)  # as far as the plates go
    np.testing.assert_allclose(
        measured.ground.force[300, 0], recorded.force[300, 0], atol=8.0
    )
    assert "the model has 62.6 kg, the plates carry" in measured.warnings[0]
    assert 0.03 < measured.residual.force_rms_share < 0.06
    estimated, _ = solve_lab(sessions, plates=False)
    assert estimated.ground.source == "estimated"
    assert estimated.residual.force_max_share < 0.01
    assert estimated.motion.time[-1] > 13.0
    for solution in (measured, estimated):
        np.testing.assert_allclose(solution.activations.time, [2.0, 2.5])
        assert solution.failed == ()
    off = measured.activations.values - estimated.activations.values
    assert np.sqrt((off**2).mean()) < 0.06
