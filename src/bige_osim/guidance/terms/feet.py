"""Terms on the feet: standing feet do not slide, and stand on the floor."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float

from bige_osim.guidance.context import Context
from bige_osim.guidance.term import MeanSquareTerm, Term

CONTACT_HEIGHT = 0.02
"""A foot contact point lower than this above the floor is on the ground, m."""


@dataclass(frozen=True, kw_only=True)
class FootSliding(MeanSquareTerm):
    """Standing feet do not slide.

    ``L = sum of g |dx/dt|²`` over t and contact points over the sum of g; dx/dt is
    the horizontal velocity, and g is 1 for points within 2 cm of the floor, else 0. It
    is 0 when no point ever is. The gradient is that of the velocity; g is taken as it
    is.
    """

    name: ClassVar[str] = "foot_sliding"
    unit: ClassVar[str] = "m/s"
    title: ClassVar[str] = "sliding of standing feet"

    scale = 0.05**2  # 0.05 m/s, squared

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared horizontal velocity, m²/s²."""
        points = context.foot_points
        velocity = context.velocity(points)
        speed = velocity[..., 0] ** 2 + velocity[..., 2] ** 2
        grounded = (points[:, 1:-1, :, 1] < CONTACT_HEIGHT).to(speed)
        return (grounded * speed).sum((1, 2)) / grounded.sum((1, 2)).clamp(min=1)


@dataclass(frozen=True, kw_only=True)
class Ground(Term):
    """The body stands on the floor: neither in it nor above it.

    L = mean over t of h², where h is the height above the floor of the lowest foot
    point: penetration where negative, float where positive.
    """

    name: ClassVar[str] = "ground"
    unit: ClassVar[str] = "cm"
    title: ClassVar[str] = "distance of the feet from the floor"

    scale = 0.02**2  # 2 cm, squared

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared height of the lowest foot point, m²."""
        return (self._height(context) ** 2).mean(-1)

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean distance of the lowest foot point from the floor, cm."""
        return 100 * self._height(context).abs().mean(-1)

    def _height(self, context: Context) -> Float[torch.Tensor, "B F"]:
        return context.foot_points[..., 1].amin(-1)
