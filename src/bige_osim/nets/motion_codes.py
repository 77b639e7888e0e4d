"""Motions as rows of discrete codes: the temporal VQ-VAE of T2M-GPT.

Convolutions along the repetition halve its number of tokens some times; what is left of
each is replaced by the nearest of a codebook's vectors, which follow moving averages
and are put elsewhere when they are not used (Zhang et al. 2023, arXiv 2301.06052, after
van den Oord et al. 2017, arXiv 1711.00937).
"""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import nn
from vector_quantize_pytorch import VectorQuantize

from bige_osim.errors import DatasetError
from bige_osim.io.tables import Number, TomlTable, WholeNumber
from bige_osim.nets.curve_tokens import CurveTokens
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling


class CodesConfig(TomlTable):
    """Size of the VQ-VAE.

    Attributes
    ----------
    points : control points of a coordinate's curve
    halvings : how often their number is halved; that many halvings of it are codes
    width : channels of the convolutions
    blocks : residual blocks after each halving
    codes : in the codebook
    code_width : numbers of a code's vector
    decay : of the codebook's moving averages in a step, no unit
    """

    points: WholeNumber = 48
    halvings: WholeNumber = 1
    width: WholeNumber = 128
    blocks: WholeNumber = 2
    codes: WholeNumber = 512
    code_width: WholeNumber = 64
    decay: Number = 0.99


class Coded(NamedTuple):
    """Tokens before and after, and their codes.

    Attributes
    ----------
    given, made : (B, P, C + 1) no unit
    codes : (B, T) places in the codebook
    commitment : mean squared distance of what is coded from the codes, no unit
    """

    given: Float[torch.Tensor, "B P K"]
    made: Float[torch.Tensor, "B P K"]
    codes: Int[torch.Tensor, "B T"]
    commitment: Float[torch.Tensor, ""]


class MotionCodes(nn.Module):
    """Repetitions to codes (B, T) and back.

    Parameters
    ----------
    config : its size
    coordinate_names : names of the C coordinates, in the order of every batch
    frames : F that it decodes to
    scaling : fitted on the training participants

    Attributes
    ----------
    length : T

    Raises
    ------
    DatasetError
        if the number of points cannot be halved so often
    """

    def __init__(
        self,
        config: CodesConfig,
        *,
        coordinate_names: tuple[str, ...],
        frames: int,
        scaling: Scaling,
    ) -> None:
        super().__init__()
        if config.points % 2**config.halvings:
            raise DatasetError(
                f"The codes need points that can be halved {config.halvings} times, "
                f"got {config.points}; choose a multiple of {2**config.halvings}."
            )
        self.config = config
        self.coordinate_names = coordinate_names
        self.frames = frames
        self.tokens = CurveTokens(scaling, points=config.points)
        self.length = config.points // 2**config.halvings
        self.encoder = _make_encoder(config, self.tokens.channels)
        self.book = VectorQuantize(
            dim=config.code_width,
            codebook_size=config.codes,
            decay=config.decay,
            kmeans_init=True,
            threshold_ema_dead_code=1,
            rotation_trick=False,  # gradients pass straight through
        )
        self.decoder = _make_decoder(config, self.tokens.channels)

    def forward(self, samples: Samples) -> Coded:
        """Encode, replace by codes and decode; in training the codebook learns."""
        given = self.tokens.describe(samples)
        latents = self.encoder(given.mT).mT
        found, codes, _ = self.book(latents)
        nearest = found.detach()
        commitment = nn.functional.mse_loss(latents, nearest)
        passed = latents + (nearest - latents).detach()
        return Coded(given, self.decoder(passed.mT).mT, codes, commitment)

    def encode(self, samples: Samples) -> Int[torch.Tensor, "B T"]:
        """Codes of repetitions, places in the codebook, without gradients."""
        with torch.no_grad():
            latents = self.encoder(self.tokens.describe(samples).mT).mT
            codes: torch.Tensor = self.book(latents, freeze_codebook=True)[1]
        return codes

    def decode(self, codes: Int[torch.Tensor, "B T"]) -> Float[torch.Tensor, "B P K"]:
        """Tokens, no unit, of codes."""
        made: torch.Tensor = self.decoder(self.book.get_codes_from_indices(codes).mT).mT
        return made


class _Residual(nn.Module):
    """Adds a dilated convolution of its input to it."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.change = nn.Sequential(
            nn.SiLU(),
            nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation),
            nn.SiLU(),
            nn.Conv1d(width, width, 1),
        )

    def forward(self, x: Float[torch.Tensor, "B W T"]) -> Float[torch.Tensor, "B W T"]:
        """No unit."""
        changed: torch.Tensor = x + self.change(x)
        return changed


def _make_blocks(config: CodesConfig) -> list[nn.Module]:
    return [_Residual(config.width, 3**depth) for depth in range(config.blocks)]


def _make_encoder(config: CodesConfig, channels: int) -> nn.Sequential:
    width = config.width
    parts: list[nn.Module] = [nn.Conv1d(channels, width, 3, padding=1)]
    for _ in range(config.halvings):
        parts += [nn.SiLU(), nn.Conv1d(width, width, 4, stride=2, padding=1)]
        parts += _make_blocks(config)
    return nn.Sequential(*parts, nn.Conv1d(width, config.code_width, 3, padding=1))


def _make_decoder(config: CodesConfig, channels: int) -> nn.Sequential:
    width = config.width
    parts: list[nn.Module] = [nn.Conv1d(config.code_width, width, 3, padding=1)]
    for _ in range(config.halvings):
        parts += _make_blocks(config)
        parts += [nn.Upsample(scale_factor=2, mode="nearest")]
        parts += [nn.Conv1d(width, width, 3, padding=1)]
    last = nn.Conv1d(width, channels, 3, padding=1)
    return nn.Sequential(*parts, nn.SiLU(), last)
