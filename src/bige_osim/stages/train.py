"""``train``: fit a net to a dataset, split by participant."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.dataset.split import split_participants
from bige_osim.errors import ExistingOutputError
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_file, write_json
from bige_osim.io.tables import TomlTable, parse_toml
from bige_osim.nets.net import find_net, read_settings
from bige_osim.nets.ranks import is_first, join_processes
from bige_osim.nets.train import train as fit
from bige_osim.nets.training_state import read_epoch, state_path
from bige_osim.paths import AnyPath
from bige_osim.processes.stopping import promise
from bige_osim.progress import Progress, silent
from bige_osim.stages.result import StageResult
from bige_osim.stages.text.train import (
    errors_with_units,
    name_movers,
    text_of,
    train_warnings,
)


def train(
    net: str,
    data: AnyPath,
    *,
    output: AnyPath,
    config: AnyPath | TomlTable | None = None,
    test_people: Sequence[str] = (),
    epochs: int | None = None,
    seed: int = 0,
    device: str = "cpu",
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Train ``net``, one of :mod:`bige_osim.nets.kinds`, on the dataset ``data``.

    Writes the checkpoint, the training curves and ``train.json`` to ``output``;
    started by ``torchrun``, several processes train together, and the first writes. An
    interrupted training in ``output`` goes on; ``force`` begins anew.

    Parameters
    ----------
    config : settings file (.toml) or settings; the defaults for ``None``
    test_people : participants to keep out of training and selection
    epochs : overrides the settings

    Raises
    ------
    ExistingOutputError
        if ``output`` is the run folder of another kind of net
    """
    data, output = Path(data), Path(output)
    dataset = read_dataset(data)
    _check_other(output / "train.json", net, force=force)
    split = split_participants(dataset, test=tuple(test_people), seed=seed)
    settings = _read_settings(net, config, epochs=epochs)
    manifest = Manifest("train", inputs=[data], config=settings.model_dump(), seed=seed)
    manifest.warnings += split.warnings

    def report(done: int, total: int, losses: Mapping[str, float]) -> None:
        progress(f"training the {net}", done, total)

    kept = partial(_describe_kept, net, output, force=force)
    with join_processes(device), promise(kept), manifest.time_part("train"):
        record = fit(
            net,
            dataset,
            folder=output,
            split=split,
            config=settings,
            seed=seed,
            device=device,
            force=force,
            progress=report,
            preparing=progress,
        ).record
    standing = record.latents.get("standing")
    movers = name_movers(record.train_people, dataset)
    manifest.warnings += train_warnings(net, movers, standing=standing)
    summary = {
        "net": net,
        "people": {
            use: list(getattr(record, f"{use}_people"))
            for use in ("train", "validation", "test")
        },
        "repetitions": record.repetitions,
        "selected_on": record.selected_on,
        "epoch": record.epoch,
        "epochs": record.epochs,
        "metrics": record.metrics,
        "errors": errors_with_units(net, record.metrics),
        "standing": standing,
        "manifest": manifest.to_dict(),
    }
    if is_first():
        with new_file(output / "train.json", force=True) as path:
            write_json(path, summary)
    return StageResult(summary, text_of(summary, output))


def _describe_kept(net: str, output: Path, *, force: bool) -> str:
    """Say what a training that was stopped has left."""
    epoch = read_epoch(state_path(output, net))
    if not epoch:
        return f"nothing was written to {output}"
    command = "the same command without --force" if force else "the same command"
    return f"{output} has epoch {epoch}, and {command} goes on from there"


def _read_settings(
    net: str, config: AnyPath | TomlTable | None, *, epochs: int | None
) -> Any:
    settings: Any = config
    if not isinstance(config, TomlTable):
        values = {} if config is None else parse_toml(config, what="settings file")
        entry = find_net(net, str(values.get("method", "")))
        settings = read_settings(entry.settings, values, where=str(config))
    if epochs is None:
        return settings
    fitting = settings.fitting.model_copy(update={"epochs": epochs})
    return settings.model_copy(update={"fitting": fitting})


def _check_other(path: Path, net: str, *, force: bool) -> None:
    """Refuse the run folder of another net, whose record would be replaced."""
    try:
        other = json.loads(path.read_text(encoding="utf-8")).get("net", net)
    except (OSError, ValueError, AttributeError):
        return
    if other != net and not force:
        raise ExistingOutputError(path)
