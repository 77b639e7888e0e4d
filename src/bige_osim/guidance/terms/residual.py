"""A term on pelvis residuals: motions that the ground can carry."""

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from jaxtyping import Bool, Float

from bige_osim.guidance.context import Context
from bige_osim.guidance.term import Bounds, Term
from bige_osim.io.tables import Number
from bige_osim.solving.residuals import FORCE_LIMIT, MOMENT_LIMIT

MARGIN = 0.3
"""Part of what is accepted that is left free while motions are refined."""

TINY = 1e-6
"""An excess that does not count, as a fraction of what is accepted."""


@dataclass(frozen=True, kw_only=True)
class Residual(Term):
    """Pelvis residuals within what Hicks et al. 2015 accept.

    L = RMS over t of max(f - 1, 0) + the same of m, where f and m are the residual
    force and moment, divided by what is accepted: 5 % of the peak external force, and
    1 % of it times the mean height of the centre of mass (J Biomech Eng 137, 020905).
    What is accepted is taken as it is, without gradient.

    Attributes
    ----------
    force : accepted fraction of the peak external force
    moment : accepted fraction of that force times the height of the centre of mass
    """

    name: ClassVar[str] = "residual"
    unit: ClassVar[str] = "% of accepted"
    title: ClassVar[str] = "pelvis residuals"
    needs_kinetics: ClassVar[bool] = True
    force: Number = FORCE_LIMIT
    moment: Number = MOMENT_LIMIT

    def __post_init__(self) -> None:
        """Refuse limits that nothing keeps to."""
        super().__post_init__()
        for name in ("force", "moment"):
            if getattr(self, name) <= 0:
                raise self._refuse(
                    f"{name}: expected a fraction above 0, got {getattr(self, name):g};"
                    " correct it"
                )

    scale = 1.0  # as much again as is accepted, all the time

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """RMS excess of force and of moment, as fractions of what is accepted."""
        force, moment = (
            (part - 1).clamp(min=0).square().mean(-1)
            for part in self._fractions(context)
        )
        # A root has no gradient at 0.
        return (force + TINY**2).sqrt() + (moment + TINY**2).sqrt() - 2 * TINY

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Peak force or moment, whichever is more, in % of what is accepted."""
        return 100 * torch.maximum(*(p.amax(-1) for p in self._fractions(context)))

    def satisfied(self, context: Context) -> Bool[torch.Tensor, " B"]:
        """Whether force and moment are accepted at every frame."""
        return self.measure(context) < 100

    def room(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Part of what is accepted that is left, %."""
        return 100 - self.measure(context)

    @property
    def bounds(self) -> Bounds:
        """All that is accepted, %."""
        return None, 100.0

    def tighten(self) -> Term:
        """Accept less."""
        rest = 1 - MARGIN
        return replace(self, force=rest * self.force, moment=rest * self.moment)

    def describe(self) -> str:
        """Say the limits."""
        return (
            f"force at most {100 * self.force:g} % of the peak external force, moment "
            f"at most {100 * self.moment:g} % of it times the height of the centre of "
            "mass"
        )

    def _fractions(
        self, context: Context
    ) -> tuple[Float[torch.Tensor, "B F"], Float[torch.Tensor, "B F"]]:
        """Residual force and moment over what is accepted."""
        found = context.kinetics
        peak = found.external_force.detach().amax(-1, keepdim=True)
        height = context.center_of_mass.detach()[..., 1].mean(-1, keepdim=True)
        arm = height - context.floor
        force = found.residual_force / (self.force * peak)
        return force, found.residual_moment / (self.moment * arm * peak)
