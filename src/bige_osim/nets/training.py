"""Train the generator and the surrogate on a dataset, split by participant."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import torch
import xarray as xr
from torch import nn

from bige_osim.dataset.split import Split
from bige_osim.nets.augmentation import augment_generator, augment_surrogate
from bige_osim.nets.checkpoint import Latents, Record, save
from bige_osim.nets.config import GeneratorTraining, SurrogateTraining
from bige_osim.nets.fitting import Progress, seed_epoch
from bige_osim.nets.losses import GeneratorLoss, SurrogateLoss
from bige_osim.nets.models import make_pose_loss
from bige_osim.nets.run import Run
from bige_osim.nets.samples import Samples
from bige_osim.nets.scores import calibrate, generator_scores, surrogate_scores
from bige_osim.nets.standing import compare_standing
from bige_osim.nets.surrogate import Surrogate
from bige_osim.nets.vqvae import Vqvae
from bige_osim.paths import AnyPath

Net = TypeVar("Net", bound=nn.Module)

MAKING = -1
"""The epoch in which a net gets its first weights."""


@dataclass(frozen=True)
class Trained(Generic[Net]):
    """A trained net and what is known about it.

    Attributes
    ----------
    net : with its best weights, in evaluation mode
    record : as in the checkpoint
    history : losses per epoch, as in the curves
    """

    net: Net
    record: Record
    history: list[dict[str, float]]


def silent(epoch: int, total: int, losses: Mapping[str, float]) -> None:
    """Report nothing."""


def train_generator(
    dataset: xr.Dataset,
    *,
    config: GeneratorTraining,
    folder: AnyPath,
    split: Split,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = silent,
    force: bool = False,
) -> Trained[Vqvae]:
    """Train the VQ-VAE, or go on with an interrupted training in ``folder``.

    Writes ``generator.safetensors`` and ``generator.json`` (the best weights),
    ``generator_curves.csv`` and ``.json``, and ``generator_last.safetensors`` (what an
    interrupted training goes on from).

    Parameters
    ----------
    dataset : as ``data.dataset.make_dataset`` makes it
    config : the net, its losses and the fitting
    folder : the run folder
    split : participants; those of ``split.test`` are not looked at
    seed : of every random choice
    device : ``cpu``, ``cuda`` or ``cuda:N``
    progress : called after every epoch
    force : begin anew even if there is a training to go on with

    Raises
    ------
    DatasetError
        if the dataset lacks what is needed, or the folder holds another run
    """
    folder = Path(folder)
    place = torch.device(device)
    run = Run("generator", dataset, split, config, seed, folder)
    data = run.read(place, activations=False)
    with seed_epoch(seed, MAKING, place):
        net = Vqvae(
            config.net,
            coordinate_names=run.names("coordinate"),
            frames=dataset.sizes["frame"],
            scaling=data.scaling,
        ).to(place)
    pose = make_pose_loss(dataset, weights=config.loss, device=place)
    loss = GeneratorLoss(net, weights=config.loss, pose=pose)
    augment = augment_generator(config.augmentation, scaling=data.scaling, device=place)
    state = run.fit(
        net, loss=loss, data=data, augment=augment, progress=progress, force=force
    )
    latents = training_latents(net, data.train)
    standing = compare_standing(net, data.train)
    record = run.record(
        state,
        data=data,
        metrics=generator_scores(net, data.deciding),
        latents=latents.summary()
        | {"standing": None if standing is None else standing.to_dict()},
    )
    save(folder, net, record=record, latents=latents)
    return Trained(net, record, state.history.rows)


def train_surrogate(
    dataset: xr.Dataset,
    *,
    config: SurrogateTraining,
    folder: AnyPath,
    split: Split,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = silent,
    force: bool = False,
) -> Trained[Surrogate]:
    """Train the surrogate, or go on with an interrupted training in ``folder``.

    Repetitions in which an activation is missing are left out and counted in the
    record. With validation participants, the ensemble's disagreement is scaled to their
    error. Files, parameters and errors are those of :func:`train_generator`, with
    ``surrogate`` in the names.
    """
    folder = Path(folder)
    place = torch.device(device)
    run = Run("surrogate", dataset, split, config, seed, folder)
    data = run.read(place, activations=True)
    with seed_epoch(seed, MAKING, place):
        net = Surrogate(
            config.net,
            coordinate_names=run.names("coordinate"),
            muscle_names=run.names("muscle"),
            scaling=data.scaling,
        ).to(place)
    net.start_at(data.train.known_activations)
    loss = SurrogateLoss(net)
    augment = augment_surrogate(
        config.augmentation, scaling=data.scaling, muscle_names=net.muscle_names
    )
    state = run.fit(
        net, loss=loss, data=data, augment=augment, progress=progress, force=force
    )
    if data.validation is not None:
        calibrate(net, data.validation)
    metrics = surrogate_scores(net, data.deciding)
    record = run.record(state, data=data, metrics=metrics)
    save(folder, net, record=record)
    return Trained(net, record, state.history.rows)


def training_latents(net: Vqvae, samples: Samples) -> Latents:
    """Continuous latents of repetitions, on the CPU."""
    with torch.no_grad():
        z = net.encode(samples.motion, samples.duration, samples.body)
    return Latents(z=z.cpu(), duration=samples.duration.cpu(), body=samples.body.cpu())
