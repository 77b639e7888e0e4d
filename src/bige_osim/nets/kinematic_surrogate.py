"""A surrogate that is given no more than kinematics: settings, training, scores.

The baseline of a surrogate that is given net moments as well.
"""

from dataclasses import replace
from typing import Any, Literal

import torch
from jaxtyping import Float

from bige_osim.io.tables import Number, TomlTable, Truth
from bige_osim.nets.augmentation import make_mirror
from bige_osim.nets.losses import rms
from bige_osim.nets.net import (
    Augmentation,
    Columns,
    Extras,
    FittingConfig,
    Loss,
    Losses,
    Models,
    Net,
    Score,
)
from bige_osim.nets.repetition_prediction import predict_repetitions
from bige_osim.nets.samples import Samples, TrainingData
from bige_osim.nets.surrogate import Prediction, Surrogate, SurrogateConfig

SCORES = (
    Score(
        key="rmse",
        words="activations {:.3f} (of 0 to 1)",
        title="RMSE of activations (0 to 1)",
        named="activation_rmse",
    ),
    Score(key="r2", words="R² {:.2f}", title="R² of activations"),
    Score(
        key="stated_error",
        words="predicted standard deviation {:.3f}",
        title="predicted standard deviation (0 to 1)",
    ),
)
"""How the scores of any surrogate are said."""

BATCH = 32
"""Repetitions that are predicted at once."""


class KinematicAugmentation(TomlTable):
    """What the surrogate is shown beside the repetitions as they are.

    Attributes
    ----------
    mirror : left and right change places in half of the samples
    body_noise : SD of noise on the body descriptors, as a fraction of their own;
        keeps the net from knowing the few participants by their body
    """

    mirror: Truth = True
    body_noise: Number = 0.3


class KinematicSettings(TomlTable):
    """Settings of its training: the method, the net and the fitting."""

    method: Literal["kinematics"] = "kinematics"
    net: SurrogateConfig = SurrogateConfig()
    fitting: FittingConfig = FittingConfig(
        epochs=150, learning_rate=1e-3, weight_decay=0.05
    )
    augmentation: KinematicAugmentation = KinematicAugmentation()

    @classmethod
    def small(cls, *, repetitions: int = 32) -> "KinematicSettings":
        """Choose what trains in half a minute on two cores, as for a demo.

        ``repetitions`` of the training participants decide the epochs: the steps stay
        alike.
        """
        return cls(
            net=SurrogateConfig(width=48),
            fitting=cls().fitting.shorten(400, repetitions=repetitions),
        )


class KinematicLoss:
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


def augment(config: KinematicAugmentation, *, net: Surrogate) -> Augmentation:
    """Make the augmentation of motions with their activations."""
    mirror = (
        make_mirror(net.coordinate_names, net.muscle_names) if config.mirror else None
    )
    spread = config.body_noise * torch.tensor(net.scaler.scaling.body_std)

    def change(samples: Samples) -> Samples:
        samples = mirror.some(samples) if mirror else samples
        noise = spread * torch.randn(len(samples), 3)
        return replace(samples, body=samples.body + noise.to(samples.body.device))

    return change


def score(net: Surrogate, samples: Samples, models: Models = ()) -> dict[str, Any]:
    """Errors of the activations, over all and per muscle.

    Returns
    -------
    ``rmse`` and ``r2`` over all muscles, ``stated_error`` (root mean square of the
    net's predicted standard deviation), and ``muscles``: per name its ``rmse`` and
    ``r2``. R² is NaN where a muscle's activation does not vary.
    """
    made, true = predict(net, samples), samples.known_activations
    return {
        "rmse": rms(made.mean - true),
        "r2": r_squared(made.mean, true),
        "stated_error": rms(made.std),
        "muscles": {
            name: {
                "rmse": rms(made.mean[..., i] - true[..., i]),
                "r2": r_squared(made.mean[..., i], true[..., i]),
            }
            for i, name in enumerate(net.muscle_names)
        },
    }


def calibrate(net: Surrogate, samples: Samples) -> None:
    """Scale the ensemble's disagreement to its error on participants it has not seen.

    Root mean squares over all; never below the disagreement itself. The same factor
    for every muscle: a few participants do not tell more.
    """
    net.spread.fill_(1.0)
    made = predict(net, samples)
    error = rms(made.mean - samples.known_activations)
    net.spread.fill_(max(1.0, error / max(rms(made.std), 1e-6)))


def predict(net: Surrogate, samples: Samples) -> Prediction:
    """Activations of many samples in evaluation mode, without gradients."""
    was_training = net.training
    net.eval()
    with torch.no_grad():
        parts = [
            net(batch.motion, batch.duration, batch.body)
            for batch in samples.batches(BATCH)
        ]
    net.train(was_training)
    return Prediction(
        mean=torch.cat([part.mean for part in parts]),
        std=torch.cat([part.std for part in parts]),
    )


def r_squared(
    made: Float[torch.Tensor, "*shape"], true: Float[torch.Tensor, "*shape"]
) -> float:
    """Share of the variance of ``true`` about its mean that ``made`` explains.

    Both in one unit; NaN where ``true`` does not vary.

    Examples
    --------
    >>> r_squared(torch.tensor([0.0, 1.0, 1.0]), torch.tensor([0.0, 1.0, 2.0]))
    0.5
    """
    total = (true - true.mean()).square().sum()
    if total <= 1e-12 * true.numel():
        return float("nan")
    return float(1 - (made - true).square().sum() / total)


def _build(config: SurrogateConfig, columns: Columns) -> Surrogate:
    return Surrogate(
        config,
        coordinate_names=columns.coordinate_names,
        muscle_names=columns.muscle_names,
        scaling=columns.scaling,
    )


def _prepare(
    net: Surrogate, data: TrainingData, settings: KinematicSettings
) -> tuple[Loss, Augmentation]:
    net.start_at(data.train.known_activations)
    return KinematicLoss(net), augment(settings.augmentation, net=net)


def _finish(net: Surrogate, data: TrainingData) -> Extras:
    if data.validation is not None:
        calibrate(net, data.validation)
    return {}, {}


KINEMATICS: Net[Surrogate] = Net(
    kind="surrogate",
    settings=KinematicSettings,
    config=SurrogateConfig,
    activations=True,
    build=_build,
    prepare=_prepare,
    score=score,
    finish=_finish,
    predict=predict_repetitions,
    scores=SCORES,
)
