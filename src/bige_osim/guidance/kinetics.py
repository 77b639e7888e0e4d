"""Kinetics of a batch of motions, as terms see them: net moments and residuals."""

from dataclasses import dataclass

import torch
from jaxtyping import Float

from bige_osim.solving.motion_physics import MotionDynamics


@dataclass(frozen=True, eq=False, kw_only=True)
class Kinetics:
    """Forces that B motions of F frames take.

    Attributes
    ----------
    moments : (B, F, I) net generalised forces with ground reaction, N m or N
    names : I coordinates
    residual_force, residual_moment : (B, F) N, and N m about the pelvis: magnitude of
        what ground reaction leaves at the root
    external_force : (B, F) N, magnitude of the whole ground reaction
    """

    moments: Float[torch.Tensor, "B F I"]
    names: tuple[str, ...]
    residual_force: Float[torch.Tensor, "B F"]
    residual_moment: Float[torch.Tensor, "B F"]
    external_force: Float[torch.Tensor, "B F"]

    @classmethod
    def of(cls, dynamics: MotionDynamics, names: tuple[str, ...]) -> "Kinetics":
        """Take them from the dynamics (SI units) of motions of I coordinates."""
        batch = dynamics.residual_force.shape
        total = dynamics.ground.force.sum(dim=-2)
        return cls(
            moments=dynamics.demand,
            names=names,
            residual_force=dynamics.residual_force,
            residual_moment=dynamics.residual_moment,
            external_force=total.norm(dim=-1).reshape(batch),
        )
