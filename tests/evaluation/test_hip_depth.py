"""Depth of squats by the hips, and what goes with it."""

import numpy as np
import pytest
from tests.compared import make_skeleton, squat

from bige_osim.errors import ModelError
from bige_osim.evaluation.hip_depth import (
    correlate,
    find_depth,
    follow_hip_centre,
    standing_hip_height,
)
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import pendulum


def test_hips_on_straight_legs_are_as_high_as_the_legs_are_long() -> None:
    assert standing_hip_height(make_skeleton()) == pytest.approx(0.9)


def test_hips_that_sink_by_half_of_their_height_are_at_a_depth_of_50_percent() -> None:
    path = follow_hip_centre(squat(0.45), make_skeleton())
    assert path[0] == pytest.approx([0.0, 0.9, 0.0])
    lowest = float(path[:, 1].min())
    assert find_depth(lowest, standing=0.9) == pytest.approx(50.0)


def test_a_model_without_legs_is_refused() -> None:
    with pytest.raises(ModelError, match="no feet that could stand on the ground"):
        standing_hip_height(Skeleton(pendulum()))


def test_what_does_not_vary_is_not_correlated() -> None:
    assert correlate(np.array([1.0, 2.0, 3.0]), np.ones(3)) is None
    assert correlate(np.arange(4.0), -np.arange(4.0)) == pytest.approx(-1.0)
