"""The functions of a joint as polynomials in pieces, with OpenSim's end conditions."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.spec import FunctionSpec


@dataclass(frozen=True)
class Pieces:
    """A function of one variable, a polynomial between neighbouring breaks.

    Attributes
    ----------
    breaks : (K,) increasing; piece ``k`` holds from break ``k - 1`` to break ``k``
    origins : (K + 1,) where each piece has its local zero
    coefficients : (K + 1, D), constant term first, powers of ``x - origin``
    """

    breaks: Float[np.ndarray, " K"]
    origins: Float[np.ndarray, " P"]
    coefficients: Float[np.ndarray, "P D"]


def pieces_of(function: FunctionSpec) -> Pieces:
    """Write any of the five kinds of function as polynomials in pieces.

    Outside their knots ``simm_spline`` and ``piecewise_linear`` go on as straight
    lines, as in OpenSim.

    Examples
    --------
    >>> line = FunctionSpec(kind="linear", coefficients=(2.0, 1.0), scale=3.0)
    >>> pieces_of(line).coefficients
    array([[3., 6.]])
    """
    knots = function.kind in ("simm_spline", "piecewise_linear")
    if not knots:
        # The specification has the highest power first, also for a linear function.
        rising = np.array(function.coefficients[::-1]) * function.scale
        return Pieces(np.empty(0), np.zeros(1), rising[None])
    x = np.array(function.x)
    y = np.array(function.y) * function.scale
    if len(x) < 2 or np.any(np.diff(x) <= 0):
        raise BigeError(
            f"A {function.kind} needs at least two knots at increasing x, got "
            f"{function.x}; correct the model."
        )
    inner = _simm(x, y) if function.kind == "simm_spline" else _lines(x, y)
    width = inner.shape[1]
    last = x[-1] - x[-2]
    powers = np.arange(1, width)
    slope_after = np.sum(powers * inner[-1, 1:] * last ** (powers - 1.0))
    before, after = np.zeros((2, width))
    before[:2] = y[0], inner[0, 1]
    after[:2] = y[-1], slope_after
    return Pieces(
        breaks=x,
        origins=np.concatenate([x[:1], x]),
        coefficients=np.concatenate([before[None], inner, after[None]]),
    )


def _lines(
    x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "pieces 2"]:
    return np.stack([y[:-1], np.diff(y) / np.diff(x)], axis=1)


def _simm(
    x: Float[np.ndarray, " n"], y: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "pieces 4"]:
    """Cubic spline whose third derivative at each end is that of the end's four knots.

    This is the spline of Forsythe, Malcolm and Moler (Computer Methods for
    Mathematical Computations, 1977, ch. 4), which SIMM and OpenSim's ``SimmSpline``
    use. With three knots the third derivative is continued across the middle one, with
    two it is a line. Unknowns ``s`` are sixths of the second derivatives at the knots.
    """
    step, slope = np.diff(x), np.diff(y) / np.diff(x)
    count = len(x)
    if count == 2:
        return np.array([[y[0], slope[0], 0.0, 0.0]])
    matrix = np.zeros((count, count))
    right = np.zeros(count)
    for i in range(1, count - 1):
        matrix[i, i - 1 : i + 2] = step[i - 1], 2 * (step[i - 1] + step[i]), step[i]
        right[i] = slope[i] - slope[i - 1]
    matrix[0, :2] = -step[0], step[0]
    matrix[-1, -2:] = step[-1], -step[-1]
    if count > 3:
        right[0] = step[0] ** 2 * _third_difference(x[:4], slope[:3])
        right[-1] = -(step[-1] ** 2) * _third_difference(x[-4:], slope[-3:])
    s = np.linalg.solve(matrix, right)
    return np.stack(
        [
            y[:-1],
            slope - step * (s[1:] + 2 * s[:-1]),
            3 * s[:-1],
            np.diff(s) / step,
        ],
        axis=1,
    )


def _third_difference(
    x: Float[np.ndarray, "4"], slope: Float[np.ndarray, "3"]
) -> float:
    """Third divided difference of four knots from their three slopes."""
    second = np.diff(slope) / (x[2:] - x[:2])
    return float((second[1] - second[0]) / (x[3] - x[0]))
