"""Rows of numbers in a text file, read so that a fault names its row and column.

Shared by the tables (``.mot``, ``.sto``) and the markers (``.trc``) of OpenSim.
"""

import codecs
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.errors import DataError, MissingFileError
from bige_osim.paths import AnyPath
from bige_osim.times import interval, regular_times, rounding_of

Rows = Sequence[tuple[int, str]]
"""Data rows: the number of the line in the file, from 1, and its text."""

AGAIN = "export the file again"
"""What to do about most damage."""

FEW, OFTEN = 3, 0.05
"""Rows, and part of the rows, that repeat a time where damage is the reason; more do
where it is rounding."""


def read_lines(path: AnyPath, *, what: str) -> list[str]:
    """Read the lines of a text file, whatever its line endings and encoding.

    UTF-8 and UTF-16 with their marks, else Windows' Western European, which occurs in
    the paths exporters put into headers. What ends a file on old systems is left out.

    Raises
    ------
    MissingFileError, DataError
        There is no such file (``what`` it is, for the message), or it holds nothing.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, what=what)
    text = _decode(path.read_bytes()).rstrip("\0\x1a")
    if not text.strip():
        raise DataError(
            path, expected=f"a {what}", got="an empty file", remedy="export it again"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _decode(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def number_rows(lines: Sequence[str], *, after: int) -> Rows:
    """Keep the lines below a header of ``after`` lines that are not blank.

    Examples
    --------
    >>> number_rows(["time x", "", "0 1"], after=1)
    [(3, '0 1')]
    """
    below = enumerate(lines[after:], start=after + 1)
    return [(number, text) for number, text in below if text.strip()]


def read_numbers(
    path: AnyPath, rows: Rows, *, names: Sequence[str], gaps_from: int | None = None
) -> Float[np.ndarray, "T C"]:
    """Read the cells (T, C) of all rows, in the file's units.

    Parameters
    ----------
    path : the file, for messages
    rows : T data rows, at least one
    names : C column names
    gaps_from : position of the first column that may have empty cells and ``nan``,
        which become NaN; none may if it is ``None``

    Raises
    ------
    DataError
        A row has too few or too many cells, or a cell is not a finite number.

    Examples
    --------
    >>> read_numbers("a.sto", [(7, "0 1"), (8, "0.5 2")], names=["t", "x"]).tolist()
    [[0.0, 1.0], [0.5, 2.0]]
    """
    cells = [_split(text, len(names), tabs=gaps_from is not None) for _, text in rows]
    if all(len(row) == len(names) for row in cells):
        try:
            values = np.array(cells, dtype=np.float64)
        except ValueError as error:
            raise _find_first_fault(
                path, rows, names=names, gaps_from=gaps_from
            ) from error
        if np.isfinite(values[:, :gaps_from]).all() and not np.isinf(values).any():
            return values
    raise _find_first_fault(path, rows, names=names, gaps_from=gaps_from)


def check_names(path: AnyPath, names: Sequence[str], *, kind: str = "column") -> None:
    """Refuse names that are empty or repeated with a ``DataError`` that names one.

    Examples
    --------
    >>> check_names("a.trc", ["RASI", "RASI"], kind="marker")
    Traceback (most recent call last):
    bige_osim.errors.DataError: a.trc, column RASI: expected every marker name once, \
