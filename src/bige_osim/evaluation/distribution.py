"""Sets of motions: how far one is from another, and how much its motions differ.

A motion is a point: its curves over 0-100 % of its cycle, one after the other. How far
two sets are apart is their sliced 2-Wasserstein distance (Rabin et al. 2012, LNCS 6667,
435; Bonneel et al. 2015, J Math Imaging Vis 51, 22)::

    SW(P, Q)² = mean over unit vectors u of ∫ (F_u⁻¹(s) - G_u⁻¹(s))² ds,  s from 0 to 1

F_u⁻¹ and G_u⁻¹ are the quantiles of the points of P and Q along u: in one dimension the
2-Wasserstein distance pairs what has the same rank. It sees means, spreads and what
goes together with what, and supposes nothing of how motions are distributed.

Directions u come in orthonormal bases (Rowland et al. 2019, PMLR 89, 186). Sets that
differ by a shift alone are then exactly as far apart as the root mean square of the
shift over coordinates and frames: 1 SD of every coordinate is a distance of 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.dataset.sample import resample_cycle
from bige_osim.errors import BigeError
from bige_osim.motion import Motion

FRAMES = 51
"""Frames over 0-100 % of a cycle: one every 2 %."""

SLICES = 512
"""Directions, at least, along which sets are compared."""

LEAST_ANGLE, LEAST_LENGTH = 1.0, 1.0
"""Least standard deviations that coordinates are divided by, deg and cm: what the
reference hardly moves would otherwise count most."""

SET_UNITS = {
    "fidelity_rotations": "SD",
    "fidelity_translations": "SD",
    "fidelity_rotations_deg": "deg",
    "fidelity_translations_cm": "cm",
    "diversity": "deg",
}
"""Unit of every metric of a set, by its name."""


@dataclass(frozen=True, kw_only=True)
class SetMetrics:
    """Metrics of a set of motions; ``nan`` without a reference, or for one motion.

    Attributes
    ----------
    fidelity_rotations, fidelity_translations : sliced 2-Wasserstein distance to the
        reference, in standard deviations (SD) of each coordinate there
    fidelity_rotations_deg, fidelity_translations_cm : the same without dividing by
        these, deg and cm
    diversity : deg, mean over pairs of motions of the RMS difference of their rotations
    """

    fidelity_rotations: float
    fidelity_translations: float
    fidelity_rotations_deg: float
    fidelity_translations_cm: float
    diversity: float


@dataclass(frozen=True, eq=False)
class Cycles:
    """Motions over 0-100 % of their cycle.

    Attributes
    ----------
    rotations : (N, F, R) deg
    translations : (N, F, S) cm; the pelvis starts at x = z = 0, on a floor at 0
    """

    rotations: Float[np.ndarray, "N F R"]
    translations: Float[np.ndarray, "N F S"]


def sample_cycles(
    motions: Sequence[Motion],
    *,
    rotations: Sequence[str],
    translations: Sequence[str],
    floors: Sequence[float],
    frames: int = FRAMES,
) -> Cycles:
    """Resample motions over their cycles.

    Parameters
    ----------
    motions : N, each one repetition, rad and m
    rotations, translations : R and S names of coordinates that all of them have
    floors : height of the floor under each, m
    frames : F

    Raises
    ------
    UnknownNameError
        A motion lacks a coordinate, or the pelvis translations.
    BigeError
        There is no motion.

    Examples
    --------
    >>> names = ("knee_angle_r", "pelvis_tx", "pelvis_ty", "pelvis_tz")
    >>> bending = np.array([[0.0, 5, 1, 2], [1.0, 5, 1, 2]])
    >>> found = sample_cycles([Motion(np.arange(2.0), bending, names)], frames=3,
    ...     rotations=names[:1], translations=names[1:], floors=[0.0])
    >>> found.rotations.round(1).ravel().tolist(), found.translations[0, 0].tolist()
    ([0.0, 28.6, 57.3], [0.0, 100.0, 0.0])
    """
    if not motions:
        raise BigeError("Sets are compared by their motions, got none; pass some.")
    turned, moved = [], []
    for motion, floor in zip(motions, floors, strict=True):
        first, last = float(motion.time[0]), float(motion.time[-1])
        cycle, _ = resample_cycle(motion, first, last, floor=floor, frames=frames)
        turned.append(np.rad2deg(cycle.select(rotations).values))
        moved.append(100 * cycle.select(translations).values)
    return Cycles(np.stack(turned), np.stack(moved))


class SlicedDistance:
    """Sliced 2-Wasserstein distances between any of some points.

    The points lie in a space of few dimensions, those that they span; directions are
    drawn within it. A direction of the whole space has r of D parts of its square
    there, on average, which is what distances are multiplied by.

    Parameters
    ----------
    points : (N, D) in any unit, which the distances have too
    seed : of the directions

    Examples
    --------
    A set, and the same moved by 3 along all coordinates:

    >>> some = np.random.default_rng(1).normal(size=(20, 40))
    >>> distance = SlicedDistance(np.vstack([some, some + 3.0]))
    >>> round(distance.between(range(20), range(20, 40)), 6)
    3.0
    """

    def __init__(self, points: Float[np.ndarray, "N D"], *, seed: int = 0) -> None:
        centred = points - points.mean(axis=0)
        _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
        axes = axes[sizes > 1e-9 * sizes.max()]
        largest = np.take_along_axis(axes, np.abs(axes).argmax(1)[:, None], axis=1)
        inner = centred @ (axes * np.sign(largest)).T  # whatever the points' order
        rank = inner.shape[1]
        self.shadows, self.share = inner, rank / points.shape[1]
        if not rank:  # all points are the same
            return
        random = np.random.default_rng(seed)
        bases = [
            np.linalg.qr(random.standard_normal((rank, rank)))[0]
            for _ in range(math.ceil(SLICES / rank))
        ]
        self.shadows = inner @ np.hstack(bases)

    def between(self, some: Sequence[int], others: Sequence[int]) -> float:
        """Distance between two sets of points, in their unit; ``nan`` if one is empty.

        Parameters
        ----------
        some, others : which points, in any order
        """
        if not some or not others:
            return math.nan
        if not self.share:
            return 0.0
        shadows = (np.sort(self.shadows[list(rows)], axis=0) for rows in (some, others))
        return float(np.sqrt(self.share * compare_quantiles(*shadows).mean()))


def compare_quantiles(
    some: Float[np.ndarray, "N K"], others: Float[np.ndarray, "M K"]
) -> Float[np.ndarray, " K"]:
    """Squared 2-Wasserstein distances of K pairs of sets of numbers, in units².

    Quantiles of N numbers are steps of 1/N, so that the integral over both is a sum.

    Parameters
    ----------
    some, others : each column sorted, in any unit

    Examples
    --------
    >>> compare_quantiles(np.array([[0.0]]), np.array([[1.0], [3.0]]))
    array([5.])
    """
    n, m = len(some), len(others)
    ends = np.union1d(np.arange(n + 1) / n, np.arange(m + 1) / m)
    middle = (ends[1:] + ends[:-1]) / 2
    ranks, other_ranks = (middle * n).astype(int), (middle * m).astype(int)
    squares = (some[ranks] - others[other_ranks]) ** 2
    return np.asarray(np.diff(ends) @ squares)


def mean_pairwise_distance(points: Float[np.ndarray, "N D"]) -> float:
    """Mean over pairs of the RMS difference, in the unit of the points.

    ``nan`` for fewer than two points.

    Examples
    --------
    >>> mean_pairwise_distance(np.array([[0.0], [3.0], [6.0]]))
    4.0
    """
    from scipy.spatial.distance import pdist  # slow to load

    if len(points) < 2:
        return math.nan
    return float(pdist(points).mean() / math.sqrt(points.shape[1]))


def find_medoid(points: Float[np.ndarray, "N D"]) -> int:
    """Find the point that is nearest to all others on average: which, from 0.

    The first of those that are equally near (Kaufman & Rousseeuw 1990, Finding Groups
    in Data, chapter 2).

    Parameters
    ----------
    points : (N, D) in any unit, one or more

    Examples
    --------
    >>> find_medoid(np.array([[0.0], [5.0], [4.0], [90.0]]))
    1
    """
    from scipy.spatial.distance import pdist, squareform  # slow to load

    return int(squareform(pdist(points)).sum(axis=1).argmin())


class SetComparison:
    """Measures sets of some motions, and how far they are from others.

    Parameters
    ----------
    cycles : all motions that belong to any of the sets
    reference : which of them are the reference; may be none
    seed : of the directions along which sets are compared
    """

    def __init__(
        self, cycles: Cycles, *, reference: Sequence[int] = (), seed: int = 0
    ) -> None:
        self.rotations = _flatten(cycles.rotations)
        self.distances: dict[str, SlicedDistance] = {}
        if not reference:
            return
        for name, values, least, unit in (
            ("fidelity_rotations", cycles.rotations, LEAST_ANGLE, "deg"),
            ("fidelity_translations", cycles.translations, LEAST_LENGTH, "cm"),
        ):
            spread = np.maximum(values[list(reference)].std(axis=(0, 1)), least)
            scaled = {name: values / spread, f"{name}_{unit}": values}
            for key, points in scaled.items():
                self.distances[key] = SlicedDistance(_flatten(points), seed=seed)

    def measure(self, rows: Sequence[int], *, against: Sequence[int]) -> SetMetrics:
        """Measure a set.

        Parameters
        ----------
        rows : its motions
        against : those of the reference that it is compared with; may be none
        """
        found = dict.fromkeys(SET_UNITS, math.nan)
        for name, distance in self.distances.items():
            found[name] = distance.between(rows, against)
        found["diversity"] = mean_pairwise_distance(self.rotations[list(rows)])
        return SetMetrics(**found)


def _flatten(values: Float[np.ndarray, "N F C"]) -> Float[np.ndarray, "N D"]:
    return values.reshape(len(values), -1)
