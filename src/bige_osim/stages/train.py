"""``train``: fit the generator or the surrogate to a dataset, split by participant."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.dataset.split import split_participants
from bige_osim.errors import DatasetError, ExistingOutputError, MissingFileError
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_file, write_json
from bige_osim.nets.config import GeneratorTraining, SurrogateTraining
from bige_osim.nets.settings import from_dict, to_dict
from bige_osim.nets.state import read_epoch, state_path
from bige_osim.nets.training import Trained, train_generator, train_surrogate
from bige_osim.paths import AnyPath
from bige_osim.processes.stopping import promise
from bige_osim.progress import Progress, silent
from bige_osim.stages.result import StageResult
from bige_osim.stages.text.train import (
    errors_with_units,
    participants,
    text_of,
    train_warnings,
)

Training = GeneratorTraining | SurrogateTraining


def train(
    net: str,
    data: AnyPath,
    *,
    output: AnyPath,
    config: AnyPath | Training | None = None,
    test_people: Sequence[str] = (),
    epochs: int | None = None,
    seed: int = 0,
    device: str = "cpu",
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Train ``net`` (``generator`` or ``surrogate``) on the dataset ``data``.

    Writes the checkpoint, the training curves and ``train.json`` to ``output``. An
    interrupted training in ``output`` goes on; ``force`` begins anew.

    Parameters
    ----------
    config : settings file (.toml) or settings; the defaults for ``None``
    test_people : participants to keep out of training and selection
    epochs : overrides the settings
    """
    data = Path(data)
    output = Path(output)
    dataset = read_dataset(data)
    _check_other(output / "train.json", net, force=force)
    split = split_participants(dataset, test=tuple(test_people), seed=seed)
    settings = _settings(net, config, epochs)
    manifest = Manifest("train", inputs=[data], config=to_dict(settings), seed=seed)
    manifest.warnings += split.warnings

    def report(done: int, total: int, losses: Mapping[str, float]) -> None:
        progress(f"training the {net}", done, total)

    options: dict[str, Any] = {
        "folder": output,
        "split": split,
        "seed": seed,
        "device": device,
        "force": force,
        "progress": report,
    }
    trained: Trained[Any]
    kept = partial(_describe_kept, net, output, force=force)
    with promise(kept), manifest.time_part("train"):
        if isinstance(settings, GeneratorTraining):
            trained = train_generator(dataset, config=settings, **options)
        else:
            trained = train_surrogate(dataset, config=settings, **options)
    record = trained.record
    standing = record.latents.get("standing")
    manifest.warnings += train_warnings(
        net, participants(record.train_people, dataset), standing=standing
    )
    summary = {
        "net": net,
        "people": {
            "train": list(record.train_people),
            "validation": list(record.validation_people),
            "test": list(record.test_people),
        },
        "repetitions": record.repetitions,
        "selected_on": record.selected_on,
        "epoch": record.epoch,
        "epochs": record.epochs,
        "metrics": record.metrics,
        "errors": errors_with_units(record.metrics),
        "standing": standing,
        "manifest": manifest.to_dict(),
    }
    with new_file(output / "train.json", force=True) as path:
        write_json(path, summary)
    return StageResult(summary, text_of(summary, output))


def _describe_kept(net: str, output: Path, *, force: bool) -> str:
    """Say what a training that was stopped has left."""
    epoch = read_epoch(state_path(output, net))
    if not epoch:
        return f"nothing was written to {output}"
    command = "the same command without --force" if force else "the same command"
    return f"{output} holds epoch {epoch}, and {command} goes on from there"


def _settings(
    net: str, config: AnyPath | Training | None, epochs: int | None
) -> Training:
    settings: Training
    if isinstance(config, Training):
        settings = config
    else:
        values = {} if config is None else _read_toml(Path(config))
        settings = (
            from_dict(GeneratorTraining, values, where=str(config))
            if net == "generator"
            else from_dict(SurrogateTraining, values, where=str(config))
        )
    if epochs is None:
        return settings
    return replace(settings, fitting=replace(settings.fitting, epochs=epochs))


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise MissingFileError(path, what="settings file")
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DatasetError(f"{path} is not TOML ({error}); correct it.") from error


def _check_other(path: Path, net: str, *, force: bool) -> None:
    """Refuse the run folder of the other net, whose record would be replaced."""
    try:
        other = json.loads(path.read_text(encoding="utf-8")).get("net", net)
    except (OSError, ValueError, AttributeError):
        return
    if other != net and not force:
        raise ExistingOutputError(path)
