"""Pieces of muscle paths over cylinders: which of them wrap.

Frames come last: vectors are (3, rows, B).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int, Shaped

from bige_osim.physics.constants import Constants
from bige_osim.physics.muscles.cylinder import Surfaces, Wrap, wrap_lines
from bige_osim.spec import CylinderSpec


@dataclass(frozen=True)
class Frames:
    """Cylinders in ground.

    Attributes
    ----------
    axes : three of (3, S, B), unit vectors along the axes of their frames
    origin : (3, S, B) m
    """

    axes: tuple[Float[torch.Tensor, "3 S B"], ...]
    origin: Float[torch.Tensor, "3 S B"]

    def local(
        self, points: Float[torch.Tensor, "3 P S B"]
    ) -> Float[torch.Tensor, "3 P S B"]:
        """P points of ground for each cylinder, in its frame; all m."""
        away = points - self.origin[:, None]
        return torch.stack([dot(axis[:, None], away) for axis in self.axes])

    def turn(
        self, vector: Float[torch.Tensor, "3 S B"]
    ) -> Float[torch.Tensor, "3 S B"]:
        """Vectors, in any unit, of the cylinders' frames in ground."""
        x, y, z = self.axes
        return x * vector[0] + y * vector[1] + z * vector[2]

    def part(self, first: int, stop: int) -> "Frames":
        """Take some of the cylinders."""
        x, y, z = (axis[:, first:stop] for axis in self.axes)
        return Frames((x, y, z), self.origin[:, first:stop])


def surfaces_of(cylinders: Sequence[CylinderSpec], dtype: torch.dtype) -> Surfaces:
    """Sizes and sides of cylinders, in their order.

    Examples
    --------
    >>> pulley = CylinderSpec(name="p", body="rod", radius=0.05, length=0.2)
    >>> surfaces_of([pulley], torch.float64).half_length.tolist()
    [[0.1]]
    """
    sides = []
    for cylinder in cylinders:
        sign = -1.0 if cylinder.quadrant.startswith("-") else 1.0
        sides.append([sign * (cylinder.quadrant.endswith(axis)) for axis in "xyz"])
    sizes = [[c.radius, c.length / 2] for c in cylinders]
    size = torch.tensor(sizes, dtype=dtype).reshape(-1, 2)
    side = torch.tensor(sides, dtype=dtype).reshape(-1, 3)
    return Surfaces(size[:, :1], size[:, 1:], side.T[..., None].contiguous())


