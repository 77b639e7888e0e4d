"""Marker recordings of any format, named and turned as a marker set has it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bige_osim.data.orientation import find_turn, turn_ground, turn_markers
from bige_osim.errors import BigeError, DataError
from bige_osim.io.c3d import Recording, read_c3d
from bige_osim.io.marker_set import rename_markers
from bige_osim.io.plausible import judge_forces
from bige_osim.io.trc import read_markers
from bige_osim.io.ui_prmd import parse_name, read_ui_prmd
from bige_osim.motion import GroundReaction, Markers
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


def read_recording(path: Path) -> Recording:
    """Read a ``.trc``, a ``.c3d`` or a text file of UI-PRMD, in its own axes.

    Raises
    ------
    BigeError
        The ending is another.
    MissingFileError, DataError
        as the readers of the formats do
    """
    name = path.name.lower()
    if name.endswith(".trc"):
        markers = read_markers(path)
        return Recording(markers, notes=markers.notes)
    if name.endswith(".c3d"):
        return read_c3d(path)
    if name.endswith((".txt", ".txt.gz")):
        return Recording(read_ui_prmd(path))
    raise BigeError(
        f"Markers are read from .trc, .c3d and UI-PRMD's .txt(.gz), got {path}; export "
        "them so."
    )


def read_marker_names(path: Path) -> tuple[str, ...]:
    """Names of the recorded markers, as they are in the file."""
    return read_recording(path).markers.names


def read_trial(path: Path, marker_set: MarkerSet) -> MarkerTrial:
    """Read a recording and turn it into OpenSim's frame.

    Raises
    ------
    BigeError
        as :func:`read_recording`, :func:`rename_markers` and :func:`find_turn` do
    """
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
    if ground is not None:
        ground = _judged(path, turn_ground(ground, turn), notes)
    return MarkerTrial(
        name=trial_name(path),
        source=path,
        markers=turn_markers(markers, turn),
        ground=ground,
        notes=tuple(notes),
    )


def _judged(
    path: Path, ground: GroundReaction, notes: list[str]
) -> GroundReaction | None:
    """Take force plates for what they can be, or leave them out and say why."""
    try:
        judged = judge_forces(path.name, ground)
    except DataError as error:
        notes.append(f"The force plates are left out: {error}")
        return None
    notes += judged.notes
    return judged


def _axis(row: np.ndarray) -> str:
    index = int(np.argmax(np.abs(row)))
    return ("-" if row[index] < 0 else "") + "xyz"[index]
