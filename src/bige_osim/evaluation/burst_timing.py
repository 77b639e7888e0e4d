"""When a muscle is on and off: the burst about its peak, of two curves.

A curve counts as on above :data:`THRESHOLD` of its own peak, as is usual for envelopes
of EMG that have no recording at rest (fractions of the peak: Hug and Dorel 2009, J
Electromyogr Kinesiol 19:182). Its burst is the stretch about its highest value in
which it is on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

THRESHOLD = 0.2
"""Fraction of the own peak above which a muscle is on."""


@dataclass(frozen=True)
class BurstTiming:
    """On and off of a curve against its reference.

    Attributes
    ----------
    onset, offset : when it goes on and off minus when the reference does, s; ``None``
        where one of both is on already at the first frame, or still at the last
    together : frames in which both are on, or both off, % of all
    """

    onset: float | None
    offset: float | None
    together: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data; times in s."""
        return {
            "onset_s": self.onset,
            "offset_s": self.offset,
            "on_off_alike_percent": self.together,
        }


def compare_bursts(
    time: Float[np.ndarray, " N"],
    *,
    reference: Float[np.ndarray, " N"],
    compared: Float[np.ndarray, " N"],
) -> BurstTiming:
    """Compare when two curves are on.

    Parameters
    ----------
    time : (N,) s, increasing
    reference, compared : (N,) each in a unit of its own, with a peak above zero

    Examples
    --------
    >>> t = np.arange(0, 2, 0.01)
    >>> early, late = (np.exp(-50 * (t - at) ** 2) for at in (0.90, 0.95))
    >>> one = compare_bursts(t, reference=early, compared=3 * late)
    >>> round(one.onset, 3), round(one.offset, 3), one.together
    (0.05, 0.05, 95.0)
    """
    starts, stops = zip(
        *(find_burst(time, values) for values in (reference, compared)), strict=True
    )
    on = [values >= THRESHOLD * values.max() for values in (reference, compared)]
    return BurstTiming(
        onset=_subtract(starts[1], starts[0]),
        offset=_subtract(stops[1], stops[0]),
        together=100 * float(np.mean(on[0] == on[1])),
    )


def find_burst(
    time: Float[np.ndarray, " N"], values: Float[np.ndarray, " N"]
) -> tuple[float | None, float | None]:
    """Find when the burst about the highest value begins and ends, s.

    Between frames the curve is taken to be straight. ``None`` stands for a burst that
    began before the first frame, or ends after the last.

    Parameters
    ----------
    time : (N,) s, increasing
    values : (N,) in any unit, with a peak above zero

    Examples
    --------
    >>> find_burst(np.arange(5.0), np.array([0.0, 0.0, 1.0, 0.4, 0.0]))
    (1.2, 3.5)
    >>> find_burst(np.arange(3.0), np.array([0.5, 1.0, 0.0]))
    (None, 1.8)
    """
    level, peak = THRESHOLD * float(values.max()), int(values.argmax())
    off = np.flatnonzero(values < level)
    before, after = off[off < peak], off[off > peak]
    start = stop = None
    if len(before):
        start = _cross(time, values, level=level, off=int(before[-1]), step=1)
    if len(after):
        stop = _cross(time, values, level=level, off=int(after[0]), step=-1)
    return start, stop


def _cross(
    time: Float[np.ndarray, " N"],
    values: Float[np.ndarray, " N"],
    *,
    level: float,
    off: int,
    step: int,
) -> float:
    """Time (s) at which the curve passes a level between a frame and the next."""
    low, high = float(values[off]), float(values[off + step])
    part = (level - low) / (high - low)
    return float(time[off] + part * (time[off + step] - time[off]))


def pool_bursts(parts: Sequence[BurstTiming]) -> BurstTiming:
    """Take means over repetitions or trials, of what is known.

    Examples
    --------
    >>> pool_bursts([BurstTiming(0.1, None, 90.0), BurstTiming(0.3, None, 100.0)])
    BurstTiming(onset=0.2, offset=None, together=95.0)
    """

    def mean(values: list[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return float(np.mean(known)) if known else None

    return BurstTiming(
        onset=mean([part.onset for part in parts]),
        offset=mean([part.offset for part in parts]),
        together=float(np.mean([part.together for part in parts])),
    )


def _subtract(later: float | None, earlier: float | None) -> float | None:
    return None if later is None or earlier is None else later - earlier
