"""Datasets as NetCDF 4 files, which xarray, MATLAB's ``ncread`` and h5py open.

Text is stored as characters, the form that every version of MATLAB and Octave reads.

Source: NetCDF-4, and CF conventions for ``units`` and for text as characters.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from bige_osim.dataset.dataset import (
    MODEL_HASH,
    MODEL_JSON,
    REPETITION,
    ContentHash,
    content_hash,
)
from bige_osim.errors import DatasetError, MissingFileError
from bige_osim.paths import AnyPath

NEEDED = (
    "motion",
    "duration",
    "activations",
    "person",
    "model",
    MODEL_HASH,
    MODEL_JSON,
)
"""Variables without which no step can use a dataset."""

BLOCK = 64
"""Repetitions read at a time where not all are wanted in memory."""


def read_dataset(path: AnyPath) -> xr.Dataset:
    """Read a dataset into memory and check what every step relies on.

    Raises
    ------
    MissingFileError
        if there is no such file
    DatasetError
        if it is no NetCDF file, lacks a variable, a unit or a hash, holds something
        that is no number, or was changed since it was made
    """
    path = Path(path)
    with _open(path) as opened:
        dataset = _load(opened, path)
    _check_values(dataset, path, first=0)
    if content_hash(dataset) != dataset.attrs["content_hash"]:
        raise _content_error(path)
    return dataset


def read_blocks(path: AnyPath, *, size: int = BLOCK) -> Iterator[xr.Dataset]:
    """Read a dataset a few repetitions at a time, with the checks of `read_dataset`.

    That it was not changed is known after the last block only.

    Parameters
    ----------
    path : the dataset
    size : repetitions in a block

    Raises
    ------
    MissingFileError, DatasetError
        as :func:`read_dataset`
    """
    path = Path(path)
    content = ContentHash()
    with _open(path) as opened:
        for first in range(0, opened.sizes[REPETITION], size):
            part = opened.isel({REPETITION: slice(first, first + size)})
            block = _load(part, path)
            _check_values(block, path, first=first)
            content.add(block)
            yield block
        if content.hexdigest() != opened.attrs["content_hash"]:
            raise _content_error(path)


def read_attributes(path: AnyPath) -> dict[str, Any]:
    """Read what a dataset says about itself: versions, low-pass, hash."""
    path = Path(path)
    with _open(path) as opened:
        return dict(opened.attrs)


@contextmanager
def _open(path: Path) -> Iterator[xr.Dataset]:
    """Open a dataset without reading its values, and check what it has."""
    if not path.is_file():
        raise MissingFileError(path, what="dataset", remedy="run bige collect first")
    try:
        opened = xr.open_dataset(path, engine="h5netcdf", cache=False)
    except (OSError, ValueError, KeyError) as error:
        raise _read_error(path) from error
    with opened:
        _check_names(opened, path)
        # how the file packs its text is of no use to who writes another one
        yield opened.drop_encoding().set_coords("cycle" if "cycle" in opened else [])


def _load(dataset: xr.Dataset, path: Path) -> xr.Dataset:
    try:
        return dataset.load()
    except (OSError, ValueError) as error:  # h5py, of a damaged part
        raise _read_error(path) from error


def _check_names(dataset: xr.Dataset, path: Path) -> None:
    for name in NEEDED:
        if name not in dataset:
            raise DatasetError(f"{path} has no variable {name}; collect it again.")
    if "content_hash" not in dataset.attrs:
        raise DatasetError(f"{path} has no attribute content_hash; collect it again.")
    for key, variable in dataset.data_vars.items():
        if variable.dtype.kind == "f" and "units" not in variable.attrs:
            raise DatasetError(
                f"{path}, variable {key}, states no units; collect it again."
            )


def _check_values(dataset: xr.Dataset, path: Path, *, first: int) -> None:
    for name in ("motion", "duration", "activations"):
        finite = np.isfinite(dataset[name].transpose(REPETITION, ...).values)
        bad = ~finite.reshape(len(finite), -1).all(axis=1)
        if bad.any():
            place = first + int(np.flatnonzero(bad)[0])
            raise DatasetError(
                f"{path}, variable {name}, repetition {place} holds a value that is "
                "not a number; collect that session again."
            )
    known = {str(name) for name in dataset[MODEL_HASH].values}
    unknown = sorted({str(name) for name in dataset["model"].values} - known)
    if unknown:
        raise DatasetError(
            f"{path} lacks the model {unknown[0]}, on which repetitions were solved; "
            "collect it again."
        )


def _content_error(path: Path) -> DatasetError:
    return DatasetError(
        f"{path} does not hold what its content_hash says, it was changed after it "
        "was made; collect it again."
    )


def _read_error(path: Path) -> DatasetError:
    return DatasetError(f"{path} is not a readable NetCDF file; collect it again.")
