"""Times of recordings: known answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bige_osim.motion import GroundReaction, Motion, Series
from bige_osim.physics.ground.plates import check_plates
from bige_osim.times import ENOUGH, covers, regular_times, within

RATES = st.one_of(
    st.integers(30, 2000), st.sampled_from([29.97, 59.94, 119.88, 1000 / 3, 512.5])
)
DECIMALS = st.integers(3, 9)


@settings(deadline=None, max_examples=60)
@given(
    rate=RATES,
    decimals=DECIMALS,
    frames=st.integers(ENOUGH, 1500),
    start=st.floats(0, 100),
    cut=st.booleans(),
)
def test_rounded_times_become_those_of_their_constant_rate(
    rate: float, decimals: int, frames: int, start: float, cut: bool
) -> None:
    true, unit = start + np.arange(frames) / rate, 10.0**-decimals
    rounded = np.round(np.floor(true / unit + 1e-6) * unit if cut else true, decimals)
    if np.any(np.diff(rounded) <= 0) and rate != int(rate):
        return  # times that repeat ask for a whole number of frames a second
    regular = regular_times(rounded)
    assert np.abs(regular - true).max() <= (1.51 if cut else 1.01) * unit
    np.testing.assert_allclose(
        np.diff(regular) * rate, 1.0, atol=1e-6 + 6 * unit * rate / frames
    )


def test_times_are_those_that_were_rounded_where_the_rate_is_a_whole_number() -> None:
    true = 2.5 + np.arange(1801) / 600
    for decimals in (3, 4, 5, 6):
        np.testing.assert_allclose(regular_times(np.round(true, decimals)), true)
    digits = np.array([float(f"{time:.5g}") for time in 9.9 + np.arange(200) / 240])
    np.testing.assert_allclose(regular_times(digits), 9.9 + np.arange(200) / 240)
    single = true.astype(np.float32).astype(float)
    np.testing.assert_allclose(regular_times(single), true, atol=3e-7)


@pytest.mark.parametrize(
    "time",
    [
        [0.0, 0.1, 0.15, 0.3, 0.5, 0.55, 0.8, 1.0],
        [0.0, 0.033, 0.067, 0.133, 0.167],  # a frame is missing
        [0.0, 1.0, 3.0],
        [0.5],
        [],
    ],
)
def test_times_that_are_uneven_indeed_stay(time: list[float]) -> None:
    assert regular_times(np.array(time)).tolist() == time


def test_even_times_stay_bit_by_bit() -> None:
    time = 0.1 + np.arange(500) / 60
    assert regular_times(time) is time


def wave(time: np.ndarray) -> np.ndarray:
    return np.sin(2 * np.pi * time)[:, None]


@settings(deadline=None, max_examples=30)
@given(rate=st.integers(60, 2000), decimals=DECIMALS)
def test_rounded_times_change_values_and_derivatives_little(
    rate: int, decimals: int
) -> None:
    time = 2.5 + np.arange(2 * rate + 1) / rate
    rounded = np.round(time, decimals)
    if np.any(np.diff(rounded) <= 0):
        rounded = regular_times(rounded)
    if np.any(np.diff(rounded) <= 0):
        return  # the reader refuses them
    exact, found = Motion(time, wave(time), ("x",)), Motion(rounded, wave(time), ("x",))
    # A speed of 2 pi a second turns a millisecond into 0.006.
    near = 1.1 * 2 * np.pi * 10.0**-decimals
    frames = np.arange(2.51, 4.49, 0.01)
    off = found.filter(6.0).at(frames).values - exact.filter(6.0).at(frames).values
    assert np.abs(off).max() < near + 1e-9
    for one, other in zip(found.derivatives(), exact.derivatives(), strict=True):
        inner = slice(10, -10)
        limit = 0.002 * np.abs(other[inner]).max() + (2 * np.pi) ** 2 * near
        assert np.abs(one - other)[inner].max() < limit


def test_the_ends_of_a_series_are_held_for_half_an_interval() -> None:
    series = Series(np.arange(6) / 10, np.arange(6.0)[:, None], ("x",))
    assert series.at(np.array([-0.04, 0.54])).values.ravel().tolist() == [0.0, 5.0]


def test_a_time_means_the_frame_nearest_to_it() -> None:
    time = np.arange(6) / 600
    assert within(time, 0.0017, 0.0067).tolist() == [False, *[True] * 4, False]


def plates(time: np.ndarray) -> GroundReaction:
    force = np.full((len(time), 1, 3), 300.0)
    return GroundReaction(time, force, 0 * force, 0 * force, ("a",), "measured")


@pytest.mark.parametrize(
    ("rate", "frames"), [(100, 300), (1000, 2996), (600, 1800), (30, 90)]
)
def test_plates_may_lack_their_last_frame(rate: int, frames: int) -> None:
    motion, recorded = np.arange(301) / 100, np.arange(frames) / rate
    check_plates(plates(recorded), motion)
    assert not covers(recorded[: -rate // 20], motion)


def test_forces_are_held_for_half_an_interval() -> None:
    held = plates(np.arange(5) / 10).at(np.array([0.44, 0.46])).force
    assert held[:, 0, 1].tolist() == [300.0, 0.0]


def test_a_motion_may_have_a_frame_more_than_its_plates() -> None:
    series = Series(np.arange(6) / 10, np.arange(6.0)[:, None], ("x",))
    held = series.at(np.array([0.5, 0.6]), reach=0.11)
    assert held.values.ravel().tolist() == [5.0, 5.0]
