"""Limits of agreement of published examples."""

import numpy as np
import pytest
from scipy.stats import nct

from bige_osim.errors import BigeError
from bige_osim.evaluation.bland_altman import (
    find_effect_interval,
    find_effect_size,
    find_limits,
)

# First measurements of 17 participants by two meters of peak expiratory flow, l/min:
# Bland and Altman 1986, table.
LARGE = [
    494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427,
]  # fmt: skip
MINI = [
    512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451,
]  # fmt: skip


def test_limits_are_those_of_the_paper_that_introduced_them() -> None:
    found = find_limits(np.array(MINI, float), np.array(LARGE, float))
    assert found.count == 17
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.sd == pytest.approx(38.8, abs=0.05)
    assert found.bias_interval == pytest.approx((-22.0, 17.8), abs=0.1)
    # the paper takes 2 standard deviations, and 3 s² / n for the variance of a limit
    assert (found.lower, found.upper) == pytest.approx((-79.7, 75.5), abs=1.7)
    assert found.lower_interval == pytest.approx((-114.3, -45.1), abs=2)
    assert found.upper_interval == pytest.approx((40.9, 110.1), abs=2)


def test_standard_error_of_a_limit_is_that_of_the_later_paper() -> None:
    # blood pressure of 85 participants: mean -16.29, SD 19.61 mmHg (1999)
    spread = np.linspace(-1, 1, 85)
    differences = -16.29 + 19.61 * spread / spread.std(ddof=1)
    found = find_limits(np.zeros(85), differences)
    assert (found.lower, found.upper) == pytest.approx((-54.7, 22.1), abs=0.06)
    half = (found.lower_interval[1] - found.lower_interval[0]) / 2
    # "about 1.71 s / √n", by Student's t of 84 degrees of freedom
    assert half == pytest.approx(1.9886 * 1.71 * 19.61 / np.sqrt(85), rel=0.01)
    assert found.upper_interval == pytest.approx((15.0, 29.3), abs=0.2)


def test_a_single_pair_has_no_limits() -> None:
    with pytest.raises(BigeError) as error:
        find_limits(np.zeros(1), np.ones(1))
    assert str(error.value) == (
        "Limits of agreement need two pairs or more, got 1; compare more trials."
    )


def test_effect_size_is_the_mean_difference_in_its_standard_deviations() -> None:
    before = np.array([3.0, 5.0, 4.0, 6.0])
    after = before + np.array([1.0, 2.0, 3.0, 2.0])
    assert find_effect_size(before, after) == pytest.approx(2 / np.sqrt(2 / 3))
    assert find_effect_size(after, before) == pytest.approx(-2 / np.sqrt(2 / 3))


def test_differences_that_do_not_vary_have_no_effect_size() -> None:
    before = np.array([0.1, 0.2, 0.3])
    assert find_effect_size(before, before + 0.1) is None
    assert find_effect_size(before[:1], before[:1] + 0.1) is None


@pytest.mark.parametrize(("effect", "count"), [(0.5, 10), (-3.0, 6), (0.0, 25)])
def test_ends_of_the_interval_of_an_effect_are_where_it_would_be_extreme(
    effect: float, count: int
) -> None:
    low, high = find_effect_interval(effect, count)
    t, root = effect * np.sqrt(count), np.sqrt(count)
    assert nct.cdf(t, count - 1, low * root) == pytest.approx(0.975, abs=1e-5)
    assert nct.cdf(t, count - 1, high * root) == pytest.approx(0.025, abs=1e-5)


def test_the_interval_of_an_effect_has_the_true_one_in_95_of_100_studies() -> None:
    rng = np.random.default_rng(0)
    within = 0
    for _ in range(800):
        found = find_effect_size(np.zeros(8), rng.normal(0.7, 1.0, 8))
        assert found is not None
        low, high = find_effect_interval(found, 8)
        within += low <= 0.7 <= high
    # 95 %, with a standard error of 0.8 %
    assert within / 800 == pytest.approx(0.95, abs=0.02)


def test_the_interval_of_a_huge_effect_goes_on_from_that_of_a_large_one() -> None:
    below, above = (find_effect_interval(t / np.sqrt(5), 5) for t in (999.9, 1000.1))
    assert above == pytest.approx(below, rel=1e-3)
    low, high = find_effect_interval(1e9, 5)
    assert find_effect_interval(-1e9, 5) == (-high, -low)
