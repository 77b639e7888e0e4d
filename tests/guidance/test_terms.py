"""Guidance terms on motions whose values are known by hand."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from bige_osim.errors import GoalError, UnknownNameError
from bige_osim.guidance.context import Context
from bige_osim.guidance.terms.activation import Activation, Over, Statistic, Uncertainty
from bige_osim.guidance.terms.center import CenterAcceleration, CenterVelocity
from bige_osim.guidance.terms.feet import FootSliding, Ground
from bige_osim.guidance.terms.posture import Asymmetry, Depth, JointRange, PelvisTilt
from bige_osim.guidance.terms.proximity import Proximity
from bige_osim.guidance.terms.tempo import AngularVelocity, Reference, Repetition
from bige_osim.physics.kinematics.skeleton import Skeleton

Standing = Callable[..., torch.Tensor]
Make = Callable[..., Context]
SECONDS = torch.linspace(0, 2, 11, dtype=torch.float64)
LASTING = {"duration": torch.tensor([2.0], dtype=torch.float64)}
VASTI = ("vasmed_r", "vasmed_l")


def doubles(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def near(value: torch.Tensor, expected: float) -> bool:
    return value.tolist() == pytest.approx([expected], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("center", ["pelvis", "body"])
def test_a_centre_at_constant_velocity_has_that_velocity_and_no_acceleration(
    center: Any, standing: Standing, context: Make
) -> None:
    motion = standing(pelvis_tx=0.3 * SECONDS, pelvis_tz=-0.4 * SECONDS)
    moving = context(motion, **LASTING)
    assert near(CenterVelocity(center=center)(moving), 0.25)
    assert near(CenterVelocity(center=center).measure(moving), 0.5)
    assert CenterAcceleration(center=center)(moving).item() < 1e-20


@pytest.mark.parametrize("center", ["pelvis", "body"])
def test_a_falling_centre_accelerates_at_g(
    center: Any, standing: Standing, context: Make
) -> None:
    falling = context(standing(pelvis_ty=2 - 9.81 / 2 * SECONDS**2), **LASTING)
    assert near(CenterAcceleration(center=center).measure(falling), 9.81)


def test_the_same_curve_in_half_the_time_is_twice_as_fast(
    standing: Standing, context: Make
) -> None:
    motion = standing(knee_angle_r=SECONDS**2).expand(2, -1, -1)
    both = context(motion, duration=torch.tensor([2.0, 1.0]).double())
    term = AngularVelocity(coordinates=("knee_angle_r", "knee_angle_l"))
    slow, fast = term.measure(both).tolist()
    assert fast == pytest.approx(2 * slow)


def test_the_centre_of_mass_is_not_the_pelvis(
    standing: Standing, context: Make
) -> None:
    kicking = context(standing(hip_flexion_r=SECONDS), **LASTING)
    assert CenterVelocity(center="pelvis")(kicking).item() == 0
    assert CenterVelocity(center="body")(kicking).item() > 1e-3


def test_equal_legs_are_symmetric(standing: Standing, context: Make) -> None:
    both = context(standing(knee_angle_r=SECONDS, knee_angle_l=SECONDS))
    assert Asymmetry()(both).item() == 0


def test_a_bent_knee_is_asymmetric_by_its_angle(
    standing: Standing, context: Make
) -> None:
    bent = context(standing(knee_angle_l=math.radians(9)))
    assert near(Asymmetry()(bent), math.radians(9) ** 2 / 3)
    assert near(Asymmetry(pairs=("knee_angle",)).measure(bent), 9)


def test_angular_velocity_is_measured_against_the_repetition(
    standing: Standing, context: Make
) -> None:
    turning = context(standing(pelvis_tilt=0.5 * SECONDS), **LASTING)
    half_speed = Repetition(values=SECONDS[:, None] * 0.5, duration=4.0)
    tilt = ("pelvis_tilt",)
    assert near(AngularVelocity(coordinates=tilt)(turning), 0.25)
    beside = AngularVelocity(coordinates=tilt, repetition=half_speed)
    assert near(beside(turning), 0.0625)
    assert near(beside.measure(turning), math.degrees(0.25))


def test_the_reference_is_the_mean_squared_difference(
    standing: Standing, context: Make
) -> None:
    bent = context(standing(knee_angle_r=0.3))
    repetition = Repetition(values=torch.zeros(11, 2).double(), duration=1.0)
    term = Reference(
        coordinates=("knee_angle_r", "hip_flexion_r"), repetition=repetition
    )
    assert near(term(bent), 0.045)
    assert near(term.measure(bent), math.degrees(math.sqrt(0.045)))


def test_feet_that_slide_at_10_cm_a_second_are_found(
    standing: Standing, context: Make
) -> None:
    sliding = context(
        standing(pelvis_tx=0.06 * SECONDS, pelvis_tz=0.08 * SECONDS), **LASTING
    )
    assert near(FootSliding()(sliding), 0.01)
    assert near(FootSliding().measure(sliding), 0.1)


def test_feet_in_the_air_do_not_slide(standing: Standing, context: Make) -> None:
    flying = context(standing(pelvis_tx=SECONDS, pelvis_ty=1.0), **LASTING)
    assert FootSliding()(flying).item() == 0


def test_only_the_foot_on_the_ground_slides(standing: Standing, context: Make) -> None:
    lunge = standing(hip_flexion_r=1.0 + 0.1 * SECONDS)
    assert near(FootSliding()(context(lunge, **LASTING)), 0)


@pytest.mark.parametrize(("height", "distance"), [(0.87, 2.0), (0.82, 3.0), (0.85, 0)])
def test_float_and_penetration_are_measured_from_the_floor(
    height: float, distance: float, standing: Standing, context: Make
) -> None:
    above = context(standing(pelvis_ty=height))
    assert near(Ground().measure(above), distance)
    assert near(Ground()(above), (distance / 100) ** 2)


def test_the_floor_may_be_elsewhere(standing: Standing, context: Make) -> None:
    assert near(Ground().measure(context(standing(), floor=0.01)), 1)


def test_the_tilt_counts_where_the_muscles_peak_together(
    standing: Standing, context: Make
) -> None:
    activations = torch.zeros(1, 11, 3, dtype=torch.float64)
    activations[0, 2] = torch.tensor([0.9, 0.0, 1.0])  # one vastus, and no vastus
    activations[0, 7] = torch.tensor([0.5, 0.6, 0.0])
    leaning = context(standing(pelvis_tilt=-0.1 * SECONDS), activations=activations)
    tilt = -0.1 * SECONDS[7].item()
    free = PelvisTilt(muscles=VASTI)
    assert near(free(leaning), tilt**2)
    assert near(free.measure(leaning), math.degrees(tilt))
    assert free.satisfied(leaning) is None


def test_a_tilt_is_judged_by_its_bounds_or_target(
    standing: Standing, context: Make
) -> None:
    leaning = context(standing(pelvis_tilt=-0.6))
    within = {"min": -0.7, "max": 0.0}
    above = {"min": -0.5, "max": 0.0}
    for bounds, loss, held in ((within, 0.0, True), (above, 0.1, False)):
        term = PelvisTilt(muscles=VASTI, **bounds)
        assert near(term(leaning), loss)
        assert term.satisfied(leaning).tolist() == [held]
    assert near(PelvisTilt(muscles=VASTI, max=-0.7)(leaning), 0.1)
    target = PelvisTilt(muscles=VASTI, target=-0.4)
    assert near(target(leaning), 0.2)
    assert target.satisfied(leaning) is None


def test_depth_is_the_peak_of_both_knees_together(
    standing: Standing, context: Make
) -> None:
    squat = context(standing(knee_angle_r=SECONDS, knee_angle_l=2 - SECONDS))
    term = Depth(min=math.radians(90))
    assert near(term.measure(squat), math.degrees(1.0))
    assert near(term(squat), math.radians(90) - 1)
    assert term.satisfied(squat).tolist() == [False]


def test_joints_beyond_the_models_range_are_found(
    standing: Standing, context: Make
) -> None:
    bent = context(standing(knee_angle_r=2 * SECONDS, hip_flexion_r=-1.0))
    term = JointRange(
        coordinates=("knee_angle_r", "hip_flexion_r"),
        minimum=(0.0, -0.9),
        maximum=(3.0, 2.0),
    )
    assert near(term.measure(bent), math.degrees(1.0))
    beyond = (0.2 + 0.6 + 1.0) / 11 + 0.1
    assert near(term(bent), beyond)
    assert term.satisfied(bent).tolist() == [False]
    assert term.satisfied(context(standing())).tolist() == [True]


@pytest.mark.parametrize(
    ("term", "loss", "value"),
    [
        (Activation(muscles=VASTI, high=0.4), 0.1, 0.5),
        (Activation(muscles=VASTI, low=0.35, high=0.4, statistic="mean"), 0.1, 0.25),
        (Activation(muscles=VASTI, low=0.2, high=0.35, statistic="every"), 0.1, 0.5),
    ],
    ids=["peak", "mean", "every"],
)
def test_activation_is_judged_by_its_statistic(
    term: Activation, loss: float, value: float, standing: Standing, context: Make
) -> None:
    activations = torch.zeros(1, 4, 3, dtype=torch.float64)
    activations[0, :, 0] = doubles(0.2, 0.4, 0.4, 0.4)
    activations[0, :, 1] = doubles(0.5, 0.2, 0.1, 0.2)
    at_work = context(standing(4), activations=activations)
    assert near(term(at_work), loss)
    assert near(term.measure(at_work), value)
    assert term.satisfied(at_work).tolist() == [False]


@pytest.mark.parametrize(
    ("over", "value", "holds"),
    [("each", 0.2, False), ("mean", 0.35, True), ("max", 0.5, False)],
)
def test_what_is_judged_of_several_muscles_is_what_is_measured(
    over: Over, value: float, holds: bool, standing: Standing, context: Make
) -> None:
    activations = torch.zeros(1, 11, 3, dtype=torch.float64)
    activations[0, 3, :2] = doubles(0.5, 0.2)  # peaks
    term = Activation(muscles=VASTI, low=0.33, high=0.45, over=over)
    at_work = context(standing(), activations=activations)
    assert near(term.measure(at_work), value)
    assert term.satisfied(at_work).tolist() == [holds]
    assert near(term(at_work), {"each": 0.05 + 0.13, "mean": 0, "max": 0.05}[over])
    assert term.find_reached(at_work)[0].tolist() == [0.5, 0.2]


@pytest.mark.parametrize("over", ["each", "mean", "max"])
@pytest.mark.parametrize("statistic", ["peak", "mean", "every"])
@pytest.mark.parametrize(("low", "high"), [(0.0, 0.4), (0.3, 1.0), (0.2, 0.6)])
def test_the_measure_is_in_the_range_if_and_only_if_the_goal_holds(
    over: Over,
    statistic: Statistic,
    low: float,
    high: float,
    standing: Standing,
    context: Make,
) -> None:
    random = torch.Generator().manual_seed(0)
    term = Activation(muscles=VASTI, low=low, high=high, statistic=statistic, over=over)
    for size in (0.3, 0.5, 0.7, 1.0):
        drawn = torch.rand(1, 11, 3, generator=random, dtype=torch.float64)
        at_work = context(standing(), activations=size / 2 + (size / 4) * drawn)
        within = low <= float(term.measure(at_work)) <= high
        assert term.satisfied(at_work).tolist() == [within]


def test_activation_within_its_range_holds(standing: Standing, context: Make) -> None:
    activations = torch.full((1, 11, 3), 0.4, dtype=torch.float64)
    term = Activation(muscles=VASTI, low=0.35, high=0.4)
    held = context(standing(), activations=activations)
    assert term(held).item() == 0
    assert term.satisfied(held).tolist() == [True]


def test_uncertainty_is_the_mean_standard_deviation(
    standing: Standing, context: Make
) -> None:
    std = doubles(0.1, 0.3, 9.0).expand(1, 11, 3)
    assert near(Uncertainty(muscles=VASTI)(context(standing(), std=std)), 0.2)


def test_proximity_is_the_distance_to_the_nearest_in_standard_deviations(
    standing: Standing, context: Make
) -> None:
    training = torch.tensor([[[2.0], [-2.0]], [[-2.0], [2.0]]]).double()
    latents = torch.tensor([[[2.0], [-1.0]]]).double()
    known = context(standing(), latents=latents, training=training)
    assert near(Proximity()(known), (1 / 2) / 4)
    assert near(Proximity().measure(known), math.sqrt(1 / 8))
    far = (16 + 9) / 2 / 4
    assert near(Proximity(neighbours=5)(known), (1 / 8 + far) / 2)


def test_proximity_has_no_meaning_for_recordings(
    standing: Standing, context: Make
) -> None:
    with pytest.raises(GoalError, match="got recordings; leave the term out"):
        Proximity()(context(standing()))


def test_names_that_a_motion_does_not_have_are_refused(
    standing: Standing, context: Make
) -> None:
    still = context(standing())
    with pytest.raises(UnknownNameError) as caught:
        Activation(muscles=("vasmed",), high=0.5)(still)
    assert str(caught.value) == (
        "The guided motion has no muscle named vasmed; did you mean vasmed_r?"
    )
    with pytest.raises(UnknownNameError, match="no coordinate named hip_r"):
        still.coordinates(["hip_r"])


def test_the_pose_is_computed_once(
    standing: Standing, context: Make, skeleton: Skeleton
) -> None:
    still = context(standing())
    assert still.foot_points is still.foot_points
    assert still.pose is still.pose
    assert still.skeleton is skeleton
