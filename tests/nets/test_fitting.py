"""The training loop."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import nn

from bige_osim.errors import BigeError
from bige_osim.nets.fitting import evaluate, fit, learning_rate, seed_epoch
from bige_osim.nets.net import FittingConfig
from bige_osim.nets.samples import Samples
from bige_osim.nets.training_state import TrainingState, read_epoch
from bige_osim.processes.stopping import Stopped

CONFIG = FittingConfig(epochs=6, batch_size=4, save_every=1, weight_decay=0.0)


class Line(nn.Module):
    """A duration from the first frame: two parameters and dropout's random numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(33, 1)
        self.drop = nn.Dropout(0.2)

    def forward(self, samples: Samples) -> torch.Tensor:
        made: torch.Tensor = self.layer(self.drop(samples.motion[:, 0]))[:, 0]
        return made


def train(
    folder: Path,
    samples: Samples,
    *,
    config: FittingConfig = CONFIG,
    validation: Samples | None = None,
    stop_after: int | None = None,
    batches: int | None = None,
    weights: torch.Tensor | None = None,
    seen: list[Samples] | None = None,
) -> tuple[Line, TrainingState]:
    with seed_epoch(0, -1, torch.device("cpu")):
        net = Line()

    def interrupt(epoch: int, total: int, losses: Mapping[str, float]) -> None:
        if epoch == stop_after:
            raise KeyboardInterrupt

    seen = [] if seen is None else seen

    def loss(batch: Samples) -> dict[str, torch.Tensor]:
        seen.append(batch)
        if batches is not None and len(seen) > batches:
            raise Stopped(2)
        return {"total": (net(batch) - batch.duration).square().mean()}

    state = fit(
        net,
        loss=loss,
        train=samples,
        weights=weights,
        validation=validation,
        augment=lambda batch: replace(
            batch, motion=batch.motion + 0.01 * torch.randn_like(batch.motion)
        ),
        config=config,
        seed=3,
        state_path=folder / "last.safetensors",
        fingerprint={"seed": 3},
        progress=interrupt,
    )
    return net, state


@pytest.mark.parametrize("save_every", [1, 2])
def test_an_interrupted_training_ends_as_an_unbroken_one(
    tmp_path: Path, samples: Samples, save_every: int
) -> None:
    config = CONFIG.model_copy(update={"save_every": save_every})
    whole, unbroken = train(tmp_path / "unbroken", samples, config=config)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path / "broken", samples, config=config, stop_after=3)
    resumed, state = train(tmp_path / "broken", samples, config=config)
    assert state.epoch == unbroken.epoch == 6
    assert state.history == unbroken.history
    assert state.best_epoch == unbroken.best_epoch
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name])


def test_stopped_within_an_epoch_it_goes_on_from_the_one_before(
    tmp_path: Path, samples: Samples
) -> None:
    """Nothing was saved before: the last whole epoch is written when it is stopped."""
    config = CONFIG.model_copy(update={"save_every": 100})
    whole, unbroken = train(tmp_path / "unbroken", samples, config=config)
    batches = -(-len(samples) // config.batch_size)
    with pytest.raises(Stopped):
        train(tmp_path / "broken", samples, config=config, batches=3 * batches + 1)
    assert read_epoch(tmp_path / "broken" / "last.safetensors") == 3
    resumed, state = train(tmp_path / "broken", samples, config=config)
    assert state.history == unbroken.history
    for name, value in whole.state_dict().items():
        assert torch.equal(value, resumed.state_dict()[name])


def test_samples_are_drawn_in_proportion_to_their_weights(
    tmp_path: Path, samples: Samples
) -> None:
    config = CONFIG.model_copy(update={"draws": 400, "epochs": 2})
    numbered = replace(samples, duration=torch.arange(18.0))
    weights = torch.cat([torch.full((6,), 3.0), torch.ones(6), torch.zeros(6)])
    seen: list[Samples] = []
    train(tmp_path, numbered, config=config, weights=weights, seen=seen)
    drawn = torch.cat([batch.duration for batch in seen]).long()
    assert [len(batch) for batch in seen] == [4] * 200
    assert drawn.max() < 12
    assert (drawn < 6).float().mean().item() == pytest.approx(0.75, abs=0.05)


def test_a_finished_training_is_not_repeated(tmp_path: Path, samples: Samples) -> None:
    net, _ = train(tmp_path, samples)
    again, state = train(tmp_path, samples, stop_after=1)  # would interrupt it
    assert state.epoch == 6
    assert torch.equal(net.layer.weight, again.layer.weight)


def test_the_weights_of_the_lowest_validation_loss_are_kept(
    tmp_path: Path, samples: Samples
) -> None:
    """Validation wants what training drives away from: the first epoch is best."""
    opposite = replace(samples, duration=samples.duration * 0)
    net, state = train(tmp_path, samples, validation=opposite)
    curve = [row["validation_total"] for row in state.history]
    assert state.best_epoch == 1 + curve.index(min(curve))
    assert state.best_score == min(curve)
    checked = evaluate(
        net,
        lambda batch: {"total": (net(batch) - batch.duration).square().mean()},
        opposite,
        4,
    )
    assert checked is not None
    assert checked["total"] == pytest.approx(min(curve), rel=1e-5)


def test_training_leaves_torchs_random_numbers_alone(
    tmp_path: Path, samples: Samples
) -> None:
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    train(tmp_path, samples)
    assert torch.equal(torch.rand(3), expected)


def test_the_learning_rate_warms_up_and_falls_to_nothing() -> None:
    config = FittingConfig(learning_rate=2.0, warmup=0.1)
    rates = [learning_rate(config, step=step, steps=50) for step in range(50)]
    assert rates[:5] == pytest.approx([0.4, 0.8, 1.2, 1.6, 2.0])
    assert all(a >= b for a, b in pairwise(rates[4:]))
    assert rates[-1] < 0.01


def test_a_training_that_diverges_says_so(tmp_path: Path, samples: Samples) -> None:
    broken = replace(samples, duration=samples.duration * torch.inf)
    with pytest.raises(BigeError) as error:
        train(tmp_path, broken)
    assert str(error.value) == (
        "The training diverged in epoch 1: its loss is no longer a number; train with "
        "a lower learning_rate."
    )
