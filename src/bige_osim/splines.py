"""Splines through time series, their derivatives and their low-pass.

SciPy, which takes a second to load, is loaded when it is needed.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float

FEWEST = 7
"""Frames that OpenSim's quintic splines need."""


@lru_cache
def low_pass_sections(order: int, cutoff: float) -> Float[np.ndarray, "S 6"]:
    """Butterworth low-pass as second-order sections; cut-off over half the rate.

    Examples
    --------
    >>> low_pass_sections(4, 0.1).shape
    (2, 6)
    """
    from scipy.signal import butter

    return np.asarray(butter(order, cutoff, output="sos"))


def natural_spline(
    time: Float[np.ndarray, " T"], values: Float[np.ndarray, "T C"]
) -> Any:
    """Quintic spline whose third and fourth derivatives vanish at both ends.

    It is what OpenSim differentiates motions by: ``GCVSpline`` of degree five without
    smoothing (Woltring 1986, Adv Eng Software 8, 104).

    Parameters
    ----------
    time : (T,) s, at least :data:`FEWEST`
    values : (T, C) to interpolate, in any unit

    Examples
    --------
    >>> time = np.linspace(0.0, 1.0, 8)
    >>> natural_spline(time, time[:, None] ** 2)(0.5, 2).round(9).tolist()
    [2.0]
    """
    from scipy.interpolate import make_interp_spline

    none = np.zeros(values.shape[1])
    flat = [(3, none), (4, none)]
    return make_interp_spline(time, values, k=5, bc_type=(flat, flat))


def odd_spline(
    time: Float[np.ndarray, " T"], values: Float[np.ndarray, "T C"], *, degree: int = 3
) -> Any:
    """Interpolating spline of a degree, or of the highest odd one the frames define.

    Of time in s; values may have any unit.

    Examples
    --------
    >>> time = np.linspace(0.0, 1.0, 3)
    >>> odd_spline(time, 2 * time[:, None])(0.25).tolist()  # of degree one
    [0.5]
    """
    from scipy.interpolate import make_interp_spline

    degree = min(degree, len(time) - 1)
    degree -= (degree + 1) % 2  # odd degrees interpolate without extra end conditions
    return make_interp_spline(time, values, k=degree)


def differentiate(
    time: Float[np.ndarray, " T"], values: Float[np.ndarray, "T C"]
) -> tuple[Float[np.ndarray, "T C"], Float[np.ndarray, "T C"]]:
    """First and second derivative of columns: the one scheme of this toolkit.

    Quintic splines, natural as OpenSim's from :data:`FEWEST` frames on; shorter series
    have splines of the highest odd degree up to the fifth that their frames define.

    Parameters
    ----------
    time : (T,) s, increasing; at least two
    values : (T, C) in any unit

    Returns
    -------
    (T, C), (T, C) : that unit per s and per s²

    Examples
    --------
    >>> time = np.linspace(0.0, 1.0, 9)
    >>> speed, acceleration = differentiate(time, 3 * time[:, None] ** 2)
    >>> speed[-1].round(9).tolist(), acceleration[0].round(9).tolist()
    ([6.0], [6.0])
    """
    if len(time) < FEWEST:
        spline = odd_spline(time, values, degree=5)
    else:
        spline = natural_spline(time, values)
    return spline(time, 1), spline(time, 2)


@lru_cache
def differentiation_matrix(frames: int) -> Float[np.ndarray, "F F"]:
    """First derivative of F frames spread evenly over 1 s, as a matrix, 1/s.

    By :func:`differentiate`, which is linear in the values.

    Examples
    --------
    >>> time = np.linspace(0.0, 1.0, 8)
    >>> (differentiation_matrix(8) @ time**2).round(9)[[3, -1]].tolist()
    [0.857142857, 2.0]
    """
    first, _ = differentiate(np.linspace(0.0, 1.0, frames), np.eye(frames))
    return np.ascontiguousarray(first)


def spline_basis(
    points: int, frames: int, *, places: Float[np.ndarray, " F"] | None = None
) -> Float[np.ndarray, "F P"]:
    """Weights of a clamped cubic B-spline on frames.

    De Boor 1978, A Practical Guide to Splines.

    Parameters
    ----------
    points : P control points, 4 or more
    frames : F
    places : (F,) of the frames in the interval from 0 to 1; spread evenly for ``None``

    Examples
    --------
    >>> basis = spline_basis(4, 3)
    >>> basis.sum(axis=1).tolist(), basis[0].tolist()
    ([1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0])
    """
    from scipy.interpolate import BSpline

    degree = 3
    inner = np.linspace(0.0, 1.0, points - degree + 1)
    knots = np.concatenate([np.zeros(degree), inner, np.ones(degree)])
    even = np.linspace(0.0, 1.0, frames) if places is None else places
    matrix: Float[np.ndarray, "F P"]
    matrix = BSpline.design_matrix(even, knots, degree).toarray()
    return matrix
