"""A term on pelvis residuals: motions that the ground can carry."""

from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from jaxtyping import Float

from bige_osim.guidance.accepted_term import AcceptedTerm
from bige_osim.guidance.context import Context
from bige_osim.guidance.term import Term
from bige_osim.io.tables import Number
from bige_osim.solving.residuals import FORCE_LIMIT, MOMENT_LIMIT

MARGIN = 0.3
"""Part of what is accepted that is left free while motions are refined."""


@dataclass(frozen=True, kw_only=True)
class Residual(AcceptedTerm):
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

    def fractions(
        self, context: Context
    ) -> tuple[Float[torch.Tensor, "B F"], Float[torch.Tensor, "B F"]]:
        """Residual force and moment over what is accepted."""
        found = context.kinetics
        peak = found.external_force.detach().amax(-1, keepdim=True)
        height = context.center_of_mass.detach()[..., 1].mean(-1, keepdim=True)
        arm = height - context.floor
        force = found.residual_force / (self.force * peak)
        return force, found.residual_moment / (self.moment * arm * peak)
