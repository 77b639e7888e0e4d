"""The generator: one latent vector for a whole repetition, of any duration.

Encoder and decoder are principal components of the training repetitions' features
(:mod:`bige_osim.nets.features`) and, added to them, small nets that learn what is not
linear. Between them the latents are quantised (:mod:`bige_osim.nets.quantiser`).
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import nn

from bige_osim.errors import DatasetError
from bige_osim.io.tables import TomlTable, WholeNumber
from bige_osim.nets.conditions import count_conditions, describe_conditions
from bige_osim.nets.features import Decoded, RepetitionFeatures
from bige_osim.nets.quantiser import Quantised, Quantiser, QuantiserConfig
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling

LEAST_SPREAD = 0.02
"""Of a principal component, as a part of the largest, to be made one of SD 1."""


class GeneratorConfig(TomlTable):
    """Size of the generator.

    Attributes
    ----------
    latent : K, components of the latent vector
    width : of the two hidden layers of encoder and decoder
    points : control points of a coordinate's curve
    quantiser : how latents are quantised
    """

    latent: WholeNumber = 256
    width: WholeNumber = 256
    points: WholeNumber = 20
    quantiser: QuantiserConfig = QuantiserConfig()


class Reconstructed(NamedTuple):
    """Features before and after encoding, quantising and decoding.

    Attributes
    ----------
    given, made : (B, N) no unit
    quantised : the latents
    """

    given: Float[torch.Tensor, "B N"]
    made: Float[torch.Tensor, "B N"]
    quantised: Quantised


class MotionGenerator(nn.Module):
    """Repetitions to latents and back, for a body, an exercise and a style.

    Parameters
    ----------
    config : its size
    coordinate_names : names of the C coordinates, in the order of every batch
    frames : F that it decodes to if nothing else is asked for
    scaling : fitted on the training participants
    exercises : names of those there are

    Raises
    ------
    DatasetError
        if there are fewer frames than a curve has values

    Notes
    -----
    Tensors are float32 and SI: motion (B, F, C) in rad and m with x = z = 0 in the
    middle of the ankles, duration (B,) in s, body (B, 3) stature m, mass kg, leg length
    m, latents (B, K, 1). Exercise and style are (B,) places among ``exercises`` and
    :data:`~bige_osim.nets.labels.STYLES`; without them it is the exercise most trained
    on, as recorded.
    """

    usual: Int[torch.Tensor, ""]

    def __init__(
        self,
        config: GeneratorConfig,
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
        self.features = RepetitionFeatures(scaling, points=config.points)
        if frames < self.features.values:
            raise DatasetError(
                f"The generator needs repetitions of at least {self.features.values} "
                f"frames, got {frames}; collect with more frames."
            )
        count, latent = self.features.count, config.latent
        known = count_conditions(exercises)
        self.encoder_axes = nn.Linear(count, latent)
        self.encoder = _make_residual(count + known, config.width, latent)
        self.quantiser = Quantiser(config.quantiser, components=latent)
        self.decoder_axes = nn.Linear(latent, count)
        self.decoder = _make_residual(latent + known, config.width, count)
        self.register_buffer("usual", torch.tensor(0))

    def start_at(self, samples: Samples) -> None:
        """Begin with the principal components of training repetitions.

        Latents are their scores in standard deviations; components that the samples do
        not have are 0.
        """
        self.features.start_at(samples)
        if samples.exercise is not None:
            self.usual.copy_(samples.exercise.bincount().argmax())
        x = self.features.describe(samples)
        mean = x.mean(dim=0)
        _, _, axes = torch.linalg.svd((x - mean).double(), full_matrices=False)
        axes = axes[: self.config.latent].float()
        spread = ((x - mean) @ axes.T).std(dim=0, correction=0)
        floor = LEAST_SPREAD * spread.max().clamp(min=1e-6)
        spread = spread.maximum(floor)[:, None]
        with torch.no_grad():
            self.encoder_axes.weight.zero_()[: len(axes)] = axes / spread
            self.encoder_axes.bias.copy_(-(self.encoder_axes.weight @ mean))
            self.decoder_axes.weight.zero_()[:, : len(axes)] = (axes * spread).T
            self.decoder_axes.bias.copy_(mean)

    def encode(self, samples: Samples) -> Float[torch.Tensor, "B K 1"]:
        """Continuous latents of repetitions, which need footprints."""
        return self._encode(self.features.describe(samples), self._know(samples))

    def quantise(self, z: Float[torch.Tensor, "B K 1"]) -> Quantised:
        """Replace latents (no unit) by their codes; gradients pass straight through."""
        quantised: Quantised = self.quantiser(z)
        return quantised

    def decode(
        self,
        z: Float[torch.Tensor, "B K 1"],
        body: Float[torch.Tensor, "B 3"],
        *,
        exercise: Int[torch.Tensor, " B"] | None = None,
        style: Int[torch.Tensor, " B"] | None = None,
        frames: int | None = None,
    ) -> Decoded:
        """Repetitions of latents, at any number of frames: rad, m and s."""
        made = self._decode(z, self._condition(body, exercise, style))
        return self.features.restore(made, body, frames=frames or self.frames)

    def forward(self, samples: Samples) -> Reconstructed:
        """Encode, quantise and decode features."""
        given, known = self.features.describe(samples), self._know(samples)
        quantised = self.quantise(self._encode(given, known))
        return Reconstructed(given, self._decode(quantised.z, known), quantised)

    def reconstruct(self, samples: Samples) -> Decoded:
        """Encode, quantise and decode (rad, m; s) in evaluation mode, no gradients."""
        was_training = self.training
        self.eval()
        with torch.no_grad():
            made = self.features.restore(
                self(samples).made, samples.body, frames=samples.motion.shape[1]
            )
        self.train(was_training)
        return made

    def _encode(
        self, features: Float[torch.Tensor, "B N"], known: Float[torch.Tensor, "B _"]
    ) -> Float[torch.Tensor, "B K 1"]:
        z: torch.Tensor = self.encoder_axes(features)
        z = z + self.encoder(torch.cat([features, known], dim=1))
        return z[..., None]

    def _decode(
        self, z: Float[torch.Tensor, "B K 1"], known: Float[torch.Tensor, "B _"]
    ) -> Float[torch.Tensor, "B N"]:
        row = z[..., 0]
        made: torch.Tensor = self.decoder_axes(row)
        made = made + self.decoder(torch.cat([row, known], dim=1))
        return made

    def _know(self, samples: Samples) -> Float[torch.Tensor, "B _"]:
        return self._condition(samples.body, samples.exercise, samples.style)

    def _condition(
        self,
        body: Float[torch.Tensor, "B 3"],
        exercise: Int[torch.Tensor, " B"] | None,
        style: Int[torch.Tensor, " B"] | None,
    ) -> Float[torch.Tensor, "B _"]:
        return describe_conditions(
            self.features.scaler,
            body,
            exercises=self.exercises,
            usual=self.usual,
            exercise=exercise,
            style=style,
        )


def _make_residual(inputs: int, width: int, outputs: int) -> nn.Sequential:
    """Two hidden layers; it answers 0 until it is trained."""
    last = nn.Linear(width, outputs)
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    return nn.Sequential(
        nn.Linear(inputs, width),
        nn.SiLU(),
        nn.Linear(width, width),
        nn.SiLU(),
        last,
    )
