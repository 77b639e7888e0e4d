"""Losses of the generator and the surrogate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float

from bige_osim.nets.derivatives import acceleration, velocity
from bige_osim.nets.pose_loss import PoseLoss
from bige_osim.nets.samples import Samples
from bige_osim.nets.surrogate import Surrogate
from bige_osim.nets.vqvae import Vqvae

Losses = Mapping[str, torch.Tensor]
"""Scalars by name; ``total`` is what is minimised."""


Loss = Callable[[Samples], Losses]
"""Losses of a net on samples, ``total`` among them."""


@dataclass(frozen=True)
class LossWeights:
    """Weights of the generator's losses; a pose loss of weight 0 is not computed.

    Attributes
    ----------
    reconstruction : mean square of the standardised error
    rotation_velocity : per (rad/s)², mean over rotations
    translation_velocity : per (m/s)², mean over translations
    rotation_acceleration, translation_acceleration : the same per (rad/s²)², (m/s²)²;
        on participants the net has not seen they bring the acceleration of decoded
        squats down to that of measured ones
    joints : per m², mean squared distance of the joint centres
    contact : per (m/s)², mean squared error of the horizontal velocity of the foot
        points that are on the ground in the data
    duration : mean square of the standardised error of the log-duration
    commitment : mean squared distance of the latents from their codes
    pose_stride : joints and contact use every n-th frame
    contact_height : m, a foot point lower than this in the data is on the ground
    """

    reconstruction: float = 1.0
    rotation_velocity: float = 0.1
    translation_velocity: float = 0.5
    rotation_acceleration: float = 0.003
    translation_acceleration: float = 0.03
    joints: float = 20.0
    contact: float = 5.0
    duration: float = 0.1
    commitment: float = 0.25
    pose_stride: int = 4
    contact_height: float = 0.02


class GeneratorLoss:
    """Losses of the VQ-VAE on repetitions.

    Parameters
    ----------
    net : the generator
    weights : of the parts
    pose : joints and contact on the models, ``None`` to leave them out
    """

    def __init__(
        self, net: Vqvae, *, weights: LossWeights, pose: PoseLoss | None
    ) -> None:
        self.net = net
        self.weights = weights
        self.pose = pose

    def __call__(self, samples: Samples) -> Losses:
        """Every part by name, unweighted, and their weighted ``total``."""
        motion, duration, quantised = self.net(
            samples.motion, samples.duration, samples.body
        )
        scaler = self.net.scaler
        error = scaler.standardise(motion, samples.body) - scaler.standardise(
            samples.motion, samples.body
        )
        seconds = scaler.standardise_duration(duration)
        true_seconds = scaler.standardise_duration(samples.duration)
        parts = {
            "reconstruction": error.square().mean(),
            **derivative_losses(
                motion - samples.motion, samples.duration, scaler.translational
            ),
            "duration": (seconds - true_seconds).square().mean(),
            "commitment": quantised.loss,
        }
        if self.pose is not None:
            parts |= self.pose(motion, samples)
        total = torch.stack(
            [getattr(self.weights, name) * part for name, part in parts.items()]
        ).sum()
        return {"total": total, **parts, "perplexity": quantised.perplexity}


def derivative_losses(
    error: Float[torch.Tensor, "B F C"],
    duration: Float[torch.Tensor, " B"],
    translational: Bool[torch.Tensor, " C"],
) -> dict[str, Float[torch.Tensor, ""]]:
    """Mean squared errors of the derivatives, rotations and lengths apart.

    Parameters
    ----------
    error : (B, F, C) difference of two motions, rad and m
    duration : (B,) s of the repetition in the data, for both motions: the duration that
        the generator makes has a loss of its own
    translational : (C,) which coordinates are lengths

    Returns
    -------
    ``rotation_velocity`` in (rad/s)², ``translation_velocity`` in (m/s)², and
    ``rotation_acceleration`` and ``translation_acceleration`` in the squares of rad/s²
    and m/s²; 0 where there is no such coordinate
    """
    parts = {}
    for order, derivative in (("velocity", velocity), ("acceleration", acceleration)):
        square = derivative(error, duration).square()
        for kind, chosen in (
            ("rotation", ~translational),
            ("translation", translational),
        ):
            count = square.shape[0] * square.shape[1] * chosen.sum()
            parts[f"{kind}_{order}"] = (square * chosen).sum() / count.clamp(min=1)
    return parts


class SurrogateLoss:
    """Mean squared error of the activations.

    In training each member answers for itself; in evaluation it is the error of the
    ensemble's mean, which is what is used.
    """

    def __init__(self, net: Surrogate) -> None:
        self.net = net

    def __call__(self, samples: Samples) -> Losses:
        """``total`` and its square root ``rmse``."""
        made = self.net.each(samples.motion, samples.duration, samples.body)
        if not self.net.training:
            made = made.mean(dim=0, keepdim=True)
        total = (made - samples.known_activations).square().mean()
        return {"total": total, "rmse": total.detach().sqrt()}
