"""The state of an unfinished training, from which it goes on exactly as it would have.

One safetensors file: weights, best weights so far and optimiser moments as tensors,
everything else as JSON in its header, so it is replaced in one step or not at all.
"""

import csv
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import nn

from bige_osim.errors import DatasetError, name_some
from bige_osim.io.output import new_file, write_json
from bige_osim.nets.optimiser import Optimiser, Tensors
from bige_osim.nets.ranks import is_first
from bige_osim.paths import AnyPath


@dataclass
class TrainingState:
    """How far a training is.

    Attributes
    ----------
    epoch : epochs done
    best_epoch : epoch (from 1) of the best weights, 0 before the first
    best_score : its loss, without unit
    best : best weights and buffers
    history : of every epoch ``epoch`` (from 1), ``learning_rate``, ``train_*`` and
        ``validation_*`` losses
    """

    epoch: int = 0
    best_epoch: int = 0
    best_score: float = float("inf")
    best: Tensors = field(default_factory=dict)
    history: list[dict[str, float]] = field(default_factory=list)

    def end_epoch(
        self,
        net: nn.Module,
        *,
        learning_rate: float,
        train: Mapping[str, float],
        validation: Mapping[str, float] | None,
    ) -> None:
        """Add the losses of an epoch, and remember its weights if they are the best."""
        self.epoch += 1
        row = {"epoch": float(self.epoch), "learning_rate": learning_rate}
        row |= {f"train_{name}": value for name, value in train.items()}
        row |= {f"validation_{n}": value for n, value in (validation or {}).items()}
        self.history.append(row)
        score = (validation or train)["total"]
        if score < self.best_score or not self.best:
            self.best_score, self.best_epoch = score, self.epoch
            self.best = copy_weights(net)


def write_curves(rows: list[dict[str, float]], folder: AnyPath, kind: str) -> None:
    """Write a training's history as ``<kind>_curves.csv`` and ``.json``."""
    if not is_first():
        return
    with (
        new_file(Path(folder) / f"{kind}_curves.csv", force=True) as path,
        path.open("w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "epoch": int(row["epoch"])} for row in rows)
    with new_file(Path(folder) / f"{kind}_curves.json", force=True) as path:
        write_json(path, {name: [row[name] for row in rows] for name in rows[0]})


def copy_weights(net: nn.Module) -> Tensors:
    """Copy a net's weights and persistent buffers, on the CPU."""
    return {
        name: value.detach().cpu().clone().contiguous()
        for name, value in net.state_dict().items()
    }


@dataclass
class StateFile:
    """The state as it was after the last epoch, and the file it is written to.

    A training may be stopped in the middle of an epoch, when the net is on its way to
    the next: what is written then is what was taken before.

    Attributes
    ----------
    path : of the file, which is replaced
    fingerprint : what a resumed run must agree with
    """

    path: Path
    fingerprint: Mapping[str, Any]
    _taken: tuple[Tensors, dict[str, Any]] | None = None
    _lock: Any = field(default_factory=threading.Lock)

    def take(self, state: TrainingState, net: nn.Module, optimiser: Optimiser) -> None:
        """Copy what an epoch has ended with."""
        facts = {
            "epoch": state.epoch,
            "best_epoch": state.best_epoch,
            "best_score": state.best_score,
            "history": list(state.history),
            "fingerprint": self.fingerprint,
        }
        self._taken = _tensors(state, net, optimiser), facts

    def write(self) -> None:
        """Write what was taken, unless it is written already."""
        with self._lock:
            if self._taken is None or not is_first():
                return
            tensors, facts = self._taken
            with new_file(self.path, force=True) as temporary:
                save_file(tensors, temporary, metadata={"json": json.dumps(facts)})
            self._taken = None


def _tensors(state: TrainingState, net: nn.Module, optimiser: Optimiser) -> Tensors:
    tensors = {f"net.{name}": value for name, value in copy_weights(net).items()}
    tensors |= {f"best.{name}": value for name, value in state.best.items()}
    moments = optimiser.copy_state()
    return tensors | {f"optimiser.{name}": value for name, value in moments.items()}


def state_path(folder: AnyPath, kind: str) -> Path:
    """Path of the state of a training of a kind of net."""
    return Path(folder) / f"{kind}_last.safetensors"


def read_epoch(path: AnyPath) -> int:
    """Epochs that a state file has; 0 without a file, or with one not of ours."""
    try:
        with safe_open(path, framework="pt") as file:
            return int(json.loads((file.metadata() or {})["json"])["epoch"])
    except (OSError, SafetensorError, KeyError, ValueError):
        return 0


def read_state(
    path: AnyPath,
    *,
    net: nn.Module,
    optimiser: Optimiser,
    fingerprint: Mapping[str, Any],
) -> TrainingState:
    """Load weights and moments into ``net`` and ``optimiser``; return the rest.

    Raises
    ------
    DatasetError
        if the file is damaged or is of a run with other settings, data or participants
    """
    path = Path(path)
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})["json"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        _check_same(path, facts["fingerprint"], fingerprint)
        net.load_state_dict(_under(tensors, "net."))
        optimiser.load_state(_under(tensors, "optimiser."))
        return TrainingState(
            epoch=facts["epoch"],
            best_epoch=facts["best_epoch"],
            best_score=facts["best_score"],
            best=_under(tensors, "best."),
            history=facts["history"],
        )
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise DatasetError(
            f"{path} is not a training state that this version can go on from "
            f"({type(error).__name__}); delete it or pass --force to train anew."
        ) from error


def _check_same(path: Path, found: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    plain = json.loads(json.dumps(own))
    changed = [k for k in sorted({*plain, *found}) if plain.get(k) != found.get(k)]
    if changed:
        raise DatasetError(
            f"{path} belongs to a run with another {name_some(changed)}; choose "
            "another folder or pass --force to train anew."
        )


def _under(tensors: Tensors, prefix: str) -> Tensors:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
