"""How well synthetic repetitions cover recorded ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import KDTree

RANGE = (2.5, 97.5)
"""Percentiles of the synthetic repetitions that count as their range."""


@dataclass(frozen=True)
class Coverage:
    """Recorded repetitions against made ones.

    Attributes
    ----------
    within : (K,) share of the recorded ones that lie in the range of the made ones
    to_made : median distance of a recorded one to the nearest made one, all measures
        together, each in units of its SD over the recorded ones
    to_others : the same to the nearest recorded one of another participant, same unit;
        NaN with one participant

    All are NaN where nothing was made that is not a copy of the same participant.

    Examples
    --------
    >>> Coverage((0.9,), to_made=1.0, to_others=2.0).closer_than_others
    True
    """

    within: tuple[float, ...]
    to_made: float
    to_others: float

    @property
    def closer_than_others(self) -> bool:
        """Whether made ones are nearer to a recorded one than others' recorded ones."""
        return self.to_made < self.to_others


def measure_coverage(
    recorded: Float[np.ndarray, "N K"],
    made: Float[np.ndarray, "M K"],
    *,
    people: Sequence[str],
    copied_from: Sequence[str] | None = None,
) -> Coverage:
    """Compare measures of recorded and made repetitions.

    Parameters
    ----------
    recorded, made : (N, K) and (M, K), finite, in any units
    people : (N,) who was recorded
    copied_from : (M,) whose recorded motion each made one is a copy of, "" if it is
        none; nobody is compared with copies of themselves

    Examples
    --------
    >>> recorded = np.array([[0.0, 0.0], [1.0, 0.0], [4.0, 2.0]])
    >>> made = np.array([[0.0, 1.0], [2.0, 0.0], [3.0, 1.0]])
    >>> measure_coverage(recorded, made, people=["a", "a", "b"]).within
    (0.3333333333333333, 0.0)
    """
    names = np.asarray(people)
    origins = np.asarray(copied_from or [""] * len(made))
    spread = recorded.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    within = np.full(recorded.shape, np.nan)
    to_made, to_others = (np.full(len(recorded), np.nan) for _ in range(2))
    for name in dict.fromkeys(people):
        own = names == name
        free = made[origins != name]
        to_made[own] = _nearest(recorded, free, rows=own, spread=spread)
        to_others[own] = _nearest(recorded, recorded[~own], rows=own, spread=spread)
        if len(free):
            low, high = np.percentile(free, RANGE, axis=0)
            within[own] = (recorded[own] >= low) & (recorded[own] <= high)
    known = np.isfinite(to_made)
    shares = within[known].mean(axis=0) if known.any() else within[0]
    return Coverage(
        tuple(float(share) for share in shares), _median(to_made), _median(to_others)
    )


def _nearest(
    recorded: Float[np.ndarray, "N K"],
    pool: Float[np.ndarray, "P K"],
    *,
    rows: Bool[np.ndarray, " N"],
    spread: Float[np.ndarray, " K"],
) -> Float[np.ndarray, " _"]:
    """Distance of some recorded repetitions to the nearest of a pool, NaN if empty."""
    if not len(pool):
        return np.full(int(rows.sum()), np.nan)
    return np.asarray(KDTree(pool / spread).query(recorded[rows] / spread)[0])


def _median(values: Float[np.ndarray, " N"]) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
