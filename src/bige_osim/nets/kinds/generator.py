"""The generator, which makes motions: a VQ-VAE on repetitions of any duration."""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float

from bige_osim.errors import DatasetError
from bige_osim.io.tables import Number, TomlTable, Truth, WholeNumber
from bige_osim.nets.augmentation import blend, make_mirror, offset_posture
from bige_osim.nets.checkpoint import read_record, read_tensors, weights_path
from bige_osim.nets.losses import PoseLoss, derivative_losses, make_pose_loss, rms
from bige_osim.nets.net import (
    Augmentation,
    Columns,
    Extras,
    FittingConfig,
    Loss,
    Losses,
    Net,
    Score,
)
from bige_osim.nets.samples import Samples, TrainingData
from bige_osim.nets.standing import compare_standing
from bige_osim.nets.vqvae import Vqvae, VqvaeConfig
from bige_osim.paths import AnyPath


class LossWeights(TomlTable):
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
    pose_stride : joints and contact look at one frame in so many
    contact_height : m, a foot point lower than this in the data is on the ground
    """

    reconstruction: Number = 1.0
    rotation_velocity: Number = 0.1
    translation_velocity: Number = 0.5
    rotation_acceleration: Number = 0.003
    translation_acceleration: Number = 0.03
    joints: Number = 20.0
    contact: Number = 5.0
    duration: Number = 0.1
    commitment: Number = 0.25
    pose_stride: WholeNumber = 4
    contact_height: Number = 0.02


class GeneratorAugmentation(TomlTable):
    """What the generator is shown beside the repetitions as they are.

    With few participants it learns little else than those participants; blends of two
    of them and slightly other postures fill the space between.

    Attributes
    ----------
    mirror : left and right change places in half of the samples
    blend : share of the samples that go a random part of the way to another of the
        batch (mixup: Zhang et al. 2018), at their own body and model
    posture_noise : standard deviation of an offset, constant over a repetition, on each
        rotation, in its spread
    """

    mirror: Truth = True
    blend: Number = 1.0
    posture_noise: Number = 0.2


class GeneratorSettings(TomlTable):
    """Settings of a generator's training: the net, its losses, the fitting.

    Examples
    --------
    >>> GeneratorSettings(fitting=FittingConfig(epochs=5)).net.latent
    32
    """

    net: VqvaeConfig = VqvaeConfig()
    loss: LossWeights = LossWeights()
    fitting: FittingConfig = FittingConfig()
    augmentation: GeneratorAugmentation = GeneratorAugmentation()

    @classmethod
    def small(cls, *, repetitions: int = 32) -> "GeneratorSettings":
        """Choose what trains in half a minute on two cores, as for a demo.

        ``repetitions`` of the training participants decide the epochs: the steps stay
        alike.
        """
        return cls(
            net=VqvaeConfig(width=64, codes=128),
            loss=LossWeights(pose_stride=8),
            fitting=FittingConfig().shorten(600, repetitions=repetitions),
        )


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


@dataclass(frozen=True)
class Latents:
    """Where the training repetitions lie in a generator's latent space.

    Attributes
    ----------
    z : (N, L, D) continuous latents, before quantisation
    duration : (N,) s
    body : (N, 3) stature m, mass kg, leg length m
    """

    z: Float[torch.Tensor, "N L D"]
    duration: Float[torch.Tensor, " N"]
    body: Float[torch.Tensor, "N 3"]

    def summary(self) -> dict[str, Any]:
        """Shape, range and spread, for a reader and for the checkpoint's JSON."""
        return {
            "shape": list(self.z.shape),
            "mean": float(self.z.mean()),
            "std": float(self.z.std()),
            "least": float(self.z.min()),
            "greatest": float(self.z.max()),
        }


def load_latents(folder: AnyPath, *, device: str = "cpu") -> Latents:
    """Load the training latents that a generator's checkpoint has.

    Raises
    ------
    MissingFileError, DatasetError
        if there is no whole checkpoint, or none of a generator
    """
    tensors = read_tensors(folder, read_record(folder, NET.kind))
    try:
        return Latents(
            **{
                name: tensors[f"latents.{name}"].to(device)
                for name in ("z", "duration", "body")
            }
        )
    except KeyError as error:
        raise DatasetError(
            f"{weights_path(folder, NET.kind)} has no {error.args[0]}; train again."
        ) from error


def encode_samples(net: Vqvae, samples: Samples) -> Latents:
    """Continuous latents of repetitions, on the CPU."""
    with torch.no_grad():
        z = net.encode(samples.motion, samples.duration, samples.body)
    return Latents(z=z.cpu(), duration=samples.duration.cpu(), body=samples.body.cpu())


def score(net: Vqvae, samples: Samples) -> dict[str, float]:
    """Reconstruction errors through the codebook.

    Returns
    -------
    ``rotation_rmse`` rad, ``translation_rmse`` m, ``duration_rmse`` s, and
    ``perplexity`` of the codes in use
    """
    made, duration, quantised = net.reconstruct(samples)
    error, lengths = made - samples.motion, net.scaler.translational
    return {
        "rotation_rmse": rms(error[..., ~lengths]),
        "translation_rmse": rms(error[..., lengths]),
        "duration_rmse": rms(duration - samples.duration),
        "perplexity": float(quantised.perplexity),
    }


def augment(config: GeneratorAugmentation, *, net: Vqvae) -> Augmentation:
    """Make the augmentation of motions alone."""
    mirror = make_mirror(net.coordinate_names) if config.mirror else None

    def change(samples: Samples) -> Samples:
        samples = mirror.some(samples) if mirror else samples
        samples = blend(samples, scaler=net.scaler, share=config.blend)
        return offset_posture(samples, scaler=net.scaler, noise=config.posture_noise)

    return change


def _build(config: VqvaeConfig, columns: Columns) -> Vqvae:
    return Vqvae(
        config,
        coordinate_names=columns.coordinate_names,
        frames=columns.frames,
        scaling=columns.scaling,
    )


def _prepare(
    net: Vqvae, data: TrainingData, settings: GeneratorSettings
) -> tuple[Loss, Augmentation]:
    weights, pose = settings.loss, None
    if weights.joints or weights.contact:
        pose = make_pose_loss(
            data.dataset,
            stride=weights.pose_stride,
            contact_height=weights.contact_height,
            device=data.device,
        )
    loss = GeneratorLoss(net, weights=weights, pose=pose)
    return loss, augment(settings.augmentation, net=net)


def _finish(net: Vqvae, data: TrainingData) -> Extras:
    latents, standing = (
        encode_samples(net, data.train),
        compare_standing(net, data.train),
    )
    tensors = {f"latents.{name}": value for name, value in vars(latents).items()}
    stands = None if standing is None else standing.to_dict()
    return tensors, latents.summary() | {"standing": stands}


NET: Net[Vqvae] = Net(
    kind="generator",
    settings=GeneratorSettings,
    config=VqvaeConfig,
    build=_build,
    prepare=_prepare,
    score=score,
    finish=_finish,
    scores=(
        Score(
            key="rotation_rmse",
            words="joint angles {:.1f} deg",
            title="RMSE of joint angles (deg)",
            factor=180 / torch.pi,
            named="rotation_rmse_deg",
        ),
        Score(
            key="translation_rmse",
            words="translations {:.1f} cm",
            title="RMSE of translations (cm)",
            factor=100.0,
            named="translation_rmse_cm",
        ),
        Score(
            key="duration_rmse",
            words="durations {:.2f} s",
            title="RMSE of durations (s)",
            named="duration_rmse_s",
        ),
    ),
)
