"""Splines through time series, and their low-pass."""

from functools import lru_cache

import numpy as np
from jaxtyping import Float
from scipy.interpolate import BSpline, make_interp_spline
from scipy.signal import butter

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
    return np.asarray(butter(order, cutoff, output="sos"))


def natural_spline(
    time: Float[np.ndarray, " T"], values: Float[np.ndarray, "T C"]
) -> BSpline:
    """Quintic spline whose third and fourth derivatives vanish at both ends.

    It is what OpenSim differentiates motions by: ``GCVSpline`` of degree five without
    smoothing (Woltring 1986, Adv Eng Software 8, 104).

    Parameters
    ----------
    time : (T,) s, at least :data:`FEWEST`
    values : (T, C) to interpolate

    Examples
    --------
    >>> time = np.linspace(0.0, 1.0, 8)
    >>> natural_spline(time, time[:, None] ** 2)(0.5, 2).round(9).tolist()
    [2.0]
    """
    none = np.zeros(values.shape[1])
    flat = [(3, none), (4, none)]
    return make_interp_spline(time, values, k=5, bc_type=(flat, flat))


def odd_spline(
    time: Float[np.ndarray, " T"], values: Float[np.ndarray, "T C"], *, degree: int = 3
) -> BSpline:
    """Interpolating spline of a degree, or of the highest odd one the frames define.

    Examples
    --------
    >>> float(odd_spline(np.arange(2.0), np.array([[0.0], [4.0]]))(0.5)[0])
    2.0
    """
    degree = min(degree, len(time) - 1)
    degree -= (degree + 1) % 2  # odd degrees interpolate without extra end conditions
    return make_interp_spline(time, values, k=degree)
