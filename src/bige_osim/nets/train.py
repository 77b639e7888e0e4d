"""Train a net of any kind on a dataset, and record what it was made of.

How steps are taken is in :mod:`bige_osim.nets.fitting`; what is particular to a kind
stands in its :class:`~bige_osim.nets.net.Net`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import xarray as xr

from bige_osim.dataset.split import Split
from bige_osim.io.manifest import versions
from bige_osim.nets.checkpoint import FORMAT, Record, save
from bige_osim.nets.fitting import Progress, fit, seed_epoch
from bige_osim.nets.labels import list_exercises
from bige_osim.nets.net import Columns, Net, find_net
from bige_osim.nets.ranks import first_alone, is_first, place_of
from bige_osim.nets.samples import (
    TrainingData,
    list_models,
    names_along,
    read_training_data,
)
from bige_osim.nets.training_state import state_path, write_curves
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress as Work
from bige_osim.progress import silent as no_work

MAKING = -1
"""The epoch in which a net gets its first weights."""


@dataclass(frozen=True)
class Trained:
    """A trained net and what is known about it.

    Attributes
    ----------
    net : with its best weights, in evaluation mode
    record : as in the checkpoint
    history : losses per epoch, as in the curves
    """

    net: Any
    record: Record
    history: list[dict[str, float]]


def silent(epoch: int, total: int, losses: Mapping[str, float]) -> None:
    """Report nothing."""


def train(
    kind: str,
    dataset: xr.Dataset,
    *,
    folder: AnyPath,
    split: Split,
    config: Any = None,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = silent,
    preparing: Work = no_work,
    force: bool = False,
) -> Trained:
    """Train a net, or go on with an interrupted training in ``folder``.

    Writes ``<kind>.safetensors`` and ``<kind>.json`` (the best weights),
    ``<kind>_curves.csv`` and ``.json``, and ``<kind>_last.safetensors`` (what an
    interrupted training goes on from). Repetitions in which an activation is missing
    are left out, and counted in the record, of a net that looks at activations.

    Parameters
    ----------
    kind : of net, one of ``bige_osim.nets.kinds``
    dataset : as ``dataset.make_dataset`` makes it
    folder : the run folder
    split : participants; those of ``split.test`` are not looked at
    config : settings of this kind; the defaults for ``None``
    seed : of every random choice
    device : ``cpu``, ``cuda`` or ``cuda:N``
    progress : called after every epoch
    preparing : called while points are sampled to train on
    force : begin anew even if there is a training to go on with

    Raises
    ------
    DatasetError
        if the dataset lacks what is needed, or the folder has another run
    """
    folder, place = Path(folder), place_of(device)
    config = config or find_net(kind).settings()
    entry = find_net(kind, getattr(config, "method", ""))
    if entry.fit is not None:
        trained: Trained = entry.fit(
            dataset,
            folder=folder,
            split=split,
            config=config,
            seed=seed,
            device=str(place),
            progress=progress,
            preparing=preparing,
            force=force,
        )
        return trained
    return train_on_repetitions(
        entry,
        dataset,
        folder=folder,
        split=split,
        config=config,
        seed=seed,
        place=place,
        progress=progress,
        force=force,
    )


def train_on_repetitions(
    entry: Net[Any],
    dataset: xr.Dataset,
    *,
    folder: Path,
    split: Split,
    config: Any,
    seed: int,
    place: torch.device,
    progress: Progress,
    force: bool,
) -> Trained:
    """Train a net on whole repetitions, as :func:`train` says.

    Parameters
    ----------
    entry : what is particular to the kind of net
    place : where it is trained
    """
    kind = entry.kind
    assert entry.prepare is not None
    assert entry.score is not None
    data = read_training_data(
        dataset,
        split,
        activations=entry.activations,
        footprints=entry.footprints,
        device=place,
    )
    columns = _list_columns(entry, data)
    path = state_path(folder, kind)
    with first_alone():
        if force and is_first():
            path.unlink(missing_ok=True)
    with seed_epoch(seed, MAKING, place):
        net = entry.build(config.net, columns).to(place)
        loss, augment = entry.prepare(net, data, config)
    state = fit(
        net,
        loss=loss,
        train=data.train,
        weights=entry.weigh(data.train, config) if entry.weigh else None,
        validation=data.validation,
        augment=augment,
        config=config.fitting,
        seed=seed,
        state_path=path,
        fingerprint=identify(dataset, split, config, seed),
        progress=progress,
    )
    write_curves(state.history, folder, kind)
    with torch.no_grad():
        tensors, facts = entry.finish(net, data)
        scores = entry.score(net, data.deciding, list_models(dataset))
    record = make_record(
        kind,
        data=data,
        columns=columns,
        config=config,
        split=split,
        epoch=state.best_epoch,
        seed=seed,
        metrics=scores,
        latents=dict(facts),
    )
    save(folder, net, record=record, tensors=tensors)
    return Trained(net, record, state.history)


def _list_columns(entry: Net[Any], data: TrainingData) -> Columns:
    """Say what a net is made for, by its dataset."""
    dataset = data.dataset
    return Columns(
        coordinate_names=names_along(dataset, "coordinate"),
        muscle_names=names_along(dataset, "muscle") if entry.activations else (),
        frames=dataset.sizes["frame"],
        scaling=data.scaling,
        exercises=list_exercises(dataset) if entry.footprints else (),
    )


def identify(
    dataset: xr.Dataset, split: Split, config: Any, seed: int
) -> dict[str, Any]:
    """Say what a training that goes on must agree with."""
    return {
        "settings": config.model_dump(),
        "dataset": dataset.attrs["content_hash"],
        "split": _name_participants(split),
        "seed": seed,
    }


def make_record(
    kind: str,
    *,
    data: TrainingData,
    columns: Columns,
    config: Any,
    split: Split,
    **facts: Any,
) -> Record:
    """Say of a training what its checkpoint's JSON says."""
    settings, participants = config.model_dump(), _name_participants(split)
    return Record(
        format=FORMAT,
        kind=kind,
        net=settings.pop("net"),
        training=settings,
        **vars(columns),
        data_sha256=data.dataset.attrs["content_hash"],
        versions=versions(),
        train_people=participants["train"],
        validation_people=participants["validation"],
        test_people=participants["test"],
        selected_on="training" if data.validation is None else "validation",
        epochs=config.fitting.epochs,
        repetitions=data.repetitions,
        weights_sha256="",
        **facts,
    )


def _name_participants(split: Split) -> dict[str, tuple[str, ...]]:
    return {
        use: tuple(sorted(getattr(split, use)))
        for use in ("train", "validation", "test")
    }
