"""The symmetry index."""

import math

import pytest

from bige_osim.evaluation.asymmetry import symmetry_index


def test_it_is_the_difference_in_percent_of_the_mean() -> None:
    # Robinson et al. 1987: (R - L) / (0.5 (R + L)) x 100
    assert symmetry_index(600.0, 500.0) == pytest.approx(100 * 100 / 550)


def test_exchanged_legs_change_its_sign_only() -> None:
    assert symmetry_index(3.0, 2.0) == -symmetry_index(2.0, 3.0)


def test_negative_quantities_keep_it_within_two_hundred() -> None:
    assert symmetry_index(-1.0, 1.0) == -200.0


def test_nothing_on_either_side_has_no_index() -> None:
    assert math.isnan(symmetry_index(0.0, 0.0))
