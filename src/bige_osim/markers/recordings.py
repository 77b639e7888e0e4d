"""Marker recordings of any format, named and turned as a marker set has it."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bige_osim.errors import BigeError, DataError, name_some
from bige_osim.io.c3d import Recording, read_c3d
from bige_osim.io.marker_set import rename_markers
from bige_osim.io.opensim_files.trc import read_markers
from bige_osim.io.plausible import judge_forces
from bige_osim.io.session.ui_prmd import parse_name, read_ui_prmd
from bige_osim.markers.orientation import (
    find_turn,
    shows_directions,
    turn_ground,
    turn_markers,
)
from bige_osim.motion import GroundReaction, Markers
from bige_osim.paths import AnyPath
from bige_osim.spec.landmarks import find_directions
from bige_osim.spec.marker_names import NamedColumns, match_names
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
    prefix : what was taken off the recorded names, empty if nothing was
    subject : whose markers they are, ``None`` if the recorded names do not say
    """

    name: str
    source: Path
    markers: Markers
    ground: GroundReaction | None
    notes: tuple[str, ...]
    prefix: str = ""
    subject: str | None = None


def trial_name(path: AnyPath) -> str:
    """Name of the trial in a file.

    Examples
    --------
    >>> trial_name("a/squats1.trc"), trial_name("m01_s01_e02_positions.txt")
    ('squats1', 'm01_s01_e02')
    """
    episode = parse_name(path := Path(path))
    return path.name.split(".")[0] if episode is None else episode.trial


def read_recording(path: AnyPath) -> Recording:
    """Read a ``.trc``, a ``.c3d`` or a text file of UI-PRMD, in its own axes.

    Markers that are never seen are left out.

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
        markers = read_markers(path)
        recording = Recording(markers, notes=markers.notes)
    elif name.endswith(".c3d"):
        recording = read_c3d(path)
    elif name.endswith((".txt", ".txt.gz")):
        recording = Recording(read_ui_prmd(path))
    else:
        raise BigeError(
            f"Markers are read from .trc, .c3d and UI-PRMD's .txt(.gz), got {path}; "
            "export them so."
        )
    return replace(recording, markers=_select_seen(recording.markers))


def find_names(
    path: AnyPath, marker_set: MarkerSet, *, subject: str | None = None
) -> NamedColumns:
    """Find which markers of a set a file has, and under which names.

    Raises
    ------
    BigeError
        as :func:`read_recording` and :func:`match_names` do
    """
    names = read_recording(path).markers.names
    return match_names(names, marker_set, subject=subject)


def read_trial(
    path: AnyPath, marker_set: MarkerSet, *, subject: str | None = None
) -> MarkerTrial:
    """Read a recording and turn it into OpenSim's frame.

    Parameters
    ----------
    path : the file
    marker_set : the markers to keep, by these names
    subject : whose markers, where their names begin with a subject's

    Raises
    ------
    BigeError
        as :func:`read_recording`, :func:`match_names`, :func:`rename_markers` and
        :func:`find_turn` do
    """
    path = Path(path)
    recording = read_recording(path)
    named = match_names(recording.markers.names, marker_set, subject=subject)
    markers = rename_markers(recording.markers, marker_set, named=named)
    notes = list(recording.notes)
    if named.prefix:
        notes.append(prefix_sentence(named.prefix))
    absent = [name for name in marker_set.names if name not in markers.names]
    if absent:
        notes.append(f"Not recorded: {name_some(absent)}.")
    directions = find_directions(marker_set, markers.names)
    turn = np.eye(3)
    if marker_set.directions or shows_directions(directions):
        turn = find_turn(markers, directions)
    else:
        notes.append(
            "No marker shows which way is up and forward; the axes are taken as x "
            "forward, y up, z right."
        )
    if not np.array_equal(turn, np.eye(3)):
        axes = " ".join(_axis(row) for row in turn)
        notes.append(f"Turned to x forward, y up, z right: its axes {axes}.")
    ground = recording.ground
    if ground is not None:
        ground = _judge_plates(path, turn_ground(ground, turn), notes)
    return MarkerTrial(
        name=trial_name(path),
        source=path,
        markers=turn_markers(markers, turn),
        ground=ground,
        notes=tuple(notes),
        prefix=named.prefix,
        subject=named.subject,
    )


def _judge_plates(
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


def prefix_sentence(prefix: str) -> str:
    """Say what was taken off the names of the markers.

    Examples
    --------
    >>> prefix_sentence("P01:")
    'The prefix P01: was taken off the marker names.'
    """
    return f"The prefix {prefix.strip()[:60]} was taken off the marker names."


def _select_seen(markers: Markers) -> Markers:
    """Markers that are seen at all."""
    seen = np.isfinite(markers.positions).all(axis=2).any(axis=0)
    names = tuple(n for n, there in zip(markers.names, seen, strict=True) if there)
    return replace(markers, positions=markers.positions[:, seen], names=names)


def _axis(row: np.ndarray) -> str:
    index = int(np.argmax(np.abs(row)))
    return ("-" if row[index] < 0 else "") + "xyz"[index]
