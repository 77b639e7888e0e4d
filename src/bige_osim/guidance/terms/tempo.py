"""Terms on how joint angles run over time, alone or beside a recorded repetition."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float

from bige_osim.guidance.terms.context import Context
from bige_osim.guidance.terms.term import Term


@dataclass(frozen=True, kw_only=True, eq=False)
class Repetition:
    """A recorded repetition at the frames of the guided motions.

    Attributes
    ----------
    values : (F, K) rad, of the coordinates that a term looks at
    duration : s
    """

    values: Float[torch.Tensor, "F K"]
    duration: float

    @property
    def velocity(self) -> Float[torch.Tensor, "inner K"]:
        """Central differences at the inner frames, rad/s."""
        step = self.duration / (len(self.values) - 1)
        return (self.values[2:] - self.values[:-2]) / (2 * step)


@dataclass(frozen=True, kw_only=True, eq=False)
class AngularVelocity(Term):
    """Joint angular velocity.

    L = mean over t and rotational coordinates of (dθ/dt - dθ_ref/dt)²; the reference
    is 0 without a repetition.
    """

    name: ClassVar[str] = "angular_velocity"
    unit: ClassVar[str] = "deg/s"
    coordinates: tuple[str, ...]
    repetition: Repetition | None = None

    @property
    def scale(self) -> float:
        """60 deg/s, squared."""
        return math.radians(60) ** 2

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared (difference of) angular velocity, rad²/s²."""
        velocity = context.velocity(context.coordinates(self.coordinates))
        if self.repetition is not None:
            velocity = velocity - self.repetition.velocity.to(velocity)
        return (velocity**2).mean((1, 2))

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Root mean square (difference of) angular velocity, deg/s."""
        return torch.rad2deg(self(context).sqrt())


@dataclass(frozen=True, kw_only=True, eq=False)
class Reference(Term):
    """Stay near a recorded repetition, frame by frame of the cycle.

    L = mean over t and rotational coordinates of (θ - θ_ref)².
    """

    name: ClassVar[str] = "reference"
    unit: ClassVar[str] = "deg"
    coordinates: tuple[str, ...]
    repetition: Repetition

    @property
    def scale(self) -> float:
        """10 deg, squared."""
        return math.radians(10) ** 2

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared difference, rad²."""
        values = context.coordinates(self.coordinates)
        return ((values - self.repetition.values.to(values)) ** 2).mean((1, 2))

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Root mean square difference, deg."""
        return torch.rad2deg(self(context).sqrt())
