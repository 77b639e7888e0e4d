"""What terms share that ask for less of something than is accepted."""

from abc import abstractmethod
from typing import ClassVar

import torch
from jaxtyping import Bool, Float

from bige_osim.guidance.context import Context
from bige_osim.guidance.term import Bounds, Term

TINY = 1e-6
"""An excess that does not count, as a fraction of what is accepted."""


class AcceptedTerm(Term):
    """A term on two quantities, each as a fraction of what is accepted of it.

    L = the sum over both of the root mean square of max(x - 1, 0), with x the fraction.
    """

    unit: ClassVar[str] = "% of accepted"

    @abstractmethod
    def fractions(
        self, context: Context
    ) -> tuple[Float[torch.Tensor, "B ..."], Float[torch.Tensor, "B ..."]]:
        """Both quantities over what is accepted of them; no unit."""

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """RMS excess of both, as fractions of what is accepted."""
        first, second = (
            (part - 1).clamp(min=0).square().flatten(1).mean(-1)
            for part in self.fractions(context)
        )
        # A root has no gradient at 0.
        return (first + TINY**2).sqrt() + (second + TINY**2).sqrt() - 2 * TINY

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Largest of either, in % of what is accepted."""
        first, second = (part.flatten(1).amax(1) for part in self.fractions(context))
        return 100 * torch.maximum(first, second)

    def satisfied(self, context: Context) -> Bool[torch.Tensor, " B"]:
        """Whether all of both is accepted."""
        return self.measure(context) < 100

    def room(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Part of what is accepted that is left, %."""
        return 100 - self.measure(context)

    @property
    def bounds(self) -> Bounds:
        """All that is accepted, %."""
        return None, 100.0
