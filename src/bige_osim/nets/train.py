"""Train a net of any kind: seeded per epoch, resumable, chosen on validation data.

What is particular to a kind stands in its :class:`~bige_osim.nets.net.Net`.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import xarray as xr
from jaxtyping import Float, Int
from torch import nn

from bige_osim.dataset.split import Split
from bige_osim.errors import BigeError
from bige_osim.io.manifest import versions
from bige_osim.nets.checkpoint import FORMAT, Record, save
from bige_osim.nets.labels import list_exercises
from bige_osim.nets.net import (
    Augmentation,
    Columns,
    FittingConfig,
    Loss,
    Net,
    find_net,
)
from bige_osim.nets.ranks import place_of, sum_gradients, take_share
from bige_osim.nets.samples import (
    Samples,
    TrainingData,
    list_models,
    names_along,
    read_training_data,
)
from bige_osim.nets.training_state import (
    StateFile,
    TrainingState,
    read_state,
    state_path,
    write_curves,
)
from bige_osim.paths import AnyPath
from bige_osim.processes.stopping import INTERRUPTIONS, saving
from bige_osim.progress import Progress as Work
from bige_osim.progress import silent as no_work

Progress = Callable[[int, int, Mapping[str, float]], None]
"""Called after every epoch with epochs done, epochs in all, and losses by name."""

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
            device=device,
            progress=progress,
            preparing=preparing,
            force=force,
        )
        return trained
    return _train_on_repetitions(
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


def _train_on_repetitions(
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
    """Train a net on whole repetitions."""
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
    if force:
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


def fit(
    net: nn.Module,
    *,
    loss: Loss,
    train: Samples,
    weights: Float[torch.Tensor, " N"] | None = None,
    validation: Samples | None,
    augment: Augmentation,
    config: FittingConfig,
    seed: int,
    state_path: Path,
    fingerprint: Mapping[str, Any],
    progress: Progress,
) -> TrainingState:
    """Train ``net``, going on from ``state_path`` if it exists; end with best weights.

    The best weights have the lowest total loss on ``validation``, or on ``train`` if
    there is none. Random numbers depend on ``seed`` and the epoch alone, so an
    interrupted run ends with the weights of an uninterrupted one. Stopped in the middle
    of an epoch, it leaves the last whole one. With ``weights`` (no unit) training
    samples are drawn in proportion to them.

    Raises
    ------
    DatasetError
        if the state belongs to another run
    BigeError
        if the loss is no longer a number
    """
    optimiser = torch.optim.AdamW(
        net.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    state = TrainingState()
    if state_path.exists():
        state = read_state(
            state_path, net=net, optimiser=optimiser, fingerprint=fingerprint
        )
    file = StateFile(state_path, fingerprint)
    with when_stopped(file):
        while state.epoch < config.epochs:
            with seed_epoch(seed, state.epoch, train.motion.device):
                trained = _train_epoch(
                    net,
                    loss=loss,
                    samples=train,
                    weights=weights,
                    augment=augment,
                    optimiser=optimiser,
                    config=config,
                    epoch=state.epoch,
                )
            checked = evaluate(net, loss, validation, config.batch_size)
            state.end_epoch(
                net,
                learning_rate=float(optimiser.param_groups[0]["lr"]),
                train=trained,
                validation=checked,
            )
            file.take(state, net, optimiser)
            if state.epoch % config.save_every == 0 or state.epoch == config.epochs:
                file.write()
            progress(state.epoch, config.epochs, state.history[-1])
    net.load_state_dict(state.best)
    net.eval()
    return state


def evaluate(
    net: nn.Module, loss: Loss, samples: Samples | None, batch_size: int
) -> dict[str, float] | None:
    """Mean losses over samples, in evaluation mode and without gradients."""
    if samples is None:
        return None
    net.eval()
    sums: dict[str, float] = {}
    with torch.no_grad():
        for batch in samples.batches(batch_size):
            _accumulate(sums, loss(batch), len(batch))
    return {name: value / len(samples) for name, value in sums.items()}


@contextmanager
def when_stopped(file: StateFile) -> Iterator[None]:
    """Write the last whole epoch if the training is stopped in the next."""
    try:
        with saving(file.write):
            yield
    except INTERRUPTIONS:
        file.write()
        raise


@contextmanager
def seed_epoch(seed: int, epoch: int, device: torch.device) -> Iterator[None]:
    """Seed torch for one epoch (-1: making the net); put its state back afterwards."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(1_000_003 * seed + epoch + 1)
        yield


def learning_rate(config: FittingConfig, *, step: int, steps: int) -> float:
    """Learning rate, without unit: linear warm-up, then half a cosine.

    The cosine is that of Loshchilov and Hutter 2017 (SGDR, arXiv 1608.03983).

    Examples
    --------
    >>> config = FittingConfig(learning_rate=1.0, warmup=0.1)
    >>> [round(learning_rate(config, step=s, steps=100), 2) for s in (0, 9, 10, 55, 99)]
    [0.1, 1.0, 1.0, 0.5, 0.0]
    """
    warmup = max(1, round(config.warmup * steps))
    if step < warmup:
        return config.learning_rate * (step + 1) / warmup
    done = (step - warmup) / max(1, steps - warmup)
    return config.learning_rate * 0.5 * (1 + math.cos(math.pi * done))


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


def _train_epoch(
    net: nn.Module,
    *,
    loss: Loss,
    samples: Samples,
    weights: Float[torch.Tensor, " N"] | None,
    augment: Augmentation,
    optimiser: torch.optim.Optimizer,
    config: FittingConfig,
    epoch: int,
) -> dict[str, float]:
    """One pass over the samples; mean losses."""
    net.train()
    order = _draw_order(len(samples), weights, config)
    batches = torch.split(order, config.batch_size)
    sums: dict[str, float] = {}
    for place, rows in enumerate(batches):
        rate = learning_rate(
            config,
            step=epoch * len(batches) + place,
            steps=config.epochs * len(batches),
        )
        for group in optimiser.param_groups:
            group["lr"] = rate
        own = take_share(rows)
        optimiser.zero_grad()
        if len(own):
            losses = loss(augment(samples.take(own)))
            part: torch.Tensor = losses["total"] * (len(own) / len(rows))
            part.backward()  # type: ignore[no-untyped-call]
            _accumulate(sums, losses, len(own))
        sum_gradients(net)
        nn.utils.clip_grad_norm_(net.parameters(), config.clip)
        optimiser.step()
    if not math.isfinite(sums.get("total", 0.0)):
        raise BigeError(
            f"The training diverged in epoch {epoch + 1}: its loss is no longer a "
            "number; train with a lower learning_rate."
        )
    seen = sum(len(take_share(rows)) for rows in batches)
    return {name: value / seen for name, value in sums.items()}


def _draw_order(
    count: int, weights: Float[torch.Tensor, " N"] | None, config: FittingConfig
) -> Int[torch.Tensor, " K"]:
    """Places of the samples of one pass."""
    if weights is None and not config.draws:
        return torch.randperm(count)
    chances = torch.ones(count) if weights is None else weights.cpu()
    return torch.multinomial(chances, config.draws or count, replacement=True)


def _accumulate(
    sums: dict[str, float], losses: Mapping[str, torch.Tensor], count: int
) -> None:
    for name, value in losses.items():
        sums[name] = sums.get(name, 0.0) + count * float(value.detach())
