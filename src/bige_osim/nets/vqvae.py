"""The generator: a VQ-VAE on repetitions of any duration.

Van den Oord et al. 2017, "Neural Discrete Representation Learning", with the codebook
updated by moving averages and dead codes reset (Razavi et al. 2019), as in T2M-GPT
(Zhang et al. 2023). The decoder ends in a cubic B-spline, so what it makes is smooth.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import nn
from vector_quantize_pytorch import VectorQuantize

from bige_osim.errors import DatasetError
from bige_osim.io.tables import Number, TomlTable, WholeNumber
from bige_osim.nets.layers import BodyEmbedding, ResidualBlock, SplineUpsampling
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaler, Scaling

DOWNSAMPLING = 4
"""Frames per latent vector."""

DURATION_LIMIT = 4.0
"""Most standard deviations that a decoded log-duration is from the training mean."""


class VqvaeConfig(TomlTable):
    """Size of the generator.

    Attributes
    ----------
    width : channels of its convolutions
    latent : D, components of a latent vector
    codes : size of the codebook
    blocks : residual blocks per resolution
    decay : factor of the codebook's moving averages, per step
    dead_code : uses per step (moving average, no unit) below which a code is reset
    dropout : share of features dropped in training
    """

    width: WholeNumber = 96
    latent: WholeNumber = 32
    codes: WholeNumber = 256
    blocks: WholeNumber = 2
    decay: Number = 0.95
    dead_code: Number = 0.5
    dropout: Number = 0.0


class Quantised(NamedTuple):
    """Latents replaced by their nearest codes.

    Attributes
    ----------
    z : (B, L, D) codes, no unit; gradients pass straight through to the latents
    codes : (B, L) their numbers in the codebook
    loss : commitment loss, mean squared distance of the latents from the codes
    perplexity : exp of the entropy of the codes in use: how many share the latents
    """

    z: Float[torch.Tensor, "B L D"]
    codes: Int[torch.Tensor, "B L"]
    loss: Float[torch.Tensor, ""]
    perplexity: Float[torch.Tensor, ""]


class Vqvae(nn.Module):
    """Motion and duration to latents and back, for a body.

    Parameters
    ----------
    config : its size
    coordinate_names : names of the C coordinates, in the order of every batch
    frames : F, a multiple of 4
    scaling : fitted on the training participants

    Attributes
    ----------
    steps : L = F / 4, latent vectors per repetition

    Raises
    ------
    DatasetError
        if ``frames`` is not a multiple of 4, or less than 16

    Notes
    -----
    Tensors are float32 and SI: motion (B, F, C) in rad and m, duration (B,) in s, body
    (B, 3) stature m, mass kg, leg length m, latents (B, L, D).
    """

    def __init__(
        self,
        config: VqvaeConfig,
        *,
        coordinate_names: tuple[str, ...],
        frames: int,
        scaling: Scaling,
    ) -> None:
        super().__init__()
        if frames % DOWNSAMPLING or frames < 4 * DOWNSAMPLING:
            raise DatasetError(
                f"The generator needs repetitions of at least {4 * DOWNSAMPLING} "
                f"frames and a multiple of {DOWNSAMPLING}, got {frames}; collect with "
                "another number of frames."
            )
        self.config = config
        self.coordinate_names = coordinate_names
        self.frames = frames
        self.steps = frames // DOWNSAMPLING
        self.scaler = Scaler(scaling)
        self.encoder = Encoder(config, channels=len(coordinate_names) + 1)
        self.codebook = VectorQuantize(
            dim=config.latent,
            codebook_size=config.codes,
            decay=config.decay,
            threshold_ema_dead_code=config.dead_code,
            rotation_trick=False,  # gradients pass straight through, also when guiding
        )
        self.decoder = Decoder(
            config,
            channels=len(coordinate_names),
            steps=self.steps,
            frames=frames,
        )

    def encode(
        self,
        motion: Float[torch.Tensor, "B F C"],
        duration: Float[torch.Tensor, " B"],
        body: Float[torch.Tensor, "B 3"],
    ) -> Float[torch.Tensor, "B L D"]:
        """Continuous latents (B, L, D) of repetitions."""
        standard = self.scaler.standardise(motion, body)
        seconds = self.scaler.standardise_duration(duration)
        channel = seconds[:, None, None].expand(-1, motion.shape[1], 1)
        z: torch.Tensor = self.encoder(
            torch.cat([standard, channel], dim=-1), self.scaler.standardise_body(body)
        )
        return z

    def quantise(self, z: Float[torch.Tensor, "B L D"]) -> Quantised:
        """Replace latents (B, L, D) by their nearest codes.

        In training mode the codebook moves towards ``z`` and dead codes are reset.
        """
        nearest, codes, _ = self.codebook(z)
        nearest = nearest.detach()
        counts = torch.bincount(codes.flatten(), minlength=self.config.codes)
        share = counts / counts.sum()
        return Quantised(
            z=z + (nearest - z).detach(),
            codes=codes,
            loss=nn.functional.mse_loss(z, nearest),
            perplexity=torch.special.entr(share).sum().exp(),
        )

    def decode(
        self, z: Float[torch.Tensor, "B L D"], body: Float[torch.Tensor, "B 3"]
    ) -> tuple[Float[torch.Tensor, "B F C"], Float[torch.Tensor, " B"]]:
        """Motion (B, F, C) in rad and m, and duration (B,) in s, of latents."""
        standard, seconds = self.decoder(z, self.scaler.standardise_body(body))
        return (
            self.scaler.restore(standard, body),
            self.scaler.restore_duration(seconds),
        )

    def forward(
        self,
        motion: Float[torch.Tensor, "B F C"],
        duration: Float[torch.Tensor, " B"],
        body: Float[torch.Tensor, "B 3"],
    ) -> tuple[Float[torch.Tensor, "B F C"], Float[torch.Tensor, " B"], Quantised]:
        """Encode, quantise and decode motions (rad, m) and durations (s)."""
        quantised = self.quantise(self.encode(motion, duration, body))
        return *self.decode(quantised.z, body), quantised

    def reconstruct(
        self, samples: Samples
    ) -> tuple[Float[torch.Tensor, "N F C"], Float[torch.Tensor, " N"], Quantised]:
        """Encode, quantise and decode (rad, m; s) in evaluation mode, no gradients."""
        was_training = self.training
        self.eval()
        with torch.no_grad():
            made: tuple[torch.Tensor, torch.Tensor, Quantised] = self(
                samples.motion, samples.duration, samples.body
            )
        self.train(was_training)
        return made


class Encoder(nn.Module):
    """Standardised channels (B, F, C + 1) to latents (B, F / 4, D)."""

    def __init__(self, config: VqvaeConfig, *, channels: int) -> None:
        super().__init__()
        width = config.width
        self.body = BodyEmbedding(width)
        self.stem = nn.Conv1d(channels, width, 4, stride=2, padding=1)
        self.fine = _blocks(config)
        self.halve = nn.Conv1d(width, width, 4, stride=2, padding=1)
        self.coarse = _blocks(config)
        self.head = nn.Sequential(
            nn.GroupNorm(1, width), nn.SiLU(), nn.Conv1d(width, config.latent, 1)
        )

    def forward(
        self, x: Float[torch.Tensor, "B F K"], body: Float[torch.Tensor, "B 3"]
    ) -> Float[torch.Tensor, "B L D"]:
        """Latents (B, L, D) of what is standardised, as is ``body``."""
        about = self.body(body)
        x = self.stem(x.transpose(1, 2))
        for block in self.fine:
            x = block(x, about)
        x = self.halve(x)
        for block in self.coarse:
            x = block(x, about)
        z: torch.Tensor = self.head(x).transpose(1, 2)
        return z


class Decoder(nn.Module):
    """Latents (B, L, D) to standardised motion (B, F, C) and log-duration (B,)."""

    def __init__(
        self, config: VqvaeConfig, *, channels: int, steps: int, frames: int
    ) -> None:
        super().__init__()
        width = config.width
        self.body = BodyEmbedding(width)
        self.stem = nn.Conv1d(config.latent, width, 3, padding=1)
        # Where in the repetition a latent is: its 0 and its 100 % are standing still.
        self.phase = nn.Parameter(0.02 * torch.randn(1, width, steps))
        self.blocks = nn.ModuleList([*_blocks(config), *_blocks(config)])
        self.head = nn.Sequential(
            nn.GroupNorm(1, width), nn.SiLU(), nn.Conv1d(width, channels, 1)
        )
        self.upsampling = SplineUpsampling(points=steps, frames=frames)
        self.duration = nn.Linear(width, 1)

    def forward(
        self, z: Float[torch.Tensor, "B L D"], body: Float[torch.Tensor, "B 3"]
    ) -> tuple[Float[torch.Tensor, "B F C"], Float[torch.Tensor, " B"]]:
        """Motion and logarithm of duration of latents, standardised as ``body`` is."""
        about = self.body(body)
        x = self.stem(z.transpose(1, 2)) + self.phase
        for block in self.blocks:
            x = block(x, about)
        motion: torch.Tensor = self.upsampling(self.head(x).transpose(1, 2))
        seconds = self.duration(x.mean(dim=-1))[:, 0] / DURATION_LIMIT
        return motion, DURATION_LIMIT * seconds.tanh()


def _blocks(config: VqvaeConfig) -> nn.ModuleList:
    return nn.ModuleList(
        ResidualBlock(config.width, dilation=3**place, dropout=config.dropout)
        for place in range(config.blocks)
    )
