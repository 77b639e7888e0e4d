"""T2M-GPT, a transformer that writes codes of motions, for comparison."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
import xarray as xr
from torch import nn

from bige_osim.dataset.split import Split
from bige_osim.io.tables import Number, TomlTable
from bige_osim.nets.code_writer import CodeWriter, WriterConfig
from bige_osim.nets.drawn_scores import DRAWN_SCORES, score_drawn
from bige_osim.nets.fitting import Progress
from bige_osim.nets.losses import rms
from bige_osim.nets.motion_codes import CodesConfig, MotionCodes
from bige_osim.nets.motion_training import (
    MotionSettings,
    augment,
    draw_for_body,
    weigh,
)
from bige_osim.nets.net import (
    Augmentation,
    Columns,
    FittingConfig,
    Loss,
    Losses,
    Models,
    Net,
)
from bige_osim.nets.samples import Samples, TrainingData
from bige_osim.nets.scaling import velocity
from bige_osim.nets.train import Trained, train_on_repetitions
from bige_osim.progress import Progress as Work


class CodesLossWeights(TomlTable):
    """Weights of the VQ-VAE's losses.

    Attributes
    ----------
    tokens : mean absolute error of the standardised tokens, smooth at 0
    velocity : the same of velocities, in SDs of their coordinates
    commitment : mean squared distance of the latents from their codes
    """

    tokens: Number = 1.0
    velocity: Number = 0.5
    commitment: Number = 0.02


class CodesSettings(MotionSettings):
    """Settings of the VQ-VAE's training."""

    net: CodesConfig = CodesConfig()
    loss: CodesLossWeights = CodesLossWeights()
    fitting: FittingConfig = FittingConfig(
        epochs=100, draws=2560, batch_size=64, learning_rate=1e-3
    )


class T2mgptSettings(MotionSettings):
    """Settings of both trainings.

    Attributes
    ----------
    codes : of the VQ-VAE's training, all but the net, which is ``net.codes``
    corruption : largest share of the codes before that are replaced by random ones
    """

    net: WriterConfig = WriterConfig()
    codes: CodesSettings = CodesSettings()
    fitting: FittingConfig = FittingConfig(
        epochs=100, draws=2560, batch_size=64, learning_rate=1e-3
    )
    corruption: Number = 0.5

    @classmethod
    def small(cls, *, repetitions: int = 32) -> "T2mgptSettings":
        """Choose what trains in half a minute on two cores, as for a demo."""
        codes = CodesConfig(width=64, codes=128)
        return cls(
            net=WriterConfig(width=64, layers=2, codes=codes),
            codes=CodesSettings(
                fitting=CodesSettings().fitting.shorten(300, repetitions=repetitions)
            ),
            fitting=cls().fitting.shorten(300, repetitions=repetitions),
        )


class CodesLoss:
    """Losses of the VQ-VAE on repetitions."""

    def __init__(self, net: MotionCodes, *, weights: CodesLossWeights) -> None:
        self.net = net
        self.weights = weights

    def __call__(self, samples: Samples) -> Losses:
        """Every part by name, unweighted, and their weighted ``total``."""
        coded, tokens = self.net(samples), self.net.tokens
        made = tokens.restore(coded.made, samples.body, frames=samples.motion.shape[1])
        scaler = tokens.scaler
        rate, true = (
            velocity(scaler.relative(motion, samples.body), samples.duration)
            / scaler.velocity_std
            for motion in (made.motion, samples.motion)
        )
        parts = {
            "tokens": nn.functional.smooth_l1_loss(coded.made, coded.given),
            "velocity": nn.functional.smooth_l1_loss(rate, true),
            "commitment": coded.commitment,
        }
        total = torch.stack(
            [getattr(self.weights, name) * part for name, part in parts.items()]
        ).sum()
        return {"total": total, **parts}


class WriterLoss:
    """Cross-entropy of the codes of repetitions.

    Parameters
    ----------
    net : the transformer
    corruption : largest share of the codes before that are random, in training
    """

    def __init__(self, net: CodeWriter, *, corruption: float) -> None:
        self.net = net
        self.corruption = corruption

    def __call__(self, samples: Samples) -> Losses:
        """Cross-entropy, nat per code, as the ``total``."""
        net = self.net
        codes = net.codes.encode(samples)
        before = codes
        if net.training:
            share = self.corruption * torch.rand(len(codes), 1)
            replaced = (torch.rand(codes.shape) < share).to(codes.device)
            drawn = torch.randint(net.config.codes.codes, codes.shape)
            before = torch.where(replaced, drawn.to(codes.device), codes)
        scores = net(before, net.condition(samples))
        return {
            "total": nn.functional.cross_entropy(scores.flatten(0, 1), codes.flatten())
        }


