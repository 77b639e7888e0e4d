"""The objective of guidance: from latents to motions, activations, losses and cost."""

from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Bool, Float

from bige_osim.errors import DatasetError, name_some
from bige_osim.guidance.context import Context, Kinematics
from bige_osim.guidance.networks import Generator, Surrogate
from bige_osim.guidance.term import Term


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Decoded motions and what the terms say of them.

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


@dataclass(frozen=True, eq=False, kw_only=True)
class Objective:
    """Everything between latents and cost, for one participant.

    Attributes
    ----------
    generator, surrogate : nets
    skeleton : kinematics of the participant's model, in the nets' dtype
    body : (3,) stature m, mass kg, leg length m
    terms : what is wanted
    training : (N, L, D) latents of the training motions
    """

    generator: Generator
    surrogate: Surrogate
    skeleton: Kinematics
    body: Float[torch.Tensor, " 3"]
    terms: tuple[Term, ...]
    training: Float[torch.Tensor, "N L D"]

    def __call__(self, z: Float[torch.Tensor, "B L D"]) -> Evaluation:
        """Decode the quantised latents and judge the motions.

        The value is that of the nearest codes, the gradient that of ``z`` (the
        straight-through estimator of van den Oord et al. 2017, arXiv 1711.00937).
        """
        # Done here too because a quantiser in use may return codes without gradient.
        codes = z + (self.generator.quantise(z).z - z).detach()
        body = self.body.expand(len(z), -1)
        made = self.generator.decode(codes, body)
        seen = made.motion[..., self._surrogate_columns]
        predicted = self.surrogate(seen, made.duration, body)
        context = Context(
            motion=made.motion,
            coordinate_names=tuple(self.generator.coordinate_names),
            duration=made.duration,
            activations=predicted.mean,
            std=predicted.std,
            muscle_names=tuple(self.surrogate.muscle_names),
            skeleton=self.skeleton,
            latents=z,
            training=self.training,
        )
        return Evaluation(context, self.terms)

    @cached_property
    def _surrogate_columns(self) -> list[int]:
        known = list(self.generator.coordinate_names)
        missing = [n for n in self.surrogate.coordinate_names if n not in known]
        if missing:
            raise DatasetError(
                f"The surrogate needs the coordinates {name_some(missing)}, which the"
                " generator does not make; train both on the same dataset."
            )
        return [known.index(name) for name in self.surrogate.coordinate_names]
