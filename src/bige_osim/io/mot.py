"""Motions in OpenSim's ``.mot`` files, and the door to all else in such files.

The only place where joint angles are degrees: whatever the file holds, what comes out
is in radians. ``inDegrees`` concerns rotations only: translations are metres always and
coupled coordinates (``knee_angle_*_beta``) radians, since OpenSim converts neither.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DataError, UnknownNameError
from bige_osim.io.cells import check_names
from bige_osim.io.ground import read_ground_reaction, write_ground_reaction
from bige_osim.io.series import (
    read_activations,
    read_moments,
    read_series,
    write_series,
)
from bige_osim.io.table import Table, read_table, write_table
from bige_osim.motion import Motion, is_turned
from bige_osim.paths import AnyPath
from bige_osim.spec import ModelSpec

__all__ = [
    "Table",
    "as_motion",
    "read_activations",
    "read_ground_reaction",
    "read_moments",
    "read_motion",
    "read_series",
    "read_table",
    "write_ground_reaction",
    "write_motion",
    "write_series",
]

LARGEST_ANGLE = 4 * np.pi
"""Radians beyond two turns are degrees under a wrong header."""

_DEGREE_DIGITS = 14
"""Digits that survive the way to radians and back, so that read-write-read is equal."""


def read_motion(path: AnyPath, *, spec: ModelSpec | None = None) -> Motion:
    """Read joint angles and translations, in radians and metres.

    Columns of a state file (``/jointset/hip_r/hip_flexion_r/value``) become the
    coordinate's name; its other columns, and activations beside the coordinates, are
    left out. SIMM headers that do not say are in degrees, as SIMM's files are.

    Parameters
    ----------
    path : a ``.mot`` or ``.sto`` file
    spec : the model that the motion is for; its coordinates must all be there, save
        coupled and locked ones, and no others. Without it translations and coupled
        coordinates are told by their names (:func:`~bige_osim.motion.is_turned`).

    Raises
    ------
    MissingFileError
        if there is no such file
    DataError
        for a damaged file (see :func:`read_table`), missing coordinates, a header that
        does not say the unit, and angles beyond two turns under ``inDegrees=no``
    UnknownNameError
        for a column that is no coordinate of the model

    Examples
    --------
    >>> import tempfile
    >>> motion = Motion(np.array([0.0, 0.1]), np.array([[0.5], [0.6]]), ("hip",))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_motion(Path(folder) / "a.mot", motion)
    ...     read_motion(Path(folder) / "a.mot").values.ravel().round(12).tolist()
    [0.5, 0.6]
    """
    path = Path(path)
    return as_motion(path, read_table(path), spec=spec)


def as_motion(path: Path, table: Table, *, spec: ModelSpec | None = None) -> Motion:
    """Take the motion out of a table that has been read; see :func:`read_motion`.

    Parameters
    ----------
    path : where the table came from, for messages
    table : as the file has it
    spec : the model that the motion is for
    """
    found = {i: _coordinate(name) for i, name in enumerate(table.names)}
    kept = [i for i, name in found.items() if name]
    names = tuple(name for name in found.values() if name)
    if not names:
        raise DataError(
            path,
            expected="columns of coordinates",
            got=f"columns such as {table.names[0]}" if table.names else "time alone",
            remedy="pass a file of joint angles",
        )
    check_names(path, names)
    if spec is not None:
        _check_coordinates(path, names, spec)
    values = table.values[:, kept].copy()
    rotations = _turned(names, spec)
    if _holds_degrees(path, table):
        values[:, rotations] = np.deg2rad(values[:, rotations])
    else:
        _check_radians(path, values, names=names, rotations=rotations)
    return Motion(table.time, values, names)


def write_motion(
    path: AnyPath,
    motion: Motion,
    *,
    unturned: Collection[str] | None = None,
    in_degrees: bool = True,
) -> None:
    """Write a motion as OpenSim and its GUI read it.

    Parameters
    ----------
    path : the ``.mot`` file to write
    motion : angles in radians, translations in metres
    unturned : coordinates that are written as they are, ``ModelSpec.unturned_names``;
        by their names for ``None``
    in_degrees : whether rotations are written in degrees, to 14 digits, or in radians

    Raises
    ------
    DataError
        if a value is not finite; nothing is written then
    """
    path = Path(path)
    values = motion.values
    if in_degrees:
        if unturned is None:
            unturned = [name for name in motion.names if not is_turned(name)]
        rotations = np.array([name not in unturned for name in motion.names])
        values = values.copy()
        values[:, rotations] = _rounded(np.rad2deg(values[:, rotations]))
    table = Table(motion.time, values, motion.names, in_degrees)
    write_table(path, table, name="Coordinates")


def _coordinate(column: str) -> str | None:
    """Name of the coordinate whose value a column holds, if any."""
    if "/" not in column:
        return column
    parts = column.split("/")
    return parts[-2] if parts[-1] == "value" else None


def _check_coordinates(path: Path, names: Sequence[str], spec: ModelSpec) -> None:
    for name in names:
        if name not in spec.coordinate_names:
            raise UnknownNameError(
                "coordinate",
                name,
                spec.coordinate_names,
                where=f"{path} has column {name}, but the model {spec.name}",
            )
    locked = {c.name for c in spec.coordinates if c.locked}
    missing = [n for n in spec.independent_names if n not in {*names, *locked}]
    if missing:
        raise DataError(
            path,
            expected=f"every coordinate of the model {spec.name}",
            got=f"no column {', '.join(missing)}",
            remedy="pass the model that the motion was made with",
        )


def _turned(
    names: Sequence[str], spec: ModelSpec | None
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    if spec is None:
        return np.array([is_turned(name) for name in names])
    return np.array([name not in spec.unturned_names for name in names])


def _holds_degrees(path: Path, table: Table) -> bool:
    if table.in_degrees is not None:
        return table.in_degrees
    if table.is_simm:
        return True
    raise DataError(
        path,
        expected="inDegrees=yes or inDegrees=no in the header",
        got="neither",
        remedy="write the one that holds into the header",
    )


def _check_radians(
    path: Path,
    values: Float[np.ndarray, "T C"],
    *,
    names: Sequence[str],
    rotations: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> None:
    faults = np.argwhere((np.abs(values) > LARGEST_ANGLE) & rotations)
    if len(faults):
        row, column = faults[0]
        raise DataError(
            path,
            row=int(row) + 1,
            column=names[column],
            expected="radians within two turns, as inDegrees=no says",
            got=f"{float(values[row, column])}",
            remedy="if the angles are degrees, write inDegrees=yes into the header",
        )


def _rounded(values: Float[np.ndarray, "T C"]) -> Float[np.ndarray, "T C"]:
    texts = [[f"{x:.{_DEGREE_DIGITS}g}" for x in row] for row in values.tolist()]
    return np.array(texts, dtype=np.float64).reshape(values.shape)
