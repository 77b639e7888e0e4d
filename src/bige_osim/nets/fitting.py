"""The training loop: seeded per epoch, resumable, on one process or several."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import nn

from bige_osim.errors import BigeError
from bige_osim.nets.net import Augmentation, FittingConfig, Loss
from bige_osim.nets.optimiser import Optimiser, make_optimiser
from bige_osim.nets.ranks import sum_gradients, take_share
from bige_osim.nets.samples import Samples
from bige_osim.nets.training_state import StateFile, TrainingState, read_state
from bige_osim.processes.stopping import INTERRUPTIONS, saving

Progress = Callable[[int, int, Mapping[str, float]], None]
"""Called after every epoch with epochs done, epochs in all, and losses by name."""

TrainEpoch = Callable[
    [Optimiser, TrainingState],
    tuple[dict[str, float], dict[str, float] | None],
]
"""Takes the steps of one epoch; losses of training and of validation."""


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

    def train_epoch(
        optimiser: Optimiser, state: TrainingState
    ) -> tuple[dict[str, float], dict[str, float] | None]:
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
        return trained, evaluate(net, loss, validation, config.batch_size)

    return go_through_epochs(
        net,
        train_epoch,
        config=config,
        state=TrainingState(),
        file=StateFile(state_path, fingerprint),
        progress=progress,
    )


def go_through_epochs(
    net: nn.Module,
    train_epoch: TrainEpoch,
    *,
    config: FittingConfig,
    state: TrainingState,
    file: StateFile,
    progress: Progress,
    averaged: bool = False,
) -> TrainingState:
    """Train epoch by epoch, going on from ``file`` if it exists; end with best weights.

    Parameters
    ----------
    net : to be trained
    train_epoch : called with the optimiser and the state; it returns the losses of
        training and those of validation, if there is any
    config : how to train
    state : of a training that begins
    file : where the training is kept
    progress : called after every epoch
    averaged : ``train_epoch`` keeps the best weights, an average, in ``state.best``

    Raises
    ------
    DatasetError
        if the file belongs to another run
    """
    optimiser = make_optimiser(net.parameters(), config)
    if file.path.exists():
        state = read_state(
            file.path, net=net, optimiser=optimiser, fingerprint=file.fingerprint
        )
    with when_stopped(file):
        while state.epoch < config.epochs:
            trained, checked = train_epoch(optimiser, state)
            average = state.best
            state.end_epoch(
                net,
                learning_rate=optimiser.rate,
                train=trained,
                validation=checked,
            )
            if averaged:
                state.best, state.best_epoch = average, state.epoch
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


def _train_epoch(
    net: nn.Module,
    *,
    loss: Loss,
    samples: Samples,
    weights: Float[torch.Tensor, " N"] | None,
    augment: Augmentation,
    optimiser: Optimiser,
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
        optimiser.set_rate(rate)
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
