"""Writing a dataset as it comes: a few repetitions at a time, none kept in memory."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import h5netcdf
import numpy as np
import xarray as xr

from bige_osim.dataset.dataset import (
    MODEL,
    MODEL_HASH,
    MODEL_JSON,
    REPETITION,
    ContentHash,
    check_same_names,
    read_stored_models,
)
from bige_osim.errors import DatasetError, name_some
from bige_osim.paths import AnyPath

_ROWS = 256
"""Repetitions in one chunk of a variable with one value a repetition."""

_PACKED: dict[str, Any] = {
    "compression": "gzip",
    "compression_opts": 4,
    "shuffle": True,
}

_NAMED = {"coordinate": "coordinates", "muscle": "muscles", "foot": "feet"}
"""Dimensions whose names all repetitions share, and what a reader calls them."""


class DatasetWriter:
    """Appends repetitions to a new NetCDF file.

    Use it as a context manager around a temporary name (``io.output.new_file``): the
    file is whole once the block has ended.

    Parameters
    ----------
    path : of the file, which is replaced

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with DatasetWriter(Path(folder) / "a.nc") as writer:
    ...         writer.count
    0
    """

    def __init__(self, path: AnyPath) -> None:
        path = Path(path)
        self._file = h5netcdf.File(path, "w")
        self._content = ContentHash()
        self._models: dict[str, int] = {}
        self._first: xr.Dataset | None = None
        self._versions: dict[str, list[str]] = {}
        self.count = 0

    @property
    def content_hash(self) -> str:
        """Hash of what was written so far."""
        return self._content.hexdigest()

    def append(self, block: xr.Dataset) -> list[str]:
        """Append repetitions, with the names of those before and in their order.

        Parameters
        ----------
        block : of :func:`~bige_osim.dataset.dataset.make_dataset`

        Returns
        -------
        names of coordinates that the repetitions before do not have and that were
        therefore dropped

        Raises
        ------
        DatasetError
            if coordinates are missing, or if muscles, feet, variables or the low-pass
            are not those of the repetitions before
        """
        dropped: list[str] = []
        if self._first is None:
            self._first = block.isel({REPETITION: slice(0, 1)}).copy(deep=True)
            self._create(block)
        else:
            block, dropped = _align(self._first, block)
        self._content.add(block)
        self._append_models(read_stored_models(block))
        start, self.count = self.count, self.count + block.sizes[REPETITION]
        self._file.resize_dimension(REPETITION, self.count)
        for name, variable in _growing(block).items():
            if _is_text(variable.values):
                self._write_text(name, variable.values, start=start)
            else:
                values = variable.transpose(REPETITION, ...).values
                self._file[name][start : self.count] = values
        for package, version in json.loads(block.attrs["versions"]).items():
            known = self._versions.setdefault(package, [])
            known += [v for v in version.split(", ") if v not in known]
        return dropped

    def __enter__(self) -> "DatasetWriter":
        """Start."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is known at the end only, and close the file."""
        if kind is None and self._first is not None:
            versions = {name: ", ".join(v) for name, v in self._versions.items()}
            self._file.attrs["versions"] = _plain(json.dumps(versions, sort_keys=True))
            self._file.attrs["content_hash"] = _plain(self.content_hash)
        self._file.close()

    def _create(self, block: xr.Dataset) -> None:
        """Make dimensions and variables as the first repetitions have them."""
        for name, value in block.attrs.items():
            if name not in ("versions", "content_hash"):
                self._file.attrs[name] = _plain(value)
        for name, size in block.sizes.items():
            self._file.dimensions[name] = (
                None if name in (REPETITION, MODEL) else int(size)
            )
        for name in ("characters", "hash_characters", "json_characters"):
            self._file.dimensions[name] = None
        self._create_text(MODEL_HASH, MODEL, "hash_characters", chunks=(_ROWS, 64))
        self._create_text(MODEL_JSON, MODEL, "json_characters", chunks=(1, 1 << 16))
        for key, variable in block.variables.items():
            name, dims = str(key), tuple(str(d) for d in variable.dims)
            if MODEL in dims:
                continue
            if REPETITION in dims:
                self._create_growing(name, variable)
                continue
            if _is_text(variable.values):
                self._create_names(name, dims, variable.values)
            else:
                made = self._file.create_variable(name, dims, data=variable.values)
                _describe(made, variable)

    def _create_growing(self, name: str, variable: xr.Variable) -> None:
        if _is_text(variable.values):
            self._create_text(name, REPETITION, "characters", chunks=(_ROWS, 32))
            return
        dims = (REPETITION, *(str(d) for d in variable.dims if d != REPETITION))
        sizes = [variable.sizes[dim] for dim in dims[1:]]
        made = self._file.create_variable(
            name,
            dims,
            dtype=variable.dtype,
            chunks=(1 if len(dims) > 2 else _ROWS, *sizes),
            **_PACKED,
        )
        _describe(made, variable)

    def _create_text(
        self, name: str, dimension: str, width: str, *, chunks: tuple[int, int]
    ) -> None:
        made = self._file.create_variable(
            name, (dimension, width), dtype="S1", chunks=chunks, **_PACKED
        )
        made.attrs["_Encoding"] = _plain("utf-8")

    def _create_names(
        self, name: str, dims: tuple[str, ...], values: np.ndarray
    ) -> None:
        letters = _letters(values.tolist())
        width = f"{name}_characters"
        self._file.dimensions[width] = letters.shape[1]
        made = self._file.create_variable(name, (*dims, width), data=letters)
        made.attrs["_Encoding"] = _plain("utf-8")

    def _write_text(self, name: str, values: Iterable[Any], *, start: int) -> None:
        letters = _letters(list(values))
        width = self._file[name].dimensions[1]
        if letters.shape[1] > self._file.dimensions[width].size:
            self._file.resize_dimension(width, letters.shape[1])
        self._file[name][start : start + len(letters), : letters.shape[1]] = letters

    def _append_models(self, models: Mapping[str, str]) -> None:
        new = {sha: text for sha, text in models.items() if sha not in self._models}
        for sha, text in new.items():
            place = self._models[sha] = len(self._models)
            self._file.resize_dimension(MODEL, place + 1)
            self._write_text(MODEL_HASH, [sha], start=place)
            self._write_text(MODEL_JSON, [text], start=place)


