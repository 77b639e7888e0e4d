"""Functions of one variable as polynomials in pieces, many at once; differentiable."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.physics.constants import Constants
from bige_osim.spec import FunctionSpec


@dataclass(frozen=True)
class Pieces:
    """A function of one variable, a polynomial between neighbouring breaks.

    Attributes
    ----------
    breaks : (K,) increasing; piece ``k`` holds from break ``k - 1`` to break ``k``; in
        the variable's unit
    origins : (K + 1,) where each piece has its local zero, same unit
    coefficients : (K + 1, D), constant term first, powers of ``x - origin``, in the
        unit of the value over that of the power
    """

    breaks: Float[np.ndarray, " K"]
    origins: Float[np.ndarray, " P"]
    coefficients: Float[np.ndarray, "P D"]

    @classmethod
    def between(
        cls,
        knots: Float[np.ndarray, " K"],
        inner: Float[np.ndarray, "pieces D"],
        *,
        ends: tuple[tuple[float, float], tuple[float, float]],
    ) -> "Pieces":
        """Continue pieces between knots as straight lines on both sides.

        Parameters
        ----------
        knots : (K,) increasing, in the variable's unit
        inner : (K - 1, D) coefficients between them, as :class:`Pieces` has them
        ends : value and slope at the first and at the last knot
        """
        before, after = np.zeros((2, inner.shape[1]))
        before[:2], after[:2] = ends
        return cls(
            breaks=knots,
            origins=np.concatenate([knots[:1], knots]),
            coefficients=np.concatenate([before[None], inner, after[None]]),
        )


def pieces_of(function: FunctionSpec) -> Pieces:
    """Write any of the five kinds of function as polynomials in pieces.

    Outside their knots ``simm_spline`` and ``piecewise_linear`` go on as straight
    lines, as in OpenSim.

    Raises
    ------
    BigeError
        There are fewer than two knots, or they do not increase.

    Examples
    --------
    >>> line = FunctionSpec(kind="linear", coefficients=(2.0, 1.0), scale=3.0)
    >>> pieces_of(line).coefficients
    array([[3., 6.]])
    """
    if function.kind not in ("simm_spline", "piecewise_linear"):
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
    if function.kind == "simm_spline":
        inner = _simm(x, y)
    else:
        inner = np.stack([y[:-1], np.diff(y) / np.diff(x)], axis=1)
    powers = np.arange(1, inner.shape[1])
    slope = np.sum(powers * inner[-1, 1:] * (x[-1] - x[-2]) ** (powers - 1.0))
    return Pieces.between(x, inner, ends=((y[0], inner[0, 1]), (y[-1], slope)))


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
    first = slope - step * (s[1:] + 2 * s[:-1])
    return np.stack([y[:-1], first, 3 * s[:-1], np.diff(s) / step], axis=1)


def _third_difference(
    x: Float[np.ndarray, "4"], slope: Float[np.ndarray, "3"]
) -> float:
    """Third divided difference of four knots from their three slopes."""
    second = np.diff(slope) / (x[2:] - x[:2])
    return float((second[1] - second[0]) / (x[3] - x[0]))


class PieceTable(Constants):
    """N functions in pieces at once, few of them different; differentiable.

    Parameters
    ----------
    functions : the different functions
    which : (N,) the function of each column; all in order for ``None``
    dtype : of every input and output

    Examples
    --------
    >>> square = FunctionSpec(kind="polynomial", coefficients=(1.0, 0.0, 0.0))
    >>> table = PieceTable([pieces_of(square)], which=[0, 0])
    >>> x = torch.tensor([[2.0, 3.0]], dtype=torch.float64)
    >>> table(x).tolist(), table(x, order=1).tolist()
    ([[4.0, 9.0]], [[4.0, 6.0]])
    """

    def __init__(
        self,
        functions: Sequence[Pieces],
        *,
        which: Sequence[int] | None = None,
        dtype: torch.dtype = torch.float64,
    ) -> None:
        super().__init__()
        count = len(functions)
        most = max((len(f.breaks) for f in functions), default=0)
        width = max((f.coefficients.shape[1] for f in functions), default=0)
        breaks = np.full((count, most), np.inf)
        origins = np.zeros((count, most + 1))
        coefficients = np.zeros((width, count, most + 1))
        for k, f in enumerate(functions):
            pieces, degree = f.coefficients.shape
            breaks[k, : len(f.breaks)] = f.breaks
            origins[k, :pieces] = f.origins
            coefficients[:degree, k, :pieces] = f.coefficients.T
        index = np.arange(count) if which is None else np.array(which, dtype=int)
        self.keep(
            dtype,
            breaks=breaks[index],
            origins=origins,
            coefficients=coefficients.reshape(width, origins.size),
        )
        self.keep(first=index[:, None] * (most + 1))

    def forward(
        self, x: Float[torch.Tensor, "B N"], *, order: int = 0
    ) -> Float[torch.Tensor, "B N"]:
        """Value, or derivative of an order, of every column's function, in its unit."""
        inputs = x.T.contiguous()
        piece = torch.searchsorted(self.breaks, inputs.detach(), right=True)
        piece = piece + self.first
        local = inputs - self.origins.take(piece)
        value = torch.zeros_like(local)
        for power in reversed(range(order, len(self.coefficients))):
            term = self.coefficients[power].take(piece)
            factor = math.perm(power, order)
            term = term if factor == 1 else factor * term
            value = torch.addcmul(term, value, local)
        return value.T


class FunctionTable(Constants):
    """N functions of one variable, evaluated for a batch of N variables.

    Straight lines, the most frequent, are one multiplication; all others are looked up
    among polynomial pieces together.

    Parameters
    ----------
    functions : the N functions
    dtype : of every input and output

    Examples
    --------
    >>> line = FunctionSpec(kind="linear", coefficients=(2.0, 1.0))
    >>> square = FunctionSpec(kind="polynomial", coefficients=(1.0, 0.0, 0.0))
    >>> table = FunctionTable([line, square])
    >>> x = torch.tensor([[1.0, 3.0]], dtype=torch.float64)
    >>> table(x).tolist(), table(x, order=1).tolist(), table(x, order=2).tolist()
    ([[3.0, 9.0]], [[2.0, 6.0]], [[0.0, 2.0]])
    """

    def __init__(
        self, functions: Sequence[FunctionSpec], *, dtype: torch.dtype = torch.float64
    ) -> None:
        super().__init__()
        lines, curved = np.zeros((len(functions), 2)), {}
        for i, pieces in enumerate(pieces_of(function) for function in functions):
            if len(pieces.breaks) or pieces.coefficients.shape[1] > 2:
                curved[i] = pieces
            else:
                lines[i, : pieces.coefficients.shape[1]] = pieces.coefficients[0]
        self.curves = PieceTable(list(curved.values()), dtype=dtype)
        self.keep(dtype, slope=lines[:, 1], intercept=lines[:, 0])
        self.keep(torch.long, curved=list(curved))

    def forward(
        self, x: Float[torch.Tensor, "B N"], *, order: int = 0
    ) -> Float[torch.Tensor, "B N"]:
        """Value, or derivative of an order, of every function, each in its own unit."""
        if order == 0:
            value = torch.addcmul(self.intercept, x, self.slope)
        else:
            slope = self.slope if order == 1 else torch.zeros_like(self.slope)
            value = slope.expand(x.shape)
        if not len(self.curved):
            return value
        curves = self.curves(x.index_select(1, self.curved), order=order)
        return value.index_copy(1, self.curved, curves)
