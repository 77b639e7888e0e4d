"""The generator, which makes motions: one latent vector for a whole repetition."""

from pathlib import Path

import torch
from jaxtyping import Float

from bige_osim.io.tables import Number, TomlTable
from bige_osim.nets.augmentation import join, make_mirror, vary_arms
from bige_osim.nets.curve_tokens import DrawnMotions
from bige_osim.nets.generator import GeneratorConfig, MotionGenerator
from bige_osim.nets.latents import KIND, encode_samples, load_latents
from bige_osim.nets.mixtures import NOISE, TrainingLatents, start_latents
from bige_osim.nets.motion_training import (
    MotionSettings,
    augment,
    weigh,
)
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
from bige_osim.nets.reconstruction import score_reconstruction
from bige_osim.nets.samples import Samples, TrainingData
from bige_osim.nets.standing import compare_standing


class LossWeights(TomlTable):
    """Weights of the generator's losses.

    Attributes
    ----------
    features : mean square of the standardised features' error
    curves : mean square of the error of the curves on frames, in rad and leg lengths,
        so that what moves most counts most
    commitment : mean squared distance of the latents from learned codes
    """

    features: Number = 1.0
    curves: Number = 20.0
    commitment: Number = 0.25


class GeneratorSettings(MotionSettings):
    """Settings of a generator's training: the net, its losses, the fitting.

    Examples
    --------
    >>> GeneratorSettings(fitting=FittingConfig(epochs=5)).net.latent
    256
    """

    net: GeneratorConfig = GeneratorConfig()
    loss: LossWeights = LossWeights()
    fitting: FittingConfig = FittingConfig(
        epochs=100, draws=1280, batch_size=64, learning_rate=1e-3, warmup=0.1
    )

    @classmethod
    def small(cls, *, repetitions: int = 32) -> "GeneratorSettings":
        """Choose what trains in half a minute on two cores, as for a demo.

        ``repetitions`` of the training participants do not matter: the steps stay
        alike.
        """
        return cls(
            net=GeneratorConfig(latent=96, width=128),
            fitting=cls().fitting.shorten(1000, repetitions=repetitions),
        )


class GeneratorLoss:
    """Losses of the generator on repetitions.

    Parameters
    ----------
    net : the generator
    weights : of the parts
    """

    def __init__(self, net: MotionGenerator, *, weights: LossWeights) -> None:
        self.net = net
        self.weights = weights

    def __call__(self, samples: Samples) -> Losses:
        """Every part by name, unweighted, and their weighted ``total``."""
        made = self.net(samples)
        error = made.made - made.given
        features = self.net.features
        curves = features.curves(error, samples.motion.shape[1])
        parts = {
            "features": error.square().mean(),
            "curves": (curves * features.scaler.position_std).square().mean(),
            "commitment": made.quantised.loss,
        }
        total = torch.stack(
            [getattr(self.weights, name) * part for name, part in parts.items()]
        ).sum()
        return {"total": total, **parts}


def _build(config: GeneratorConfig, columns: Columns) -> MotionGenerator:
    return MotionGenerator(
        config,
        coordinate_names=columns.coordinate_names,
        frames=columns.frames,
        scaling=columns.scaling,
        exercises=columns.exercises,
    )


def _prepare(
    net: MotionGenerator, data: TrainingData, settings: GeneratorSettings
) -> tuple[Loss, Augmentation]:
    config, train = settings.augmentation, data.train
    if config.mirror:
        train = make_mirror(net.coordinate_names).both(train)
    if config.arms:
        scaler = net.features.scaler
        train = join(
            train, vary_arms(train, scaler=scaler, share=1.0, size=config.arms_size)
        )
    net.start_at(train)
    change = augment(
        config,
        coordinate_names=net.coordinate_names,
        scaler=net.features.scaler,
    )
    return GeneratorLoss(net, weights=settings.loss), change


def _finish(net: MotionGenerator, data: TrainingData) -> Extras:
    latents = encode_samples(net, data.train)
    standing = compare_standing(net, data.train)
    tensors = {f"latents.{name}": value for name, value in vars(latents).items()}
    stands = None if standing is None else standing.to_dict()
    return tensors, latents.summary() | {"standing": stands}


def _draw(
    net: MotionGenerator,
    run: Path,
    body: Float[torch.Tensor, " 3"],
    *,
    count: int,
    random: torch.Generator,
) -> DrawnMotions:
    latents = load_latents(run).of_exercise(int(net.usual))
    known = TrainingLatents(latents.z, latents.body, latents.style)
    z = start_latents(known, body, count=count, noise=NOISE, random=random)
    with torch.no_grad():
        made = net.decode(net.quantise(z).z, body.expand(count, 3))
    return DrawnMotions(made.motion, made.duration, made.footprints)


NET: Net[MotionGenerator] = Net(
    kind=KIND,
    settings=GeneratorSettings,
    config=GeneratorConfig,
    footprints=True,
    build=_build,
    prepare=_prepare,
    weigh=weigh,
    score=score_reconstruction,
    finish=_finish,
    draw=_draw,
    scores=(
        Score(
            key="legs_rmse",
            words="legs and trunk {:.1f} deg",
            title="RMSE of legs and trunk (deg)",
            factor=180 / torch.pi,
            named="legs_rmse_deg",
        ),
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
            key="joint_centre_rmse",
            words="joint centres {:.1f} cm",
            title="RMSE of joint centres on planted feet (cm)",
            factor=100.0,
            named="joint_centre_rmse_cm",
        ),
        Score(
            key="duration_rmse",
            words="durations {:.2f} s",
            title="RMSE of durations (s)",
            named="duration_rmse_s",
        ),
        Score(
            key="standing_share",
            words="{:.0f} % start and end standing",
            title="repetitions that start and end standing (%)",
            factor=100.0,
        ),
    ),
)
