"""A diffusion transformer over repetitions, after MDM.

Human motion diffusion (Tevet et al. 2023, arXiv 2209.14916): a transformer encoder
predicts the clean motion from a noisy one (x₀ prediction) and is told the step of the
noise and what the motion is to be, with classifier-free guidance (Ho and Salimans 2022,
arXiv 2207.12598). The motion is in coordinates of the model here, one token per control
point (:mod:`bige_osim.nets.curve_tokens`). Noise schedules are those of diffusers.
"""

import math
from typing import TYPE_CHECKING, Any

import torch
from jaxtyping import Bool, Float, Int
from torch import nn

from bige_osim.io.tables import Number, TomlTable, WholeNumber
from bige_osim.nets.conditions import count_conditions, describe_conditions
from bige_osim.nets.curve_tokens import CurveTokens, DrawnMotions
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling

if TYPE_CHECKING:  # it is loaded by what draws or adds noise
    from diffusers import DDIMScheduler

FREQUENCIES = 64
"""Sines and cosines, of each, that say how noisy a motion is."""


class DiffusionConfig(TomlTable):
    """Size of the diffusion transformer, and how it draws.

    Attributes
    ----------
    points : control points of a coordinate's curve, a token each
    width, heads, layers : of the transformer; its feed-forward parts are four times as
        wide
    dropout : share of its activations, in training
    noise_steps : steps from a motion to noise
    draw_steps : of them that drawing takes (DDIM: Song et al. 2021, arXiv 2010.02502)
    guidance : weight of what it is told, from 1 (as trained) on
    """

    points: WholeNumber = 32
    width: WholeNumber = 128
    heads: WholeNumber = 4
    layers: WholeNumber = 4
    dropout: Number = 0.1
    noise_steps: WholeNumber = 1000
    draw_steps: WholeNumber = 50
    guidance: Number = 1.5


