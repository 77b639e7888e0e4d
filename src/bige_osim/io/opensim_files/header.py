"""The header of OpenSim's tables: its fields, their spellings, what they may say.

Source: ``OpenSim/Common/Storage.cpp``, ``parseHeaders``.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from bige_osim.errors import DataError
from bige_osim.paths import AnyPath

NEWEST_VERSION = 3
"""The newest version of the format, written since OpenSim 4.0."""

_ASSIGNED = re.compile(r"\s*(\w+)\s*=\s*(.*?)\s*$")
_SPACED = re.compile(
    r"\s*(name|range|version|inDegrees|Angles|nr|nRows|datarows|nc|nColumns|datacolumns)"
    r"\s+(.*?)\s*$",
    re.IGNORECASE,
)
_ROW_COUNTS = ("nrows", "datarows", "nr")
_COLUMN_COUNTS = ("ncolumns", "datacolumns", "nc")
_ANSWERS = {"yes": True, "y": True, "no": False, "n": False}


def end_of_header(path: AnyPath, lines: Sequence[str]) -> int:
    """Position of the line ``endheader``, from 0; a ``DataError`` without one."""
    for position, line in enumerate(lines):
        if line.strip().lower() in ("endheader", "[endheader]"):
            return position
    raise DataError(
        Path(path),
        expected="a line endheader before the column names",
        got="none",
        remedy="check that it is a .mot or .sto file or export it again",
    )


def read_header(lines: Sequence[str]) -> dict[str, str]:
    """Fields of a header by their names in lower case; prose is passed over.

    Examples
    --------
    >>> read_header(["Coordinates", "InDegrees = Yes", "", "datarows 12", "Prose."])
    {'name': 'Coordinates', 'indegrees': 'Yes', 'datarows': '12'}
    """
    header: dict[str, str] = {}
    for position, line in enumerate(lines):
        match = _ASSIGNED.match(line) or _SPACED.match(line)
        if match:
            header.setdefault(match[1].lower(), match[2])
        elif position == 0:
            header["name"] = line.strip()
    return header


def in_degrees(path: AnyPath, header: Mapping[str, str]) -> bool | None:
    """Whether rotations are in degrees; ``None`` if the header does not say.

    An ``inDegrees`` that is neither yes nor no is a ``DataError``.

    Examples
    --------
    >>> in_degrees("a.mot", {"indegrees": "Yes"}), in_degrees("a.mot", {})
    (True, None)
    """
    answer = header.get("indegrees")
    if answer is not None:
        if answer.lower() not in _ANSWERS:
            # OpenSim takes any other word, "true" included, for "no".
            raise DataError(
                Path(path),
                expected="inDegrees=yes or inDegrees=no",
                got=f"inDegrees={answer}",
                remedy="write the one that holds into the header",
            )
        return _ANSWERS[answer.lower()]
    prose = header.get("angles", "").lower()  # "Angles are in degrees."
    if "degrees" in prose or "radians" in prose:
        return "degrees" in prose
    return None


def check_kind(path: AnyPath, header: Mapping[str, str]) -> None:
    """Refuse versions newer than 3 and what are no numbers with a ``DataError``."""
    version = header.get("version", "0")
    if version not in {str(v) for v in range(NEWEST_VERSION + 1)}:
        raise DataError(
            Path(path),
            expected=f"version 1 to {NEWEST_VERSION} of the format",
            got=f"version {version}",
            remedy="export the file with OpenSim 4",
        )
    kind = header.get("datatype", "double")
    if kind.lower() != "double":
        raise DataError(
            Path(path),
            expected="DataType=double",
            got=f"DataType={kind}",
            remedy="flatten the table in OpenSim before writing it",
        )


def count_notes(
    path: AnyPath, header: Mapping[str, str], *, rows: int, columns: int
) -> tuple[str, ...]:
    """Say which counts of a header contradict the data, which are read all the same.

    OpenSim itself writes headers that count other columns than there are. More rows
    than there are may mean that the file was cut off at the end of a row.

    Parameters
    ----------
    path : the file, for messages
    header : its fields
    rows, columns : what the data hold, the time column included

    Examples
    --------
    >>> count_notes("a.sto", {"ncolumns": "40"}, rows=9, columns=32)
    ('a.sto: its header counts 40 columns, there are 32; all 32 were read.',)
    """
    notes = []
    for keys, what, found in (
        (_ROW_COUNTS, "rows", rows),
        (_COLUMN_COUNTS, "columns", columns),
    ):
        counted = (header[key] for key in keys if key in header)
        wrong = next((text for text in counted if not is_count(text, found)), None)
        if wrong is None:
            continue
        cut = what == "rows" and wrong.isdigit() and int(wrong) > found
        end = "the end may be missing" if cut else f"all {found} were read"
        notes.append(
            f"{Path(path).name}: its header counts {wrong or 'no'} {what}, there are "
            f"{found}; {end}."
        )
    return tuple(notes)


def is_count(text: str, found: int) -> bool:
    """Say whether a header gives this number.

    Examples
    --------
    >>> is_count("12.0", 12), is_count("many", 12)
    (True, False)
    """
    try:
        return float(text) == found
    except ValueError:
        return False
