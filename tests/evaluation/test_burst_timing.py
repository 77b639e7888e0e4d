"""On and off of bursts whose times are known."""

import numpy as np
import pytest

from bige_osim.evaluation.burst_timing import THRESHOLD, compare_bursts, find_burst

TIME = np.linspace(0, 2, 201)


def triangle(at: float, half: float = 0.4, size: float = 1.0) -> np.ndarray:
    return size * np.clip(1 - np.abs(TIME - at) / half, 0, None)


def test_a_triangle_is_on_where_it_passes_a_fifth_of_its_peak() -> None:
    start, stop = find_burst(TIME, triangle(1.0))
    assert start == pytest.approx(1 - 0.4 * (1 - THRESHOLD))
    assert stop == pytest.approx(1 + 0.4 * (1 - THRESHOLD))


def test_the_size_of_a_curve_does_not_change_when_it_is_on() -> None:
    one = compare_bursts(
        TIME, reference=triangle(1.0), compared=triangle(1.1, size=0.02)
    )
    assert one.onset == pytest.approx(0.1)
    assert one.offset == pytest.approx(0.1)
    # on or off alike but for 0.1 s at either end
    assert one.together == pytest.approx(90, abs=1)


def test_only_the_burst_about_the_peak_counts() -> None:
    twice = triangle(0.4, half=0.2, size=0.5) + triangle(1.4, half=0.2)
    start, _ = find_burst(TIME, twice)
    assert start == pytest.approx(1.4 - 0.2 * (1 - THRESHOLD))


def test_a_burst_that_was_on_before_has_no_onset() -> None:
    one = compare_bursts(TIME, reference=triangle(0.1), compared=triangle(1.0))
    assert one.onset is None
    assert one.offset == pytest.approx(0.9)
