"""Marker recordings of UI-PRMD: one repetition a file, 39 Plug-in-Gait markers.

Text, gzipped or not, without header: 117 columns between commas, x, y and z of every
marker in mm, z up, 100 frames a second. Source: Vakanski et al. 2018, Data 3(1), 2,
doi 10.3390/data3010002.
"""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bige_osim.errors import DataError, MissingFileError
from bige_osim.motion import Markers
from bige_osim.paths import AnyPath

RATE = 100.0
"""Frames per second."""

MARKERS = (
    *("LFHD", "RFHD", "LBHD", "RBHD", "C7", "T10", "CLAV", "STRN", "RBAK"),
    *("LSHO", "LUPA", "LELB", "LFRM", "LWRA", "LWRB", "LFIN"),
    *("RSHO", "RUPA", "RELB", "RFRM", "RWRA", "RWRB", "RFIN"),
    *("LASI", "RASI", "LPSI", "RPSI"),
    *("LTHI", "LKNE", "LTIB", "LANK", "LHEE", "LTOE"),
    *("RTHI", "RKNE", "RTIB", "RANK", "RHEE", "RTOE"),
)
"""Names of the markers, in the order of the columns."""

_NAME = re.compile(r"m(?P<m>\d+)_s(?P<s>\d+)_e(?P<e>\d+)(_positions)?(?P<inc>_inc)?")


@dataclass(frozen=True)
class Episode:
    """What a file's name says: movement, subject, repetition, and how it was done."""

    movement: int
    subject: int
    episode: int
    correct: bool

    @property
    def trial(self) -> str:
        """Name of the trial.

        Examples
        --------
        >>> Episode(1, 2, 10, correct=False).trial
        'm01_s02_e10_inc'
        """
        ending = "" if self.correct else "_inc"
        return f"m{self.movement:02d}_s{self.subject:02d}_e{self.episode:02d}{ending}"


def parse_name(path: AnyPath) -> Episode | None:
    """Read a file's name, ``None`` if it is not one of UI-PRMD's.

    Examples
    --------
    >>> parse_name("m01_s03_e09_positions_inc.txt.gz")
    Episode(movement=1, subject=3, episode=9, correct=False)
    """
    found = _NAME.fullmatch(Path(path).name.split(".")[0])
    if found is None:
        return None
    movement, subject, episode = (int(found[key]) for key in "mse")
    return Episode(movement, subject, episode, correct=found["inc"] is None)


def read_ui_prmd(path: AnyPath) -> Markers:
    """Read a recording: m, turned so that y is up: x, z and -y of the file.

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is no gzip file, has rows of another length, or a
        cell is no number.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, what="marker file")
    columns = 3 * len(MARKERS)
    rows = [line.split(",") for line in _text(path).splitlines() if line.strip()]
    if not rows:
        raise _fault(path, "at least one row", "an empty file")
    values = np.full((len(rows), columns), np.nan)
    for number, row in enumerate(rows):
        if len(row) != columns:
            raise _fault(path, f"{columns} cells", f"{len(row)}", row=number + 1)
        try:
            values[number] = [float(cell) for cell in row]
        except ValueError as error:
            raise _fault(path, "numbers", str(error), row=number + 1) from error
    x, y, z = np.moveaxis(values.reshape(len(rows), -1, 3) / 1000, 2, 0)
    positions = np.stack([x, z, -y], axis=2)
    positions[~np.isfinite(positions).all(axis=2)] = np.nan
    return Markers(np.arange(len(rows)) / RATE, positions, MARKERS)


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        return content.decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise _fault(path, "text, gzipped if so named", str(error)) from error


def _fault(path: Path, expected: str, got: str, *, row: int | None = None) -> DataError:
    return DataError(
        path, row=row, expected=expected, got=got, remedy="download the file again"
    )
