"""Agreement of curves that were offset, delayed, scaled and turned over."""

import numpy as np
import pytest

from bige_osim.evaluation.curve_agreement import (
    LAG,
    CurveAgreement,
    compare_curves,
    find_lag,
    pool_curves,
)

TIME = np.linspace(0, 2, 201)


def burst(at: float = 1.0, size: float = 0.6, time: np.ndarray = TIME) -> np.ndarray:
    """A burst of known peak and time over a constant of 0.1."""
    return 0.1 + size * np.exp(-20 * (time - at) ** 2)


def compare(
    compared: np.ndarray, reference: np.ndarray | None = None
) -> CurveAgreement:
    first = burst() if reference is None else reference
    return compare_curves("vasmed_r", time=TIME, reference=first, compared=compared)


def test_equal_curves_agree() -> None:
    one = compare(burst())
    assert (one.rmse, one.mae, one.bias, one.peak_difference) == (0, 0, 0, 0)
    assert (one.r2, one.lag, one.peak_delay) == (1, 0, 0)
    assert one.correlation == pytest.approx(1)


def test_a_constant_offset_is_bias_and_leaves_the_shape() -> None:
    one = compare(burst() + 0.05)
    assert one.rmse == pytest.approx(0.05)
    assert one.mae == pytest.approx(0.05)
    assert one.bias == pytest.approx(0.05)
    assert one.peak_difference == pytest.approx(0.05)
    assert one.correlation == pytest.approx(1)
    assert one.r2 == pytest.approx(1 - 0.05**2 / burst().var())
    assert (one.lag, one.peak_delay) == (0, 0)


@pytest.mark.parametrize("delay", [0.08, -0.08])
def test_a_pure_delay_is_the_lag_and_the_delay_of_the_peak(delay: float) -> None:
    one = compare(burst(1 + delay))
    assert one.lag == pytest.approx(delay)
    assert one.lag_correlation == pytest.approx(1, abs=1e-6)
    assert one.peak_delay == pytest.approx(delay)
    assert one.correlation is not None
    assert one.correlation < 0.95
    assert one.peak_difference == pytest.approx(0, abs=1e-9)
    assert one.bias == pytest.approx(0, abs=1e-3)


def test_a_scaled_curve_correlates_and_differs_by_its_mean() -> None:
    one = compare(0.5 * burst())
    assert one.correlation == pytest.approx(1)
    assert one.bias == pytest.approx(-0.5 * burst().mean())
    assert one.mae == pytest.approx(0.5 * burst().mean())
    assert one.rmse == pytest.approx(0.5 * np.sqrt(np.mean(burst() ** 2)))
    assert one.peak_difference == pytest.approx(-0.35)


def test_a_curve_turned_over_correlates_by_minus_one() -> None:
    one = compare(0.8 - burst())
    assert one.correlation == pytest.approx(-1)
    assert one.r2 is not None
    assert one.r2 < -2


def test_a_lag_beyond_what_is_looked_for_ends_there() -> None:
    lag, correlation = find_lag(TIME, reference=burst(0.7), compared=burst(1.2))
    assert lag == pytest.approx(LAG)
    assert correlation < 0.9


def test_a_flat_curve_has_errors_but_no_shape() -> None:
    one = compare(np.full_like(TIME, 0.3))
    assert one.mae > 0.1
    assert one.r2 is not None
    assert (one.correlation, one.lag, one.lag_correlation, one.peak_delay) == (
        None,
    ) * 4
    flat = compare(burst(), np.full_like(TIME, 0.3))
    assert flat.r2 is None


def test_uneven_times_are_compared_at_their_own_lags() -> None:
    uneven = np.sort(np.concatenate([TIME[::2], TIME[1:101:2]]))
    lag, correlation = find_lag(
        uneven,
        reference=burst(1.0, time=uneven),
        compared=burst(1.06, time=uneven),
    )
    assert lag == pytest.approx(0.06, abs=0.006)
    assert correlation > 0.999


def test_pooled_curves_pool_squares_and_average_the_rest() -> None:
    parts = [compare(burst() + 0.03), compare(burst(1.1) + 0.04)]
    both = pool_curves("both", parts)
    assert both.frames == 402
    assert both.rmse == pytest.approx(np.sqrt(np.mean([p.rmse**2 for p in parts])))
    assert both.mae == pytest.approx(np.mean([p.mae for p in parts]))
    assert both.lag == pytest.approx(0.05)
    assert both.compared_peak == pytest.approx(0.735)


def test_pooling_leaves_out_what_is_undefined() -> None:
    flat = compare(np.full_like(TIME, 0.3))
    assert pool_curves("both", [flat, compare(burst(1.1))]).lag == pytest.approx(0.1)
    assert pool_curves("flat", [flat, flat]).lag is None
