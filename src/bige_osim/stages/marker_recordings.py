"""What ``import-markers`` reads: marker set, trials, where the participant stands."""

from collections.abc import Sequence
from os import fspath
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, UnknownNameError, name_some
from bige_osim.io.marker_set import find_marker_set
from bige_osim.markers.recordings import (
    MarkerTrial,
    find_names,
    prefix_sentence,
    read_trial,
    trial_name,
)
from bige_osim.markers.static_pose import Standing, choose_standing
from bige_osim.osim.reading.marker_set_file import (
    complete_marker_set,
    read_opensim_markers,
)
from bige_osim.paths import AnyPath
from bige_osim.spec.landmarks import FEET, PELVIS, markers_on, pelvis_is_seen_whole
from bige_osim.spec.marker_set import MarkerSet

BACK = ("lumbar_extension", "lumbar_bending", "lumbar_rotation")
"""Coordinates of Rajagopal2015's family between pelvis and trunk; zero standing."""

HELD = {"lumbar_extension": 0.01}
"""What a square radian costs in inverse kinematics, m²: 0.1 rad as much as one marker
1 cm off. Hips and shoulders show how the back bends sideways and turns."""


def open_marker_set(
    name: AnyPath, *, generic: AnyPath, files: Sequence[AnyPath], subject: str | None
) -> MarkerSet:
    """Find a marker set; one in OpenSim's XML measures what was recorded.

    Parameters
    ----------
    name : of a set that comes with the program, a ``.toml`` or OpenSim's XML
    generic : the model that the markers go on
    files : the recordings
    subject : whose markers of them

    Raises
    ------
    UnknownNameError, MissingFileError, DataError, BigeError
        as the readers of marker sets do
    """
    name = fspath(name)
    if not name.lower().endswith((".xml", ".osim")):
        return find_marker_set(name)
    markers = read_opensim_markers(Path(name))
    recorded: dict[str, None] = {}
    for path in files:
        try:
            named = find_names(path, markers, subject=subject)
        except BigeError:  # reported where it is read as a trial
            continue
        recorded |= dict.fromkeys(named.columns)
    return complete_marker_set(markers, generic=Path(generic), recorded=tuple(recorded))


def read_trials(
    files: Sequence[AnyPath], marker_set: MarkerSet, *, subject: str | None
) -> tuple[list[MarkerTrial], list[dict[str, Any]]]:
    """Read what can be read, and say of the rest why it cannot.

    Raises
    ------
    BigeError
        None can be read: the first reason. Or a subject was asked for, and no
        recording names any.
    """
    trials, failures = [], []
    for path in files:
        try:
            trials.append(read_trial(path, marker_set, subject=subject))
        except BigeError as error:
            file, name = Path(path).name, trial_name(path)
            row = {"trial": name, "file": file, "error": str(error)}
            failures.append(row)
    if not trials:
        raise BigeError(failures[0]["error"])
    if subject is not None and all(trial.subject is None for trial in trials):
        raise BigeError(
            f"No recording names its subjects, so that none is {subject[:40]}; leave "
            "out --subject."
        )
    return trials, failures


def find_standing_participant(
    trials: Sequence[MarkerTrial], marker_set: MarkerSet, *, static: str | None
) -> tuple[Standing, str]:
    """Find the stretch that the model is scaled to: the stillest of all recordings.

    Raises
    ------
    UnknownNameError
        There is no trial of the name ``static``.
    BigeError
        No recording shows the participant standing.
    """
    names = [trial.name for trial in trials]
    if static is not None:
        wanted = trial_name(static)
        if wanted not in names:
            raise UnknownNameError("trial", wanted, names, where="The import")
        trials = [trial for trial in trials if trial.name == wanted]
    recorded = {name for trial in trials for name in trial.markers.names}
    feet = markers_on(marker_set, FEET, recorded=recorded, what="the feet")
    recordings = {trial.name: trial.markers for trial in trials}
    pelvis = pelvis_markers(trials, marker_set)
    source, standing = choose_standing(recordings, pelvis=pelvis, feet=feet)
    return standing, source


def pelvis_markers(trials: Sequence[MarkerTrial], marker_set: MarkerSet) -> list[str]:
    """Find recorded markers whose height says how upright a participant is.

    Raises
    ------
    BigeError
        There is none on pelvis, trunk or thighs.
    """
    recorded = {name for trial in trials for name in trial.markers.names}
    return markers_on(marker_set, PELVIS, recorded=recorded, what="the pelvis")


def find_undetermined(
    trials: Sequence[MarkerTrial], marker_set: MarkerSet
) -> dict[str, float]:
    """Find coordinates to draw to zero, by weight, where no marker shows the pelvis.

    Hips in a line leave open how the pelvis tilts about it; an error of the trunk's
    length of some centimetres then bends the back by tens of degrees.
    """
    recorded = {name for trial in trials for name in trial.markers.names}
    if pelvis_is_seen_whole(marker_set, recorded):
        return {}
    return HELD


def reading_warnings(
    trials: Sequence[MarkerTrial], marker_set: MarkerSet, *, subject: str | None
) -> list[str]:
    """Say what was taken off markers' names, whose they are, what they leave open."""
    warnings = list(
        dict.fromkeys(prefix_sentence(t.prefix) for t in trials if t.prefix)
    )
    people = list(dict.fromkeys(t.subject for t in trials if t.subject))
    if len(people) > 1:
        warnings.append(
            f"The recordings name different subjects ({name_some(people)}); they are "
            "treated as one participant."
        )
    unnamed = [trial.name for trial in trials if trial.subject is None]
    if subject is not None and unnamed:
        warnings.append(
            f"No subject is named in {name_some(unnamed)}; the markers are taken for "
            f"{people[0][:40]}'s."
        )
    if find_undetermined(trials, marker_set):
        warnings.append(
            "The pelvis has no three markers out of line, which would show its tilt; "
            "the back is kept straight instead."
        )
    return [*warnings, *marker_set.notes]
