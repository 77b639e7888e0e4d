"""Where the search starts: at recorded participants, rather at similar ones."""

from dataclasses import dataclass

import torch
from jaxtyping import Float

from bige_osim.errors import DatasetError
from bige_osim.guidance.terms.proximity import latent_spread


@dataclass(frozen=True, eq=False)
class TrainingLatents:
    """Latents of the motions that a generator was trained on.

    Attributes
    ----------
    values : (N, L, D) latents before quantisation
    bodies : (N, 3) stature m, mass kg, leg length m of whom each motion is

    Raises
    ------
    DatasetError
        when there are none
    """

    values: Float[torch.Tensor, "N L D"]
    bodies: Float[torch.Tensor, "N 3"]

    def __post_init__(self) -> None:
        """Refuse an empty set."""
        if len(self.values) == 0:
            raise DatasetError(
                "Guidance needs training latents to start from, got none; encode at"
                " least one training motion."
            )

    @property
    def spread(self) -> Float[torch.Tensor, ""]:
        """Standard deviation of the latents, the unit of steps and noise."""
        return latent_spread(self.values)


def start_latents(
    known: TrainingLatents,
    body: Float[torch.Tensor, " 3"],
    *,
    count: int,
    noise: float,
    random: torch.Generator,
) -> Float[torch.Tensor, "count L D"]:
    """Draw training latents, rather of similar bodies, and blur them.

    A motion is drawn with probability proportional to exp(-d²/2), where d is the
    distance between the bodies in standard deviations of the training bodies. No motion
    is drawn again before all have been drawn.

    Parameters
    ----------
    known : what to draw from
    body : stature m, mass kg, leg length m of the participant
    count : how many
    noise : standard deviation of the blur, in units of ``known.spread``
    random : on the CPU, so that a seed means the same on every device

    Examples
    --------
    >>> known = TrainingLatents(torch.zeros(1, 49, 32), torch.ones(1, 3))
    >>> start_latents(known, known.bodies[0], count=2, noise=0.1,
    ...               random=torch.Generator()).shape
    torch.Size([2, 49, 32])
    """
    bodies = known.bodies.double().cpu()
    # A tenth of a metre or kilogram matters little where all training bodies are alike.
    spread = bodies.std(0, correction=0).clamp(min=0.1)
    distance = ((bodies - body.double().cpu()) / spread).square().sum(-1)
    chances = torch.softmax(-distance / 2, dim=0).clamp(min=1e-12)
    rounds = [
        torch.multinomial(chances, min(len(chances), count - done), generator=random)
        for done in range(0, count, len(chances))
    ]
    chosen = known.values[torch.cat(rounds).to(known.values.device)]
    blur = torch.randn(chosen.shape, generator=random).to(chosen)
    return chosen + noise * known.spread * blur
