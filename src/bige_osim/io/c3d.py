"""Markers and force plates of ``.c3d`` files, through the ezc3d package.

The format is that of https://www.c3d.org; ezc3d is Michaud and Begon 2021, J Open
Source Softw 6(58), 2911. Axes stay as recorded: the file does not say reliably which
way is up.

ezc3d opens the file in a process of its own, ``python -m bige_osim.io.c3d IN OUT``. It
and OpenSim are both wrapped by SWIG and share its table of types: in a process that
has loaded ezc3d, OpenSim 4.6 takes no list of strings any more (``TypeError`` in
``setColumnLabels``).
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DataError, MissingFileError, cut_short
from bige_osim.io.opensim_files.trc import UNITS_PER_METRE
from bige_osim.motion import GroundReaction, Markers
from bige_osim.paths import AnyPath
from bige_osim.processes.children import run

SMALLEST_FORCE = 10.0
"""Force, N, below which the place where a plate is pushed is not known."""

_MOMENTS_PER_NM = {"nmm": 1000.0, "n.mm": 1000.0, "nm": 1.0, "n.m": 1.0}
_EXPORT = "export the file again from the laboratory's software"

Content = Mapping[str, Any]
"""Arrays that the reading process has written."""


@dataclass(frozen=True)
class Recording:
    """What a recording holds.

    Attributes
    ----------
    markers : positions in m
    ground : force plates, N, m and N m, in the same axes; ``None`` if there are none
    notes : what could not be read, one sentence each
    """

    markers: Markers
    ground: GroundReaction | None = None
    notes: tuple[str, ...] = ()


def read_c3d(path: AnyPath) -> Recording:
    """Read markers (m; NaN where not seen) and force plates, in the axes of the file.

    Whether forces are those on the plate or on the participant differs between
    laboratories and is left as it is. Below 10 N the force is zero.

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is no c3d file, holds no markers, or its unit is
        unknown.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, what="marker file")
    content = _open(path)
    markers = _markers(path, content)
    reason = cut_short(str(content["reason"]).rstrip("."), 150)
    if reason:
        note = f"The force plates of {path.name} are left out: {reason}."
        return Recording(markers, None, (note,))
    return Recording(markers, _plates(path, content))


def _open(path: Path) -> Content:
    """Arrays of the file, read where ezc3d cannot harm OpenSim."""
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "content.npz"
        done = run(
            [sys.executable, "-m", "bige_osim.io.c3d", str(path), str(arrays)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode or not arrays.is_file():
            lines = done.stderr.strip().splitlines() or ["the reader crashed"]
            got = lines[-1].rstrip(".")
            raise DataError(path, expected="a c3d file", got=got, remedy=_EXPORT)
        with np.load(arrays, allow_pickle=False) as content:
            return dict(content)


def _markers(path: Path, content: Content) -> Markers:
    names = [str(label).strip() for label in content["labels"]]
    cells = content["points"][:3].astype(float)
    if not any(names) or 0 in cells.shape:
        raise DataError(path, expected="markers", got="none", remedy=_EXPORT)
    per_metre = _find_unit(path, content["units"][:1], UNITS_PER_METRE, "POINT:UNITS")
    positions = np.ascontiguousarray(cells.transpose(2, 1, 0)) / per_metre
    unseen = (content["residuals"][0].T < 0) | ~np.isfinite(positions).all(axis=2)
    unseen |= (positions == 0).all(axis=2)  # how some exporters write a gap
    positions[unseen] = np.nan
    rate = float(content["rates"][0])
    if rate <= 0:
        raise DataError(
            path, expected="a frame rate", got=f"{rate:g} Hz", remedy=_EXPORT
        )
    kept = [i for i, name in enumerate(names) if name and names.index(name) == i]
    time = np.arange(len(positions)) / rate
    return Markers(time, positions[:, kept], tuple(names[i] for i in kept))


def _plates(path: Path, content: Content) -> GroundReaction | None:
    count, rate = len(content["plate_units"]), float(content["rates"][1])
    if not count or rate <= 0 or not content["force"].size:
        return None
    lengths = _units(path, content["plate_units"][:, 0], UNITS_PER_METRE)
    moments = _units(path, content["plate_units"][:, 1], _MOMENTS_PER_NM)
    force = content["force"].transpose(2, 0, 1)
    point = content["point"].transpose(2, 0, 1) / lengths
    moment = content["moment"].transpose(2, 0, 1) / moments
    loaded = np.linalg.norm(force, axis=2, keepdims=True) > SMALLEST_FORCE
    loaded &= np.isfinite(point).all(axis=2, keepdims=True)
    return GroundReaction(
        time=np.arange(len(force)) / rate,
        force=np.where(loaded, force, 0.0),
        point=np.where(loaded, point, 0.0),
        moment=np.where(loaded, moment, 0.0),
        names=tuple(f"ground_force_{number}" for number in range(1, count + 1)),
        source="measured",
    )


def _units(
    path: Path, units: Any, known: Mapping[str, float]
) -> Float[np.ndarray, "P 1"]:
    """How many of a plate's units make one of ours, plate by plate."""
    return np.array([[_find_unit(path, [u], known, "FORCE_PLATFORM")] for u in units])


def _find_unit(path: Path, units: Any, known: Mapping[str, float], place: str) -> float:
    unit = str(units[0]).strip().lower() if len(units) else ""
    if unit not in known:
        raise DataError(
            path,
            column=place,
            expected=f"a unit among {', '.join(known)}",
            got=unit or "no unit",
            remedy=_EXPORT,
        )
    return known[unit]


def _write_arrays(source: str, target: str) -> None:
    """Write what is needed of a file as plain arrays, in the process of its own."""
    import ezc3d

    reason = ""
    try:
        content = ezc3d.c3d(source, extract_forceplat_data=True)
        plates = content["data"]["platform"]
    except (OSError, RuntimeError, ValueError, IndexError) as error:
        reason = _say(error)
        content = ezc3d.c3d(source)  # perhaps only its plates are of an unknown kind
        plates = []
    points = content["parameters"]["POINT"]
    units = points["UNITS"]["value"] if "UNITS" in points else []
    # Beyond 255 names go on in LABELS2 and so on.
    keys = ["LABELS", *(f"LABELS{number}" for number in range(2, 10))]
    np.savez(
        Path(target),
        labels=np.array(
            [n for k in keys if k in points for n in points[k]["value"]], str
        ),
        units=np.array(units, dtype=str),
        points=content["data"]["points"],
        residuals=content["data"]["meta_points"]["residuals"],
        rates=[content["header"][kind]["frame_rate"] for kind in ("points", "analogs")],
        reason=np.array(reason),
        plate_units=np.array(
            [[p["unit_position"], p["unit_moment"]] for p in plates], dtype=str
        ),
        force=_stack(plates, "force"),
        point=_stack(plates, "center_of_pressure"),
        moment=_stack(plates, "Tz"),
    )


def _stack(plates: list[Any], key: str) -> Float[np.ndarray, "P 3 T"]:
    empty = np.zeros((0, 3, 0))
    return np.array([plate[key] for plate in plates], dtype=float) if plates else empty


def _say(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


if __name__ == "__main__":
    try:
        _write_arrays(*sys.argv[1:])
    except (OSError, RuntimeError, ValueError, IndexError, KeyError) as fault:
        sys.exit(_say(fault))
