"""A motion starts and ends standing by the straight legs of its own model."""

import math

import numpy as np
import pytest
from tests.nets.conftest import FOOT, NAMES, make_model

from bige_osim.evaluation.standing import check_standing
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton

LEG, FLOOR = 0.8, 0.3


@pytest.fixture(scope="module")
def skeleton() -> Skeleton:
    spec = make_model(LEG)
    return Skeleton(spec, contacts=spec.contacts)


def motion(*, knees: tuple[float, float], below: tuple[float, float]) -> Motion:
    """Two frames, by the left knee (deg) and the pelvis below standing (m)."""
    values = np.zeros((2, len(NAMES)))
    values[:, NAMES.index("knee_angle_l")] = np.radians(knees)
    values[:, NAMES.index("pelvis_ty")] = FLOOR + FOOT + LEG - np.array(below)
    return Motion(np.array([0.0, 2.0]), values, NAMES)


def test_straight_legs_hold_the_pelvis_a_leg_and_a_foot_above_the_floor(
    skeleton: Skeleton,
) -> None:
    assert skeleton.standing_height() == pytest.approx(LEG + FOOT)


def test_knees_and_pelvis_are_judged_at_either_end(skeleton: Skeleton) -> None:
    ends = check_standing(
        motion(knees=(5, -30), below=(0.08, 0.04)), skeleton, floor=FLOOR
    )
    assert ends is not None
    first, last = ends
    assert (first.straight, first.upright) == (True, False)
    assert (last.straight, last.upright) == (False, True)
    assert math.degrees(last.knee) == pytest.approx(30)
    assert (first.below, last.below) == pytest.approx((0.1, 0.05))


def test_without_contact_points_the_knees_alone_are_judged() -> None:
    bare = Skeleton(make_model(LEG))
    ends = check_standing(motion(knees=(5, 5), below=(0.5, 0.0)), bare, floor=FLOOR)
    assert ends is not None
    assert (ends[0].below, ends[0].upright) == (None, True)


def test_a_body_without_knees_is_not_judged(body: Skeleton) -> None:
    still = Motion(np.zeros(1), np.zeros((1, 1)), ("pelvis_ty",))
    assert check_standing(still, body) is None
