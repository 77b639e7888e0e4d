"""How the nets see motions: standardised per coordinate, lengths in leg lengths.

Every coordinate has its own mean and spread, so radians and metres never share a scale.
Translations are divided by the leg length of the body before that, so that a net
learns one squat for tall and short participants. Everything is fitted on the training
participants. Derivatives are in physical time.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import nn

from bige_osim.io.tables import Number, TomlTable, Truth

LEG_LENGTH = 2
"""Place of the leg length among the body descriptors (``data.dataset.BODY``)."""

# Least spreads: a coordinate that hardly moved in training must not be magnified.
ROTATION_FLOOR = (0.05, 0.2, 1.0)  # rad, rad/s, rad/s²
TRANSLATION_FLOOR = (0.01, 0.05, 0.3)  # leg lengths, per s, per s²
BODY_FLOOR = (0.05, 5.0, 0.03)  # m, kg, m
LOG_DURATION_FLOOR = 0.1


class Scaling(TomlTable):
    """Means and standard deviations over the training participants' repetitions.

    Attributes
    ----------
    coordinate_names : C names
    translational : (C,) which coordinates are lengths
    position_mean, position_std : (C,) rad, or leg lengths
    velocity_std, acceleration_std : (C,) rad/s and rad/s², or leg lengths per s, s²
    body_mean, body_std : stature m, mass kg, leg length m
    log_duration_mean, log_duration_std : of the natural logarithm of seconds
    """

    coordinate_names: tuple[str, ...]
    translational: tuple[Truth, ...]
    position_mean: tuple[Number, ...]
    position_std: tuple[Number, ...]
    velocity_std: tuple[Number, ...]
    acceleration_std: tuple[Number, ...]
    body_mean: tuple[Number, Number, Number]
    body_std: tuple[Number, Number, Number]
    log_duration_mean: Number
    log_duration_std: Number


def fit_scaling(
    motion: Float[torch.Tensor, "N F C"],
    duration: Float[torch.Tensor, " N"],
    body: Float[torch.Tensor, "N 3"],
    *,
    coordinate_names: Sequence[str],
    translational: Sequence[bool],
) -> Scaling:
    """Fit the scaling on the training participants' repetitions.

    Parameters
    ----------
    motion : (N, F, C) rad or m
    duration : (N,) s
    body : (N, 3) stature m, mass kg, leg length m
    coordinate_names, translational : names of the C coordinates, which are lengths
    """
    lengths = torch.tensor(translational)
    relative = motion.double() / _unit(lengths, body.double())
    seconds = duration.double()
    log_duration = seconds.log()

    def spread(values: Float[torch.Tensor, "N F C"], order: int) -> tuple[float, ...]:
        floor = torch.where(lengths, TRANSLATION_FLOOR[order], ROTATION_FLOOR[order])
        return tuple(torch.maximum(_rms(values), floor.double()).tolist())

    mean = relative.mean(dim=(0, 1))
    body_std = body.double().std(dim=0, correction=0).numpy()
    return Scaling(
        coordinate_names=tuple(coordinate_names),
        translational=tuple(translational),
        position_mean=tuple(mean.tolist()),
        position_std=spread(relative - mean, 0),
        velocity_std=spread(velocity(relative, seconds), 1),
        acceleration_std=spread(acceleration(relative, seconds), 2),
        body_mean=tuple(body.double().mean(dim=0).tolist()),
        body_std=tuple(np.maximum(body_std, BODY_FLOOR).tolist()),
        log_duration_mean=float(log_duration.mean()),
        log_duration_std=max(float(log_duration.std(correction=0)), LOG_DURATION_FLOOR),
    )


_BUFFERS = (
    *("position_mean", "position_std", "velocity_std", "acceleration_std"),
    *("body_mean", "body_std"),
)


class Scaler(nn.Module):
    """Applies a :class:`Scaling` to batches, and undoes it.

    Its buffers, in the units of :class:`Scaling`, are not part of the weights: the
    scaling is stored once, as JSON.
    """

    translational: Bool[torch.Tensor, " C"]
    position_mean: Float[torch.Tensor, " C"]
    position_std: Float[torch.Tensor, " C"]
    velocity_std: Float[torch.Tensor, " C"]
    acceleration_std: Float[torch.Tensor, " C"]
    body_mean: Float[torch.Tensor, " 3"]
    body_std: Float[torch.Tensor, " 3"]

    def __init__(self, scaling: Scaling) -> None:
        super().__init__()
        self.scaling = scaling
        flags = torch.tensor(scaling.translational)
        self.register_buffer("translational", flags, persistent=False)
        for name in _BUFFERS:
            values = torch.tensor(getattr(scaling, name), dtype=torch.float32)
            self.register_buffer(name, values, persistent=False)

    def relative(
        self, motion: Float[torch.Tensor, "B F C"], body: Float[torch.Tensor, "B 3"]
    ) -> Float[torch.Tensor, "B F C"]:
        """Motion (rad, m) with its lengths in leg lengths."""
        return motion / _unit(self.translational, body)

    def standardise(
        self, motion: Float[torch.Tensor, "B F C"], body: Float[torch.Tensor, "B 3"]
    ) -> Float[torch.Tensor, "B F C"]:
        """Motion (rad, m) in standard deviations from the training mean."""
        return (self.relative(motion, body) - self.position_mean) / self.position_std

    def restore(
        self, standard: Float[torch.Tensor, "B F C"], body: Float[torch.Tensor, "B 3"]
    ) -> Float[torch.Tensor, "B F C"]:
        """Undo :meth:`standardise`: rad and m for this body."""
        relative = standard * self.position_std + self.position_mean
        return relative * _unit(self.translational, body)

    def standardise_body(
        self, body: Float[torch.Tensor, "B 3"]
    ) -> Float[torch.Tensor, "B 3"]:
        """Body descriptors (m, kg, m) in standard deviations from the training mean."""
        return (body - self.body_mean) / self.body_std

    def standardise_duration(
        self, duration: Float[torch.Tensor, " B"]
    ) -> Float[torch.Tensor, " B"]:
        """Logarithm of the duration (s), standardised."""
        mean, std = self.scaling.log_duration_mean, self.scaling.log_duration_std
        return (duration.log() - mean) / std

    def restore_duration(
        self, standard: Float[torch.Tensor, " B"]
    ) -> Float[torch.Tensor, " B"]:
        """Undo :meth:`standardise_duration`: seconds."""
        mean, std = self.scaling.log_duration_mean, self.scaling.log_duration_std
        return (standard * std + mean).exp()


def velocity(
    motion: Float[torch.Tensor, "B F C"], duration: Float[torch.Tensor, " B"]
) -> Float[torch.Tensor, "B F C"]:
    """First derivative by central differences, second-order one-sided at both ends.

    Parameters
    ----------
    motion : (B, F, C) frames spread evenly over the repetition, in any unit
    duration : (B,) seconds from the first to the last frame

    Returns
    -------
    (B, F, C) units of ``motion`` per second

    Examples
    --------
    >>> t = torch.linspace(0, 2, 5)
    >>> velocity((t**2)[None, :, None], torch.tensor([2.0]))[0, :, 0].tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0]
    """
    per_frame = torch.gradient(motion, dim=1, edge_order=2)[0]
    return per_frame / _step(motion, duration)


def acceleration(
    motion: Float[torch.Tensor, "B F C"], duration: Float[torch.Tensor, " B"]
) -> Float[torch.Tensor, "B F C"]:
    """Second derivative by central differences; each end repeats its neighbour.

    Parameters
    ----------
    motion : (B, F, C) frames spread evenly over the repetition, in any unit
    duration : (B,) seconds from the first to the last frame

    Returns
    -------
    (B, F, C) units of ``motion`` per second squared

    Examples
    --------
    >>> t = torch.linspace(0, 2, 5)
    >>> acceleration((t**2)[None, :, None], torch.tensor([2.0]))[0, :, 0].tolist()
    [2.0, 2.0, 2.0, 2.0, 2.0]
    """
    inner = motion[:, 2:] - 2 * motion[:, 1:-1] + motion[:, :-2]
    per_frame = torch.cat([inner[:, :1], inner, inner[:, -1:]], dim=1)
    return per_frame / _step(motion, duration) ** 2


def _step(
    motion: Float[torch.Tensor, "B F C"], duration: Float[torch.Tensor, " B"]
) -> Float[torch.Tensor, "B 1 1"]:
    return (duration / (motion.shape[1] - 1))[:, None, None]


def _unit(
    translational: Bool[torch.Tensor, " C"], body: Float[torch.Tensor, "B 3"]
) -> Float[torch.Tensor, "B 1 C"]:
    """Measure of every coordinate: 1 for rotations, the leg length (m) for lengths."""
    leg = body[:, None, LEG_LENGTH, None]
    return torch.where(translational, leg, torch.ones_like(leg))


def _rms(values: Float[torch.Tensor, "N F C"]) -> Float[torch.Tensor, " C"]:
    return values.square().mean(dim=(0, 1)).sqrt()
