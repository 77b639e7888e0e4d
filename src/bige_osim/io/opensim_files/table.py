"""OpenSim's tables, ``.mot`` and ``.sto``: header, column names and rows as they stand.

The format is that of ``OpenSim::Storage`` (versions 0, SIMM's, to 2) and of
``OpenSim::TimeSeriesTable`` (version 3): lines of ``key=value``, or ``key value`` in
SIMM's, up to ``endheader``, then the column names, then one row per time.
Source: OpenSim 4 documentation, "Storage (.sto) File Format" and "Motion (.mot) Files";
``OpenSim/Common/Storage.cpp``, ``parseHeaders``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DataError, name_some
from bige_osim.io.opensim_files.header import (
    check_kind,
    count_notes,
    end_of_header,
    in_degrees,
    read_header,
)
from bige_osim.io.opensim_files.rows import (
    AGAIN,
    Rows,
    check_names,
    check_writable,
    distinct_times,
    number_rows,
    read_lines,
    read_numbers,
)
from bige_osim.paths import AnyPath

_COMMENTS = ("#", "//")

_TITLE = """\

Units are S.I. units (second, meters, Newtons, ...)
If the header above contains a line with 'inDegrees', this indicates whether \
rotational values are in degrees (yes) or radians (no).

endheader
"""


@dataclass(frozen=True)
class Table:
    """A table as the file has it: nothing converted, nothing renamed.

    Attributes
    ----------
    time : (T,) s
    values : (T, C) in the file's own units, without the time
    names : C column names, without ``time``
    in_degrees : what the header says about rotations; ``None`` if it does not say
    header : the header's keys, in lower case, and their values
    notes : what its reader should know of the file, one sentence each

    Examples
    --------
    >>> table = Table(np.array([0.0, 0.5]), np.array([[1.0], [2.0]]), ("x",), None)
    >>> table.names, table.is_simm
    (('x',), False)
    """

    time: Float[np.ndarray, " T"]
    values: Float[np.ndarray, "T C"]
    names: tuple[str, ...]
    in_degrees: bool | None
    header: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @property
    def is_simm(self) -> bool:
        """Whether the header is that of a SIMM motion file, whose angles are degrees.

        OpenCap's simulations are written so.
        """
        return "datacolumns" in self.header


def read_table(path: AnyPath) -> Table:
    r"""Read a ``.mot`` or ``.sto`` file and check that it is whole.

    Header fields may stand in any order, with blank lines between; ``time`` may be any
    column; cells are separated by tabs or spaces; lines of comments (``#``, ``//``) are
    passed over. Counts in the header that contradict
    the data are noted, and times that repeat because they were rounded are replaced by
    those of a constant rate if one gives them (:func:`regular_times`).

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is damaged, with row and column: no ``endheader``,
        no rows, repeated column names, a row cut off, a cell that is no finite number,
        time that repeats or runs backwards, a version newer than 3.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.sto"
    ...     _ = path.write_text("a\nversion=1\nendheader\ntime x\n0 1\n0.5 2\n")
    ...     read_table(path).values.tolist()
    [[1.0], [2.0]]
    """
    path = Path(path)
    lines = read_lines(path, what="table")
    end = end_of_header(path, lines)
    header = read_header(lines[:end])
    check_kind(path, header)
    below = number_rows(lines, after=end + 1)
    body = [row for row in below if not row[1].lstrip().startswith(_COMMENTS)]
    names = _read_names(path, body)
    rows = body[1:]
    values = read_numbers(path, rows, names=names)
    at = [name.lower() for name in names].index("time")
    time, rounded = distinct_times(path, values[:, at].copy(), rows=rows)
    counts = count_notes(path, header, rows=len(rows), columns=len(names))
    return Table(
        time=time,
        values=np.delete(values, at, axis=1),
        names=tuple(names[:at] + names[at + 1 :]),
        in_degrees=in_degrees(path, header),
        header=header,
        notes=(*counts, *rounded),
    )


def write_table(
    path: AnyPath, table: Table, *, name: str, fields: Mapping[str, str] | None = None
) -> None:
    """Write a table in version 1, which every OpenSim and its GUI read.

    Times and values get as many digits as it takes to read the same numbers back.

    Parameters
    ----------
    path : the file to write
    table : what to write; its ``header`` is not written
    name : the first line of the file; the GUI wants ``Coordinates`` for motions
    fields : further header fields

    Raises
    ------
    DataError
        A value is not finite, or a name is repeated or holds white space.
    """
    path = Path(path)
    names = ("time", *table.names)
    cells = np.column_stack([table.time, table.values])
    _check_writable(path, names, cells)
    header = [name, "version=1", f"nRows={len(cells)}", f"nColumns={len(names)}"]
    if table.in_degrees is not None:
        header.append(f"inDegrees={'yes' if table.in_degrees else 'no'}")
    header += [f"{key}={value}" for key, value in (fields or {}).items()]
    rows = ["\t".join(map(repr, row)) for row in cells.tolist()]
    text = "\n".join(header) + "\n" + _TITLE + "\n".join(["\t".join(names), *rows])
    path.write_bytes((text + "\n").encode())


def _read_names(path: Path, body: Rows) -> list[str]:
    if len(body) < 2:
        raise DataError(
            path,
            expected="column names and at least one row after endheader",
            got="no rows" if body else "nothing",
            remedy=AGAIN,
        )
    labels = body[0][1].strip(" \t")
    names = [n.strip() for n in labels.split("\t" if "\t" in labels else None)]
    check_names(path, names)
    if "time" not in [name.lower() for name in names]:
        got = f"columns {name_some(names, 3)}"
        raise DataError(path, expected="a column named time", got=got, remedy=AGAIN)
    return names


def _check_writable(
    path: Path, names: Sequence[str], cells: Float[np.ndarray, "T C"]
) -> None:
    check_names(path, names)
    for name in names:
        if name.split() != [name]:
            raise DataError(
                path,
                column=name,
                expected="a column name without white space",
                got=repr(name),
                remedy="rename the column",
            )
    check_writable(path, cells, faulty=~np.isfinite(cells), names=names)
