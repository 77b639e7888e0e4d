"""Landmarks of a model: their places and derivatives."""

from pathlib import Path

import numpy as np
import pytest
from tests.models import floating_pelvis, model

from bige_osim.errors import ModelError
from bige_osim.osim.reading.model import read_model
from bige_osim.retargeting.followed_model import FollowedModel, measure_legs
from bige_osim.retargeting.landmarks import FOLLOWED, find_landmarks
from bige_osim.spec.joint_names import HUMANML3D


@pytest.fixture(scope="module")
def followed(generic_man: Path) -> FollowedModel:
    return FollowedModel(read_model(generic_man), joints=HUMANML3D)


def test_landmarks_are_right_left_mirrored_and_in_the_order_of_the_body(
    followed: FollowedModel,
) -> None:
    at = dict(
        zip(followed.joints, followed.points(followed.default[None])[0], strict=True)
    )
    for name, place in at.items():
        if name.startswith("right_"):
            mirrored = at[name.replace("right", "left")] * [1, 1, -1]
            np.testing.assert_allclose(place, mirrored, atol=1e-9)
            assert place[2] > 0
    heights = [at[n][1] for n in ("left_foot", "left_ankle", "left_knee", "left_hip",
                                  "pelvis", "spine1", "spine2", "spine3",
                                  "left_collar", "neck")]  # fmt: skip
    assert heights == sorted(heights)
    assert at["left_foot"][0] > at["left_ankle"][0] + 0.1
    assert list(followed.joints) == [n for n in FOLLOWED if n in at]


def test_derivatives_of_landmarks_are_those_of_finite_differences(
    followed: FollowedModel,
) -> None:
    random = np.random.default_rng(0)
    q = followed.default + random.uniform(0.1, 0.5, size=(3, len(followed.free)))
    _, slopes = followed.jacobian(q)
    for i in range(len(followed.free)):
        step = np.zeros(len(followed.free))
        step[i] = 1e-6
        expected = (followed.points(q + step) - followed.points(q - step)) / 2e-6
        np.testing.assert_allclose(slopes[:, i], expected, atol=1e-6)


def test_the_root_is_moved_as_far_as_asked(followed: FollowedModel) -> None:
    q = np.tile(followed.default, (2, 1))
    shift = np.array([[1.0, 0.2, -0.3], [0.0, 0.0, 0.0]])
    moved = followed.points(followed.shift_root(q, shift)) - followed.points(q)
    np.testing.assert_allclose(moved, shift[:, None] + 0 * moved, atol=1e-9)


def test_legs_are_as_long_as_the_skeletons_but_for_the_knees_place(
    followed: FollowedModel,
) -> None:
    points = followed.points(followed.default[None])
    length = measure_legs(points, followed.joints)
    assert length == pytest.approx(followed.skeleton.leg_length(), abs=3e-3)


def test_a_model_without_legs_is_refused() -> None:
    with pytest.raises(ModelError) as error:
        find_landmarks(model(floating_pelvis()))
    assert str(error.value) == (
        "made up, legs: it has no body femur_r, whose joint is followed; pass a model "
        "of a whole body, such as OpenCap's."
    )
