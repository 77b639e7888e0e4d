"""Cubic B-splines through time, of few control points for each of many frames.

de Boor 1978, A Practical Guide to Splines. Every frame depends on four neighbouring
control points, so that least squares over a whole clip is a banded system, which is
solved in time proportional to the clip's length.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

DEGREE = 3
SPAN = DEGREE + 1
"""Control points that a frame depends on."""

RIDGE = 1e-9
"""Of the largest diagonal term: keeps control points that no frame shows in place."""

CUTOFFS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0)
"""Cut-offs to choose from, Hz."""

LARGEST_SHARE = 0.3
"""Of the frame rate, that the cut-off may be at most: 6 Hz at 20 frames a second."""


@dataclass(frozen=True)
class TimeSpline:
    """A clamped cubic B-spline, by what frames take of its control points.

    Attributes
    ----------
    points : P control points
    first : (F,) the first of the four control points of each frame
    weights : (F, 4) what a frame takes of each, without unit
    step : between knots, s
    """

    points: int
    first: Int[np.ndarray, " F"]
    weights: Float[np.ndarray, "F 4"]
    step: float

    def values(self, control: Float[np.ndarray, "P C"]) -> Float[np.ndarray, "F C"]:
        """Curves (F, C) at the frames, in the unit of their control points (P, C)."""
        taken = control[self.first[:, None] + np.arange(SPAN)]
        frames: Float[np.ndarray, "F C"]
        frames = np.einsum("fk,fkc->fc", self.weights, taken)
        return frames

    def gather(self, values: Float[np.ndarray, "F C"]) -> Float[np.ndarray, "P C"]:
        """Sum what frames (F, C) say over their control points (P, C), by weight."""
        total = np.zeros((self.points, values.shape[1]))
        starts, places = self._segments()
        for k in range(SPAN):
            part = self.weights[:, k, None] * values
            total[places + k] += np.add.reduceat(part, starts, axis=0)
        return total

    def gather_blocks(
        self, blocks: Float[np.ndarray, "F C C"]
    ) -> Float[np.ndarray, "4 P C C"]:
        """Sum blocks of frames over pairs of control points, by the product of weights.

        Returns
        -------
        (4, P, C, C) : at ``[k, p]`` the block of the control points ``p + k`` and
            ``p``, in the unit of ``blocks``
        """
        width = blocks.shape[1]
        starts, places = self._segments()
        total = np.zeros((SPAN, self.points, width, width))
        for i in range(SPAN):
            for j in range(i, SPAN):
                both = self.weights[:, i] * self.weights[:, j]
                part = both[:, None, None] * blocks
                summed = np.add.reduceat(part, starts, axis=0)
                total[j - i][places + i] += summed
        return total

    def _segments(self) -> tuple[Int[np.ndarray, " S"], Int[np.ndarray, " S"]]:
        """Where frames begin to depend on other control points, and their first."""
        starts = np.flatnonzero(np.diff(self.first, prepend=-1))
        return starts, self.first[starts]

    def fit(self, values: Float[np.ndarray, "F C"]) -> Float[np.ndarray, "P C"]:
        """Control points (P, C) whose curves are nearest (least squares) to frames.

        Parameters
        ----------
        values : (F, C) in any unit
        """
        ones = np.ones((len(values), 1, 1))
        return solve_blocks(self.gather_blocks(ones), self.gather(values))


def make_spline(
    time: Float[np.ndarray, " F"], *, duration: float, cutoff: float
) -> TimeSpline:
    """Make a spline whose knots are half a period of the cut-off apart, or nearer.

    Parameters
    ----------
    time : (F,) of the frames from the start of the clip, s
    duration : of the clip, s
    cutoff : Hz; a spline follows nothing that is much faster

    Examples
    --------
    >>> spline = make_spline(np.linspace(0, 1, 21), duration=1.0, cutoff=2.0)
    >>> spline.points, spline.step, spline.weights[0].tolist()
    (7, 0.25, [1.0, 0.0, 0.0, 0.0])
    """
    from scipy.interpolate import BSpline  # a second to load

    intervals = max(1, int(np.ceil(2 * cutoff * duration - 1e-9)))
    knots = np.concatenate(
        [
            np.zeros(DEGREE),
            np.linspace(0.0, duration, intervals + 1),
            np.full(DEGREE, duration),
        ]
    )
    matrix = BSpline.design_matrix(np.clip(time, 0.0, duration), knots, DEGREE)
    return TimeSpline(
        points=intervals + DEGREE,
        first=matrix.indices.reshape(-1, SPAN)[:, 0].astype(np.int64),
        weights=matrix.data.reshape(-1, SPAN),
        step=duration / intervals,
    )


def solve_blocks(
    blocks: Float[np.ndarray, "4 P D D"], right: Float[np.ndarray, "P C"]
) -> Float[np.ndarray, "P C"]:
    """Solve a symmetric system of blocks along four diagonals.

    Parameters
    ----------
    blocks : (4, P, D, D) as :meth:`TimeSpline.gather_blocks` makes them, positive
        definite, or nearly, in any unit
    right : (P, C) right side, in any unit; where D is 1, each column is a right side
        of its own, else C is D

    Examples
    --------
    >>> twice = np.zeros((4, 3, 1, 1))
    >>> twice[0] = 2.0
    >>> solve_blocks(twice, np.ones((3, 1))).round(6).ravel().tolist()
    [0.5, 0.5, 0.5]
    """
    from scipy.linalg import solveh_banded

    _, points, width, _ = blocks.shape
    band = np.zeros((SPAN * width, points * width))
    row, column = np.indices((width, width))
    place = np.arange(points)[:, None, None] * width + column
    for k in range(SPAN):
        # What would lie beyond the last control point is nothing.
        below = np.broadcast_to(k * width + row - column, place.shape[:1] + row.shape)
        kept = below >= 0
        where = np.broadcast_to(place, kept.shape)
        band[below[kept], where[kept]] = blocks[k][kept]
    band[0] += RIDGE * band[0].max()
    flat = right if width == 1 else right.reshape(-1)
    found = solveh_banded(band, flat, lower=True, check_finite=False)
    return np.asarray(found).reshape(right.shape)


def choose_cutoff(
    values: Float[np.ndarray, "F C"], *, fps: float, highest: float = CUTOFFS[-1]
) -> float:
    """Choose the cut-off of a clip by generalised cross-validation, Hz.

    Of curves by least squares with P control points through F frames, the one with the
    least ``F RSS / (F - P)²`` foretells left-out frames best (Craven & Wahba 1979,
    Numer Math 31, 377). Noise of capture is thereby told from movement, whatever its
    size; a clip without noise gets the highest cut-off.

    Parameters
    ----------
    values : (F, C) places of joints, m
    fps : frames per second, Hz
    highest : cut-off to consider, Hz

    Examples
    --------
    >>> time = np.arange(100) / 20
    >>> noise = np.random.default_rng(0).normal(size=(100, 30))
    >>> slow = np.sin(2 * np.pi * 0.4 * time)[:, None] + np.zeros(30)
    >>> choose_cutoff(slow + 1e-9 * noise, fps=20.0)
    6.0
    >>> choose_cutoff(slow + 0.1 * noise, fps=20.0) < 2.0
    True
    """
    frames = len(values)
    duration = (frames - 1) / fps
    time = np.arange(frames) / fps
    most = min(highest, LARGEST_SHARE * fps)
    best, least = most, np.inf
    for cutoff in sorted({*(c for c in CUTOFFS if c < most), most}):
        spline = make_spline(time, duration=duration, cutoff=cutoff)
        if spline.points >= frames:
            continue
        rest = values - spline.values(spline.fit(values))
        score = frames * float(np.sum(rest**2)) / (frames - spline.points) ** 2
        if score < least:
            best, least = cutoff, score
    return best