class MotionDiffusion(nn.Module):
    """Noisy tokens of repetitions to clean ones.

    Parameters
    ----------
    config : its size
    coordinate_names : names of the C coordinates, in the order of every batch
    frames : F that it draws if nothing else is asked for
    scaling : fitted on the training participants
    exercises : names of those there are

    Notes
    -----
    Tensors are float32; tokens are (B, P, C + 1) as
    :class:`~bige_osim.nets.curve_tokens.CurveTokens` has them, bodies (B, 3) stature m,
    mass kg, leg length m.
    """

    usual: Int[torch.Tensor, ""]

    def __init__(
        self,
        config: DiffusionConfig,
        *,
        coordinate_names: tuple[str, ...],
        frames: int,
        scaling: Scaling,
        exercises: tuple[str, ...],
    ) -> None:
        super().__init__()
        self.config = config
        self.coordinate_names = coordinate_names
        self.frames = frames
        self.exercises = exercises
        self.tokens = CurveTokens(scaling, points=config.points)
        width = config.width
        self.enter = nn.Linear(self.tokens.channels, width)
        self.places = nn.Parameter(0.02 * torch.randn(config.points + 1, width))
        self.know = make_mlp(count_conditions(exercises), width)
        self.nothing = nn.Parameter(0.02 * torch.randn(width))
        self.clock = make_mlp(2 * FREQUENCIES, width)
        self.body = make_transformer(
            width, heads=config.heads, layers=config.layers, dropout=config.dropout
        )
        self.leave = nn.Linear(width, self.tokens.channels)
        self.register_buffer("usual", torch.tensor(0))

    def make_scheduler(self) -> "DDIMScheduler":
        """Noise of a cosine schedule (Nichol and Dhariwal 2021, arXiv 2102.09672)."""
        from diffusers import DDIMScheduler

        return DDIMScheduler(
            num_train_timesteps=self.config.noise_steps,
            beta_schedule="squaredcos_cap_v2",
            prediction_type="sample",
            clip_sample=False,
            timestep_spacing="trailing",
        )

    def start_at(self, samples: Samples) -> None:
        """Remember the exercise that most of the training repetitions are of."""
        if samples.exercise is not None:
            self.usual.copy_(samples.exercise.bincount().argmax())

    def condition(self, samples: Samples) -> Float[torch.Tensor, "B N"]:
        """Describe repetitions: exercise, body and style, no unit."""
        return self._describe(samples.body, samples.exercise, samples.style)

    def forward(
        self,
        noisy: Float[torch.Tensor, "B P K"],
        step: Int[torch.Tensor, " B"],
        condition: Float[torch.Tensor, "B N"],
        untold: Bool[torch.Tensor, " B"] | None = None,
    ) -> Float[torch.Tensor, "B P K"]:
        """Clean tokens from noisy ones.

        Parameters
        ----------
        noisy : tokens with noise, no unit
        step : of the noise, from 0
        condition : of :meth:`condition`
        untold : samples of which nothing is told
        """
        told = self.know(condition)
        if untold is not None:
            told = torch.where(untold[:, None], self.nothing, told)
        first = told + self.clock(_describe_step(step, self.config.noise_steps))
        row = torch.cat([first[:, None], self.enter(noisy)], dim=1) + self.places
        made: torch.Tensor = self.leave(self.body(row)[:, 1:])
        return made

    def draw(
        self,
        body: Float[torch.Tensor, "B 3"],
        *,
        random: torch.Generator,
        exercise: Int[torch.Tensor, " B"] | None = None,
        frames: int | None = None,
    ) -> DrawnMotions:
        """Draw a motion as recorded for each body, without gradients.

        Parameters
        ----------
        body : stature m, mass kg, leg length m
        random : source of the noise
        exercise : of each, the usual one for ``None``
        frames : F, the usual number for ``None``
        """
        shape = (len(body), self.config.points, self.tokens.channels)
        noise = torch.randn(shape, generator=random).to(body)
        with torch.no_grad():
            return self.denoise(noise, body, exercise=exercise, frames=frames)

    def denoise(
        self,
        noise: Float[torch.Tensor, "B P K"],
        body: Float[torch.Tensor, "B 3"],
        *,
        exercise: Int[torch.Tensor, " B"] | None = None,
        frames: int | None = None,
    ) -> DrawnMotions:
        """Motions of noise, the same for the same noise; differentiable.

        Parameters
        ----------
        noise : standard normal, no unit
        body : stature m, mass kg, leg length m
        exercise, frames : as :meth:`draw` has them
        """
        condition = self._describe(body, exercise, None)
        nobody = torch.arange(2 * len(body), device=body.device) >= len(body)
        scheduler, weight, tokens = self.make_scheduler(), self.config.guidance, noise
        scheduler.set_timesteps(self.config.draw_steps)
        for step in scheduler.timesteps:
            at = step.to(body.device).expand(len(body))
            if weight == 1:
                clean = self(tokens, at, condition)
            else:
                both: Any = self(
                    tokens.repeat(2, 1, 1),
                    at.repeat(2),
                    condition.repeat(2, 1),
                    nobody,
                )
                told, free = both.chunk(2)
                clean = free + weight * (told - free)
            tokens = scheduler.step(clean, step, tokens).prev_sample
        return self.tokens.restore(tokens, body, frames=frames or self.frames)

    def _describe(
        self,
        body: Float[torch.Tensor, "B 3"],
        exercise: Int[torch.Tensor, " B"] | None,
        style: Int[torch.Tensor, " B"] | None,
    ) -> Float[torch.Tensor, "B N"]:
        return describe_conditions(
            self.tokens.scaler,
            body,
            exercises=self.exercises,
            usual=self.usual,
            exercise=exercise,
            style=style,
        )


def make_mlp(inputs: int, width: int) -> nn.Sequential:
    """One hidden layer."""
    return nn.Sequential(nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width))


def make_transformer(
    width: int, *, heads: int, layers: int, dropout: float
) -> nn.TransformerEncoder:
    """Make layers that normalise first (Xiong et al. 2020, arXiv 2002.04745).

    Parameters
    ----------
    width, heads, layers : how wide and how many
    dropout : share of activations, no unit
    """
    layer = nn.TransformerEncoderLayer(
        width,
        heads,
        dim_feedforward=4 * width,
        dropout=dropout,
        activation="gelu",
        batch_first=True,
        norm_first=True,
    )
    return nn.TransformerEncoder(
        layer, layers, norm=nn.LayerNorm(width), enable_nested_tensor=False
    )


def _describe_step(
    step: Int[torch.Tensor, " B"], steps: int
) -> Float[torch.Tensor, "B _"]:
    """Sines and cosines of a step, as Vaswani et al. 2017 (arXiv 1706.03762)."""
    powers = torch.arange(FREQUENCIES, device=step.device) / FREQUENCIES
    rates = torch.exp(-math.log(10_000.0) * powers)
    angles = 1000 * (step / steps)[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], dim=1)
