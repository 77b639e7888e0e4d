"""Many joint functions at once, each of its own variable; differentiable."""

import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import nn

from bige_osim.physics.kinematics.splines import pieces_of
from bige_osim.spec import FunctionSpec


class FunctionTable(nn.Module):
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
    >>> table(torch.tensor([[1.0, 3.0]], dtype=torch.float64)).tolist()
    [[3.0, 9.0]]
    >>> table.derivative(torch.tensor([[1.0, 3.0]], dtype=torch.float64)).tolist()
    [[2.0, 6.0]]
    >>> table.derivative(torch.zeros(1, 2, dtype=torch.float64), order=2).tolist()
    [[0.0, 2.0]]
    """

    slope: torch.Tensor
    intercept: torch.Tensor
    curved: torch.Tensor
    breaks: torch.Tensor
    first: torch.Tensor
    origins: torch.Tensor
    coefficients: torch.Tensor

    def __init__(
        self, functions: Sequence[FunctionSpec], *, dtype: torch.dtype = torch.float64
    ) -> None:
        super().__init__()
        pieces = [pieces_of(function) for function in functions]
        curved = [
            i
            for i, p in enumerate(pieces)
            if len(p.breaks) or p.coefficients.shape[1] > 2
        ]
        lines = torch.zeros(len(functions), 2, dtype=dtype)
        for i in set(range(len(functions))) - set(curved):
            row = torch.as_tensor(pieces[i].coefficients[0], dtype=dtype)
            lines[i, : len(row)] = row
        most = max((len(pieces[i].breaks) for i in curved), default=0)
        width = max((pieces[i].coefficients.shape[1] for i in curved), default=1)
        breaks = torch.full((len(curved), most), torch.inf, dtype=dtype)
        origins = torch.zeros(len(curved), most + 1, dtype=dtype)
        coefficients = torch.zeros(width, len(curved), most + 1, dtype=dtype)
        for k, i in enumerate(curved):
            p = pieces[i]
            breaks[k, : len(p.breaks)] = torch.as_tensor(p.breaks)
            origins[k, : len(p.origins)] = torch.as_tensor(p.origins)
            count, degree = p.coefficients.shape
            coefficients[:degree, k, :count] = torch.as_tensor(p.coefficients.T)
        first = torch.arange(len(curved))[:, None] * (most + 1)
        for name, value in {
            "slope": lines[:, 1].contiguous(),
            "intercept": lines[:, 0].contiguous(),
            "curved": torch.tensor(curved, dtype=torch.long),
            "breaks": breaks,
            "first": first,
            "origins": origins,
            "coefficients": coefficients.flatten(1),
        }.items():
            self.register_buffer(name, value, persistent=False)

    def forward(self, x: Float[torch.Tensor, "B N"]) -> Float[torch.Tensor, "B N"]:
        """Value of every function at its own variable."""
        value = torch.addcmul(self.intercept, x, self.slope)
        if not len(self.curved):
            return value
        local, piece = self._locate(x)
        curve = self.coefficients[-1].take(piece)
        for power in reversed(range(len(self.coefficients) - 1)):
            curve = torch.addcmul(self.coefficients[power].take(piece), curve, local)
        return value.index_copy(1, self.curved, curve.T)

    def derivative(
        self, x: Float[torch.Tensor, "B N"], *, order: int = 1
    ) -> Float[torch.Tensor, "B N"]:
        """Differentiate every function once or more at its own variable.

        Parameters
        ----------
        x : (B, N) the variables
        order : of the derivative, at least 1
        """
        slope = self.slope if order == 1 else torch.zeros_like(self.slope)
        value = slope.expand(x.shape)
        if not len(self.curved):
            return value
        local, piece = self._locate(x)
        curve = torch.zeros_like(local)
        for power in reversed(range(order, len(self.coefficients))):
            term = math.perm(power, order) * self.coefficients[power].take(piece)
            curve = torch.addcmul(term, curve, local)
        return value.index_copy(1, self.curved, curve.T)

    def _locate(
        self, x: Float[torch.Tensor, "B N"]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Distance from the origin of the piece that holds, and that piece, (S, B)."""
        inputs = x.index_select(1, self.curved).T.contiguous()
        piece = torch.searchsorted(self.breaks, inputs.detach(), right=True)
        piece = piece + self.first
        return inputs - self.origins.take(piece), piece
