"""A trial of a session: its files, what they hold, and what is wrong with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.errors import BigeError, UnknownNameError, count_nouns, name_some
from bige_osim.io.opensim_files.columns import (
    coordinate_of,
    describe_left_out,
    foreign_columns,
)
from bige_osim.io.opensim_files.forces import force_columns, read_ground_reaction
from bige_osim.io.opensim_files.mot import as_motion
from bige_osim.io.opensim_files.osim_header import OsimHeader
from bige_osim.io.opensim_files.table import Table, read_table
from bige_osim.io.opensim_files.trc import read_marker_header
from bige_osim.io.plausible import weigh
from bige_osim.motion import GroundReaction, Motion, is_rotational
from bige_osim.paths import AnyPath
from bige_osim.times import covers, interval

SMALLEST_RANGE = 4.0
"""Degrees that some joint passes even in quiet standing, and no angle in radians."""


@dataclass(frozen=True)
class Trial:
    """One recording.

    Attributes
    ----------
    name : the stem of its files
    motion, markers, forces : ``.mot`` of joint angles, ``.trc``, ``.mot`` or ``.sto``
        of force plates; ``None`` where there is none
    frames : number of motion frames; 0 without a (readable) motion
    rate : motion frames per second, to 0.01; ``None`` below two frames
    start, duration : of the motion, s
    marker_count : number of markers
    plates : number of force plates that carry a force
    model : its own ``.osim``; ``None`` if it has that of its session
    """

    name: str
    motion: Path | None
    markers: Path | None
    forces: Path | None
    frames: int = 0
    rate: float | None = None
    start: float | None = None
    duration: float | None = None
    marker_count: int = 0
    plates: int = 0
    model: Path | None = None

    def __repr__(self) -> str:
        """Say what it holds in one line."""
        parts = [count_nouns(self.frames, "frame")] if self.motion else ["no motion"]
        if self.rate and self.duration is not None:
            parts[0] += f", {self.duration:.3g} s at {self.rate:.4g} Hz"
        if self.markers:
            parts.append(count_nouns(self.marker_count, "marker"))
        if self.forces:
            parts.append(count_nouns(self.plates, "force plate"))
        return f"Trial({self.name}: {', '.join(parts)})"

    def to_dict(self, folder: Path) -> dict[str, Any]:
        """Plain data for JSON; files relative to ``folder``."""
        files = {"motion": self.motion, "markers": self.markers, "forces": self.forces}
        if self.model is not None:
            files["model"] = self.model
        return {
            "name": self.name,
            **{k: v and v.relative_to(folder).as_posix() for k, v in files.items()},
            "frames": self.frames,
            "rate_hz": self.rate,
            "start_s": self.start,
            "duration_s": self.duration,
            "marker_count": self.marker_count,
            "plates": self.plates,
        }


def read_trial(
    name: str,
    *,
    motion: AnyPath | None,
    markers: AnyPath | None,
    forces: AnyPath | None,
    osim: OsimHeader | None,
    marker_place: str | None = "MarkerData",
    model: AnyPath | None = None,
    mass: float | None = None,
) -> tuple[Trial, tuple[str, ...], tuple[str, ...]]:
    """Look into a trial's files; faults become sentences, never errors.

    Motions and plates are read whole, since a fault may sit in any row; of the
    markers, which are the largest, only the header is.

    Parameters
    ----------
    name : of the trial
    motion, markers, forces : its files, ``None`` where there is none
    osim : the model its coordinates must be those of, if there is one
    marker_place : the folder where markers should be; ``None`` if none are missed
    model : the trial's own, if it has one
    mass : of the participant, kg, to judge the plates by

    Returns
    -------
    the trial, its problems and what to know besides, one sentence each
    """
    fields: dict[str, Any] = {}
    problems: list[str] = []
    notes: list[str] = []
    moved: Motion | None = None
    motion, markers, forces, model = (
        None if path is None else Path(path)
        for path in (motion, markers, forces, model)
    )
    with _collect_fault(problems):
        if motion is not None:
            table, others = _own_columns(motion, osim)
            moved = as_motion(motion, table)
            fields |= _timing(moved)
            notes += (*moved.notes, *others)
            problems += _motion_problems(name, motion, moved, table=table)
            problems += _coordinate_problems(name, motion, moved, osim=osim)
    with _collect_fault(problems):
        if markers is not None:
            header = read_marker_header(markers)
            fields["marker_count"] = len(header.names)
            notes += header.notes
        elif motion is not None and marker_place is not None:
            missed = "/".join(part for part in (marker_place, f"{name}.trc") if part)
            problems.append(f"Trial {name} has no markers ({missed}).")
    with _collect_fault(problems):
        if forces is not None:
            plates = read_ground_reaction(forces)
            fields["plates"] = len(plates.names)
            notes += plates.notes
            problems += _plate_problems(name, plates, moved)
            if mass:
                problems += [f"Trial {name}: {text}" for text in weigh(plates, mass)]
    trial = Trial(name, motion, markers, forces, model=model, **fields)
    return trial, tuple(problems), tuple(notes)


@contextmanager
def _collect_fault(problems: list[str]) -> Iterator[None]:
    """Make an error that a user can mend a problem."""
    try:
        yield
    except BigeError as error:
        problems.append(str(error))


def _own_columns(path: Path, osim: OsimHeader | None) -> tuple[Table, tuple[str, ...]]:
    """Read a motion without columns that are no coordinates, which a note names."""
    table = read_table(path)
    if osim is None:
        return table, ()
    names = [coordinate_of(name) or name for name in table.names]
    _, others = foreign_columns(names, known=osim.coordinates, optional=osim.optional)
    kept = [i for i, name in enumerate(names) if name not in others]
    own = replace(
        table, values=table.values[:, kept], names=tuple(table.names[i] for i in kept)
    )
    forces = force_columns(table.names)
    told = [name for name in others if coordinate_of(name) and name not in forces]
    return own, (describe_left_out(path, told, model=osim.name),) if told else ()


def lacks_coordinates(name: str) -> str:
    """How the problem of a trial without some of the model's coordinates begins.

    Examples
    --------
    >>> lacks_coordinates("squats")
    "Trial squats lacks the model's coordinates"
    """
    return f"Trial {name} lacks the model's coordinates"


def _timing(motion: Motion) -> dict[str, Any]:
    frames = len(motion.time)
    return {
        "frames": frames,
        "rate": round(motion.rate, 2) if frames > 1 else None,
        "start": float(motion.time[0]),
        "duration": round(motion.duration, 6),
    }


def _motion_problems(
    name: str, path: Path, motion: Motion, *, table: Table
) -> Iterator[str]:
    steps = np.diff(motion.time)
    if len(steps) == 0:
        yield f"Trial {name} has a single frame; nothing can be solved from it."
    elif steps.max() > 1.5 * np.median(steps):
        at = int(np.argmax(steps))
        yield (
            f"Trial {name} has a gap of {steps[at]:.3f} s after {motion.time[at]:.3f} s"
            f" (row {at + 1}); its other frames are {np.median(steps):.3f} s apart."
        )
    angles = [is_rotational(column) for column in table.names]
    largest = float(np.abs(table.values[:, angles]).max(initial=0.0))
    if table.in_degrees and largest < SMALLEST_RANGE:
        yield (
            f"Trial {name} says its angles are degrees, but none is beyond "
            f"{largest:.2f}; if they are radians, write inDegrees=no into {path}."
        )


def _coordinate_problems(
    name: str, path: Path, motion: Motion, *, osim: OsimHeader | None
) -> Iterator[str]:
    if osim is None:
        return
    for column in motion.names:
        if column not in osim.coordinates:
            where = f"{path} has column {column}, but the model {osim.name}"
            yield str(
                UnknownNameError("coordinate", column, osim.coordinates, where=where)
            )
    missing = osim.missing(motion.names)
    if missing:
        yield f"{lacks_coordinates(name)} {name_some(missing)}."


def _plate_problems(
    name: str, plates: GroundReaction, motion: Motion | None
) -> Iterator[str]:
    if not plates.names:
        yield f"Trial {name} has force plates, but none of them carries a force."
    if motion is None or len(motion.time) < 2 or len(plates.time) < 2:
        return
    first, last = float(plates.time[0]), float(plates.time[-1])
    if not covers(plates.time, motion.time):
        yield (
            f"Trial {name}: its force plates cover {first:.2f} to {last:.2f} s, its "
            f"motion {motion.time[0]:.2f} to {motion.time[-1]:.2f} s."
        )
    rate = 1 / interval(plates.time)
    if abs(rate / motion.rate - 1) > 0.01:
        yield (
            f"Trial {name}: its force plates run at {rate:.0f} Hz, its motion at "
            f"{motion.rate:.0f} Hz; forces are interpolated to the motion's frames."
        )
