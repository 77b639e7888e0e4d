"""Motions in OpenSim's ``.mot`` files.

The only place where joint angles are degrees: whatever the file holds, what comes out
is in radians. ``inDegrees`` concerns coordinates of motion type Rotational only, since
OpenSim converts no others: translations are metres always, and coordinates that both
turn and move a joint (``knee_angle_*_beta``) radians.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import DataError, UnknownNameError, name_some
from bige_osim.io.opensim_files.columns import (
    coordinate_of,
    describe_held,
    describe_left_out,
    foreign_columns,
    light_coordinates,
)
from bige_osim.io.opensim_files.forces import force_columns
from bige_osim.io.opensim_files.rows import check_names
from bige_osim.io.opensim_files.table import Table, read_table, write_table
from bige_osim.motion import Motion, is_rotational
from bige_osim.paths import AnyPath
from bige_osim.spec import ModelSpec
from bige_osim.times import regular_times

LARGEST_ANGLE = 4 * np.pi
"""Radians beyond two turns are degrees under a wrong header."""

_DEGREE_DIGITS = 14
"""Digits that survive the way to radians and back, so that read-write-read is equal."""


def read_motion(path: AnyPath, *, spec: ModelSpec | None = None) -> Motion:
    """Read joint angles and translations, in radians and metres.

    Columns of a state file (``/jointset/hip_r/hip_flexion_r/value``) become the
    coordinate's name; its other columns, and activations beside the coordinates, are
    left out, as are columns that are no coordinates of the model, which ``notes`` name.
    Coordinates of toes and hands that have no column are held at the model's default,
    as by OpenSim, and named likewise.
    Times become those of the constant rate that they are rounded from, if there is one
    (:func:`~bige_osim.times.regular_times`). SIMM headers that do not say are in
    degrees, as SIMM's files are.

    Parameters
    ----------
    path : a ``.mot`` or ``.sto`` file
    spec : the model that the motion is for; its coordinates must all be there, save
        coupled and locked ones, toes' and hands'. Without it names say what is not in
        degrees (:func:`~bige_osim.motion.is_rotational`), which serves for OpenCap's
        models but not for all.

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is damaged (see :func:`read_table`), lacks
        coordinates, does not say the unit, or has angles beyond two turns under
        ``inDegrees=no``.
    UnknownNameError
        A column seems to be a coordinate of the model misspelt.

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


def as_motion(path: AnyPath, table: Table, *, spec: ModelSpec | None = None) -> Motion:
    """Take the motion out of a table that has been read, as :func:`read_motion` does.

    Raises
    ------
    DataError, UnknownNameError
        As :func:`read_motion`.
    """
    path = Path(path)
    forces = force_columns(table.names)
    found = {i: coordinate_of(n) for i, n in enumerate(table.names) if n not in forces}
    columns = {i: name for i, name in found.items() if name}
    if not columns:
        raise DataError(
            path,
            expected="columns of coordinates",
            got=f"columns such as {table.names[0]}" if table.names else "time alone",
            remedy="pass a file of joint angles",
        )
    notes, held = table.notes, dict[str, float]()
    if spec is not None:
        others, held = _check_coordinates(path, tuple(columns.values()), spec)
        columns = {i: name for i, name in columns.items() if name not in others}
        if others:
            notes += (describe_left_out(path, others, model=spec.name),)
        if held:
            notes += (describe_held(path, tuple(held), model=spec.name),)
    names = tuple(columns.values())
    check_names(path, names)
    values = table.values[:, list(columns)].copy()
    rotations = _in_degrees(names, spec)
    if _holds_degrees(path, table):
        values[:, rotations] = np.deg2rad(values[:, rotations])
    else:
        _check_radians(path, values, names=names, rotations=rotations)
    values = np.hstack([values, np.tile(list(held.values()), (len(values), 1))])
    time = regular_times(table.time)
    return Motion(time, values, (*names, *held), notes, name=path.stem)


def write_motion(
    path: AnyPath,
    motion: Motion,
    *,
    spec: ModelSpec | None = None,
    in_degrees: bool = True,
) -> None:
    """Write a motion as OpenSim and its GUI read it.

    Parameters
    ----------
    path : the ``.mot`` file to write
    motion : angles in radians, translations in metres
    spec : the model that the motion is for, which says what is a rotation; names
        do for ``None``
    in_degrees : whether rotations are written in degrees, to 14 digits, or in radians

    Raises
    ------
    DataError
        A value is not finite; nothing is written then.
    """
    values = motion.values.copy()
    if in_degrees:
        rotations = _in_degrees(motion.names, spec)
        values[:, rotations] = _round(np.rad2deg(values[:, rotations]))
    table = Table(motion.time, values, motion.names, in_degrees)
    write_table(path, table, name="Coordinates")


def _check_coordinates(
    path: Path, names: Sequence[str], spec: ModelSpec
) -> tuple[tuple[str, ...], dict[str, float]]:
    """Refuse coordinates that are misspelt or missing.

    Returned are the columns that are none, and what those without a column are held at.
    """
    locked = {c.name for c in spec.coordinates if c.locked}
    needed = [name for name in spec.independent_names if name not in locked]
    misspelt, others = foreign_columns(
        names,
        known=spec.coordinate_names,
        optional=set(spec.coordinate_names).difference(needed),
    )
    if misspelt:
        raise UnknownNameError(
            "coordinate",
            misspelt[0],
            spec.coordinate_names,
            where=f"{path} has column {misspelt[0]}, but the model {spec.name}",
        )
    light = light_coordinates(spec)
    missing = [name for name in needed if name not in names]
    if not light.issuperset(missing):
        raise DataError(
            path,
            expected=f"every coordinate of the model {spec.name}",
            got=f"no column {name_some(missing)}",
            remedy="pass the model that the motion was made with",
        )
    return others, {name: spec.coordinate(name).default for name in missing}


def _in_degrees(names: Sequence[str], spec: ModelSpec | None) -> Bool[np.ndarray, " C"]:
    """Say which columns ``inDegrees`` concerns."""
    if spec is None:
        return np.array([is_rotational(name) for name in names], dtype=bool)
    return np.array([name not in spec.not_in_degrees for name in names], dtype=bool)


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
    rotations: Bool[np.ndarray, " C"],
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


def _round(values: Float[np.ndarray, "T C"]) -> Float[np.ndarray, "T C"]:
    texts = [[f"{x:.{_DEGREE_DIGITS}g}" for x in row] for row in values.tolist()]
    return np.array(texts, dtype=np.float64).reshape(values.shape)
