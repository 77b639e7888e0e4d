"""Named columns over time in text tables (RFC 4180): activations, envelopes of EMG.

The first line names the columns; one is ``time``, in seconds, as are ``time (s)`` and
``time_s``. Cells are separated by commas, semicolons or tabs, whichever the first line
has, and have a decimal point. Lines that begin with ``#`` are passed over.
"""

import re
from pathlib import Path

import numpy as np

from bige_osim.errors import DataError, name_some
from bige_osim.io.opensim_files.rows import (
    AGAIN,
    check_names,
    distinct_times,
    number_rows,
    read_lines,
    read_numbers,
)
from bige_osim.motion import Series
from bige_osim.paths import AnyPath
from bige_osim.times import regular_times

_TIME = re.compile(r"time([ _]?[\[(]?s(ec|econds?)?[\])]?)?", re.IGNORECASE)


def read_csv_series(path: AnyPath) -> Series:
    r"""Read a table (T, C) whose unit is its own affair.

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is damaged, with row and column: no time, no rows,
        repeated names, a row cut off, a cell that is no finite number, time that
        repeats or runs backwards.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "emg.csv"
    ...     _ = path.write_text("time,VM_R\n0,0.1\n0.01,0.3\n")
    ...     read_csv_series(path).column("VM_R").tolist()
    [0.1, 0.3]
    """
    path = Path(path)
    lines = read_lines(path, what="table")
    table = [r for r in number_rows(lines, after=0) if not r[1].startswith("#")]
    header = table[0][1] if table else ""
    separator = next((mark for mark in "\t;," if mark in header), ",")
    names = [cell.strip().strip('"') for cell in header.split(separator)]
    check_names(path, names)
    times = [at for at, name in enumerate(names) if _TIME.fullmatch(name)]
    if len(times) != 1:
        raise DataError(
            path,
            expected="one column named time, in seconds",
            got=f"columns {name_some(names, 3)}",
            remedy="name it in the first line",
        )
    rows = [(line, text.replace(separator, "\t")) for line, text in table[1:]]
    if not rows:
        raise DataError(
            path, expected="rows of numbers", got="only a first line", remedy=AGAIN
        )
    values = read_numbers(path, rows, names=names)
    time, _ = distinct_times(path, values[:, times[0]].copy(), rows=rows)
    return Series(
        time=regular_times(time),
        values=np.delete(values, times[0], axis=1),
        names=tuple(name for at, name in enumerate(names) if at != times[0]),
        name=path.stem,
    )
