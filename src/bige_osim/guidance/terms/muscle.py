"""Terms on muscle activation: the range asked for, and how sure the surrogate is."""

import math
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from jaxtyping import Bool, Float

from bige_osim.guidance.terms.context import Context
from bige_osim.guidance.terms.term import Term, outside

ACTIVATION_TOLERANCE = 1e-3
"""An activation this close to its bound counts as within it (float32 nets)."""

Statistic = Literal["peak", "mean", "every"]


Over = Literal["each", "mean", "max"]


@dataclass(frozen=True, kw_only=True)
class Activation(Term):
    """Activation of muscles within a range (the poster's MAC).

    L = sum over k of max(x - high, low - x, 0), where x is the ``peak`` or ``mean``
    over t of a muscle's activation; for ``every`` frame the distance is averaged over t
    (the poster). k runs over ``each`` muscle; of several taken together x is their
    ``mean`` or ``max``, and there is one k. What is measured is the x that is furthest
    outside the range, or nearest to its bounds where all are within: it is in the range
    if and only if the goal holds.
    """

    name: ClassVar[str] = "activation"
    unit: ClassVar[str] = "activation"
    muscles: tuple[str, ...]
    low: float = 0.0
    high: float = 1.0
    statistic: Statistic = "peak"
    over: Over = "each"

    @property
    def scale(self) -> float:
        """0.1, in all muscles together."""
        return 0.1

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Distance from the range, summed over k, 0 to their number."""
        distance = outside(self._judge(context), self.low, self.high)
        return distance.mean(1).sum(-1)

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Judged value that is furthest outside, or least within, the range."""
        values = self._judge(context).flatten(1)
        return values.gather(1, self._excess(values).argmax(1, keepdim=True))[:, 0]

    def holds(self, context: Context) -> Bool[torch.Tensor, " B"]:
        """Whether every judged value is in the range."""
        distance = outside(self._judge(context), self.low, self.high)
        return distance.amax((1, 2)) <= ACTIVATION_TOLERANCE

    def find_reached(self, context: Context) -> Float[torch.Tensor, "B K"]:
        """Find what each muscle comes to; for ``every`` frame, where it is worst."""
        values = self._muscle_values(context)
        worst = self._excess(values).argmax(1, keepdim=True)
        return values.gather(1, worst)[:, 0]

    def _judge(self, context: Context) -> Float[torch.Tensor, "B S J"]:
        values = self._muscle_values(context)
        if self.over == "mean":
            return values.mean(2, keepdim=True)
        if self.over == "max":
            return values.amax(2, keepdim=True)
        return values

    def _muscle_values(self, context: Context) -> Float[torch.Tensor, "B S K"]:
        values = context.muscles(self.muscles)
        if self.statistic == "peak":
            return values.amax(1, keepdim=True)
        if self.statistic == "mean":
            return values.mean(1, keepdim=True)
        return values

    def _excess(
        self, values: Float[torch.Tensor, "*shape"]
    ) -> Float[torch.Tensor, "*shape"]:
        """Signed distance from the nearer bound, positive outside the range.

        A bound that activations cannot pass does not count: they are near it at rest.
        """
        low = self.low if self.low > 0 else -math.inf
        high = self.high if self.high < 1 else math.inf
        return torch.maximum(values - high, low - values)


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
