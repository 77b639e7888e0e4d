"""Trained nets on disk: weights as safetensors, everything else as JSON beside them.

``<kind>.safetensors`` holds ``net.*`` (weights) and, for a generator, ``latents.*``:
where the training repetitions lie in its latent space. ``<kind>.json`` is a
:class:`Record`. Nothing is ever unpickled.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from bige_osim.errors import DatasetError, MissingFileError
from bige_osim.io.manifest import sha256
from bige_osim.io.output import new_file, write_json
from bige_osim.nets.scaling import Scaling
from bige_osim.nets.settings import from_dict, to_dict
from bige_osim.nets.surrogate import Surrogate, SurrogateConfig
from bige_osim.nets.vqvae import Vqvae, VqvaeConfig
from bige_osim.paths import AnyPath

FORMAT = 1
"""Raised when a checkpoint of an older version can no longer be read."""


@dataclass(frozen=True)
class Record:
    """What a checkpoint's JSON says.

    Attributes
    ----------
    format : version of this layout
    kind : ``generator`` or ``surrogate``
    net : configuration of the net
    training : configuration of its training and losses
    coordinate_names, muscle_names : columns, in order; a generator has no muscles
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
    latents : summary of the training latents and of how the repetitions that they
        decode to stand at their ends; empty for a surrogate
    weights_sha256 : hash of the safetensors file this belongs to
    """

    format: int
    kind: str
    net: dict[str, Any]
    training: dict[str, Any]
    coordinate_names: tuple[str, ...]
    muscle_names: tuple[str, ...]
    frames: int
    scaling: Scaling
    data_sha256: str
    versions: dict[str, Any]
    train_people: tuple[str, ...]
    validation_people: tuple[str, ...]
    test_people: tuple[str, ...]
    selected_on: str
    seed: int
    epoch: int
    epochs: int
    repetitions: dict[str, Any]
    metrics: dict[str, Any]
    latents: dict[str, Any]
    weights_sha256: str


@dataclass(frozen=True)
class Latents:
    """Where the training repetitions lie in a generator's latent space.

    Attributes
    ----------
    z : (N, L, D) continuous latents, before quantisation
    duration : (N,) s
    body : (N, 3) stature m, mass kg, leg length m
    """

    z: Float[torch.Tensor, "N L D"]
    duration: Float[torch.Tensor, " N"]
    body: Float[torch.Tensor, "N 3"]

    def summary(self) -> dict[str, Any]:
        """Shape, range and spread, for participants and for the checkpoint's JSON."""
        return {
            "shape": list(self.z.shape),
            "mean": float(self.z.mean()),
            "std": float(self.z.std()),
            "least": float(self.z.min()),
            "greatest": float(self.z.max()),
        }


def save(
    folder: AnyPath, net: nn.Module, *, record: Record, latents: Latents | None = None
) -> None:
    """Write a checkpoint, replacing one of the same kind.

    Parameters
    ----------
    folder : made if it does not exist
    net : the trained net
    record : as for :func:`load_generator`; the weights' hash is filled in here
    latents : of the training repetitions, for a generator
    """
    folder = Path(folder)
    tensors = {f"net.{k}": v.contiguous().cpu() for k, v in net.state_dict().items()}
    if latents is not None:
        tensors |= {
            "latents.z": latents.z.contiguous(),
            "latents.duration": latents.duration.contiguous(),
            "latents.body": latents.body.contiguous(),
        }
    with new_file(_weights(folder, record.kind), force=True) as path:
        save_file(tensors, path)
        record = replace(record, weights_sha256=sha256(path))
    with new_file(_json(folder, record.kind), force=True) as path:
        write_json(path, to_dict(record))


def read_record(folder: AnyPath, kind: str) -> Record:
    """Read and check the JSON of a checkpoint.

    Raises
    ------
    MissingFileError
        if the folder holds no checkpoint of this kind
    DatasetError
        if a key is unknown, missing or of another type, or the format is another
    """
    folder = Path(folder)
    path = _json(folder, kind)
    if not path.is_file():
        raise MissingFileError(
            path, what=f"{kind}'s checkpoint", remedy=f"run bige train {kind} first"
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise DatasetError(f"{path} is not JSON ({error}); train again.") from error
    record = from_dict(Record, content, where=str(path), whole=True)
    if (record.format, record.kind) != (FORMAT, kind):
        raise DatasetError(
            f"{path}: expected a {kind} of format {FORMAT}, got a {record.kind} of "
            f"format {record.format}; train again."
        )
    return record


def load_generator(folder: AnyPath, *, device: str = "cpu") -> Vqvae:
    """Load the generator of a run folder, ready for use (evaluation mode).

    Raises
    ------
    MissingFileError, DatasetError
        see :func:`read_record`; also if the weights do not fit the JSON
    """
    folder = Path(folder)
    record = read_record(folder, "generator")
    where = f"{_json(folder, 'generator')}, net"
    net = Vqvae(
        from_dict(VqvaeConfig, record.net, where=where, whole=True),
        coordinate_names=record.coordinate_names,
        frames=record.frames,
        scaling=record.scaling,
    )
    _load_weights(net, folder, record)
    return net.to(device).eval()


def load_surrogate(folder: AnyPath, *, device: str = "cpu") -> Surrogate:
    """Load the surrogate of a run folder, ready for use (evaluation mode).

    Raises
    ------
    MissingFileError, DatasetError
        see :func:`read_record`; also if the weights do not fit the JSON
    """
    folder = Path(folder)
    record = read_record(folder, "surrogate")
    where = f"{_json(folder, 'surrogate')}, net"
    net = Surrogate(
        from_dict(SurrogateConfig, record.net, where=where, whole=True),
        coordinate_names=record.coordinate_names,
        muscle_names=record.muscle_names,
        scaling=record.scaling,
    )
    _load_weights(net, folder, record)
    return net.to(device).eval()


def load_latents(folder: AnyPath, *, device: str = "cpu") -> Latents:
    """Load the training latents that a generator's checkpoint holds."""
    folder = Path(folder)
    record = read_record(folder, "generator")
    tensors = _read_tensors(folder, record)
    try:
        return Latents(
            z=tensors["latents.z"].to(device),
            duration=tensors["latents.duration"].to(device),
            body=tensors["latents.body"].to(device),
        )
    except KeyError as error:
        raise DatasetError(
            f"{_weights(folder, 'generator')} holds no {error.args[0]}; train again."
        ) from error


def _load_weights(net: nn.Module, folder: Path, record: Record) -> None:
    tensors = _read_tensors(folder, record)
    weights = {
        name.removeprefix("net."): value
        for name, value in tensors.items()
        if name.startswith("net.")
    }
    _check_shapes(net.state_dict(), weights, _weights(folder, record.kind))
    net.load_state_dict(weights)


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


def _read_tensors(folder: Path, record: Record) -> dict[str, torch.Tensor]:
    path = _weights(folder, record.kind)
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


def _weights(folder: Path, kind: str) -> Path:
    return folder / f"{kind}.safetensors"


def _json(folder: Path, kind: str) -> Path:
    return folder / f"{kind}.json"
