"""An ensemble that predicts the muscle activations of a motion, differentiably.

Each member of an ensemble is a small temporal net: convolutions see a frame and its
neighbours, self-attention over time (Vaswani et al. 2017) the rest of the repetition.
The members' disagreement is the uncertainty (Lakshminarayanan et al. 2017, "Simple and
Scalable Predictive Uncertainty Estimation using Deep Ensembles").
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import nn

from bige_osim.errors import DatasetError, name_some
from bige_osim.io.tables import Number, TomlTable, WholeNumber
from bige_osim.nets.scaling import Scaler, Scaling, acceleration, velocity

FEATURES = ("position", "velocity", "acceleration")
"""What the surrogate can look at: q, q̇ and q̈ of every coordinate."""


class SurrogateConfig(TomlTable):
    """Size and inputs of the surrogate.

    Attributes
    ----------
    features : some of ``FEATURES``
    unused_positions : coordinates whose position (not velocity) is not looked at; where
        on the ground somebody squats does not change the muscles' work
    members : nets in the ensemble
    width, heads, layers : channels, attention heads and attention layers of a member
    dropout : share of features dropped in training
    """

    features: tuple[str, ...] = FEATURES
    unused_positions: tuple[str, ...] = ("pelvis_tx", "pelvis_tz")
    members: WholeNumber = 3
    width: WholeNumber = 64
    heads: WholeNumber = 4
    layers: WholeNumber = 2
    dropout: Number = 0.1


class Prediction(NamedTuple):
    """Activations with their uncertainty.

    Attributes
    ----------
    mean : (B, F, M) 0 to 1, over the members
    std : (B, F, M) same unit, standard deviation over the members times ``spread``
    """

    mean: Float[torch.Tensor, "B F M"]
    std: Float[torch.Tensor, "B F M"]


class Surrogate(nn.Module):
    """Motion, duration and body to the activation of every muscle.

    Parameters
    ----------
    config : its size and inputs
    coordinate_names : names of the C coordinates, in the order of every batch
    muscle_names : names of the M muscles
    scaling : fitted on the training participants

    Attributes
    ----------
    spread : ratio of the error on validation participants to the members' disagreement;
        1 where it was not measured

    Raises
    ------
    DatasetError
        if a feature is not one of ``FEATURES``, or the heads do not divide the width

    Notes
    -----
    Tensors are float32 and SI: motion (B, F, C) in rad and m, duration (B,) in s, body
    (B, 3) stature m, mass kg, leg length m.
    """

    spread: Float[torch.Tensor, ""]

    def __init__(
        self,
        config: SurrogateConfig,
        *,
        coordinate_names: tuple[str, ...],
        muscle_names: tuple[str, ...],
        scaling: Scaling,
    ) -> None:
        super().__init__()
        _check(config)
        self.config = config
        self.coordinate_names = coordinate_names
        self.muscle_names = muscle_names
        self.scaler = Scaler(scaling)
        self.positions = [
            place
            for place, name in enumerate(coordinate_names)
            if name not in config.unused_positions
        ]
        count = {"position": len(self.positions)}
        channels = 3 + sum(
            count.get(feature, len(coordinate_names)) for feature in config.features
        )
        self.members = nn.ModuleList(
            Member(config, channels=channels, muscles=len(muscle_names))
            for _ in range(config.members)
        )
        self.register_buffer("spread", torch.ones(()))

    def forward(
        self,
        motion: Float[torch.Tensor, "B F C"],
        duration: Float[torch.Tensor, " B"],
        body: Float[torch.Tensor, "B 3"],
    ) -> Prediction:
        """Activations (B, F, M), 0 to 1, with their SD; inputs as the class says."""
        members = self.each(motion, duration, body)
        variance = members.var(dim=0, correction=0)
        # The square root of a variance of 0 has no gradient; 1e-12 is far below use.
        std = (variance + 1e-12).sqrt() * self.spread
        return Prediction(mean=members.mean(dim=0), std=std)

    def each(
        self,
        motion: Float[torch.Tensor, "B F C"],
        duration: Float[torch.Tensor, " B"],
        body: Float[torch.Tensor, "B 3"],
    ) -> Float[torch.Tensor, "K B F M"]:
        """Activations (K, B, F, M), 0 to 1, by each member."""
        x = self.features(motion, duration, body)
        return torch.stack([member(x) for member in self.members])

    def features(
        self,
        motion: Float[torch.Tensor, "B F C"],
        duration: Float[torch.Tensor, " B"],
        body: Float[torch.Tensor, "B 3"],
    ) -> Float[torch.Tensor, "B F K"]:
        """Standardise inputs (SI): (B, F, K), with derivatives in physical time."""
        scaler = self.scaler
        relative = scaler.relative(motion, body)
        columns = [
            scaler.standardise_body(body)[:, None].expand(-1, motion.shape[1], 3)
        ]
        for feature in self.config.features:
            match feature:
                case "position":
                    standard = scaler.standardise(motion, body)
                    columns.append(standard[..., self.positions])
                case "velocity":
                    columns.append(velocity(relative, duration) / scaler.velocity_std)
                case "acceleration":
                    second = acceleration(relative, duration)
                    columns.append(second / scaler.acceleration_std)
        return torch.cat(columns, dim=-1)

    def start_at(self, activations: Float[torch.Tensor, "N F M"]) -> None:
        """Let the untrained net answer the mean of these activations."""
        mean = activations.mean(dim=(0, 1)).clamp(0.01, 0.99)
        for member in self.members:
            member.head.bias.data.copy_(mean.logit())  # type: ignore[union-attr, operator]


class Member(nn.Module):
    """Features (B, F, K) to activations (B, F, M).

    Works at half the frame rate (about 40 Hz on a squat of 2.5 s, whose kinematics are
    filtered at 6 Hz); attention at a quarter of that.
    """

    def __init__(self, config: SurrogateConfig, *, channels: int, muscles: int) -> None:
        super().__init__()
        width = config.width
        self.local = nn.Sequential(
            nn.Conv1d(
                channels, width, 4, stride=2, padding=1, padding_mode="replicate"
            ),
            nn.GELU(),
            nn.Conv1d(width, width, 3, padding=1, padding_mode="replicate"),
            nn.GELU(),
        )
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width,
                config.heads,
                dim_feedforward=2 * width,
                dropout=config.dropout,
                activation="gelu",
                batch_first=True,  # attention over time, never over the batch
                norm_first=True,
            )
            for _ in range(config.layers)
        )
        self.join = nn.Sequential(
            nn.Conv1d(2 * width, width, 3, padding=1, padding_mode="replicate"),
            nn.GELU(),
            nn.Dropout(config.dropout),
        )
        self.head = nn.Conv1d(width, muscles, 1)

    def forward(self, x: Float[torch.Tensor, "B F K"]) -> Float[torch.Tensor, "B F M"]:
        """Activations (B, F, M), 0 to 1."""
        local = self.local(x.transpose(1, 2))
        tokens = nn.functional.avg_pool1d(local, 4, ceil_mode=True).transpose(1, 2)
        tokens = tokens + phases(tokens)
        for layer in self.layers:
            tokens = layer(tokens)
        far = _stretch(tokens.transpose(1, 2), local.shape[-1])
        logits = self.head(self.join(torch.cat([local, far], dim=1)))
        return _stretch(logits, x.shape[1]).sigmoid().transpose(1, 2)


def _check(config: SurrogateConfig) -> None:
    unknown = sorted(set(config.features) - set(FEATURES))
    if unknown or not config.features:
        raise DatasetError(
            f"The surrogate's features must be some of {', '.join(FEATURES)}, got "
            f"{name_some(unknown)}; correct its settings."
        )
    if config.width % config.heads:
        raise DatasetError(
            "The surrogate's width must be a multiple of its heads, got "
            f"{config.width} and {config.heads}; correct its settings."
        )


def phases(tokens: Float[torch.Tensor, "B T W"]) -> Float[torch.Tensor, "T W"]:
    """Sinusoids that tell where in the repetition a token is, 0 to 100 %."""
    count, width = tokens.shape[1:]
    place = torch.linspace(0, 1, count, device=tokens.device)[:, None]
    cycles = 2.0 ** torch.arange((width + 1) // 2, device=tokens.device).clamp(max=6)
    angle = math.pi * place * cycles
    return torch.cat([angle.sin(), angle.cos()], dim=-1)[:, :width]


def _stretch(
    x: Float[torch.Tensor, "B W S"], length: int
) -> Float[torch.Tensor, "B W T"]:
    return nn.functional.interpolate(x, size=length, mode="linear")
