"""Metrics of motions whose values are known by hand."""

import math
from dataclasses import asdict

import numpy as np
import pytest
from tests.doll import UNEVEN, make_doll
from tests.doll import move_doll as moving

from bige_osim.errors import BigeError, UnknownNameError
from bige_osim.evaluation import feet
from bige_osim.evaluation import metrics as measures
from bige_osim.evaluation.metrics import (
    UNITS,
    MotionMetrics,
    TargetRange,
    mean,
    measure,
)
from bige_osim.motion import Activations
from bige_osim.physics.kinematics.skeleton import Skeleton


@pytest.fixture(scope="module")
def skeleton() -> Skeleton:
    """The doll."""
    return make_doll()


@pytest.mark.parametrize("center", ["pelvis", "body"])
def test_a_centre_at_constant_velocity_on_uneven_time_stamps(
    skeleton: Skeleton, center: measures.Center
) -> None:
    motion = moving(pelvis_tx=0.3 * UNEVEN, pelvis_tz=0.4 * UNEVEN)
    speed, acceleration = measures.center_motion(motion, skeleton, center=center)
    assert speed == pytest.approx(0.5)
    assert acceleration == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("rate", [20, 60, 200])
def test_a_swing_has_the_same_velocity_and_acceleration_at_any_rate(
    skeleton: Skeleton, rate: int
) -> None:
    time = np.arange(0, 2 + 0.5 / rate, 1 / rate)
    swing = 0.1 * np.sin(2 * np.pi * time)
    motion = moving(time, pelvis_ty=1 + swing, knee_angle_r=swing)
    speed, acceleration = measures.center_motion(motion, skeleton)
    amplitude = 0.1 * 2 * np.pi / math.sqrt(2)
    assert speed == pytest.approx(amplitude, rel=0.03)
    assert acceleration == pytest.approx(2 * np.pi * amplitude, rel=0.03)
    degrees = math.degrees(amplitude / math.sqrt(len(measures.SWINGING)))
    assert measures.angular_velocity(motion) == pytest.approx(degrees, rel=0.03)


def test_the_centre_of_mass_swings_when_the_pelvis_only_tilts(
    skeleton: Skeleton,
) -> None:
    motion = moving(pelvis_tilt=2 * UNEVEN)
    still, _ = measures.center_motion(motion, skeleton)
    swinging, inward = measures.center_motion(motion, skeleton, center="body")
    assert still == pytest.approx(0, abs=1e-9)
    assert swinging == pytest.approx(2 * 0.5, rel=1e-4)
    assert inward == pytest.approx(2**2 * 0.5, rel=1e-3)


def test_asymmetry_is_zero_for_equal_legs_and_the_rms_otherwise() -> None:
    bent = np.radians(30) * UNEVEN
    assert measures.asymmetry(moving(knee_angle_r=bent, knee_angle_l=bent)) == 0
    uneven = moving(knee_angle_l=np.radians(6), ankle_angle_r=np.radians(6))
    assert measures.asymmetry(uneven) == pytest.approx(6 * math.sqrt(2 / 3))


def peaking(at: float, *, offset: float = 0.0) -> Activations:
    """Two muscles at 50 Hz that work most at a time (s), to 0.5 and 0.7."""
    time = np.arange(0, UNEVEN[-1], 0.02)
    effort = np.exp(-(((time - at) / 0.1) ** 2))
    values = np.stack([0.5 * effort, 0.7 * effort], axis=-1)
    return Activations(time + offset, values, ("vasmed_r", "vasmed_l"))


def test_the_tilt_is_taken_where_the_muscles_peak_and_signed() -> None:
    motion = moving(pelvis_tilt=np.radians(-20) * UNEVEN)
    tilt = measures.pelvis_tilt(motion, peaking(1.2), muscles=["vasmed_r", "vasmed_l"])
    assert tilt == pytest.approx(-24)


def test_a_peak_outside_the_motion_is_refused() -> None:
    with pytest.raises(BigeError) as caught:
        measures.pelvis_tilt(moving(), peaking(1.2, offset=5), muscles=["vasmed_r"])
    assert str(caught.value) == (
        "The muscles peak at 6.200 s, outside the motion's 0.000 to 1.800 s; pass"
        " activations of the same motion."
    )


def test_the_constraint_is_the_mean_distance_of_the_peaks() -> None:
    at_work = peaking(1.2)
    both = ["vasmed_r", "vasmed_l"]
    assert measures.constraint(at_work, muscles=both, low=0.6, high=0.65) == (
        pytest.approx(0.075)
    )
    assert measures.constraint(at_work, muscles=both, low=0.4, high=0.8) == 0


def test_feet_that_slide_at_10_cm_a_second_are_found(skeleton: Skeleton) -> None:
    motion = moving(pelvis_tx=0.06 * UNEVEN, pelvis_tz=0.08 * UNEVEN)
    points = feet.foot_points(motion, skeleton)
    assert feet.foot_sliding(UNEVEN, points) == pytest.approx(0.1)
    assert feet.ground_distance(points) == pytest.approx((0, 0), abs=1e-9)


