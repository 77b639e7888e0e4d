"""Activations, moments and other named columns in OpenSim's ``.sto`` files.

Readers raise what :func:`~bige_osim.io.opensim_files.table.read_table` does.

Examples
--------
>>> import tempfile
>>> import numpy as np
>>> found = Series(np.array([0.0, 0.1]), np.array([[0.2], [0.3]]), ("soleus_r",))
>>> with tempfile.TemporaryDirectory() as folder:
...     write_series(f"{folder}/a.sto", found, name="activations")
...     read_activations(f"{folder}/a.sto").column("soleus_r").tolist()
[0.2, 0.3]
"""

from pathlib import Path

from bige_osim.io.csv_series import read_csv_series
from bige_osim.io.opensim_files.rows import check_names
from bige_osim.io.opensim_files.table import Table, read_table, write_table
from bige_osim.motion import Activations, Moments, Series
from bige_osim.paths import AnyPath
from bige_osim.spec import ModelSpec
from bige_osim.times import regular_times

_ACTIVATION = "/activation"


def read_series(path: AnyPath) -> Series:
    """Read a table (T, C) whose unit is its own affair: forces, reserves, errors."""
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
    table = Table(series.time, series.values, series.names, in_degrees=False)
    write_table(path, table, name=name or Path(path).stem)


def write_moments(
    path: AnyPath, moments: Moments, *, spec: ModelSpec, name: str = ""
) -> None:
    """Write generalised forces, N m or N, under OpenSim's names.

    ``InverseDynamicsTool`` calls those of rotations ``<coordinate>_moment``, and of any
    other coordinate ``<coordinate>_force``.

    Parameters
    ----------
    path : the ``.sto`` to write
    moments : (T, C) of coordinates of the model
    spec : the model, which says what rotates
    name : the first line of the file; the file's own for ""

    Raises
    ------
    UnknownNameError
        The model has no such coordinate.
    DataError
        As :func:`write_series`.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from bige_osim.spec import pendulum
    >>> held = Moments(np.zeros(1), np.array([[4.7]]), ("angle",))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_moments(f"{folder}/a.sto", held, spec=pendulum())
    ...     read_series(f"{folder}/a.sto").names, read_moments(f"{folder}/a.sto").names
    (('angle_moment',), ('angle',))
    """
    endings = [
        "_moment" if spec.coordinate(n).in_degrees else "_force" for n in moments.names
    ]
    names = tuple(n + e for n, e in zip(moments.names, endings, strict=True))
    write_series(path, Series(moments.time, moments.values, names), name=name)


def read_activations(path: AnyPath) -> Activations:
    """Read muscle activations (T, M), 0 to 1.

    Columns are named for the muscle alone, or by its path in the model, or end in
    ``/activation``; where some do, those are the activations and the rest is not read.
    A ``.csv`` is read as :mod:`bige_osim.io.csv_series` has it, else the file is
    OpenSim's: activations, or states of a simulation.
    """
    is_csv = Path(path).suffix.lower() == ".csv"
    table = read_csv_series(path) if is_csv else read_table(path)
    marked = [i for i, name in enumerate(table.names) if name.endswith(_ACTIVATION)]
    kept = marked or list(range(len(table.names)))
    names = [table.names[i].removesuffix(_ACTIVATION).rsplit("/")[-1] for i in kept]
    check_names(path, names)
    time = regular_times(table.time)
    return Activations(time, table.values[:, kept], tuple(names), name=Path(path).stem)


def read_moments(path: AnyPath) -> Moments:
    """Read generalised forces (T, C), N m or N, as OpenSim's inverse dynamics has them.

    The endings ``_moment`` and ``_force`` are taken off the coordinates' names.
    """
    table = read_table(path)
    names = [n.removesuffix("_moment").removesuffix("_force") for n in table.names]
    check_names(path, names)
    return Moments(regular_times(table.time), table.values, tuple(names))
