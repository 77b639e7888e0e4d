"""How well repetitions that were made cover those that were recorded."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

RANGE = (2.5, 97.5)
"""Percentiles of what was made that count as its range."""


@dataclass(frozen=True)
class Coverage:
    """Recorded repetitions against made ones.

    Attributes
    ----------
    within : (K,) share of the recorded ones that lie in the range of the made ones
    to_made : median distance of a recorded one to the nearest made one, all measures
        together, each in its standard deviation over the recorded ones
    to_others : the same to the nearest recorded one of another person; NaN with one
        person
    """

    within: tuple[float, ...]
    to_made: float
    to_others: float

    @property
    def closer_than_others(self) -> bool:
        """Whether made ones are nearer to a recorded one than other people's are."""
        return self.to_made < self.to_others


def measure_coverage(
    recorded: Float[np.ndarray, "N K"],
    made: Float[np.ndarray, "M K"],
    *,
    people: Sequence[str],
) -> Coverage:
    """Compare measures of recorded and made repetitions.

    Parameters
    ----------
    recorded, made : (N, K) and (M, K), finite, in any units
    people : (N,) who was recorded

    Examples
    --------
    >>> recorded = np.array([[0.0, 0.0], [1.0, 0.0], [4.0, 2.0]])
    >>> made = np.array([[0.0, 1.0], [2.0, 0.0], [3.0, 1.0]])
    >>> measure_coverage(recorded, made, people=["a", "a", "b"]).within
    (0.3333333333333333, 0.0)
    """
    low, high = np.percentile(made, RANGE, axis=0)
    within = ((recorded >= low) & (recorded <= high)).mean(axis=0)
    spread = recorded.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    to_made, _ = KDTree(made / spread).query(recorded / spread)
    names = np.asarray(people)
    to_others = [
        KDTree(recorded[names != name] / spread).query(row / spread)[0]
        for row, name in zip(recorded, names, strict=True)
        if (names != name).any()
    ]
    return Coverage(
        tuple(float(share) for share in within),
        float(np.median(to_made)),
        float(np.median(to_others)) if to_others else float("nan"),
    )