def test_only_the_time_on_the_floor_counts_as_sliding(skeleton: Skeleton) -> None:
    late = UNEVEN > 1
    motion = moving(
        pelvis_tx=0.1 * UNEVEN, pelvis_ty=np.where(late, 1.5, 1.0), pelvis_tz=late * 0.0
    )
    points = feet.foot_points(motion, skeleton)
    assert feet.foot_sliding(UNEVEN, points) == pytest.approx(0.1)
    flying = feet.foot_points(moving(pelvis_ty=1.5), skeleton)
    assert math.isnan(feet.foot_sliding(UNEVEN, flying))


def test_a_foot_below_the_floor_stands(skeleton: Skeleton) -> None:
    sunk = moving(pelvis_tx=0.1 * UNEVEN, pelvis_ty=0.9)
    points = feet.foot_points(sunk, skeleton)
    assert feet.foot_sliding(UNEVEN, points) == pytest.approx(0.1)


def test_a_filtered_motion_is_measured_too(skeleton: Skeleton) -> None:
    time = np.arange(0, 2, 0.01)
    motion = moving(time, pelvis_tx=0.1 * time).filter(6.0)
    assert measure(motion, skeleton).com_velocity == pytest.approx(0.1, rel=0.05)


def test_penetration_and_float_are_means_over_all_frames(skeleton: Skeleton) -> None:
    time = np.array([0.0, 0.5, 1.0, 1.5])
    motion = moving(time, pelvis_ty=np.array([0.98, 1.0, 1.04, 1.04]))
    points = feet.foot_points(motion, skeleton)
    assert feet.ground_distance(points) == pytest.approx((0.5, 2.0))
    higher = feet.ground_distance(points, floor=0.04)
    assert higher == pytest.approx((2.5, 0.0), abs=1e-9)


def test_the_lowest_of_the_points_counts(skeleton: Skeleton) -> None:
    tilted = moving(pelvis_list=np.full(len(UNEVEN), 0.2))
    penetration, floating = feet.ground_distance(feet.foot_points(tilted, skeleton))
    lowest = 1 - 0.98 * math.cos(0.2) - 0.1 * math.sin(0.2) - 0.02
    assert floating == pytest.approx(max(100 * lowest, 0), abs=1e-9)
    assert penetration == pytest.approx(max(-100 * lowest, 0), abs=1e-9)


def test_all_metrics_of_a_motion(skeleton: Skeleton) -> None:
    motion = moving(pelvis_tilt=np.radians(-10), knee_angle_l=np.radians(3))
    targets = TargetRange(muscles=("vasmed_r", "vasmed_l"), low=0.6, high=0.65)
    found = measure(motion, skeleton, activations=peaking(1.0), targets=targets)
    drop = 100 * (1 - math.cos(np.radians(10))) * 0.98
    assert asdict(found) == pytest.approx(
        {
            "pelvis_tilt": -10,
            "asymmetry": math.sqrt(3),
            "angular_velocity": 0,
            "com_velocity": 0,
            "com_acceleration": 0,
            "constraint": 0.075,
            "foot_sliding": math.nan,
            "penetration": 0,
            "floating": drop,
        },
        abs=1e-6,
        nan_ok=True,
    )
    assert set(asdict(found)) == set(UNITS)


def test_without_activations_the_muscles_metrics_are_not_known(
    skeleton: Skeleton,
) -> None:
    found = measure(moving(), skeleton)
    assert math.isnan(found.pelvis_tilt)
    assert math.isnan(found.constraint)
    assert found.asymmetry == 0


def test_a_skeleton_without_contacts_is_refused(skeleton: Skeleton) -> None:
    with pytest.raises(BigeError) as caught:
        measure(moving(), Skeleton(skeleton.spec))
    assert str(caught.value) == (
        "The skeleton of model doll has no foot contact spheres; make it with those of"
        " its profile."
    )


def test_an_unknown_muscle_is_named(skeleton: Skeleton) -> None:
    with pytest.raises(UnknownNameError) as caught:
        measures.constraint(peaking(1.0), muscles=["vasmed"], low=0.0, high=0.5)
    assert str(caught.value) == (
        "Activations has no column named vasmed; did you mean vasmed_r?"
    )


def metrics(asymmetry: float, sliding: float = 0.0) -> MotionMetrics:
    rest = dict.fromkeys(UNITS, 1.0)
    return MotionMetrics(**{**rest, "asymmetry": asymmetry, "foot_sliding": sliding})


def test_a_mean_leaves_out_what_is_not_known() -> None:
    found = mean([metrics(1.0, sliding=0.2), metrics(3.0, sliding=math.nan)])
    assert found.asymmetry == 2
    assert found.foot_sliding == 0.2


def test_a_mean_of_nothing_is_refused() -> None:
    with pytest.raises(BigeError, match="needs metrics of a motion, got none"):
        mean([])