got it for markers 1 and 2; rename or remove one of them.
    """
    first: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if not name:
            raise DataError(
                Path(path),
                expected=f"a name for every {kind}",
                got=f"none for {kind} {number}",
                remedy="name it or export the file again",
            )
        if name in first:
            raise DataError(
                Path(path),
                column=name,
                expected=f"every {kind} name once",
                got=f"it for {kind}s {first[name]} and {number}",
                remedy="rename or remove one of them",
            )
        first[name] = number


def check_writable(
    path: AnyPath,
    cells: Float[np.ndarray, "T C"],
    *,
    faulty: Bool[np.ndarray, "T C"],
    names: Sequence[str],
) -> None:
    """Refuse ``faulty`` cells, of any unit, by a ``DataError`` that names the first."""
    found = np.argwhere(faulty)
    if len(found):
        row, column = found[0]
        raise DataError(
            Path(path),
            row=int(row) + 1,
            column=names[column],
            expected="a finite number to write",
            got=str(cells[row, column]),
            remedy="find the step that made it; nothing was written",
        )


def distinct_times(
    path: AnyPath, time: Float[np.ndarray, " T"], *, rows: Rows
) -> tuple[Float[np.ndarray, " T"], tuple[str, ...]]:
    """Return times (s) that increase, and a note if rounding had made some equal.

    Times rounded so that some repeat are replaced by those of the constant rate that
    gives them when rounded (:func:`~bige_osim.times.regular_times`).

    Raises
    ------
    DataError
        It names the first row that is not later than the row before it.
    """
    path = Path(path)
    late = np.flatnonzero(np.diff(time) <= 0)
    if not late.size:
        return time, ()
    regular = regular_times(time)
    if np.all(np.diff(regular) > 0):
        return regular, (
            f"{path.name}: its times are rounded so that some repeat; "
            f"{1 / interval(regular):g} Hz is taken, which gives them.",
        )
    if np.all(np.diff(time) >= 0) and len(late) > max(FEW, OFTEN * len(time)):
        raise DataError(
            path,
            column="time",
            expected="times that differ from row to row",
            got=f"{len(late)} rows at the time of the row before, rounded to "
            f"{rounding_of(time) or 0:g} s",
            remedy="export them with more decimals",
        )
    row = int(late[0]) + 1  # position of the faulty row, from 0
    raise DataError(
        path,
        row=row + 1,
        column="time",
        expected=f"a time after {float(time[row - 1])} s",
        got=f"{float(time[row])} s (line {rows[row][0]})",
        remedy="cut the recording there or sort its rows",
    )


def _split(text: str, count: int, *, tabs: bool) -> list[str]:
    """Cells of one row: ``count`` of them, if it is whole.

    With ``tabs``, two tabs in a row enclose an empty cell, read as ``nan``; otherwise
    any white space separates. A tab after the last cell, as many exporters write it,
    begins no further cell.
    """
    if not tabs or "\t" not in text:
        return text.split()
    cells = [cell.strip() or "nan" for cell in text.split("\t")]
    while len(cells) > count and cells[-1] == "nan":
        cells.pop()
    return cells


def _find_first_fault(
    path: AnyPath, rows: Rows, *, names: Sequence[str], gaps_from: int | None
) -> DataError:
    """Say what is wrong with the first faulty row."""
    for row, (line, text) in enumerate(rows, start=1):
        cells = _split(text, len(names), tabs=gaps_from is not None)
        if len(cells) != len(names):
            cells = _split(text, len(names), tabs=True)  # shows an empty cell
        if len(cells) != len(names):
            short = len(cells) < len(names)
            end = "is cut off there" if short else "goes on after its last column"
            return DataError(
                Path(path),
                row=row,
                column=names[len(cells)] if short else names[-1],
                expected=f"{len(names)} cells in the row",
                got=f"{len(cells)} (line {line})",
                remedy=f"the row {end}: {AGAIN}",
            )
        for column, (name, cell) in enumerate(zip(names, cells, strict=True)):
            gap = gaps_from is not None and column >= gaps_from
            if not _is_number(cell, gap=gap):
                empty = cell == "nan" and "nan" not in text
                return DataError(
                    Path(path),
                    row=row,
                    column=name,
                    expected="a number",
                    got=f"{'an empty cell' if empty else cell} (line {line})",
                    remedy="fill the gap or cut the trial",
                )
    raise AssertionError("called for rows without a fault")


def _is_number(cell: str, *, gap: bool) -> bool:
    try:
        value = np.float64(cell)
    except ValueError:
        return False
    return bool(np.isfinite(value) or (gap and np.isnan(value)))
