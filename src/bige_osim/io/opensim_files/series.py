"""Activations, moments and other named columns in OpenSim's ``.sto`` files."""

from pathlib import Path

from bige_osim.io.opensim_files.rows import check_names
from bige_osim.io.opensim_files.table import Table, read_table, write_table
from bige_osim.motion import Activations, Moments, Series
from bige_osim.paths import AnyPath
from bige_osim.times import regular_times


def read_series(path: AnyPath) -> Series:
    """Read a table whose unit is its own affair: forces, reserves, errors.

    Raises
    ------
    MissingFileError, DataError
        as :func:`read_table` does
    """
    path = Path(path)
    table = read_table(path)
    return Series(regular_times(table.time), table.values, table.names)


def write_series(path: AnyPath, series: Series, *, name: str = "") -> None:
    """Write named columns as a ``.sto``; angles, if any, are in radians.

    Parameters
    ----------
    path : the file to write
    series : what to write, in SI units
    name : the first line of the file, shown by the GUI; the file's own for ""

    Raises
    ------
    DataError
        if a value is not finite, as at frames that were not solved
        (``series.finite()`` is without them); nothing is written then

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> series = Series(np.arange(2.0), np.array([[1.0], [2.0]]), ("x",))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_series(f"{folder}/a.sto", series)
    ...     read_series(f"{folder}/a.sto").column("x").tolist()
    [1.0, 2.0]
    """
    path = Path(path)
    table = Table(series.time, series.values, series.names, in_degrees=False)
    write_table(path, table, name=name or path.stem)


def read_activations(path: AnyPath) -> Activations:
    """Read muscle activations, 0 to 1.

    Columns are named for the muscle alone, or by its path in the model, or end in
    ``/activation``; where some do, those are the activations and the rest is not read.

    Raises
    ------
    MissingFileError, DataError
        as :func:`read_table` does
    """
    path = Path(path)
    table = read_table(path)
    ending = "/activation"
    marked = [i for i, name in enumerate(table.names) if name.endswith(ending)]
    kept = marked or list(range(len(table.names)))
    names = [table.names[i].removesuffix(ending).rsplit("/")[-1] for i in kept]
    check_names(path, names)
    time = regular_times(table.time)
    return Activations(time, table.values[:, kept], tuple(names), name=path.stem)


def read_moments(path: AnyPath) -> Moments:
    """Read generalised forces, N m or N, as OpenSim's inverse dynamics writes them.

    The endings ``_moment`` and ``_force`` are taken off the coordinates' names.

    Raises
    ------
    MissingFileError, DataError
        as :func:`read_table` does
    """
    path = Path(path)
    table = read_table(path)
    names = [n.removesuffix("_moment").removesuffix("_force") for n in table.names]
    check_names(path, names)
    return Moments(regular_times(table.time), table.values, tuple(names))
