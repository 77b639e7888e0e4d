"""Curves that begin and end at rest."""

import numpy as np
import pytest

from bige_osim.nets.spline_points import (
    count_values,
    fitting_matrix,
    resting_basis,
)
from bige_osim.splines import spline_basis


@pytest.mark.parametrize("points", [8, 20, 49])
def test_every_curve_begins_and_ends_with_neither_speed_nor_acceleration(
    points: int,
) -> None:
    values = np.random.default_rng(0).normal(size=count_values(points))
    n = 100_001
    curve = resting_basis(points, n) @ values
    h = 1 / (n - 1)
    for end in (curve[:4], curve[::-1][:4]):
        assert abs(end[1] - end[0]) / h < 1e-3
        # third order: the curve leaves its end as the cube of time
        assert abs(end[2] - 2 * end[1] + end[0]) / h**2 < 30 * points**3 * h
    assert curve[0] == pytest.approx(values[0])
    assert curve[-1] == pytest.approx(values[-1])


def test_weights_sum_to_one_so_equal_values_are_a_constant() -> None:
    for basis in (spline_basis(12, 48), resting_basis(12, 48)):
        np.testing.assert_allclose(basis.sum(axis=1), 1.0)


def test_a_squat_that_rests_at_both_ends_is_followed_closely() -> None:
    cycle = np.linspace(0, 1, 196)
    squat = 100 * (np.sin(np.pi * cycle) ** 4)  # deg
    fitted = resting_basis(20, 196) @ (fitting_matrix(20, 196) @ squat)
    assert np.abs(fitted - squat).max() < 0.1
