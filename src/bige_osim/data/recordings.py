"""Marker recordings of any format, named and turned as a marker set has it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bige_osim.data.orientation import find_turn, turn_ground, turn_markers
from bige_osim.errors import BigeError
from bige_osim.io.c3d import Recording, read_c3d
from bige_osim.io.marker_set import rename_markers
from bige_osim.io.trc import read_markers
from bige_osim.io.ui_prmd import parse_name, read_ui_prmd
from bige_osim.motion import GroundReaction, Markers
from bige_osim.paths import AnyPath
from bige_osim.spec.marker_set import MarkerSet


@dataclass(frozen=True)
class MarkerTrial:
    """A recording in OpenSim's frame.

    Attributes
    ----------
    name : of the trial
    source : the file
    markers : of the marker set, m
    ground : force plates, ``None`` if there are none
    notes : what was done to it, one sentence each
    """

    name: str
    source: Path
    markers: Markers
    ground: GroundReaction | None
    notes: tuple[str, ...]


def trial_name(path: Path) -> str:
    """Name of the trial in a file.

    Examples
    --------
    >>> trial_name(Path("a/squats1.trc")), trial_name(Path("m01_s01_e02_positions.txt"))
    ('squats1', 'm01_s01_e02')
    """
    episode = parse_name(path)
    return path.name.split(".")[0] if episode is None else episode.trial


def read_recording(path: AnyPath) -> Recording:
    """Read a ``.trc``, a ``.c3d`` or a text file of UI-PRMD, in its own axes.

    Raises
    ------
    BigeError
        The ending is another.
    MissingFileError, DataError
        as the readers of the formats do
    """
    path = Path(path)
    name = path.name.lower()
    if name.endswith(".trc"):
        return Recording(read_markers(path))
    if name.endswith(".c3d"):
        return read_c3d(path)
    if name.endswith((".txt", ".txt.gz")):
        return Recording(read_ui_prmd(path))
    raise BigeError(
        f"Markers are read from .trc, .c3d and UI-PRMD's .txt(.gz), got {path}; export "
        "them so."
    )


def read_marker_names(path: AnyPath) -> tuple[str, ...]:
    """Names of the recorded markers, as they are in the file."""
    path = Path(path)
    return read_recording(path).markers.names


def read_trial(path: AnyPath, marker_set: MarkerSet) -> MarkerTrial:
    """Read a recording and turn it into OpenSim's frame.

    Raises
    ------
    BigeError
        as :func:`read_recording`, :func:`rename_markers` and :func:`find_turn` do
    """
    path = Path(path)
    recording = read_recording(path)
    markers = rename_markers(recording.markers, marker_set)
    notes = list(recording.notes)
    absent = [name for name in marker_set.names if name not in markers.names]
    if absent:
        notes.append(f"Not recorded: {', '.join(absent)}.")
    turn = np.eye(3)
    if marker_set.directions:
        turn = find_turn(markers, marker_set.directions)
    if not np.array_equal(turn, np.eye(3)):
        axes = " ".join(_axis(row) for row in turn)
        notes.append(f"Turned to x forward, y up, z right: its axes {axes}.")
    ground = recording.ground
    return MarkerTrial(
        name=trial_name(path),
        source=path,
        markers=turn_markers(markers, turn),
        ground=None if ground is None else turn_ground(ground, turn),
        notes=tuple(notes),
    )


def _axis(row: np.ndarray) -> str:
    index = int(np.argmax(np.abs(row)))
    return ("-" if row[index] < 0 else "") + "xyz"[index]