def _build_codes(config: CodesConfig, columns: Columns) -> MotionCodes:
    return MotionCodes(
        config,
        coordinate_names=columns.coordinate_names,
        frames=columns.frames,
        scaling=columns.scaling,
    )


def _prepare_codes(
    net: MotionCodes, data: TrainingData, settings: CodesSettings
) -> tuple[Loss, Augmentation]:
    change = augment(
        settings.augmentation,
        coordinate_names=net.coordinate_names,
        scaler=net.tokens.scaler,
    )
    return CodesLoss(net, weights=settings.loss), change


def _score_codes(net: MotionCodes, samples: Samples, models: Models) -> dict[str, Any]:
    """Root mean square error of rotations that were coded, rad, and codes in use."""
    net.eval()
    coded = net(samples)
    made = net.tokens.restore(coded.made, samples.body, frames=samples.motion.shape[1])
    error = made.motion - samples.motion
    return {
        "rotation_rmse": rms(error[..., ~net.tokens.scaler.translational]),
        "codes_used": len(coded.codes.unique()),
    }


CODES: Net[MotionCodes] = Net(
    kind="codes",
    settings=CodesSettings,
    config=CodesConfig,
    footprints=True,
    build=_build_codes,
    prepare=_prepare_codes,
    weigh=weigh,
    score=_score_codes,
)
"""The VQ-VAE, whose checkpoint lies in ``codes/`` of the run folder."""


def _build(config: WriterConfig, columns: Columns) -> CodeWriter:
    return CodeWriter(
        config,
        coordinate_names=columns.coordinate_names,
        frames=columns.frames,
        scaling=columns.scaling,
        exercises=columns.exercises,
    )


def _prepare(
    net: CodeWriter,
    data: TrainingData,
    settings: T2mgptSettings,
    *,
    codes: MotionCodes,
) -> tuple[Loss, Augmentation]:
    net.start_at(data.train, codes)
    change = augment(
        settings.augmentation,
        coordinate_names=net.coordinate_names,
        scaler=net.codes.tokens.scaler,
    )
    return WriterLoss(net, corruption=settings.corruption), change


def _score(net: CodeWriter, samples: Samples, models: Models) -> dict[str, Any]:
    net.eval()
    return {
        **score_drawn(
            lambda body, random: net.draw(body, random=random),
            samples,
            scaler=net.codes.tokens.scaler,
        ),
        **_score_codes(net.codes, samples, models),
    }


def train_both(
    dataset: xr.Dataset,
    *,
    folder: Path,
    split: Split,
    config: T2mgptSettings,
    seed: int,
    device: str,
    progress: Progress,
    preparing: Work,
    force: bool,
) -> Trained:
    """Train the VQ-VAE, then the transformer, as :func:`~bige_osim.nets.train.train`.

    Epochs of both count together for ``progress``.
    """
    first = config.codes.model_copy(update={"net": config.net.codes})
    epochs = first.fitting.epochs, config.fitting.epochs

    def report(before: int) -> Progress:
        def say(epoch: int, total: int, losses: Mapping[str, float]) -> None:
            progress(before + epoch, sum(epochs), losses)

        return say

    train = partial(
        train_on_repetitions,
        dataset=dataset,
        split=split,
        seed=seed,
        place=torch.device(device),
        force=force,
    )
    codes = train(CODES, folder=folder / "codes", config=first, progress=report(0)).net
    writer = replace(NET, prepare=partial(_prepare, codes=codes))
    return train(writer, folder=folder, config=config, progress=report(epochs[0]))


NET: Net[CodeWriter] = Net(
    kind="t2mgpt",
    settings=T2mgptSettings,
    config=WriterConfig,
    footprints=True,
    build=_build,
    weigh=weigh,
    score=_score,
    scores=DRAWN_SCORES,
    fit=train_both,
    draw=draw_for_body,
)
