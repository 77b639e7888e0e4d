"""Times of recordings: how far their ends may differ, and what rounding made of them.

Exporters round times (0.0017, 0.0033, 0.005 at 600 Hz), cut the last frame off, and
sample forces and motion at different rates. So two ranges are the same if they differ
by less than half an interval, and a time means the frame nearest to it.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float

LEAST = 1e-9
"""Seconds that never matter."""

ENOUGH = 20
"""Frames from which on times that are rounded to an interval or more still show a
constant rate."""

_DECIMALS = range(10)
_DIGITS = range(3, 13)
_ROUND_RATES = (100, 60, 50, 25, 10, 5, 1)
_BELOW_HALF = 0.5 * (1 - 1e-6)


def interval(time: Float[np.ndarray, " T"]) -> float:
    """Median time from one frame to the next, s; 0 below two frames.

    Examples
    --------
    >>> interval(np.array([0.0, 0.5, 1.0]))
    0.5
    """
    return float(np.median(np.diff(time))) if len(time) > 1 else 0.0


def end_tolerance(*times: Float[np.ndarray, " _"]) -> float:
    """How far the ends of series may differ unmentioned: half the longest interval, s.

    Examples
    --------
    >>> round(end_tolerance(np.arange(9) / 600, np.arange(3) / 100), 4)
    0.005
    """
    return max(LEAST, _BELOW_HALF * max(interval(time) for time in times))


def within(
    time: Float[np.ndarray, " T"], start: float, stop: float
) -> Bool[np.ndarray, " T"]:
    """Say which frames lie from ``start`` to ``stop``, s: each end's nearest included.

    Examples
    --------
    >>> within(np.array([0.0, 0.0017, 0.0033, 0.005]), 0.0016, 0.0034).tolist()
    [False, True, True, False]
    """
    near = end_tolerance(time)
    return (time >= start - near) & (time <= stop + near)


def covers(recorded: Float[np.ndarray, " P"], wanted: Float[np.ndarray, " T"]) -> bool:
    """Say whether a recording reaches both ends of the times that are wanted, s.

    It may lack a frame of its own, as exporters leave out the last, and half an
    interval of the coarser of both.

    Examples
    --------
    >>> plates, motion = np.arange(3000) / 1000, np.arange(301) / 100
    >>> covers(plates, motion), covers(plates[:-20], motion)
    (True, False)
    """
    return covers_span(recorded, wanted[0], wanted[-1], step=interval(wanted))


def covers_span(
    recorded: Float[np.ndarray, " P"], start: float, stop: float, *, step: float
) -> bool:
    """Do as :func:`covers`, of frames from ``start`` to ``stop``, ``step`` s apart.

    Examples
    --------
    >>> covers_span(np.arange(10) / 10, 0.0, 2.0, step=0.1)
    False
    """
    own = interval(recorded)
    near = max(LEAST, own + 0.5 * max(own, step))
    return bool(recorded[0] - near <= start and stop <= recorded[-1] + near)


def regular_times(time: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """Take times, s, for those of a constant rate if rounding makes these of them.

    Times rounded to 1 ms at 600 Hz jitter by a third of an interval, which derivatives
    turn into noise. If a constant rate gives the same times when rounded to as many
    decimals (or significant digits, or to single precision) as these have, it says all
    that they say, and is taken: a whole number of frames a second, or that of a
    television standard, where one fits. Other times are uneven indeed and are returned
    as they are. Where an interval is not longer than twice the rounding,
    :data:`ENOUGH` frames are asked for, and where times repeat a whole number of frames
    a second too.

    Parameters
    ----------
    time : (T,) s, never decreasing

    Returns
    -------
    (T,) s, each within the rounding of what it was

    Examples
    --------
    >>> regular_times(np.array([2.5, 2.5017, 2.5033, 2.505])).round(8).tolist()
    [2.5, 2.50166667, 2.50333333, 2.505]
    >>> regular_times(np.array([0.0, 0.1, 0.15, 0.3])).tolist()  # uneven indeed
    [0.0, 0.1, 0.15, 0.3]
    """
    if len(time) < 3 or not np.isfinite(time).all() or np.any(np.diff(time) < 0):
        return time
    mean = (time[-1] - time[0]) / (len(time) - 1)
    even = time[0] + mean * np.arange(len(time))
    if mean <= 0 or np.abs(even - time).max() <= 1e-9 * mean:
        return time
    repeats = bool(np.any(np.diff(time) == 0))
    for units in _roundings(time):
        if units.max() > 0.5 * mean and len(time) < ENOUGH:
            continue
        for step in _steps(time, units, whole=repeats):
            start = _start(time, step, units=units)
            if start is not None:
                return start + step * np.arange(len(time))
    return time


def rounding_of(time: Float[np.ndarray, " T"]) -> float | None:
    """Find the unit of the last decimal of times, s; ``None`` if they are not rounded.

    Examples
    --------
    >>> rounding_of(np.array([0.0, 0.0017])), rounding_of(np.arange(3) / 7)
    (0.0001, None)
    """
    near = 1e-12 * max(1.0, float(np.abs(time).max()))
    for decimals in _DECIMALS:
        if np.abs(np.round(time, decimals) - time).max() <= near:
            return float(10.0**-decimals)
    return None


def _roundings(time: Float[np.ndarray, " T"]) -> Iterator[Float[np.ndarray, " T"]]:
    """Yield what each time may have been rounded to, s, for every way to round."""
    unit = rounding_of(time)
    if unit is not None:
        yield np.full(len(time), unit)
    size = np.abs(time)
    exponents = np.floor(np.log10(np.where(size > 0, size, 1.0)))
    for digits in _DIGITS:
        units = 10.0 ** (exponents + 1 - digits)
        if (np.abs(np.rint(time / units) * units - time) <= 1e-12 * size).all():
            yield units
            break
    single = time.astype(np.float32)
    if np.array_equal(single, time):
        yield np.spacing(np.abs(single)).astype(np.float64)


def _steps(
    time: Float[np.ndarray, " T"], units: Float[np.ndarray, " T"], *, whole: bool
) -> Iterator[float]:
    """Yield intervals that the times may have, s, the likeliest first."""
    mean = float(time[-1] - time[0]) / (len(time) - 1)
    reach = float(units.max()) / (len(time) - 1)
    from scipy.optimize import minimize_scalar  # half a second to load

    best = minimize_scalar(
        lambda step: np.subtract(*_starts(time, step, units)),
        bounds=(max(mean - reach, 0.1 * mean), mean + reach),
        method="bounded",
        options={"xatol": 1e-4 * reach},
    )
    rate = 1 / float(best.x)
    for multiple in _ROUND_RATES:
        whole_rate = multiple * round(rate / multiple)
        if whole_rate > 0:
            yield 1 / whole_rate
    if whole:
        return
    for named in (round(1.001 * rate) / 1.001, round(rate, 2)):  # 30000/1001, 29.97
        if named > 0:
            yield 1 / named
    yield float(best.x)


def _starts(
    time: Float[np.ndarray, " T"], step: float, units: Float[np.ndarray, " T"]
) -> tuple[float, float]:
    """Earliest and latest first time from which steps round to all times, s.

    There is none if the earliest is after the latest.
    """
    starts = time - step * np.arange(len(time))
    half = 0.5 * units * (1 + 1e-6) + 1e-12 * np.abs(time).max()
    return float((starts - half).max()), float((starts + half).min())


def _start(
    time: Float[np.ndarray, " T"], step: float, *, units: Float[np.ndarray, " T"]
) -> float | None:
    """Find a first time from which steps round to all times; ``None`` if none does.

    A multiple of the step is preferred, then the first time as it is.
    """
    low, high = _starts(time, step, units)
    if low > high:
        return None
    for start in (step * round(0.5 * (low + high) / step), float(time[0])):
        if low <= start <= high:
            return start
    return 0.5 * (low + high)
