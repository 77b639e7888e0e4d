"""Curves as control points of a cubic B-spline that begins and ends at rest.

A clamped cubic B-spline has at its end the value of its last control point, a speed in
proportion to the difference of the last two and an acceleration that follows from the
last three (de Boor 1978, A Practical Guide to Splines). Where those three are one
value, a curve ends with neither speed nor acceleration, whatever the value is.
"""

from functools import lru_cache

import numpy as np
from jaxtyping import Float

from bige_osim.splines import spline_basis

TIED = 3
"""Control points at each end that are one value."""

FEWEST = 2 * TIED + 2
"""Control points of which any are left to move freely."""


def count_values(points: int) -> int:
    """Count the values that a curve of so many control points has.

    Examples
    --------
    >>> count_values(20)
    16
    """
    return points - 2 * (TIED - 1)


@lru_cache
def resting_basis(points: int, frames: int) -> Float[np.ndarray, "F Q"]:
    """Weights of the Q values of curves that begin and end at rest.

    Parameters
    ----------
    points : control points, of which the first three and the last three are one value
    frames : F, spread evenly over the interval

    Examples
    --------
    >>> basis = resting_basis(20, 101)
    >>> basis.shape, basis[[0, -1], [0, -1]].tolist()
    ((101, 16), [1.0, 1.0])
    """
    basis = spline_basis(points, frames)
    first, last = basis[:, :TIED], basis[:, -TIED:]
    return np.concatenate(
        [
            first.sum(axis=1, keepdims=True),
            basis[:, TIED:-TIED],
            last.sum(axis=1, keepdims=True),
        ],
        axis=1,
    )


@lru_cache
def fitting_matrix(points: int, frames: int) -> Float[np.ndarray, "Q F"]:
    """Make frames into the values whose curve is nearest (least squares), as a matrix.

    Parameters
    ----------
    points, frames : as for :func:`resting_basis`

    Examples
    --------
    >>> bool(np.allclose(fitting_matrix(20, 101) @ resting_basis(20, 101), np.eye(16)))
    True
    """
    return np.linalg.pinv(resting_basis(points, frames))
