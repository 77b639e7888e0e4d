"""A term on the latents: stay near what participants were seen to do."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float

from bige_osim.errors import GoalError
from bige_osim.guidance.context import Context
from bige_osim.guidance.term import MeanSquareTerm
from bige_osim.io.tables import WholeNumber
from bige_osim.nets.mixtures import latent_spread


@dataclass(frozen=True, kw_only=True)
class Proximity(MeanSquareTerm):
    """Distance of the latents z to the nearest training latents.

    L = mean over the k nearest n of the mean over (L, D) of (z - z_n)² / s², with s the
    standard deviation of the training latents.

    Attributes
    ----------
    neighbours : k, how many of the nearest training latents count
    """

    name: ClassVar[str] = "proximity"
    unit: ClassVar[str] = "SD"
    title: ClassVar[str] = "distance from the training motions"
    needs_latents: ClassVar[bool] = True
    neighbours: WholeNumber = 1

    def __post_init__(self) -> None:
        """Refuse less than one neighbour."""
        super().__post_init__()
        if self.neighbours < 1:
            raise self._refuse(
                f"neighbours: expected 1 or more, got {self.neighbours}; correct it"
            )

    scale = 1.0  # One standard deviation, squared

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared distance in standard deviations of the training latents."""
        if context.latents is None or context.training is None:
            raise GoalError(
                "[proximity]: expected motions decoded from latents, got recordings;"
                " leave the term out for them."
            )
        near, known = context.latents.flatten(1), context.training.flatten(1)
        squared = torch.cdist(near, known) ** 2 / near.shape[1]
        k = min(self.neighbours, len(known))
        nearest = squared.topk(k, largest=False).values
        return nearest.mean(-1) / latent_spread(context.training) ** 2
