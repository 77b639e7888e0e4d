"""A mean over participants, and an interval that says how far to trust it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LEVEL = 0.95
"""Fraction of the intervals of many studies that would have the true mean within."""

RESAMPLES = 9999
"""Bootstrap samples of participants."""


@dataclass(frozen=True)
class Estimate:
    """Mean over participants of a quantity, in the unit of the quantity.

    Attributes
    ----------
    mean : in that unit; ``nan`` if no participant has a value
    std : standard deviation of a sample, same unit; ``nan`` for fewer than two
    low, high : ends of the 95 % interval of the mean; ``None`` for fewer than two
    participants : how many have a value
    """

    mean: float
    std: float
    low: float | None
    high: float | None
    participants: int

    def to_dict(self) -> dict[str, Any]:
        """Plain data, in the unit of the quantity."""
        return {
            "mean": self.mean,
            "sd": self.std,
            "low": self.low,
            "high": self.high,
            "participants": self.participants,
        }


def estimate(values: Sequence[float], *, seed: int = 0) -> Estimate:
    """Estimate a mean over participants, with a bootstrap interval.

    Participants are drawn anew with replacement, not their motions, which are no
    independent observations. The interval is bias-corrected and accelerated (Efron
    1987, J Am Stat Assoc 82, 171).

    Parameters
    ----------
    values : one for each participant, in any unit; ``nan`` ones are left out
    seed : of the resampling

    Examples
    --------
    >>> found = estimate([1.0, 2.0, 3.0, math.nan])
    >>> found.mean, found.std, found.participants
    (2.0, 1.0, 3)
    >>> 1.0 <= found.low < 2.0 < found.high <= 3.0
    True
    >>> estimate([1.0]).low is None
    True
    """
    known = np.array([value for value in values if not math.isnan(value)])
    if not len(known):
        return Estimate(math.nan, math.nan, None, None, 0)
    mean = float(known.mean())
    if len(known) < 2:
        return Estimate(mean, math.nan, None, None, 1)
    low, high = _resample(known, seed=seed)
    return Estimate(mean, float(known.std(ddof=1)), low, high, len(known))


def _resample(known: np.ndarray, *, seed: int) -> tuple[float, float]:
    """Find the ends of the interval: the mean where all values are the same."""
    from scipy.stats import bootstrap  # slow to load

    if np.ptp(known) <= 1e-12 * np.abs(known).max():
        return float(known[0]), float(known[0])
    interval = bootstrap(
        (known,),
        np.mean,
        confidence_level=LEVEL,
        n_resamples=RESAMPLES,
        method="BCa",
        random_state=np.random.default_rng(seed),
    ).confidence_interval
    return float(interval.low), float(interval.high)
