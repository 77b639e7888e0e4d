"""Agreement of curves whose differences are known."""

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.evaluation.agreement import compare_activations
from bige_osim.evaluation.curve_agreement import STILL, pool
from bige_osim.motion import Activations

TIME = np.linspace(0, 2, 401)


def curves(*columns: np.ndarray, time: np.ndarray = TIME) -> Activations:
    names = ("vasmed_r", "vasmed_l", "soleus_r")[: len(columns)]
    return Activations(time, np.stack(columns, axis=1), names)


def wave(delay: float = 0.0, size: float = 0.2, time: np.ndarray = TIME) -> np.ndarray:
    """One period of 2 s about 0.5, highest at 1 s plus the delay."""
    return 0.5 - size * np.cos(np.pi * (time - delay))


def test_a_shifted_sinusoid_has_the_rmse_and_the_delay_of_its_shift() -> None:
    (one,) = compare_activations(curves(wave(delay=0.1)), curves(wave()))
    # the difference of two cosines is a sine of amplitude 2 A sin(shift / 2)
    assert one.rmse == pytest.approx(
        2 * 0.2 * np.sin(np.pi * 0.1 / 2) / np.sqrt(2), rel=0.01
    )
    assert one.peak_delay == pytest.approx(0.1)
    assert one.peak_delay_percent == pytest.approx(5.0)
    assert one.peak_difference == pytest.approx(0.0, abs=1e-4)
    assert one.bias == pytest.approx(0.0, abs=1e-3)


def test_r_squared_is_one_minus_residual_over_total_squares() -> None:
    (one,) = compare_activations(curves(wave() + 0.1), curves(wave()))
    assert one.r2 == pytest.approx(1 - 0.1**2 / wave().var(), abs=1e-9)


def test_r_squared_is_negative_where_the_mean_would_be_nearer() -> None:
    (one,) = compare_activations(curves(1 - wave()), curves(wave()))
    assert one.r2 is not None
    assert one.r2 == pytest.approx(-3, abs=0.01)


def test_a_muscle_that_hardly_varies_has_no_r_squared_and_no_timing() -> None:
    flat = np.full_like(TIME, 0.02)
    flat[::2] += 1.9 * STILL
    (one,) = compare_activations(curves(wave()), curves(flat))
    assert one.spread < STILL
    assert one.r2 is None
    assert one.peak_delay is None
    assert one.peak_delay_percent is None


def test_curves_are_compared_at_the_frames_of_the_simulation() -> None:
    coarse = np.linspace(0, 2, 11)
    (one,) = compare_activations(curves(wave()), curves(wave(time=coarse), time=coarse))
    assert one.frames == 11
    assert one.rmse == pytest.approx(0.0, abs=1e-9)


def test_failed_frames_do_not_count() -> None:
    simulated = wave()
    simulated[10:20] = np.nan
    solved = np.isfinite(simulated)
    (one,) = compare_activations(curves(wave()), curves(simulated), solved=solved)
    assert one.frames == 391
    assert one.rmse == 0.0


def test_pooled_squares_are_those_of_all_values_together() -> None:
    found = curves(wave(), wave(size=0.1))
    hoped = curves(wave() + 0.1, wave(size=0.1) - 0.05)
    both = pool("both", compare_activations(hoped, found))
    errors = hoped.values - found.values
    total = ((found.values - found.values.mean(axis=0)) ** 2).sum()
    assert both.frames == 802
    assert both.rmse == pytest.approx(np.sqrt((errors**2).mean()))
    assert both.r2 == pytest.approx(1 - (errors**2).sum() / total)


def test_muscles_are_matched_by_name_and_others_are_left_out() -> None:
    found = curves(wave(), wave(size=0.1), wave(size=0.3))
    hoped = found.select(["soleus_r", "vasmed_r"])
    names = [one.name for one in compare_activations(hoped, found)]
    assert names == ["vasmed_r", "soleus_r"]


def test_curves_without_a_common_muscle_are_an_error() -> None:
    other = Activations(TIME, wave()[:, None], ("tibant_r",))
    with pytest.raises(BigeError) as error:
        compare_activations(other, curves(wave()))
    assert str(error.value) == (
        "The surrogate and the simulation have no muscle in common, expected the same "
        "model's muscles; use the model that the motion was guided on."
    )


def test_curves_without_a_common_time_are_an_error() -> None:
    later = curves(wave(), time=TIME + 10)
    with pytest.raises(BigeError, match="no solved frame within the motion's time"):
        compare_activations(later, curves(wave()))


def test_pooling_nothing_is_an_error() -> None:
    with pytest.raises(BigeError, match="nothing to pool for the legs"):
        pool("the legs", [])
