"""The state of an unfinished training."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from bige_osim.errors import DatasetError
from bige_osim.nets.net import FittingConfig
from bige_osim.nets.optimiser import make_optimiser
from bige_osim.nets.training_state import (
    StateFile,
    TrainingState,
    read_state,
    write_curves,
)

MUON = FittingConfig(optimiser="muon")


def end_epoch(state: TrainingState, net: nn.Module, score: float) -> None:
    """End an epoch with this validation loss."""
    losses = {"total": score}
    state.end_epoch(net, learning_rate=0.5, train={"total": 9.0}, validation=losses)


def make(path: Path, fingerprint: dict[str, Any]) -> tuple[nn.Module, Any]:
    torch.manual_seed(0)
    net = nn.Linear(100, 100)
    optimiser = make_optimiser(net.parameters(), MUON)
    net(torch.ones(1, 100)).square().sum().backward()
    optimiser.step()
    state = TrainingState(epoch=3)
    end_epoch(state, net, 0.5)
    file = StateFile(path, fingerprint)
    file.take(state, net, optimiser)
    file.write()
    return net, optimiser


def read(path: Path, fingerprint: dict[str, Any]) -> tuple[nn.Module, Any, Any]:
    net = nn.Linear(100, 100)
    optimiser = make_optimiser(net.parameters(), MUON)
    state = read_state(path, net=net, optimiser=optimiser, fingerprint=fingerprint)
    return net, optimiser, state


def test_weights_moments_and_progress_come_back(tmp_path: Path) -> None:
    path, fingerprint = tmp_path / "last.safetensors", {"seed": 1, "people": ("ada",)}
    net, optimiser = make(path, fingerprint)
    again, moments, state = read(path, fingerprint)
    assert torch.equal(net.weight, again.weight)
    assert (state.epoch, state.best_epoch, state.best_score) == (4, 4, 0.5)
    assert torch.equal(state.best["weight"], net.weight)
    expected = optimiser.copy_state()
    assert {"0.0.exp_avg", "1.0.momentum_buffer"} < set(expected)
    assert expected.keys() == moments.copy_state().keys()
    for name, value in moments.copy_state().items():
        assert torch.equal(value, expected[name])


def test_a_state_of_another_optimiser_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "last.safetensors"
    net, _ = make(path, {})
    adamw = make_optimiser(net.parameters(), FittingConfig())
    with pytest.raises(DatasetError, match="not a training state"):
        read_state(path, net=net, optimiser=adamw, fingerprint={})


def test_a_run_with_another_setting_is_named(tmp_path: Path) -> None:
    path = tmp_path / "last.safetensors"
    make(path, {"seed": 1, "dataset": "a"})
    with pytest.raises(DatasetError) as error:
        read(path, {"seed": 2, "dataset": "b"})
    assert str(error.value) == (
        f"{path} belongs to a run with another dataset, seed; choose another folder or "
        "pass --force to train anew."
    )


def test_a_damaged_state_is_named(tmp_path: Path) -> None:
    path = tmp_path / "last.safetensors"
    path.write_bytes(b"not a state")
    with pytest.raises(DatasetError) as error:
        read(path, {})
    assert str(error.value) == (
        f"{path} is not a training state that this version can go on from "
        "(SafetensorError); delete it or pass --force to train anew."
    )


def test_only_a_lower_score_replaces_the_best() -> None:
    net, state = nn.Linear(1, 1), TrainingState()
    end_epoch(state, net, 1.0)
    end_epoch(state, net, 1.5)
    assert (state.epoch, state.best_epoch, state.best_score) == (2, 1, 1.0)


def test_curves_are_written_as_csv_and_json(tmp_path: Path) -> None:
    net, state = nn.Linear(1, 1), TrainingState()
    for epoch in (1, 2):
        end_epoch(state, net, 2.0 / epoch)
    write_curves(state.history, tmp_path, "surrogate")
    with (tmp_path / "surrogate_curves.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert [float(row["validation_total"]) for row in rows] == [2.0, 1.0]
    columns = json.loads((tmp_path / "surrogate_curves.json").read_text())
    assert columns["train_total"] == [9.0, 9.0]
