"""What every guidance term is, and the distance from a range that many of them use."""

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from jaxtyping import Bool, Float

from bige_osim.guidance.terms.context import Context


class Term(ABC):
    """Something wanted of a motion, as a differentiable number per sample.

    Subclasses are small frozen dataclasses whose docstring is their formula.

    Attributes
    ----------
    name : as in the goal file
    unit : of ``measure``
    """

    name: ClassVar[str]
    unit: ClassVar[str]

    @property
    @abstractmethod
    def scale(self) -> float:
        """A clearly bad loss, in the loss's SI unit; terms are added as loss / scale.

        It makes weights comparable: a term of weight 1 costs 1 at this loss.
        """

    @abstractmethod
    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Loss of every sample, SI units and radians; what guidance minimises."""

    @abstractmethod
    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Quantity of every sample that a reader sees, in ``unit``."""

    def holds(self, context: Context) -> Bool[torch.Tensor, " B"] | None:
        """Whether the constraint holds; ``None`` for a pure objective."""
        return None


def outside(
    values: Float[torch.Tensor, "*shape"],
    low: Float[torch.Tensor, "..."] | float | None,
    high: Float[torch.Tensor, "..."] | float | None,
) -> Float[torch.Tensor, "*shape"]:
    """Distance of every value from the range [low, high]: max(x - high, low - x, 0).

    Examples
    --------
    >>> outside(torch.tensor([0.25, 0.5, 1.0]), 0.375, 0.5)
    tensor([0.1250, 0.0000, 0.5000])
    """
    excess = torch.zeros_like(values)
    if low is not None:
        excess = excess + (low - values).clamp(min=0)
    if high is not None:
        excess = excess + (values - high).clamp(min=0)
    return excess
