"""Terms on muscle activation: the range asked for, and how sure the surrogate is."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from jaxtyping import Bool, Float

from bige_osim.guidance.terms.context import Context
from bige_osim.guidance.terms.term import Term, outside

ACTIVATION_TOLERANCE = 1e-3
"""An activation this close to its bound counts as within it (float32 nets)."""

Statistic = Literal["peak", "mean", "every"]


@dataclass(frozen=True, kw_only=True)
class Activation(Term):
    """Activation of muscles within a range (the poster's MAC).

    L = sum over muscles of max(x - high, low - x, 0). x is the muscle's ``peak`` or
    ``mean`` over t; for ``every`` frame the distance is averaged over t (the poster).
    """

    name: ClassVar[str] = "activation"
    unit: ClassVar[str] = "activation"
    muscles: tuple[str, ...]
    low: float = 0.0
    high: float = 1.0
    statistic: Statistic = "peak"

    @property
    def scale(self) -> float:
        """0.1, in all muscles together."""
        return 0.1

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Distance from the range, summed over muscles, 0 to their number."""
        distance = outside(self._values(context), self.low, self.high)
        return distance.mean(1).sum(-1)

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Peak (or mean over time, also for ``every``), mean over the muscles."""
        return self._values(context).mean((1, 2))

    def holds(self, context: Context) -> Bool[torch.Tensor, " B"]:
        """Whether x is in the range for every muscle (and frame, for ``every``)."""
        distance = outside(self._values(context), self.low, self.high)
        return distance.amax((1, 2)) <= ACTIVATION_TOLERANCE

    def _values(self, context: Context) -> Float[torch.Tensor, "B S K"]:
        values = context.muscles(self.muscles)
        if self.statistic == "peak":
            return values.amax(1, keepdim=True)
        if self.statistic == "mean":
            return values.mean(1, keepdim=True)
        return values


@dataclass(frozen=True, kw_only=True)
class Uncertainty(Term):
    """How unsure the surrogate is: L = mean over t and ``muscles`` of its std.

    It has no table in a goal file; :class:`bige_osim.guidance.optimise.GuideConfig`
    gives its weight, so that guidance does not look for the surrogate's mistakes.
    """

    name: ClassVar[str] = "uncertainty"
    unit: ClassVar[str] = "activation"
    muscles: tuple[str, ...]

    @property
    def scale(self) -> float:
        """0.1 of activation."""
        return 0.1

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean standard deviation, activation."""
        return context.uncertainty(self.muscles).mean((1, 2))

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean standard deviation, activation."""
        return self(context)
