"""Files of force plates in a session, wherever they lie and whatever they are called.

OpenCap's laboratory data have ``ForceData/<trial>_forces.mot``; laboratories put theirs
beside the motions or into folders of their own, as ``.mot`` or ``.sto``. A file of
forces is told by its columns, and what trial it belongs to by its name, else by its
times.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.forces import force_columns
from bige_osim.io.opensim_files.header import read_header
from bige_osim.io.opensim_files.table import read_table
from bige_osim.io.session.layout import files, strip_ending
from bige_osim.paths import AnyPath
from bige_osim.times import covers

FOLDER = "ForceData"
"""Where OpenCap's laboratory data have them; all tables in it are of forces."""

ENDINGS = (
    "_ground_reaction_forces",
    "_ground_reaction",
    "_ground_forces",
    "_ground_force",
    "_force_plates",
    "_forceplates",
    "_forces",
    "_force",
    "_grfs",
    "_grf",
    "_plates",
)
"""What laboratories put after a trial's name."""

_FORCES = re.compile("force|grf|plate|kinetic", re.IGNORECASE)
_STILL = re.compile("static|neutral|calib", re.IGNORECASE)  # trials without a movement
_STARTS = ("grf_", "forces_", "force_")
_SIMULATED = "Dynamics"  # folder of what others simulated, never measured
_SOLVED = "solve.json"  # beside what ``bige solve`` wrote
_SETUPS = ("solve.json", "guide.json", "validate.json")
"""Above the folders from which OpenSim re-runs what we solved."""

_LONGEST_HEADER = 500


@dataclass(frozen=True)
class ForceFiles:
    """Files of forces by the name of their trial, and what is to be said of others."""

    by_trial: Mapping[str, Path]
    notes: tuple[str, ...]


def holds_forces(path: AnyPath) -> bool:
    """Say whether a table is one of forces, not of motion.

    Half of its columns are forces, points and moments, or some are and its name says
    so: SIMM's programs put coordinates beside them.
    """
    path = Path(path)
    _, names = _read_top(path)
    found = force_columns(names)
    called_so = strip_ending(path.stem, *ENDINGS) != path.stem
    return bool(found) and (called_so or 2 * len(found) >= len(names) - 1)


def find_forces(
    root: AnyPath,
    motions: Mapping[str, Path],
    *,
    others: Mapping[str, str] | None = None,
    deep: bool = True,
) -> ForceFiles:
    """Find the files of forces in a session and the trials that they belong to.

    Parameters
    ----------
    root : the session's folder
    motions : files of joint angles by trial
    others : what else trials may be called, and their names
    deep : look into all folders; else into those that are called after forces

    Returns
    -------
    those that are used, by trial, and sentences on the others
    """
    root = Path(root)
    found = sorted(_candidates(root, deep=deep), key=lambda p: _rank(root, p))
    called = {**(others or {}), **{name: name for name in motions}}
    trials = {known.lower(): name for known, name in called.items()}
    by_trial: dict[str, Path] = {}
    notes: list[str] = []
    nameless: list[Path] = []
    for path in found:
        name = _trial(path, root, trials)
        if name is None:
            nameless.append(path)
        elif name in by_trial:
            notes.append(
                f"{_place(path, root)} holds forces of trial {name} too; "
                f"{_place(by_trial[name], root)} is used."
            )
        else:
            by_trial[name] = path
    for path in nameless:
        name, why = _by_time(path, nameless, motions, by_trial)
        by_trial[name or _own_name(path, by_trial)] = path
        use = (
            f"trial {name}, the only one of its times" if name else f"no motion: {why}"
        )
        if motions:
            notes.append(f"{_place(path, root)} holds forces and is used for {use}.")
    return ForceFiles(by_trial, tuple(notes))


def _candidates(root: Path, *, deep: bool) -> Iterable[Path]:
    for suffix in (".mot", ".sto"):
        for path in files(root, suffix, deep=True):
            inside = path.relative_to(root).parts[:-1]
            if _SIMULATED in inside or _is_ours(path):
                continue
            if not deep and inside and not _FORCES.search(inside[0]):
                continue
            if FOLDER in inside or _has_measured(path):
                yield path


def _is_ours(path: Path) -> bool:
    """Say whether a file is what we wrote of a motion that we solved."""
    results = path.parents[min(2, len(path.parents) - 1)]
    return (path.parent / _SOLVED).is_file() or (
        path.parent.parent.name == "opensim"
        and any((results / name).is_file() for name in _SETUPS)
    )


def _has_measured(path: Path) -> bool:
    """Say whether a table has measured forces, be it beside something else."""
    header, names = _read_top(path)
    measured = header.get("source", "measured") == "measured"
    return measured and bool(force_columns(names))


def _rank(root: Path, path: Path) -> tuple[bool, int, str]:
    inside = path.relative_to(root).parts
    return (FOLDER not in inside, len(inside), path.as_posix())


def _trial(path: Path, root: Path, trials: Mapping[str, str]) -> str | None:
    """Name of the trial that a file, or a folder that it lies in, is called after."""
    stems = [path.stem, *reversed(path.relative_to(root).parts[:-1])]
    names = (name for stem in stems for name in _bare(stem.lower()))
    return next((trials[name] for name in names if name in trials), None)


def _bare(stem: str) -> Iterable[str]:
    """Yield what a trial may be called whose forces are called so."""
    yield stem
    for ending in ENDINGS:
        if stem.endswith(ending):
            yield strip_ending(stem, ending)
    for start in _STARTS:
        if stem.startswith(start):
            yield stem.removeprefix(start)


def _own_name(path: Path, taken: Collection[str]) -> str:
    bare = strip_ending(path.stem, *ENDINGS)
    return path.stem if bare in taken else bare


def _by_time(
    path: Path,
    nameless: Collection[Path],
    motions: Mapping[str, Path],
    by_trial: Mapping[str, Path],
) -> tuple[str | None, str]:
    """Find the only trial without forces whose times a file covers, or why not."""
    bare = strip_ending(path.stem, *ENDINGS)
    called = f"no trial is called {bare}"
    times = _times(path)
    free = [name for name in motions if name not in by_trial]
    if times is None or not free or _STILL.search(bare):
        return None, called
    covered = [
        name
        for name in free
        if (moved := _times(motions[name])) is not None and covers(times, moved)
    ]
    if len(nameless) > 1 or len(covered) > 1:
        return None, f"{called}, and several files or trials are of the same times"
    if not covered:
        return None, f"{called}, and it covers the motion of none"
    return covered[0], ""


def _times(path: Path) -> Float[np.ndarray, " T"] | None:
    try:
        return read_table(path).time
    except BigeError:
        return None  # reading the trial says what is wrong with it


def _place(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _read_top(path: Path) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Read a table's header and the names of its columns; none if it is no table."""
    lines: list[str] = []
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for line in file:
            if line.strip().lower() in ("endheader", "[endheader]"):
                break
            lines.append(line.rstrip("\n"))
            if len(lines) > _LONGEST_HEADER:
                return {}, ()
        labels = next((line for line in file if line.strip()), "")
    return read_header(lines), tuple(labels.split())
