"""Trained nets on disk: weights as safetensors, everything else as JSON beside them.

``<kind>.safetensors`` has ``net.*`` (weights) and what else a net keeps, such as
where the training repetitions lie in a generator's latent space. ``<kind>.json`` is a
:class:`Record`. Nothing is ever unpickled.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from bige_osim.errors import DatasetError, MissingFileError
from bige_osim.io.manifest import sha256
from bige_osim.io.output import new_file, write_json
from bige_osim.io.tables import TomlTable, WholeNumber
from bige_osim.nets.block_record import BlockRecord
from bige_osim.nets.net import Columns, find_net, read_settings
from bige_osim.nets.ranks import is_first
from bige_osim.nets.scaling import Scaling
from bige_osim.paths import AnyPath

FORMAT = 2
"""Raised when a checkpoint of an older version can no longer be read."""


class Record(TomlTable):
    """What a checkpoint's JSON says.

    Attributes
    ----------
    format : version of this layout
    kind : of net
    net : configuration of the net
    training : configuration of its training and losses
    coordinate_names, muscle_names : columns, in order; a generator has no muscles
    exercises : that a generator knows, in order; a surrogate is not told of any
    frames : F, frames of a repetition
    scaling : see :class:`~bige_osim.nets.scaling.Scaling`
    data_sha256 : content hash of the dataset
    versions : of Python and the packages
    train_people, validation_people, test_people : who was used for what; nothing of
        the test participants was seen
    selected_on : ``validation`` or ``training``: whose loss chose the weights
    seed, epoch, epochs : of the random numbers; of the chosen weights; in all
    repetitions : counts by use, and how many were left out for missing activations
    metrics : errors of the chosen weights on the participants of ``selected_on``
    blocks : kinds of block that a surrogate of blocks has nets for
    latents : of a generator: summary of the training latents, and of how the
        repetitions that they decode to stand at their ends
    weights_sha256 : hash of the safetensors file this belongs to
    """

    format: WholeNumber
    kind: str
    net: dict[str, Any]
    training: dict[str, Any]
    coordinate_names: tuple[str, ...]
    muscle_names: tuple[str, ...]
    exercises: tuple[str, ...]
    frames: WholeNumber
    scaling: Scaling
    data_sha256: str
    versions: dict[str, Any]
    train_people: tuple[str, ...]
    validation_people: tuple[str, ...]
    test_people: tuple[str, ...]
    selected_on: str
    seed: WholeNumber
    epoch: WholeNumber
    epochs: WholeNumber
    repetitions: dict[str, Any]
    metrics: dict[str, Any]
    latents: dict[str, Any]
    weights_sha256: str
    blocks: tuple[BlockRecord, ...] = ()

    @property
    def method(self) -> str:
        """How a net of this kind was trained, "" where there is one way only."""
        if self.kind != "surrogate":
            return ""
        return str(self.training.get("method", "kinematics"))


def save(
    folder: AnyPath,
    net: nn.Module,
    *,
    record: Record,
    tensors: Mapping[str, torch.Tensor] | None = None,
) -> None:
    """Write a checkpoint, replacing one of the same kind; the first process does.

    Parameters
    ----------
    folder : made if it does not exist
    net : the trained net
    record : as :func:`read_record` reads it; the weights' hash is filled in here
    tensors : to keep beside the weights, by name
    """
    weights = {f"net.{name}": value.cpu() for name, value in net.state_dict().items()}
    kept = {n: v.contiguous() for n, v in {**weights, **(tensors or {})}.items()}
    if not is_first():
        return
    with new_file(weights_path(folder, record.kind), force=True) as path:
        save_file(kept, path)
        record = record.model_copy(update={"weights_sha256": sha256(path)})
    with new_file(_json_path(folder, record.kind), force=True) as path:
        write_json(path, record.model_dump())


def read_record(folder: AnyPath, kind: str) -> Record:
    """Read and check the JSON of a checkpoint.

    Raises
    ------
    MissingFileError
        if the folder has no checkpoint of this kind
    DatasetError
        if a key is unknown, missing or of another type, or the format is another
    """
    path = _json_path(folder, kind)
    if not path.is_file():
        raise MissingFileError(
            path, what=f"{kind}'s checkpoint", remedy=f"run bige train {kind} first"
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DatasetError(f"{path} is not JSON ({error}); train again.") from error
    record = read_settings(Record, content, where=str(path))
    if (record.format, record.kind) != (FORMAT, kind):
        raise DatasetError(
            f"{path}: expected a {kind} of format {FORMAT}, got a {record.kind} of "
            f"format {record.format}; train again."
        )
    return record


def load(folder: AnyPath, kind: str, *, device: str = "cpu") -> Any:
    """Load the net of this kind from a run folder, ready for use (evaluation mode).

    Raises
    ------
    MissingFileError, DatasetError
        see :func:`read_record`; also if the weights do not fit the JSON
    """
    record = read_record(folder, kind)
    entry = find_net(kind, record.method)
    where = f"{_json_path(folder, kind)}, net"
    net = entry.build(
        read_settings(entry.config, record.net, where=where, whole=True),
        Columns(
            coordinate_names=record.coordinate_names,
            muscle_names=record.muscle_names,
            exercises=record.exercises,
            frames=record.frames,
            scaling=record.scaling,
            blocks=record.blocks,
        ),
    )
    weights = {
        name.removeprefix("net."): value
        for name, value in read_tensors(folder, record).items()
        if name.startswith("net.")
    }
    _check_shapes(net.state_dict(), weights, weights_path(folder, kind))
    net.load_state_dict(weights)
    return net.to(device).eval()


def read_tensors(folder: AnyPath, record: Record) -> dict[str, torch.Tensor]:
    """Read all tensors of a checkpoint: ``net.*`` and what is kept beside them.

    Raises
    ------
    MissingFileError, DatasetError
        if the file is not there, damaged, or not the one that ``record`` was made with
    """
    path = weights_path(folder, record.kind)
    if not path.is_file():
        raise MissingFileError(path, what="weights", remedy="train again")
    if sha256(path) != record.weights_sha256:
        raise DatasetError(
            f"{path} is not the file that {record.kind}.json was written for; train "
            "again."
        )
    try:
        return load_file(path)
    except SafetensorError as error:
        raise DatasetError(f"{path} is damaged ({error}); train again.") from error


def weights_path(folder: AnyPath, kind: str) -> Path:
    """Path of a net's weights.

    Examples
    --------
    >>> weights_path("runs", "generator").as_posix()
    'runs/generator.safetensors'
    """
    return Path(folder) / f"{kind}.safetensors"


def _json_path(folder: AnyPath, kind: str) -> Path:
    return Path(folder) / f"{kind}.json"


def _check_shapes(
    expected: Mapping[str, torch.Tensor], got: Mapping[str, torch.Tensor], path: Path
) -> None:
    for name in sorted({*expected, *got}):
        shapes = [
            tuple(tensors[name].shape) if name in tensors else "nothing"
            for tensors in (expected, got)
        ]
        if shapes[0] != shapes[1]:
            raise DatasetError(
                f"{path}, {name}: expected {shapes[0]}, got {shapes[1]}; train again."
            )
