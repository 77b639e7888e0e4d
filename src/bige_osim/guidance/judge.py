"""What motions are judged by: physics, activations, and the terms of a goal."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float

from bige_osim.guidance.activations import ActivationSource
from bige_osim.guidance.context import Context
from bige_osim.guidance.kinetics import Kinetics
from bige_osim.guidance.spaces import PlantedMotions
from bige_osim.guidance.term import Term
from bige_osim.solving.motion_physics import MotionPhysics


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Motions and what the terms say of them.

    Attributes
    ----------
    context : the motions and all that follows from them
    terms : T terms, bound to the model
    """

    context: Context
    terms: tuple[Term, ...]

    @cached_property
    def losses(self) -> Float[torch.Tensor, "B T"]:
        """Loss of every sample and term, SI units."""
        return torch.stack([term(self.context) for term in self.terms], dim=-1)

    @property
    def cost(self) -> Float[torch.Tensor, " B"]:
        """Sum of weight x loss / scale, which has no unit."""
        factors = [term.weight / term.scale for term in self.terms]
        return self.losses @ self.losses.new_tensor(factors)

    def satisfied(self) -> list[Bool[torch.Tensor, " B"] | None]:
        """Whether each term's constraint is satisfied."""
        return [term.satisfied(self.context) for term in self.terms]

    def measures(self) -> list[Float[torch.Tensor, " B"]]:
        """Quantity that a reader sees, of each term, in the unit of the term."""
        return [term.measure(self.context) for term in self.terms]


@runtime_checkable
class LatentSpace(Protocol):
    """Where motions lie in the latent space of a generator.

    Attributes
    ----------
    training : (N, K, 1) latents of the training motions, no unit
    """

    @property
    def training(self) -> Float[torch.Tensor, "N K 1"]:
        """Latents of the training motions."""

    def encode(self, motions: PlantedMotions) -> Float[torch.Tensor, "B K 1"]:
        """Latents of motions; differentiable."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Judge:
    """What motions are judged by: physics, activations, terms.

    Attributes
    ----------
    physics : of the participant's model, for as many frames as motions have
    source : of activations
    terms : bound to the model
    latents : where motions lie among a generator's training motions, if there is one
    """

    physics: MotionPhysics
    source: ActivationSource
    terms: tuple[Term, ...]
    latents: LatentSpace | None = None

    def __call__(
        self, motions: PlantedMotions, *, base: PlantedMotions | None = None
    ) -> Evaluation:
        """Judge motions, which may have others to stay near."""
        dynamics = self.physics(motions.motion, motions.duration)
        expected = self.source(dynamics, motions.duration)
        names = tuple(self.physics.skeleton.coordinate_names)
        asked = any(term.needs_latents for term in self.terms)
        latents = self.latents if asked else None
        context = Context(
            motion=motions.motion,
            coordinate_names=names,
            duration=motions.duration,
            activations=expected.activations,
            std=expected.std,
            muscle_names=self.source.muscle_names,
            skeleton=self.physics.skeleton,
            dynamics=dynamics,
            forces=Kinetics.of(dynamics, names),
            unbounded=expected.unbounded,
            base=base,
            latents=latents.encode(motions) if latents else None,
            training=latents.training.to(motions.motion) if latents else None,
        )
        return Evaluation(context, self.terms)
