"""A term on net joint moments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from jaxtyping import Bool, Float

from bige_osim.errors import UnknownNameError, name_some
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.context import Context
from bige_osim.guidance.term import (
    Bounds,
    Term,
    describe_range,
    narrow,
    outside,
    room_within,
)
from bige_osim.io.tables import Names, Number

MOMENT_TOLERANCE = 0.01
"""A moment this close to its bound counts as within it, N m."""

MOMENT_MARGIN = 1.0
"""By how much bounds are narrowed while motions are refined, N m."""


@dataclass(frozen=True, kw_only=True)
class Moment(Term):
    """Net joint moments within bounds at every frame.

    L = sum over coordinates of the peak over t of max(x - max, min - x, 0), with x the
    net moment at a coordinate by inverse dynamics: that of muscles, positive in the
    direction in which the coordinate grows (knee extension is negative in the OpenCap
    models). What is measured is the x that is furthest outside, or least within.

    Attributes
    ----------
    coordinates : coordinates or joints
    min, max : N m; either may be absent
    """

    name: ClassVar[str] = "moment"
    unit: ClassVar[str] = "N m"
    title: ClassVar[str] = "net joint moment"
    needs_kinetics: ClassVar[bool] = True
    coordinates: Names = ()
    min: Number | None = None
    max: Number | None = None

    def __post_init__(self) -> None:
        """Refuse bounds that are absent or in the wrong order, of no coordinate."""
        super().__post_init__()
        if not self.coordinates:
            raise self._refuse(
                'coordinates: expected names, got none; use ["knee_angle_r"]'
            )
        if self.min is None and self.max is None:
            raise self._refuse("expected min or max, got neither; add one")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise self._refuse("min is above max; swap them")

    def bind(self, binding: Binding, targets: Sequence[str]) -> Term:
        """Look up coordinates and joints."""
        return replace(self, coordinates=binding.rotations(self.coordinates, root=True))

    @property
    def bounds(self) -> Bounds:
        """Bounds of every moment, N m."""
        return self.min, self.max

    def describe(self) -> str:
        """Say the range, of which coordinates."""
        return (
            f"{name_some(self.coordinates)} "
            f"{describe_range(self.min, self.max, unit=' N m')}"
        )

    scale = 10.0  # 10 N m, in all coordinates together

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Peak distance from the bounds, summed over coordinates, N m."""
        moments = self._moments(context)
        return outside(moments, self.min, self.max).amax(1).sum(-1)

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Moment that is furthest outside, or least within, the bounds, N m."""
        values = self._moments(context).flatten(1)
        worst = room_within(values, self.min, self.max).argmin(1, keepdim=True)
        return values.gather(1, worst)[:, 0]

    def room(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Least distance from a bound, N m; negative outside the bounds."""
        return room_within(self._moments(context), self.min, self.max).amin((1, 2))

    def satisfied(self, context: Context) -> Bool[torch.Tensor, " B"]:
        """Whether every moment is within its bounds at all times."""
        excess = outside(self._moments(context), self.min, self.max)
        return excess.amax((1, 2)) <= MOMENT_TOLERANCE

    def tighten(self) -> Term:
        """Narrow the bounds by 1 N m, at most to two fifths of the range."""
        low, high = narrow(self.min, self.max, margin=MOMENT_MARGIN)
        return replace(self, min=low, max=high)

    def _moments(self, context: Context) -> Float[torch.Tensor, "B F K"]:
        found = context.kinetics
        for name in self.coordinates:
            if name not in found.names:
                raise UnknownNameError(
                    "coordinate", name, found.names, where="What moments are known of"
                )
        return found.moments[..., [found.names.index(n) for n in self.coordinates]]
