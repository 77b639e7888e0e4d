"""Marker positions in ``.trc`` files: read and written in metres.

The format is Motion Analysis's: a line ``PathFileType``, a line of keys and one of
their values, a line of marker names and one of axes, perhaps a blank one, then rows.
Source: OpenSim 4 documentation, "Marker (.trc) Files"; OpenSim's ``TRCFileAdapter``.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bige_osim.errors import DataError
from bige_osim.io.opensim_files.header import is_count
from bige_osim.io.opensim_files.rows import (
    AGAIN,
    check_names,
    check_writable,
    distinct_times,
    number_rows,
    read_lines,
    read_numbers,
)
from bige_osim.motion import Markers
from bige_osim.paths import AnyPath
from bige_osim.times import regular_times

UNITS_PER_METRE = {
    **dict.fromkeys(("m", "meters", "metres"), 1.0),
    "cm": 100.0,
    **dict.fromkeys(("mm", "millimeters", "millimetres"), 1000.0),
}

_KEYS = (
    *("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units"),
    *("OrigDataRate", "OrigDataStartFrame", "OrigNumFrames"),
)
_HEADER_LINES = 5
_MEND = "correct the third line of the file"


@dataclass(frozen=True)
class MarkerHeader:
    """What the first five lines say.

    Attributes
    ----------
    names : M marker names
    units_per_metre : units of the file in a metre, by which positions are divided
    notes : counts that contradict the data, which are read all the same
    """

    names: tuple[str, ...]
    units_per_metre: float
    notes: tuple[str, ...]


def read_marker_header(path: AnyPath) -> MarkerHeader:
    """Read names and unit without reading the rows.

    Errors are those of :func:`read_markers`.
    """
    path = Path(path)
    return _parse_header(path, read_lines(path, what="marker file"))


def read_markers(path: AnyPath) -> Markers:
    """Read marker positions, m.

    A marker with an empty cell or ``nan`` in any axis is NaN in that frame. Counts in
    the header that contradict the data are noted; times that are those of a constant
    rate, rounded, become that rate's (:func:`~bige_osim.times.regular_times`).

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is damaged, with row and column: a header that is
        no ``.trc``'s, an unknown unit, repeated names, a row cut off, a cell that is no
        number, time that repeats or runs backwards.

    Examples
    --------
    >>> import tempfile
    >>> markers = Markers(np.array([0.0, 0.1]), np.zeros((2, 1, 3)), ("RASI",))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_markers(Path(folder) / "a.trc", markers)
    ...     read_markers(Path(folder) / "a.trc").positions.shape
    (2, 1, 3)
    """
    path = Path(path)
    lines = read_lines(path, what="marker file")
    header = _parse_header(path, lines)
    rows = number_rows(lines, after=_HEADER_LINES)
    if not rows:
        expected = "at least one row of positions"
        raise DataError(path, expected=expected, got="none", remedy=AGAIN)
    columns = ["Frame#", "time"]
    columns += [f"{name} {axis}" for name in header.names for axis in "xyz"]
    values = read_numbers(path, rows, names=columns, gaps_from=2)
    time, rounded = distinct_times(path, values[:, 1].copy(), rows=rows)
    positions = values[:, 2:].reshape(len(rows), -1, 3) / header.units_per_metre
    positions[np.isnan(positions).any(axis=2)] = np.nan
    notes = (*header.notes, *rounded)
    return Markers(regular_times(time), positions, header.names, notes)


def write_markers(path: AnyPath, markers: Markers) -> None:
    """Write marker positions, m; NaN becomes an empty cell, which OpenSim reads.

    Times and positions get as many digits as it takes to read the same numbers back.

    Raises
    ------
    DataError
        A position is infinite or a name repeated; nothing is written then.
    """
    path = Path(path)
    check_names(path, markers.names, kind="marker")
    cells = markers.positions.reshape(len(markers.time), -1)
    columns = [f"{name} {axis}" for name in markers.names for axis in "xyz"]
    check_writable(path, cells, faulty=np.isinf(cells), names=columns)
    frames, count = len(markers.time), len(markers.names)
    rate = f"{markers.rate:.2f}" if frames > 1 else "0"
    header = (rate, rate, frames, count, "m", rate, 1, frames)
    numbers = range(1, count + 1)
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "\t".join(_KEYS),
        "\t".join(map(str, header)),
        "Frame#\tTime\t" + "\t\t\t".join(markers.names) + "\t\t",
        "\t\t" + "\t".join(f"X{n}\tY{n}\tZ{n}" for n in numbers),
        "",
    ]
    for frame, (time, row) in enumerate(zip(markers.time, cells, strict=True), start=1):
        texts = ["" if np.isnan(x) else repr(x) for x in row.tolist()]
        # OpenSim drops an empty last cell unless a tab follows, and writes one itself.
        lines.append("\t".join([str(frame), repr(float(time)), *texts, ""]))
    path.write_bytes(("\n".join(lines) + "\n").encode())


def _parse_header(path: Path, lines: list[str]) -> MarkerHeader:
    if not lines[0].lower().startswith("pathfiletype") or len(lines) < _HEADER_LINES:
        raise DataError(
            path,
            expected="a marker file that begins with PathFileType",
            got=repr(lines[0][:30]),
            remedy="check that it is a .trc file or export it again",
        )
    fields = _parse_fields(path, lines)
    unit = fields.get("units", "no unit")
    if unit.lower() not in UNITS_PER_METRE:
        raise DataError(path, expected="Units m, cm or mm", got=unit, remedy=_MEND)
    labels = lines[3].split("\t") if "\t" in lines[3] else lines[3].split()
    names = tuple(name.strip() for name in labels[2:] if name.strip())
    check_names(path, names, kind="marker")
    rows = number_rows(lines, after=_HEADER_LINES)
    notes = []
    for key, found in {"NumFrames": len(rows), "NumMarkers": len(names)}.items():
        counted = fields.get(key.lower())
        if counted is not None and not is_count(counted, found):
            cut = key == "NumFrames" and counted.isdigit() and int(counted) > found
            end = "; the end may be missing." if cut else "."
            notes.append(
                f"{path.name}: its header says {key} {counted}, there are {found}{end}"
            )
    axes = len(lines[4].split())
    if axes != 3 * len(names):
        notes.append(
            f"{path.name}: its fifth line has {axes} axes, its {len(names)} markers "
            f"have {3 * len(names)}; its rows were read as they are."
        )
    return MarkerHeader(names, UNITS_PER_METRE[unit.lower()], tuple(notes))


def _parse_fields(path: Path, lines: list[str]) -> dict[str, str]:
    keys, values = lines[1].lower().split(), lines[2].split()
    if len(keys) != len(values):
        expected = f"a value for each of the {len(keys)} keys of its second line"
        raise DataError(path, expected=expected, got=f"{len(values)}", remedy=_MEND)
    return dict(zip(keys, values, strict=True))
