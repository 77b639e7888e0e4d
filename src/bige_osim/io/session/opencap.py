"""The layouts of OpenCap: the app's downloads, its own program's, published data.

Motions lie in ``OpenSimData/Kinematics`` or ``OpenSimData/IK``, or in such folders
further below, one for each way the motion was found (``Mocap``,
``Video/HRNet/2-cameras``), each with a ``Model`` beside it, which holds a folder for
each trial where the app for a single phone made it. ``MarkerData`` is divided alike, or
into ``PreAugmentation`` and ``PostAugmentation``. Sources: ``main.py`` and ``utils.py``
of opencap-core, ``utils.py`` of opencap-processing (https://github.com/stanfordnmbl);
the OpenCap laboratory validation data, https://simtk.org/projects/opencap.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from bige_osim.errors import name_some
from bige_osim.io.session.force_files import find_forces, holds_forces
from bige_osim.io.session.layout import (
    METADATA_FILES,
    Layout,
    files,
    first_file,
    strip_ending,
)
from bige_osim.paths import AnyPath

DATA = "OpenSimData"
MOTION_NAMES = ("Kinematics", "IK")
REFERENCE = "Mocap"
"""Of several ways to find the same motions, the one that is used: by markers."""

RAW = "PreAugmentation"
"""Folder of the video's keypoints, which are no markers on anatomical landmarks."""

SIMULATION = "kinematics_activations"
"""How opencap-processing begins the names of what it simulated."""

_ENDINGS = ("_LSTM", "_videoAndMocap", "_syncdWithMocap")
"""What opencap-core and its data put after a trial's name."""


def find_opencap(folder: AnyPath) -> Layout | None:
    """Find the files of an OpenCap session.

    Parameters
    ----------
    folder : the session's, or one below ``OpenSimData`` with motions and their model
    """
    root, variant = _root(Path(folder))
    if not (root / DATA).is_dir() and not (root / "MarkerData").is_dir():
        return None
    variants = _variants(root)
    if variant is None:
        first = [name for name in ("", REFERENCE) if name in variants]
        variant = (first or sorted(variants) or [""])[0]
    motions: dict[str, Path] = {}
    base = root / DATA / variant
    for name in reversed(MOTION_NAMES):  # the first folder wins
        found = files(base / name, ".mot")
        motions |= {p.stem: p for p in found if not holds_forces(p)}
    place = "/".join(part for part in (DATA, variant) if part)
    others = [
        f"{DATA}/{name}" for name in sorted(variants) if name not in ("", variant)
    ]
    notes = list[str]()
    if others:
        notes.append(
            f"The motions of {place} are used; others lie in {name_some(others)}: "
            "pass that folder to use them."
        )
    markers = _markers(root, motions, variant=variant)
    known = {name: name for name in markers}
    known |= {strip_ending(name, *_ENDINGS): name for name in motions}
    forces = find_forces(root, motions, others=known)
    own, unknown = _trial_models(base, motions)
    return Layout(
        kind=f"OpenCap, {variant}" if variant else "OpenCap",
        root=root,
        motions=motions,
        markers=markers,
        forces=forces.by_trial,
        models=_models(root, base) or (() if own else unknown),
        trial_models=own,
        metadata=first_file([root], METADATA_FILES),
        simulations=tuple(
            p
            for p in files(base / "Dynamics", ".mot", deep=True)
            if p.name.startswith(SIMULATION)
        ),
        motion_place=" or ".join(f"{place}/{name}" for name in MOTION_NAMES),
        model_place=f"{place}/Model",
        marker_place="MarkerData",
        notes=(
            *notes,
            *forces.notes,
            *_find_unused(root, own, unknown),
        ),
    )


def _root(folder: Path) -> tuple[Path, str | None]:
    """Return the session's folder, and which of its motions ``folder`` holds."""
    if any((folder / name).is_dir() for name in MOTION_NAMES):
        whole = folder.resolve()
        for above in whole.parents:
            if above.name == DATA:
                return above.parent, whole.relative_to(above).as_posix()
    return folder, None


def _variants(root: Path) -> frozenset[str]:
    """Folders, relative to ``OpenSimData``, that hold a folder of motions."""
    data = root / DATA
    return frozenset(
        "" if below.parent == data else below.parent.relative_to(data).as_posix()
        for name in MOTION_NAMES
        for below in data.rglob(name)
        if below.is_dir() and any(files(below, ".mot"))
    )


def _models(root: Path, base: Path) -> tuple[Path, ...]:
    """Models of the nearest folder that has any, from ``base`` up to the session."""
    folders = [base / "Model", base]
    folders += [p for above in base.parents for p in (above / "Model", above)]
    for folder in folders[: folders.index(root) + 1]:
        if found := tuple(files(folder, ".osim")):
            return found
    return ()


def _trial_models(
    base: Path, motions: Mapping[str, Path]
) -> tuple[dict[str, tuple[Path, ...]], tuple[Path, ...]]:
    """Models in folders called after a trial, and in other folders.

    The app for a single phone scales a model for each trial: ``Model/<trial>/*.osim``.
    """
    own: dict[str, tuple[Path, ...]] = {}
    others: list[Path] = []
    for folder in sorted((base / "Model").glob("[!.]*/")):
        found = tuple(files(folder, ".osim", deep=True))
        trial = _trial(folder.name, motions)
        if found and trial in motions:
            own[trial] = found
        else:
            others += found
    return own, tuple(others)


def _markers(
    root: Path, motions: Mapping[str, Path], *, variant: str
) -> dict[str, Path]:
    data = root / "MarkerData"
    ways = {name.split("/")[0] for name in _variants(root)} - {""}
    ranked = []
    for path in files(data, ".trc", deep=True):
        parts = path.parent.relative_to(data).parts
        inside = parts[: variant.count("/") + 1] == tuple(variant.split("/"))
        if variant and not inside and parts and parts[0] in ways:
            continue  # markers that these motions were not found from
        ranked.append(((not inside, RAW in parts, len(parts), path), path))
    found: dict[str, Path] = {}
    for _, path in sorted(ranked):
        found.setdefault(_trial(path.stem, motions), path)
    return found


def _trial(stem: str, motions: Mapping[str, Path]) -> str:
    """Name of the motion that a file belongs to; its own if there is none."""
    bare = strip_ending(stem, *_ENDINGS)
    alike = (name for name in motions if strip_ending(name, *_ENDINGS) == bare)
    return stem if stem in motions else next(alike, stem)


def _find_unused(
    root: Path, own: Mapping[str, tuple[Path, ...]], unknown: tuple[Path, ...]
) -> Iterable[str]:
    """Say which models lie in folders that no trial is called after."""
    for path in unknown if own else ():
        yield (
            f"{path.relative_to(root).as_posix()} is not used: no trial is called "
            f"{path.parent.name}."
        )
