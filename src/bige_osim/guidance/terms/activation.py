"""Terms on muscle activation: the range asked for, and how sure the surrogate is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import torch
from jaxtyping import Bool, Float

from bige_osim.errors import name_some
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.context import Context
from bige_osim.guidance.keys import unwritten
from bige_osim.guidance.term import Bounds, Term, describe_range, outside
from bige_osim.io.tables import Names, Number

ACTIVATION_TOLERANCE = 1e-3
"""An activation this close to its bound counts as within it (float32 nets)."""

ACTIVATION_MARGIN = 0.01
"""By how much the range is narrowed at either end while motions are refined."""

OVER = {"each": "", "mean": "mean of ", "max": "most active of "}
"""What stands before muscles by how they are judged."""

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
    if and only if the goal is satisfied.

    An activation at 0 or 1 does not change with the motion. Where x is outside the
    range, L therefore takes activations beyond a bound as if muscles had none,
    compressed (:func:`show_excess`, :func:`show_lack`): it says how far a muscle is
    saturated. What is measured, and whether the goal is satisfied, is of activations.

    Attributes
    ----------
    muscles : names of muscles, or of groups in the model's profile
    low, high : 0 to 1
    statistic : ``peak`` or ``mean`` over time, or ``every`` frame
    over : whether ``each`` muscle is to be in the range, their ``mean``, or the most
        active of them (``max``)
    """

    name: ClassVar[str] = "activation"
    unit: ClassVar[str] = "activation"
    title: ClassVar[str] = "muscle activation"
    needs_activations: ClassVar[bool] = True
    muscles: Names = ()
    low: Number = 0.0
    high: Number = 1.0
    statistic: Statistic = "peak"
    over: Over = unwritten("each")  # noqa: RUF009  (it makes a field)

    def __post_init__(self) -> None:
        """Refuse a range that is empty, all there is, or of no muscle."""
        super().__post_init__()
        if not self.muscles:
            raise self._refuse('muscles: expected names, got none; use ["vasmed_r"]')
        if not 0 <= self.low <= 1 or not 0 <= self.high <= 1:
            raise self._refuse(
                f"low and high: expected activations from 0 to 1, got {self.low:g} and"
                f" {self.high:g}; correct them"
            )
        if self.low > self.high:
            raise self._refuse(
                f"low {self.low:g} is above high {self.high:g}; swap them"
            )
        if self.low == 0 and self.high == 1:
            raise self._refuse("low or high: expected a bound, got none; add one")

    @property
    def target_muscles(self) -> tuple[str, ...]:
        """Its muscles and groups, as written."""
        return self.muscles

    @property
    def bounds(self) -> Bounds:
        """Bounds of activation that it can pass."""
        return self.low or None, self.high if self.high < 1 else None

    def bind(self, binding: Binding, targets: Sequence[str]) -> Term:
        """Look up muscles and groups."""
        return replace(self, muscles=binding.muscles(self.muscles))

    def describe(self) -> str:
        """Say the range, of what, of which muscles."""
        range_, muscles = describe_range(*self.bounds), name_some(self.muscles)
        if self.statistic == "every":
            return f"{OVER[self.over]}{muscles} {range_} at every frame"
        if self.over == "mean":
            return f"mean of the {self.statistic}s of {muscles} {range_}"
        return f"{self.statistic} of {OVER[self.over]}{muscles} {range_}"

    scale = 0.1  # 0.1, in all muscles together

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Distance from the range, summed over k; above their number if saturated."""
        values = self._muscle_values(context)
        judged = self._judge(values)
        if context.unbounded is None:
            return outside(judged, self.low, self.high).mean(1).sum(-1)
        bounded = context.muscles(self.muscles)
        free = context.unbounded_activations(self.muscles)
        above = self._judge(self._reduce(show_excess(bounded, free))) - self.high
        below = self.low - self._judge(self._reduce(show_lack(bounded, free)))
        none = torch.zeros_like(judged)
        distance = torch.where(judged > self.high, above, none)
        distance = distance + torch.where(judged < self.low, below, none)
        return distance.mean(1).sum(-1)

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Judged value that is furthest outside, or least within, the range."""
        values = self._judge(self._muscle_values(context)).flatten(1)
        return values.gather(1, self._excess(values).argmax(1, keepdim=True))[:, 0]

    def satisfied(self, context: Context) -> Bool[torch.Tensor, " B"]:
        """Whether every judged value is in the range."""
        distance = outside(
            self._judge(self._muscle_values(context)), self.low, self.high
        )
        return distance.amax((1, 2)) <= ACTIVATION_TOLERANCE

    def find_reached(self, context: Context) -> Float[torch.Tensor, "B K"]:
        """Find what every activation comes to; for ``every`` frame, the worst."""
        values = self._muscle_values(context)
        worst = self._excess(values).argmax(1, keepdim=True)
        return values.gather(1, worst)[:, 0]

    def room(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Least distance of a judged value from a bound; negative outside the range."""
        values = self._judge(self._muscle_values(context))
        return -self._excess(values).amax((1, 2))

    def tighten(self) -> Term:
        """Narrow the range by 0.01 at either end that is a bound, less if narrow."""
        margin = min(ACTIVATION_MARGIN, 0.3 * (self.high - self.low))
        return replace(
            self,
            low=self.low + margin if self.low > 0 else self.low,
            high=self.high - margin if self.high < 1 else self.high,
        )

    def _judge(self, values: Float[torch.Tensor, "B S K"]) -> torch.Tensor:
        """Values (B, S, J) that are judged, of those of every muscle."""
        if self.over == "mean":
            return values.mean(2, keepdim=True)
        if self.over == "max":
            return values.amax(2, keepdim=True)
        return values

    def _muscle_values(self, context: Context) -> Float[torch.Tensor, "B S K"]:
        return self._reduce(context.muscles(self.muscles))

    def _reduce(self, values: Float[torch.Tensor, "B F K"]) -> torch.Tensor:
        """Reduce activations over time to values (B, S, K)."""
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


def show_excess(
    bounded: Float[torch.Tensor, "*shape"], free: Float[torch.Tensor, "*shape"]
) -> Float[torch.Tensor, "*shape"]:
    """Activations that grow beyond 1 where a muscle is saturated; no unit.

    They are 1 + asinh(u - 1) where u, the activation as if there were no bounds, is
    above 1. It grows with u at a slope of 1 at most, and as its logarithm where
    reserves work and u reaches thousands.

    Parameters
    ----------
    bounded : activations, 0 to 1
    free : u, activations as if there were no bounds

    Examples
    --------
    >>> show_excess(torch.tensor([0.5, 1.0]), torch.tensor([0.5, 4.0]))
    tensor([0.5000, 2.8184])
    """
    return torch.where(free > 1, 1 + torch.asinh(free - 1), bounded)


def show_lack(
    bounded: Float[torch.Tensor, "*shape"], free: Float[torch.Tensor, "*shape"]
) -> Float[torch.Tensor, "*shape"]:
    """Activations that fall below 0 where a muscle rests; no unit.

    They are -asinh(-u) where u, the activation as if there were no bounds, is below 0.

    Parameters
    ----------
    bounded : activations, 0 to 1
    free : u, activations as if there were no bounds

    Examples
    --------
    >>> show_lack(torch.tensor([0.5, 0.0]), torch.tensor([0.5, -3.0]))
    tensor([ 0.5000, -1.8184])
    """
    return torch.where(free < 0, -torch.asinh(-free), bounded)


@dataclass(frozen=True, kw_only=True)
class Uncertainty(Term):
    """How unsure the surrogate is: L = mean over t and ``muscles`` of its std.

    It has no table in a goal file; :class:`bige_osim.guidance.refine.RefineConfig`
    gives its weight, so that guidance does not look for the surrogate's mistakes.
    """

    name: ClassVar[str] = "uncertainty"
    unit: ClassVar[str] = "activation"
    title: ClassVar[str] = "uncertainty of the surrogate"
    needs_activations: ClassVar[bool] = True
    in_goals: ClassVar[bool] = False
    muscles: Names

    scale = 0.1  # 0.1 of activation

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean standard deviation, activation."""
        return context.uncertainty(self.muscles).mean((1, 2))

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean standard deviation, activation."""
        return self(context)