class SingleWraps(Constants):
    """Pieces of paths that have one cylinder each, which at most one piece wraps over.

    Parameters
    ----------
    cylinders : of each piece
    groups : pieces among which OpenSim chooses, in the path's order
    dtype : of every input and output

    Examples
    --------
    A piece 0.03 m from the axis of a cylinder of 0.05 m runs over it:

    >>> pulley = CylinderSpec(name="pulley", body="rod", radius=0.05, length=0.2)
    >>> wraps = SingleWraps([pulley], [[0]], dtype=torch.float64)
    >>> x, y, z = torch.eye(3).double()[..., None, None]
    >>> ends = torch.stack([0.03 * y - 0.2 * x, 0.03 * y + 0.2 * x], dim=1)
    >>> length = wraps(ends, Frames((x, y, z), 0 * x))[2]
    >>> round(float(length), 3)
    0.402
    """

    def __init__(
        self,
        cylinders: Sequence[CylinderSpec],
        groups: Sequence[Sequence[int]],
        *,
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        self.surfaces = surfaces_of(cylinders, dtype)
        most = max((len(pieces) for pieces in groups), default=0)
        count = len(cylinders)
        members = [[*pieces] + [count] * (most - len(pieces)) for pieces in groups]
        place = {s: (g, r) for g, p in enumerate(groups) for r, s in enumerate(p)}
        self.keep(
            torch.long,
            members=np.reshape(members, (-1, most)).T,
            group=[place[s][0] for s in range(count)],
            rank=[[place[s][1]] for s in range(count)],
        )

    def forward(
        self, ends: Float[torch.Tensor, "3 2 S B"], frames: Frames
    ) -> tuple[
        Float[torch.Tensor, "3 S B"],
        Float[torch.Tensor, "3 S B"],
        Float[torch.Tensor, "S B"],
    ]:
        """Lead every piece over its cylinder, or straight.

        Parameters
        ----------
        ends : (3, 2, S, B) m in ground, where the pieces start and end
        frames : the cylinders of the pieces

        Returns
        -------
        leaving, arriving : (3, S, B) unit vectors in ground, along the path at the
            start and at the end of each piece
        length : (S, B) m
        """
        ends = frames.local(ends)
        start, end = ends.unbind(1)
        line, straight = unit(end - start)
        wrap, hit = self.touch(ends)
        leaving = torch.where(hit, unit(wrap.first - start)[0], line)
        arriving = torch.where(hit, unit(end - wrap.second)[0], line)
        length = torch.where(hit, wrap.length, straight)
        return frames.turn(leaving), frames.turn(arriving), length

    def touch(
        self, ends: Float[torch.Tensor, "3 2 S B"]
    ) -> tuple[Wrap, Bool[torch.Tensor, "S B"]]:
        """Find where pieces touch their cylinders, and which of them do.

        Parameters
        ----------
        ends : (3, 2, S, B) m, where the pieces start and end, in the cylinders' frames
        """
        wrap = wrap_lines(ends, self.surfaces)
        if len(self.members) == 1:
            return wrap, wrap.possible
        straight = unit((ends[:, 1] - ends[:, 0]).detach())[1]
        cost = find_detour(wrap, straight)
        cost = torch.cat([cost, torch.full_like(cost[:1], torch.inf)])
        best = cost[self.members].argmin(dim=0)
        return wrap, wrap.possible & (best[self.group] == self.rank)


def dot(
    a: Float[torch.Tensor, "3 *#rows"], b: Float[torch.Tensor, "3 *#rows"]
) -> Float[torch.Tensor, "..."]:
    """Scalar products, in any unit, of vectors whose components come first.

    Examples
    --------
    >>> dot(torch.tensor([[1.0], [2.0], [3.0]]), torch.ones(3, 1)).tolist()
    [6.0]
    """
    product: Float[torch.Tensor, ...] = torch.linalg.vecdot(a, b, dim=0)
    return product


def unit(
    vector: Float[torch.Tensor, " 3 *rows"],
) -> tuple[Float[torch.Tensor, " 3 *rows"], Float[torch.Tensor, " *rows"]]:
    """Direction and length, in their unit, of vectors; of no length, no direction.

    Examples
    --------
    >>> unit(torch.tensor([[3.0], [4.0], [0.0]]))[1].tolist()
    [5.0]
    """
    square = dot(vector, vector)
    some = square > 0
    length = torch.where(some, square, 1.0).sqrt()
    return vector / length, length * some


def find_detour(
    wrap: Wrap, straight: Float[torch.Tensor, "S B"]
) -> Float[torch.Tensor, "S B"]:
    """By how much pieces get longer, m; -inf if they must wrap, inf if they may not."""
    longer = wrap.length.detach() - straight
    longer = torch.where(wrap.possible, longer, torch.inf)
    return torch.where(wrap.mandatory, -torch.inf, longer)


def take_best(
    values: Shaped[torch.Tensor, "*parts S B"], best: Int[torch.Tensor, "G B"]
) -> Shaped[torch.Tensor, "*parts G B"]:
    """Take the best of the pieces of each of G muscles.

    Examples
    --------
    Two pieces of one muscle, of which the second is the best:

    >>> take_best(torch.tensor([[3.0], [4.0]]), torch.tensor([[1]])).tolist()
    [[4.0]]
    """
    parts = values.shape[:-2]
    pieces = values.reshape(*parts, values.shape[-2] // len(best), *best.shape)
    index = best.expand(*parts, 1, -1, -1)
    return pieces.gather(len(parts), index)[(slice(None),) * len(parts) + (0,)]
