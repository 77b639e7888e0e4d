"""Latents to draw: between training repetitions of participants like the one meant.

Mixtures of a repetition and some of its neighbours are nearer to what participants do
than a repetition with noise on its latents.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int

from bige_osim.errors import DatasetError
from bige_osim.nets.labels import SYNTHETIC

NOISE = 0.1
"""Usual blur of drawn latents, in standard deviations of the training latents."""

NEIGHBOURS = 40
"""Nearest repetitions that one is mixed with."""

MADE = 1 / 3
"""Part of what is drawn that is near to synthetic motions, where there are others."""

SHARES = (2, 1, 1)
"""Parameters of the Dirichlet distribution of a mixture's weights, its own first."""


@dataclass(frozen=True, eq=False)
class TrainingLatents:
    """Latents of the motions that a generator was trained on.

    Attributes
    ----------
    values : (N, L, D) latents before quantisation
    bodies : (N, 3) stature m, mass kg, leg length m of whom each motion is
    styles : (N,) by place among :data:`bige_osim.nets.labels.STYLES`; ``None`` if all
        are recorded

    Raises
    ------
    DatasetError
        when there are none
    """

    values: Float[torch.Tensor, "N L D"]
    bodies: Float[torch.Tensor, "N 3"]
    styles: Int[torch.Tensor, " N"] | None = None

    def __post_init__(self) -> None:
        """Refuse an empty set."""
        if len(self.values) == 0:
            raise DatasetError(
                "Drawing needs training latents to start from, got none; encode at"
                " least one training motion."
            )

    @property
    def spread(self) -> Float[torch.Tensor, ""]:
        """Standard deviation of the latents, the unit of steps and noise."""
        return latent_spread(self.values)

    def weigh(self, chances: Float[torch.Tensor, " N"]) -> Float[torch.Tensor, " N"]:
        """Let synthetic motions have :data:`MADE` of all chances, the others the rest.

        Parameters
        ----------
        chances : of each motion to be drawn, above 0, no unit
        """
        if self.styles is None:
            return chances
        made = (self.styles == SYNTHETIC).cpu()
        if made.all() or not made.any():
            return chances
        parts = torch.where(made, MADE / chances[made].sum(), 0.0)
        return chances * torch.where(made, parts, (1 - MADE) / chances[~made].sum())


def start_latents(
    known: TrainingLatents,
    body: Float[torch.Tensor, " 3"],
    *,
    count: int,
    noise: float,
    random: torch.Generator,
) -> Float[torch.Tensor, "count L D"]:
    """Draw training latents of similar bodies, mix them with neighbours, blur them.

    A motion is drawn with probability proportional to exp(-d²/2), where d is the
    distance between the bodies in standard deviations of the training bodies. No motion
    is drawn again before all have been drawn. A third of the chances is that of
    synthetic motions, whose depths vary more. Each is mixed with two of its 40 nearest
    neighbours, with weights from the Dirichlet distribution (2, 1, 1).

    Parameters
    ----------
    known : what to draw from
    body : stature m, mass kg, leg length m of the participant
    count : how many
    noise : standard deviation of the blur, in units of ``known.spread``
    random : on the CPU, so that a seed means the same on every device

    Examples
    --------
    >>> known = TrainingLatents(torch.zeros(1, 96, 1), torch.ones(1, 3))
    >>> start_latents(known, known.bodies[0], count=2, noise=0.1,
    ...               random=torch.Generator()).shape
    torch.Size([2, 96, 1])
    """
    chosen = _draw_similar(known, body, count=count, random=random)
    mixed = _mix(known.values, chosen, random=random)
    blur = torch.randn(mixed.shape, generator=random).to(mixed)
    return mixed + noise * known.spread * blur


def _draw_similar(
    known: TrainingLatents,
    body: Float[torch.Tensor, " 3"],
    *,
    count: int,
    random: torch.Generator,
) -> Int[torch.Tensor, " count"]:
    bodies = known.bodies.double().cpu()
    # A tenth of a metre or kilogram matters little where all training bodies are alike.
    spread = bodies.std(0, correction=0).clamp(min=0.1)
    distance = ((bodies - body.double().cpu()) / spread).square().sum(-1)
    chances = known.weigh(torch.softmax(-distance / 2, dim=0).clamp(min=1e-12))
    rounds = [
        torch.multinomial(chances, min(len(chances), count - done), generator=random)
        for done in range(0, count, len(chances))
    ]
    return torch.cat(rounds)


def _mix(
    values: Float[torch.Tensor, "N L D"],
    chosen: Int[torch.Tensor, " count"],
    *,
    random: torch.Generator,
) -> Float[torch.Tensor, "count L D"]:
    """Mix each of the chosen with neighbours of it, which may be itself."""
    rows = values.flatten(1)
    own = rows[chosen.to(rows.device)]
    near = torch.cdist(own, rows).topk(min(NEIGHBOURS, len(rows)), largest=False)
    others = torch.randint(
        near.indices.shape[1], (len(chosen), len(SHARES) - 1), generator=random
    )
    mixed = torch.cat(
        [own[:, None], rows[near.indices.gather(1, others.to(rows.device))]], dim=1
    )
    # Gamma variables of whole order are sums of exponential ones; normalised, they
    # follow the Dirichlet distribution.
    drawn = torch.empty(len(chosen), sum(SHARES)).exponential_(generator=random)
    parts = torch.split(drawn, list(SHARES), dim=1)
    weights = torch.stack([part.sum(dim=1) for part in parts], dim=1)
    weights = (weights / weights.sum(dim=1, keepdim=True)).to(rows)
    made = torch.einsum("bm,bmk->bk", weights, mixed)
    return made.reshape(len(made), *values.shape[1:])


def latent_spread(latents: Float[torch.Tensor, "N L D"]) -> Float[torch.Tensor, ""]:
    """Compute the SD of latents over samples and time, root mean square over D.

    Examples
    --------
    >>> latent_spread(torch.tensor([[[1.0], [-1.0]], [[1.0], [-1.0]]]))
    tensor(1.)
    """
    spread = latents.flatten(0, 1).var(0, correction=0).mean().sqrt()
    return spread.clamp(min=1e-6)
