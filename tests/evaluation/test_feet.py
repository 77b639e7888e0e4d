"""Feet on, in and above the floor."""

from collections.abc import Callable

import numpy as np
import pytest

from bige_osim.evaluation.feet import check_feet
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton

Standing = Callable[..., Motion]


def test_a_standing_foot_neither_slides_nor_sinks(
    body: Skeleton, standing: Standing
) -> None:
    feet = check_feet(standing(), body)
    assert feet is not None
    assert (feet.sliding, feet.penetration) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_depth_and_height_are_metres_from_the_floor(
    body: Skeleton, standing: Standing
) -> None:
    low, high = (
        check_feet(standing(pelvis_ty=0.97), body),
        check_feet(standing(), body, floor=-0.02),
    )
    assert low is not None
    assert high is not None
    assert low.penetration == pytest.approx(0.03)
    assert high.floating == pytest.approx(0.02)


def test_a_foot_that_moves_along_the_floor_slides_at_its_speed(
    body: Skeleton, standing: Standing
) -> None:
    feet = check_feet(standing(pelvis_tx=np.linspace(0, 0.2, 101)), body)
    assert feet is not None
    assert feet.sliding == pytest.approx(0.1)


def test_a_foot_in_the_air_has_no_sliding(body: Skeleton, standing: Standing) -> None:
    feet = check_feet(standing(pelvis_ty=1.5), body)
    assert feet is not None
    assert feet.sliding is None


def test_a_model_without_contact_points_is_not_judged(
    footless: Skeleton, standing: Standing
) -> None:
    assert check_feet(standing(), footless) is None
