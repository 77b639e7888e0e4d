"""Datasets as NetCDF 4 files, which xarray, MATLAB's ``ncread`` and h5py open.

Source: NetCDF-4 and CF conventions for the ``units`` attribute.
"""

import hashlib
from pathlib import Path

import numpy as np
import xarray as xr

from bige_osim.errors import DatasetError, MissingFileError

NEEDED = ("motion", "duration", "activations", "person", "model")
"""Variables without which no step can use a dataset."""


def write_dataset(dataset: xr.Dataset, path: Path) -> None:
    """Write a dataset, compressed; wrap in ``new_file`` to never leave half of one."""
    compressed = {
        name: {"zlib": True, "complevel": 4}
        for name, variable in dataset.data_vars.items()
        if variable.dtype.kind == "f" and variable.ndim > 1
    }
    dataset.to_netcdf(
        path,
        engine="h5netcdf",
        encoding=compressed,
        unlimited_dims=("repetition",),
    )


def read_dataset(path: Path) -> xr.Dataset:
    """Read a dataset into memory and check what every step relies on.

    Raises
    ------
    MissingFileError
        if there is no such file
    DatasetError
        if it is no NetCDF file, lacks a variable, a unit or a hash, holds something
        that is no number, or was changed since it was made
    """
    if not path.is_file():
        raise MissingFileError(path, what="dataset", remedy="run bige collect first")
    try:
        with xr.open_dataset(path, engine="h5netcdf") as opened:
            dataset = opened.load()
    except (OSError, ValueError, KeyError) as error:
        raise DatasetError(
            f"{path} is not a readable NetCDF file; collect it again."
        ) from error
    _check(dataset, path)
    return dataset


def content_hash(dataset: xr.Dataset) -> str:
    """SHA-256 over names, dimensions and values of everything but the versions."""
    digest = hashlib.sha256()
    for name in sorted(str(n) for n in dataset.variables):
        values = dataset[name].values
        digest.update(f"{name}{dataset[name].dims}{values.shape}".encode())
        if values.dtype.kind in "OUST":
            digest.update("\0".join(str(v) for v in values.ravel()).encode())
        else:
            digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    digest.update(str(dataset.attrs["models"]).encode())
    return digest.hexdigest()


def _check(dataset: xr.Dataset, path: Path) -> None:
    for name in NEEDED:
        if name not in dataset:
            raise DatasetError(f"{path} has no variable {name}; collect it again.")
    for name in ("models", "content_hash"):
        if name not in dataset.attrs:
            raise DatasetError(f"{path} has no attribute {name}; collect it again.")
    for key, variable in dataset.data_vars.items():
        if variable.dtype.kind == "f" and "units" not in variable.attrs:
            raise DatasetError(
                f"{path}, variable {key}, states no units; collect it again."
            )
    for name in ("motion", "duration", "activations"):
        finite = np.isfinite(dataset[name].transpose("repetition", ...).values)
        bad = ~finite.reshape(len(finite), -1).all(axis=1)
        if bad.any():
            place = int(np.flatnonzero(bad)[0])
            raise DatasetError(
                f"{path}, variable {name}, repetition {place} holds a value that is "
                "not a number; collect that session again."
            )
    if content_hash(dataset) != dataset.attrs["content_hash"]:
        raise DatasetError(
            f"{path} does not hold what its content_hash says, it was changed after it "
            "was made; collect it again."
        )
