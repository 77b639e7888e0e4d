"""Where over its cycle a curve differs, tested over all of the cycle at once.

Statistical parametric mapping of curves (Pataky 2010, J Biomech 43:1976), by
permutation: a paired t at every point of the cycle, and as its null distribution the
largest ``|t|`` of the cycle when the signs of whole participants' differences are
flipped (Nichols and Holmes 2002, Hum Brain Mapp 15:1, "single threshold test"). That
controls the chance of any false finding along the curve, whatever its smoothness, and
asks for no normal distribution: only that without an effect a difference is as likely
as its opposite. In curves of biomechanics it agrees with random field theory where that
holds (Pataky et al. 2015, J Biomech 48:1277). The package ``spm1d`` has both; it is
not used because what needs it has to be passed on under its licence, GPL 3.

All sign flips are taken up to :data:`MOST` of them, that is up to 14 pairs: the test is
exact then. Below six pairs nothing can be found at 5 %: the least p is ``2 / 2ⁿ``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import BigeError

MOST = 10_000
"""Permutations: of more, so many are drawn at random."""

ALPHA = 0.05
"""Chance of any false finding along the curve."""

LEAST_PAIRS = 6
"""Pairs below which nothing can be found at :data:`ALPHA`: the least p is 2 / 2ⁿ."""

_EVEN = 1e-9  # relative rounding below which two t are the same
_LEAST = 1e-12  # part of the squares that counts as variance where there is none


@dataclass(frozen=True)
class Cluster:
    """A stretch of the cycle in which two sets of curves differ.

    Attributes
    ----------
    start, stop : first and last point, % of the cycle
    t : at its strongest point, a ratio; positive where the compared curves are larger
    p : chance of a ``|t|`` like that anywhere in the cycle, a fraction
    """

    start: float
    stop: float
    t: float
    p: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "start_percent": self.start,
            "stop_percent": self.stop,
            "t": self.t,
            "p": self.p,
        }


@dataclass(frozen=True, eq=False)
class CurveTest:
    """A paired test of curves over the whole cycle.

    Attributes
    ----------
    count : of pairs
    t : (F,) a ratio at every point of the cycle
    threshold : ``|t|`` beyond which curves differ, a ratio
    p : of the strongest point, a fraction
    permutations : how many made the null distribution
    exact : whether these were all there are
    clusters : where curves differ
    """

    count: int
    t: Float[np.ndarray, " F"]
    threshold: float
    p: float
    permutations: int
    exact: bool
    clusters: tuple[Cluster, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, without the curve of t."""
        return {
            "pairs": self.count,
            "threshold_t": self.threshold,
            "p": self.p,
            "permutations": self.permutations,
            "exact": self.exact,
            "clusters": [cluster.to_dict() for cluster in self.clusters],
        }


def compare_paired_curves(
    reference: Float[np.ndarray, "N F"],
    compared: Float[np.ndarray, "N F"],
    *,
    alpha: float = ALPHA,
    seed: int = 0,
) -> CurveTest:
    """Test where paired curves differ.

    Parameters
    ----------
    reference, compared : (N, F) a curve of each participant, in one unit, over 0-100 %
    alpha : chance of any false finding, a fraction
    seed : of permutations that are drawn

    Raises
    ------
    BigeError
        There are fewer than two pairs.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> noise = rng.normal(0.0, 0.1, (8, 101))
    >>> bump = np.where(np.abs(np.arange(101) - 50) < 10, 1.0, 0.0)
    >>> found = compare_paired_curves(np.zeros((8, 101)), noise + bump)
    >>> [(c.start, c.stop) for c in found.clusters], found.exact
    ([(41.0, 59.0)], True)
    """
    differences = compared - reference
    count = len(differences)
    if count < 2:
        raise BigeError(
            f"Curves are tested over two pairs or more, got {count}; compare more "
            "trials."
        )
    signs = _flip_signs(count, seed)
    largest = np.concatenate(
        [np.abs(_find_t(part, differences)).max(axis=1) for part in _split(signs)]
    )
    t = _find_t(signs[:1], differences)[0]
    ranked = np.sort(largest)[::-1]
    threshold = float(ranked[math.floor(alpha * len(ranked))])
    beyond = np.abs(t) > threshold * (1 + _EVEN)
    return CurveTest(
        count=count,
        t=t,
        threshold=threshold,
        p=_find_p(t, largest),
        permutations=len(largest),
        exact=2 ** (count - 1) <= MOST,
        clusters=tuple(_find_clusters(t, beyond, largest)),
    )


def _flip_signs(count: int, seed: int) -> Float[np.ndarray, "P N"]:
    """Signs of all pairs, none flipped first; the mirror images give the same ``|t|``.

    So the first pair keeps its sign, which halves their number and changes no p.
    """
    if 2 ** (count - 1) <= MOST:
        bits = np.arange(2 ** (count - 1))[:, None] >> np.arange(count - 1) & 1
    else:
        bits = np.random.default_rng(seed).integers(0, 2, (MOST, count - 1))
        bits[0] = 0
    return np.hstack([np.ones((len(bits), 1)), 1.0 - 2.0 * bits])


def _split(signs: Float[np.ndarray, "P N"]) -> Iterator[Float[np.ndarray, "_ N"]]:
    for start in range(0, len(signs), 1000):  # a thousand curves fit a cache
        yield signs[start : start + 1000]


def _find_t(
    signs: Float[np.ndarray, "P N"], differences: Float[np.ndarray, "N F"]
) -> Float[np.ndarray, "P F"]:
    """T of every permutation and point; flips leave the sum of squares as it is."""
    count = len(differences)
    squares = (differences**2).sum(axis=0)
    mean = signs @ differences / count
    variance = (squares - count * mean**2) / (count - 1)
    error = np.sqrt(np.maximum(variance, _LEAST * squares) / count)
    t: Float[np.ndarray, "P F"] = np.divide(
        mean, error, out=np.zeros_like(mean), where=error > 0
    )
    return t


def _find_p(t: Float[np.ndarray, " _"], largest: Float[np.ndarray, " P"]) -> float:
    """Share of permutations whose largest ``|t|`` is no smaller than that of ``t``."""
    return float(np.mean(largest >= np.abs(t).max() * (1 - _EVEN)))


def _find_clusters(
    t: Float[np.ndarray, " F"],
    beyond: Bool[np.ndarray, " F"],
    largest: Float[np.ndarray, " P"],
) -> Iterator[Cluster]:
    """Stretches beyond the threshold; one that changes its sign is two."""
    position = np.linspace(0.0, 100.0, len(t))
    kind = np.where(beyond, np.sign(t), 0.0)
    edges = [0, *(np.flatnonzero(np.diff(kind)) + 1), len(t)]
    for start, stop in pairwise(edges):
        if kind[start]:
            part = t[start:stop]
            yield Cluster(
                start=float(position[start]),
                stop=float(position[stop - 1]),
                t=float(part[np.abs(part).argmax()]),
                p=_find_p(part, largest),
            )