def _align(first: xr.Dataset, other: xr.Dataset) -> tuple[xr.Dataset, list[str]]:
    """Bring repetitions into the order of others, with which they are to be joined.

    Coordinates that only the new ones have are dropped: models with and without wrists
    go into one dataset. Returned are the repetitions and the names that were dropped.
    """
    sessions = str(first["session"].values[0]), str(other["session"].values[0])
    dropped: list[str] = []
    for dimension, what in _NAMED.items():
        expected, got = ([str(n) for n in d[dimension].values] for d in (first, other))
        if expected == got:
            continue
        extra = [name for name in got if name not in expected]
        missing = [name for name in expected if name not in got]
        if missing and not extra and dimension == "coordinate":
            raise DatasetError(
                f"The model of {sessions[1]} has no {name_some(missing)}, the model of "
                f"{sessions[0]} has; collect {sessions[1]} before {sessions[0]}, and "
                "the dataset leaves them out."
            )
        if missing or (extra and dimension != "coordinate"):
            check_same_names(what, sessions, expected, got)
        dropped += extra
        other = other.sel({dimension: expected})
    _check_alike(first, other, sessions)
    return other, dropped


def _check_alike(
    first: xr.Dataset, other: xr.Dataset, sessions: tuple[str, str]
) -> None:
    both = f"{sessions[1]} and {sessions[0]}"
    frames = [one.sizes["frame"] for one in (other, first)]
    if frames[0] != frames[1]:
        raise DatasetError(
            f"The repetitions of {both} have {frames[0]} and {frames[1]} frames; "
            "collect them with the same version of bige."
        )
    variables = [sorted(map(str, one)) for one in (first, other)]
    check_same_names("variables", sessions, *variables)
    cutoffs = [one.attrs["cutoff_hz"] for one in (other, first)]
    if cutoffs[0] != cutoffs[1]:
        raise DatasetError(
            f"The motions of {both} were low-passed at {cutoffs[0]:g} and "
            f"{cutoffs[1]:g} Hz; collect them with the same --cutoff."
        )


def _growing(block: xr.Dataset) -> dict[str, xr.Variable]:
    return {
        str(name): variable
        for name, variable in block.variables.items()
        if REPETITION in variable.dims
    }


def _describe(made: h5netcdf.Variable, variable: xr.Variable) -> None:
    for name, value in variable.attrs.items():
        made.attrs[name] = _plain(value)


def _plain(value: Any) -> Any:
    """Text as characters of fixed number, which Octave reads; all ours is ASCII."""
    return np.bytes_(value.encode("ascii")) if isinstance(value, str) else value


def _is_text(values: np.ndarray) -> bool:
    return values.dtype.kind in "OUST"


def _letters(texts: Sequence[object]) -> np.ndarray:
    """Texts as rows of single bytes (UTF-8), padded with zeros."""
    coded = [str(text).encode() for text in texts]
    width = max(1, *(len(text) for text in coded))
    return np.array(coded, dtype=f"S{width}").view("S1").reshape(len(coded), width)
