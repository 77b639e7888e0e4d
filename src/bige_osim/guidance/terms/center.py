"""Terms on the centre: the pelvis (as on the poster) or the centre of mass."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from jaxtyping import Float

from bige_osim.guidance.context import Context
from bige_osim.guidance.term import MeanSquareTerm

Center = Literal["pelvis", "body"]


@dataclass(frozen=True, kw_only=True)
class CenterVelocity(MeanSquareTerm):
    """Speed of the centre c: ``L = mean over t of |dc/dt|²``."""

    name: ClassVar[str] = "com_velocity"
    unit: ClassVar[str] = "m/s"
    title: ClassVar[str] = "velocity of the centre of mass"
    center: Center = "pelvis"

    scale = 0.5**2  # 0.5 m/s, squared

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared speed, m²/s²."""
        velocity = context.velocity(_center(context, self.center))
        return (velocity**2).sum(-1).mean(-1)


@dataclass(frozen=True, kw_only=True)
class CenterAcceleration(MeanSquareTerm):
    """Acceleration of the centre c: ``L = mean over t of |d²c/dt²|²``."""

    name: ClassVar[str] = "com_acceleration"
    unit: ClassVar[str] = "m/s²"
    title: ClassVar[str] = "acceleration of the centre of mass"
    center: Center = "pelvis"

    scale = 3.0**2  # 3 m/s², squared

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared acceleration, m²/s⁴."""
        acceleration = context.acceleration(_center(context, self.center))
        return (acceleration**2).sum(-1).mean(-1)


def _center(context: Context, center: Center) -> Float[torch.Tensor, "B F 3"]:
    if center == "body":
        return context.center_of_mass
    return context.coordinates(["pelvis_tx", "pelvis_ty", "pelvis_tz"])
