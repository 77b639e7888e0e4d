"""Active muscle force: known answers, and OpenSim's own, for curves and muscles."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.models import muscle

from bige_osim.errors import BigeError
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.muscles.curves import Node, tabulate
from bige_osim.physics.muscles.millard import MuscleForces
from bige_osim.spec import MuscleSpec

LENGTH = (0.25, 0.77, 1.9, 0.75, 0.0)
VELOCITY = (0.0, 0.25, 5.0, 0.0, 0.15, 1.4)
STRAIGHT = muscle("straight", active_force_length=LENGTH, force_velocity=VELOCITY)
MODELS = (
    "lab_s4/OpenSimData/Model/LaiArnoldModified2017_poly_withArms_weldHand_scaled.osim",
    "OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d/OpenSimData/Model/"
    "LaiUhlrich2022_scaled.osim",
)


def forces(muscle: MuscleSpec, length: list[float], speed: list[float]) -> np.ndarray:
    """Forces (N) of one muscle at lengths (m) and lengthening speeds (m/s)."""
    inputs = torch.tensor([length, speed], dtype=torch.float64)[..., None]
    force: np.ndarray = MuscleForces([muscle])(*inputs)[:, 0].numpy()
    return force


def curve_values(x: np.ndarray, **curves: tuple[float, ...]) -> np.ndarray:
    """One of the two curves alone, the other being 1 where it is."""
    muscle = replace(STRAIGHT, max_isometric_force=1.0, **curves)
    if "active_force_length" in curves:
        return forces(muscle, list(0.2 + 0.1 * x), [0.0] * len(x))
    return forces(muscle, [0.3] * len(x), list(x))


def test_a_still_muscle_at_its_optimal_length_has_its_full_strength() -> None:
    np.testing.assert_allclose(forces(STRAIGHT, [0.3], [0.0]), 1000.0, rtol=1e-12)


def test_the_fastest_shortening_has_no_force_and_lengthening_a_plateau() -> None:
    fastest = 10 * STRAIGHT.optimal_fiber_length
    speeds = [-2 * fastest, -fastest, 0.0, fastest, 2 * fastest]
    expected = [0.0, 0.0, 1000.0, 1400.0, 1400.0]
    np.testing.assert_allclose(forces(STRAIGHT, [0.3] * 5, speeds), expected, atol=1e-9)


def test_fibres_shorter_or_longer_than_overlap_allows_have_no_force() -> None:
    lengths = [0.0, 0.1, 0.2, 0.225, 0.39, 0.5]
    np.testing.assert_allclose(forces(STRAIGHT, lengths, [0.0] * 6), 0.0, atol=1e-12)


def test_the_shallow_rise_has_its_slope_between_transition_and_shoulder() -> None:
    middle = (0.77 + 0.95) / 2
    expected = 1000 * (1 - 0.75 * (0.95 - middle))
    found = forces(STRAIGHT, [0.2 + 0.1 * middle], [0.0])
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_slopes_at_the_fastest_speeds_go_on_as_straight_lines() -> None:
    undamped = (0.1, 0.25, 5.0, 0.1, 0.15, 1.4)
    found = curve_values(np.array([-2.0, 2.0]), force_velocity=undamped)
    np.testing.assert_allclose(found, [-0.1, 1.5], atol=1e-12)


def test_metre_long_fibres_pull_along_the_tendon_by_the_cosine_of_their_angle() -> None:
    angle = 0.4
    muscle = replace(STRAIGHT, optimal_fiber_length=1.0, pennation_angle=angle)
    found = forces(muscle, [0.2 + math.cos(angle)], [0.0])
    np.testing.assert_allclose(found, 1000 * math.cos(angle), rtol=1e-12)


def test_shorter_fibres_pull_by_the_angle_that_opensim_takes() -> None:
    angle = 0.4
    muscle = replace(STRAIGHT, pennation_angle=angle)
    found = forces(muscle, [0.2 + 0.1 * math.cos(angle)], [0.0])
    taken = math.asin(0.1 * math.sin(angle))  # of a fibre of one metre, not of 0.1 m
    np.testing.assert_allclose(found, 1000 * math.cos(taken), rtol=1e-12)


def test_pennate_fibres_shorten_slower_than_their_muscle() -> None:
    angle = 0.4
    muscle = replace(STRAIGHT, pennation_angle=angle)
    length = 0.2 + 0.1 * math.cos(angle)
    still, moving = forces(muscle, [length] * 2, [0.0, -0.5])
    alone = forces(STRAIGHT, [0.3], [-0.5 * math.cos(angle)])
    np.testing.assert_allclose(moving / still, alone[0] / 1000, rtol=1e-12)


def test_a_pennate_fibre_has_no_force_at_its_greatest_angle() -> None:
    muscle = replace(STRAIGHT, pennation_angle=0.4, max_pennation_angle=1.2)
    limit = 0.2 + 0.1 * math.sin(0.4) / math.tan(1.2)
    found = forces(muscle, [limit - 1e-6, limit + 1e-6], [0.0, 0.0])
    assert found[0] == 0.0
    assert found[1] > 10.0


def test_muscles_of_different_curves_keep_to_their_own() -> None:
    other = replace(
        STRAIGHT,
        active_force_length=(0.4441, 0.73, 1.8123, 0.8616, 0.0),
        force_velocity=(0.0, 0.2, 4.0, 0.0, 0.2, 1.8),
    )
    muscles = [other, STRAIGHT, other]
    length = torch.linspace(0.22, 0.38, 9).double()[:, None].expand(-1, 3)
    speed = torch.linspace(-0.9, 0.9, 9).double()[:, None].expand(-1, 3)
    together = MuscleForces(muscles)(length, speed)
    for i, one in enumerate(muscles):
        alone = MuscleForces([one])(length[:, i : i + 1], speed[:, i : i + 1])
        torch.testing.assert_close(together[:, i : i + 1], alone, rtol=0, atol=0)


def test_gradients_hold_and_are_zero_where_fibres_are_too_short() -> None:
    muscles = [STRAIGHT, replace(STRAIGHT, pennation_angle=0.4)]
    random = torch.Generator().manual_seed(0)
    length = 0.21 + 0.2 * torch.rand(40, 2, generator=random, dtype=torch.float64)
    speed = 2 * torch.rand(40, 2, generator=random, dtype=torch.float64) - 1
    length[0], length[1] = 0.2, 0.0
    length.requires_grad_()
    speed.requires_grad_()
    model = MuscleForces(muscles)
    assert torch.autograd.gradcheck(model, (length, speed), atol=1e-4)
    (gradient,) = torch.autograd.grad(model(length, speed).sum(), length)
    assert gradient[:2].tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_second_derivatives_hold_too() -> None:
    length = torch.tensor([[0.27], [0.31]], dtype=torch.float64, requires_grad=True)
    speed = torch.tensor([[-0.3], [0.2]], dtype=torch.float64, requires_grad=True)
    model = MuscleForces([replace(STRAIGHT, max_isometric_force=1.0)])
    assert torch.autograd.gradgradcheck(model, (length, speed), atol=1e-4)


def test_single_precision_is_good_to_a_thousandth_of_the_strength() -> None:
    length = torch.linspace(0.2, 0.4, 401).double()[:, None]
    speed = torch.linspace(-1.0, 1.0, 401).double()[torch.randperm(401)][:, None]
    double = MuscleForces([STRAIGHT])(length, speed)
    single = MuscleForces([STRAIGHT], dtype=torch.float32)(
        length.float(), speed.float()
    )
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), double, atol=1.0, rtol=0)


def test_a_muscle_without_millard_curves_is_refused() -> None:
    with pytest.raises(BigeError) as error:
        MuscleForces([STRAIGHT, muscle("thelen")])
    assert str(error.value) == (
        "Muscle thelen needs the 5 and 6 parameters of a "
        "Millard2012EquilibriumMuscle's curves, got 0 and 0; solve this model with "
        "OpenSim itself."
    )


def test_a_bend_between_parallel_slopes_is_a_straight_line() -> None:
    line = tabulate([Node(0.0, 1.0, 2.0), Node(1.0, 3.0, 2.0)], [0.3])
    np.testing.assert_allclose(line.coefficients[1:-1, 1], 2.0, rtol=1e-12)
    np.testing.assert_allclose(line.coefficients[1:-1, 2], 0.0, atol=1e-8)


@pytest.mark.opensim
@pytest.mark.parametrize(
    "parameters",
    [LENGTH, (0.4441, 0.73, 1.8123, 0.8616, 0.1), (0.3, 0.6, 1.6, 0.3, 0.05)],
)
def test_the_force_length_curve_is_opensims(parameters: tuple[float, ...]) -> None:
    import opensim

    curve = opensim.ActiveForceLengthCurve(*parameters)
    x = np.linspace(parameters[0] + 1e-6, 2.1, 5001)
    theirs = [curve.calcValue(value) for value in x.tolist()]
    ours = curve_values(x, active_force_length=parameters)
    np.testing.assert_allclose(ours, theirs, atol=1e-12, rtol=0)


@pytest.mark.opensim
@pytest.mark.parametrize(
    "parameters",
    [VELOCITY, (0.1, 0.25, 5.0, 0.1, 0.15, 1.4), (0.0, 0.15, 6.0, 0.3, 0.3, 1.8)],
)
def test_the_force_velocity_curve_is_opensims(parameters: tuple[float, ...]) -> None:
    import opensim

    curve = opensim.ForceVelocityCurve(*parameters, 0.6, 0.9)
    x = np.linspace(-1.2, 1.2, 5001)
    theirs = [curve.calcValue(value) for value in x.tolist()]
    ours = curve_values(x, force_velocity=parameters)
    np.testing.assert_allclose(ours, theirs, atol=1e-12, rtol=0)


def as_spec(muscle: Any) -> MuscleSpec:
    """Describe an ``opensim.Millard2012EquilibriumMuscle`` of a finished model."""
    length, velocity = (
        muscle.get_ActiveForceLengthCurve(),
        muscle.get_ForceVelocityCurve(),
    )
    return MuscleSpec(
        name=muscle.getName(),
        max_isometric_force=muscle.getMaxIsometricForce(),
        optimal_fiber_length=muscle.getOptimalFiberLength(),
        tendon_slack_length=muscle.getTendonSlackLength(),
        pennation_angle=muscle.getPennationAngleAtOptimalFiberLength(),
        max_contraction_velocity=muscle.getMaxContractionVelocity(),
        max_pennation_angle=muscle.get_maximum_pennation_angle(),
        active_force_length=(
            length.get_min_norm_active_fiber_length(),
            length.get_transition_norm_fiber_length(),
            length.get_max_norm_active_fiber_length(),
            length.get_shallow_ascending_slope(),
            length.get_minimum_value(),
        ),
        force_velocity=(
            velocity.get_concentric_slope_at_vmax(),
            velocity.get_concentric_slope_near_vmax(),
            velocity.get_isometric_slope(),
            velocity.get_eccentric_slope_at_vmax(),
            velocity.get_eccentric_slope_near_vmax(),
            velocity.get_max_eccentric_velocity_force_multiplier(),
        ),
    )


def in_opensim(muscles: list[Any], state: Any) -> np.ndarray:
    """Lengths, speeds and forces (3, M) of muscles in a state with velocities."""
    return np.array(
        [
            [m.getLength(state) for m in muscles],
            [m.getLengtheningSpeed(state) for m in muscles],
            [
                muscle.calcInextensibleTendonActiveFiberForce(state, 1)
                for muscle in muscles
            ],
        ]
    )


def muscles_of(model: Any) -> list[Any]:
    import opensim

    everything = model.getMuscles()
    return [
        opensim.Millard2012EquilibriumMuscle.safeDownCast(everything.get(i))
        for i in range(everything.getSize())
    ]


def slider(damping: float) -> Any:
    """Muscles of all kinds between ground and a body on a rail."""
    import opensim

    from bige_osim.osim.tools.log import quiet

    quiet()
    model = opensim.Model()
    body = opensim.Body("body", 1.0, opensim.Vec3(0), opensim.Inertia(1, 1, 1))
    rail = opensim.SliderJoint("rail", model.getGround(), body)
    model.addBody(body)
    model.addJoint(rail)
    rail.updCoordinate().setName("distance")
    for i, (optimal, angle, most, velocity) in enumerate(
        [
            (0.1, 0.0, math.acos(0.1), 10.0),
            (0.05, 0.5, math.acos(0.1), 10.0),
            (0.05, 0.3, 0.6, 5.0),
            (0.12, 0.6, math.pi / 2, 15.0),
            (1.5, 0.7, 1.0, 10.0),
            (0.1, 0.0, 0.0, 10.0),
        ]
    ):
        muscle = opensim.Millard2012EquilibriumMuscle(
            f"muscle{i}", 800.0, optimal, 0.2, angle
        )
        muscle.set_fiber_damping(damping)
        muscle.set_maximum_pennation_angle(most)
        muscle.setMaxContractionVelocity(velocity)
        muscle.addNewPathPoint("origin", model.updGround(), opensim.Vec3(0))
        muscle.addNewPathPoint("insertion", body, opensim.Vec3(0))
        model.addForce(muscle)
    return model


@pytest.mark.opensim
@pytest.mark.parametrize("damping", [0.1, 0.0])
def test_very_short_long_and_fast_muscles_pull_as_in_opensim(damping: float) -> None:
    model = slider(damping)
    state = model.initSystem()
    muscles, random = muscles_of(model), np.random.default_rng(0)
    distance = model.getCoordinateSet().get("distance")
    found = []
    for length in [*np.linspace(0.01, 0.6, 400).tolist(), 1.5, 2.0, 2.5, 3.0, 3.5]:
        distance.setValue(state, length, False)
        distance.setSpeedValue(state, random.normal())
        model.realizeVelocity(state)
        found.append(in_opensim(muscles, state))
    lengths, speeds, theirs = np.stack(found, axis=1)
    specs = [as_spec(muscle) for muscle in muscles]
    ours = MuscleForces(specs)(torch.tensor(lengths), torch.tensor(speeds)).numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-8, rtol=0)
    assert (theirs == 0.0).any(axis=0).all()
    assert (theirs > 1.0).any(axis=0).all()
    assert (theirs < 0.0).any() == (damping == 0.0)


@pytest.mark.opensim
@pytest.mark.recordings
@pytest.mark.parametrize("path", MODELS)
def test_muscles_of_real_models_pull_as_in_opensim(sessions: Path, path: str) -> None:
    import opensim

    from bige_osim.osim.tools.log import quiet

    quiet()
    model = opensim.Model(str(sessions / path))
    state = model.initSystem()
    muscles, random = muscles_of(model), np.random.default_rng(0)
    found = []
    for _ in range(15):
        for coordinate in model.getCoordinateSet():
            coordinate.setLocked(state, False)
            low, high = coordinate.getRangeMin(), coordinate.getRangeMax()
            coordinate.setValue(state, random.uniform(low, high), False)
            coordinate.setSpeedValue(state, random.normal(scale=3.0))
        model.realizeVelocity(state)
        found.append(in_opensim(muscles, state))
    length, speed, theirs = np.stack(found, axis=1)
    specs = read_model(sessions / path).muscles
    ours = MuscleForces(specs)(torch.tensor(length), torch.tensor(speed)).numpy()
    strength = np.array([spec.max_isometric_force for spec in specs])
    np.testing.assert_allclose(ours / strength, theirs / strength, atol=1e-11, rtol=0)
    large = theirs > 1e-3 * strength
    np.testing.assert_allclose(ours[large], theirs[large], rtol=1e-9)
    assert large.mean() > 0.3
