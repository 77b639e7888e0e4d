"""Ground reaction in OpenSim's force files: ``<plate>_vx … <plate>_px … <plate>_mx …``.

Read are OpenCap's (``ground_force_1_vx``, ``ground_force_1_mx``), OpenSim's
(``1_ground_force_vx``, ``1_ground_torque_x``) and every other placing of the plate's
name in these. Source: OpenSim 4 documentation, "Motion (.mot) Files", force plates.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DataError
from bige_osim.io.opensim_files.table import Table, read_table, write_table
from bige_osim.io.plausible import judge_forces
from bige_osim.motion import GroundReaction
from bige_osim.paths import AnyPath
from bige_osim.times import regular_times

AXES = ("x", "y", "z")

FOOT_PREFIXES = {"calcn_r": "ground_force_r", "calcn_l": "ground_force_l"}
"""What the columns of a foot are called, by its body."""


def read_ground_reaction(path: AnyPath) -> GroundReaction:
    """Read force plates: forces N, points m, free moments N m.

    Plates that never carry a force are left out; forces on the plate are turned to
    those on the foot, which ``notes`` say, as whatever else is to be known. Names are
    those of the columns (``ground_force_1``), save in files of
    :func:`.write_ground_reaction`, whose header says which bodies the forces act on and
    whether they were measured.

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is damaged (see :func:`.read_table`), without force
        columns, lacks some of a plate, or its forces are in other axes or units (see
        :func:`~bige_osim.io.plausible.judge_forces`).

    Examples
    --------
    >>> import tempfile
    >>> unit = np.ones((2, 1, 3))
    >>> ground = GroundReaction(np.array([0.0, 0.1]), 9 * unit, 0 * unit, 0 * unit,
    ...                         ("calcn_r",), "estimated")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_ground_reaction(Path(folder) / "a.mot", ground)
    ...     again = read_ground_reaction(Path(folder) / "a.mot")
    >>> again.names, again.source, again.force.max()
    (('calcn_r',), 'estimated', np.float64(9.0))
    """
    table = read_table(path)
    stems = _stems(table.names)
    if not stems:
        raise DataError(
            Path(path),
            expected="columns of forces such as ground_force_1_vx",
            got=f"columns such as {table.names[0]}" if table.names else "time alone",
            remedy="pass a file of ground reaction forces",
        )
    force = np.stack([_vectors(path, table, stem + "v") for stem in stems], axis=1)
    loaded = np.flatnonzero(np.any(force != 0, axis=(0, 2)))
    kept = [stems[i] for i in loaded]
    none = np.zeros((len(table.time), 0, 3))
    point = [none, *(_vectors(path, table, stem + "p")[:, None] for stem in kept)]
    moment = [none, *(_moment(path, table, stem)[:, None] for stem in kept)]
    prefixes, bodies = (
        table.header.get(k, "").split(",") for k in ("prefixes", "bodies")
    )
    called = dict(zip(prefixes, bodies, strict=False))
    names = [stem.strip("_") for stem in kept]
    ground = GroundReaction(
        time=regular_times(table.time),
        force=force[:, loaded],
        point=np.concatenate(point, axis=1),
        moment=np.concatenate(moment, axis=1),
        names=tuple(called.get(name, name) for name in names),
        source=table.header.get("source", "measured"),
        notes=table.notes,
        name=Path(path).stem,
    )
    return judge_forces(path, ground)


def write_ground_reaction(path: AnyPath, ground: GroundReaction) -> None:
    """Write ground reaction as OpenSim's external loads read it.

    Columns are ``<name>_vx`` to ``_vz``, ``_px`` to ``_pz`` and ``_mx`` to ``_mz``;
    feet are called ``ground_force_r`` and ``ground_force_l``. The header keeps the
    bodies and the source.

    Raises
    ------
    DataError
        A value is not finite; nothing is written then.
    """
    prefixes = [FOOT_PREFIXES.get(name, name) for name in ground.names]
    arrays = {"v": ground.force, "p": ground.point, "m": ground.moment}
    names = [f"{p}_{kind}{axis}" for p in prefixes for kind in arrays for axis in AXES]
    values = np.stack(list(arrays.values()), axis=2)  # (T, P, 3, 3)
    fields = {
        "source": ground.source,
        "prefixes": ",".join(prefixes),
        "bodies": ",".join(ground.names),
    }
    flat = values.reshape(len(ground.time), len(names))
    table = Table(ground.time, flat, tuple(names), in_degrees=False)
    write_table(path, table, name="GroundReaction", fields=fields)


def force_columns(names: Sequence[str]) -> frozenset[str]:
    """Columns that hold the forces, points and free moments of plates.

    Examples
    --------
    >>> plate = [f"1_ground_force_{k}{axis}" for k in "vp" for axis in "xyz"]
    >>> sorted(force_columns([*plate, "1_ground_torque_x", "hip_flexion_r", "vx"]))[-1]
    '1_ground_torque_x'
    """
    found: set[str] = set()
    for stem in _stems(names):
        if not {stem + "vy", stem + "vz"} & set(names):
            continue
        found |= {stem + kind + axis for kind in ("v", "p") for axis in AXES}
        found |= {start + axis for start in _moment_stems(stem) for axis in AXES}
    return frozenset(found.intersection(names))


def _stems(names: Sequence[str]) -> list[str]:
    """Find what the columns of each plate begin with."""
    return [name.removesuffix("vx") for name in names if name.endswith("vx")]


def _moment_stems(stem: str) -> tuple[str, ...]:
    """List what a plate's free moments may begin with, by what its forces do."""
    torque, moment = (stem.replace("force", word) for word in ("torque", "moment"))
    return (stem + "m", torque, torque + "m", moment, moment + "m")


def _vectors(path: AnyPath, table: Table, stem: str) -> Float[np.ndarray, "T 3"]:
    """Columns ``<stem>x``, ``<stem>y``, ``<stem>z``, which must all be there."""
    columns = [stem + axis for axis in AXES]
    for column in columns:
        if column not in table.names:
            raise DataError(
                Path(path),
                column=column,
                expected="forces and points along all three axes",
                got="no such column",
                remedy="export the plates again",
            )
    return table.values[:, [table.names.index(column) for column in columns]]


def _moment(path: AnyPath, table: Table, stem: str) -> Float[np.ndarray, "T 3"]:
    """Free moment of a plate, whichever way it is named; zero where there is none."""
    for candidate in _moment_stems(stem):
        if candidate + "x" in table.names:
            return _vectors(path, table, candidate)
    return np.zeros((len(table.time), 3))
