"""Curves of two files at the same times and under the same names."""

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.evaluation.paired_curves import PairedCurves
from bige_osim.evaluation.pairing import pair_curves
from bige_osim.motion import Series


def ramp(start: float, stop: float, rate: float, *names: str, name: str = "") -> Series:
    """Every column is the time, the second twice the time, and so on."""
    time = start + np.arange(round((stop - start) * rate) + 1) / rate
    factors = 1.0 + np.arange(len(names))
    return Series(time, time[:, None] * factors, names, name=name)


def pair(*, spans: tuple[tuple[float, float], ...] = ()) -> PairedCurves:
    first = ramp(0, 4, 50, "vasmed_r", "vaslat_r", "soleus_r")
    return pair_curves(first, ramp(0, 4, 100, *first.names), spans=spans)


def test_curves_are_interpolated_to_the_references_frames_over_the_common_span() -> (
    None
):
    one = pair_curves(ramp(0, 2, 60, "x"), ramp(0.5, 3, 25, "x"))
    assert one.time[0] == pytest.approx(0.5)
    assert one.time[-1] == 2
    assert len(one.time) == 91
    assert one.compared == pytest.approx(one.reference)


def test_curves_without_a_common_time_are_an_error() -> None:
    with pytest.raises(BigeError) as error:
        pair_curves(ramp(0, 1, 50, "x", name="a"), ramp(5, 6, 50, "x", name="b"))
    assert str(error.value) == (
        "a (0.00 to 1.00 s) and b (5.00 to 6.00 s) have fewer than 3 frames in common; "
        "bring them to one clock."
    )


def test_curves_without_a_common_name_are_an_error() -> None:
    with pytest.raises(BigeError) as error:
        pair_curves(ramp(0, 1, 50, "VM_R", name="a"), ramp(0, 1, 50, "x", name="b"))
    assert str(error.value) == (
        "a and b have no muscle in common, got VM_R and x; pass --names with a table "
        "of names."
    )


def test_nothing_is_interpolated_across_a_gap() -> None:
    whole = ramp(0, 4, 50, "x")
    kept = (whole.time <= 1) | (whole.time >= 3)
    broken = Series(whole.time[kept], whole.values[kept], ("x",))
    one = pair_curves(whole, broken)
    assert not ((one.time > 1.03) & (one.time < 2.97)).any()
    assert len(one.time) == kept.sum()


def test_a_table_of_names_works_from_either_side() -> None:
    emg = ramp(0, 1, 100, "VM_R", "HAM_R", "OTHER")
    model = ramp(0, 1, 100, "vasmed_r", "semimem_r", "semiten_r")
    names = {"VM_R": ("vasmed_r",), "HAM_R": ("semimem_r", "semiten_r")}
    one = pair_curves(emg, model, names=names)
    assert one.names == ("vasmed_r", "HAM_R")
    assert one.left_out == ("OTHER",)
    # the mean of the second and third column, 2 t and 3 t
    assert one.compared[:, 1] == pytest.approx(2.5 * one.time)
    assert one.reference[:, 1] == pytest.approx(2 * one.time)
    back = pair_curves(model, emg, names=names)
    assert back.reference == pytest.approx(one.compared)


def test_repetitions_are_compared_by_themselves() -> None:
    one = pair(spans=((0.0, 1.0), (2.0, 3.0), (3.5, 9.0)))
    assert one.repetitions
    assert one.spans == ((0.0, 1.0), (2.0, 3.0))
    first, second = one.over_cycle()
    # the mean of 0 to 1 s and 2 to 3 s
    assert first[:, 0] == pytest.approx(np.linspace(1, 2, 101))
    assert second == pytest.approx(first)
    assert one.peaks()[0] == pytest.approx([2, 4, 6])


def test_a_trial_without_repetitions_is_one_span() -> None:
    one = pair()
    assert not one.repetitions
    assert one.spans == ((0.0, 4.0),)


def test_a_group_is_the_weighted_mean_of_its_muscles() -> None:
    groups = {"vasti_r": ("vasmed_r", "vaslat_r"), "gone_r": ("vasmed_r", "tibant_r")}
    one = pair().combine(groups, {"vaslat_r": 3.0})
    assert one.names == ("vasti_r",)
    assert one.reference[:, 0] == pytest.approx((1 + 2 * 3) / 4 * one.time)
    assert pair().combine({}, {}).reference.shape == (201, 0)


def test_scaled_curves_peak_at_one_and_silent_ones_are_left_out() -> None:
    time = np.linspace(0, 1, 11)
    loud, silent = time[:, None], np.zeros((11, 1))
    both = Series(time, np.hstack([5 * loud, silent]), ("x", "y"))
    one = pair_curves(both, Series(time, np.hstack([loud, loud]), ("x", "y"))).scale()
    assert one.names == ("x",)
    assert one.reference.max() == one.compared.max() == 1


def test_curves_are_scaled_by_their_peaks_within_repetitions() -> None:
    one = pair(spans=((0.0, 1.0), (1.0, 2.0))).scale()
    assert one.reference[one.time == 2] == pytest.approx(np.ones((1, 3)))
    assert one.reference[one.time == 4] == pytest.approx(np.full((1, 3), 2.0))
