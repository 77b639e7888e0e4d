"""The training loop: seeded per epoch, resumable, chosen by validation participants."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from bige_osim.errors import BigeError
from bige_osim.nets.augmentation import Augmentation
from bige_osim.nets.losses import Loss
from bige_osim.nets.samples import Samples
from bige_osim.nets.state import StateFile, TrainingState, read_state
from bige_osim.processes.stopping import INTERRUPTIONS, saving

Progress = Callable[[int, int, Mapping[str, float]], None]
"""Called after every epoch with epochs done, epochs in all, and losses by name."""


@dataclass(frozen=True)
class FittingConfig:
    """How a net is trained.

    Attributes
    ----------
    epochs : passes over the training repetitions
    batch_size : repetitions per step
    learning_rate : highest, reached after ``warmup`` and followed by a half cosine to 0
    warmup : share of all steps
    weight_decay : of AdamW
    clip : largest norm of the gradient
    save_every : epochs between saved states; one is saved when it is stopped, too
    """

    epochs: int = 300
    batch_size: int = 8
    learning_rate: float = 2e-3
    warmup: float = 0.05
    weight_decay: float = 1e-2
    clip: float = 1.0
    save_every: int = 10


def fit(
    net: nn.Module,
    *,
    loss: Loss,
    train: Samples,
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
    of an epoch, it leaves the last whole one.

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
    with _write_when_stopped(file):
        while state.epoch < config.epochs:
            with seed_epoch(seed, state.epoch, train.motion.device):
                trained = _train_epoch(
                    net,
                    loss=loss,
                    samples=train,
                    augment=augment,
                    optimiser=optimiser,
                    config=config,
                    epoch=state.epoch,
                )
            checked = evaluate(net, loss, validation, config.batch_size)
            state.epoch += 1
            state.history.add(
                state.epoch,
                learning_rate=float(optimiser.param_groups[0]["lr"]),
                train=trained,
                validation=checked,
            )
            state.keep_best(net, (checked or trained)["total"])
            file.take(state, net, optimiser)
            if state.epoch % config.save_every == 0 or state.epoch == config.epochs:
                file.write()
            progress(state.epoch, config.epochs, state.history.rows[-1])
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
def _write_when_stopped(file: StateFile) -> Iterator[None]:
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
    """Learning rate of a step: linear warm-up, then half a cosine.

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
    augment: Augmentation,
    optimiser: torch.optim.Optimizer,
    config: FittingConfig,
    epoch: int,
) -> dict[str, float]:
    """One pass over the samples; mean losses."""
    net.train()
    batches = samples.batches(config.batch_size, order=torch.randperm(len(samples)))
    sums: dict[str, float] = {}
    for place, batch in enumerate(batches):
        rate = learning_rate(
            config,
            step=epoch * len(batches) + place,
            steps=config.epochs * len(batches),
        )
        for group in optimiser.param_groups:
            group["lr"] = rate
        losses = loss(augment(batch))
        optimiser.zero_grad()
        losses["total"].backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), config.clip)
        optimiser.step()
        _accumulate(sums, losses, len(batch))
    if not math.isfinite(sums["total"]):
        raise BigeError(
            f"The training diverged in epoch {epoch + 1}: its loss is no longer a "
            "number; train with a lower learning_rate."
        )
    return {name: value / len(samples) for name, value in sums.items()}


def _accumulate(
    sums: dict[str, float], losses: Mapping[str, torch.Tensor], count: int
) -> None:
    for name, value in losses.items():
        sums[name] = sums.get(name, 0.0) + count * float(value.detach())
