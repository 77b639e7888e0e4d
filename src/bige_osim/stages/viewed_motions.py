"""What there is to view: motions in folders of results, and motion files."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bige_osim.errors import (
    BigeError,
    DataError,
    MissingFileError,
    UnknownNameError,
    name_some,
)
from bige_osim.paths import AnyPath
from bige_osim.stages.opensim_folder import FOLDER

VERBS = ("solve", "guide", "validate")
"""Whose folders hold motions."""


@dataclass(frozen=True, kw_only=True)
class ViewedMotion:
    """Files of a motion.

    Attributes
    ----------
    name : for the legend; no other has it
    motion : ``.mot``
    model : ``.osim``
    activations : ``.sto``; ``None`` if there are none
    forces : ground reaction (``.mot``); ``None`` if there is none
    source : of the forces, ``measured`` or ``estimated``; as the file says for ``None``
    geometry : folders that may have the model's meshes
    folder : where it was looked for
    """

    name: str
    motion: Path
    model: Path
    activations: Path | None = None
    forces: Path | None = None
    source: str | None = None
    geometry: tuple[Path, ...] = ()
    folder: Path


def list_viewed(
    paths: Sequence[AnyPath],
    *,
    model: AnyPath | None = None,
    trials: Sequence[str] = (),
) -> list[ViewedMotion]:
    """List the motions of folders of results and of files.

    Parameters
    ----------
    paths : folders that ``bige solve``, ``guide`` or ``validate`` wrote, and ``.mot``
        files, each with its activations (``NAME_activations.sto``) if they lie beside
    model : ``.osim`` of the files; of one in a folder with an ``.osim``, that for
        ``None``
    trials : names of the motions that are wanted; all for none

    Raises
    ------
    MissingFileError, DataError
        A path is not there, holds no motion, or a motion has no model.
    UnknownNameError
        There is no motion of a name that is wanted.
    """
    found: list[ViewedMotion] = []
    for path in map(Path, paths):
        found += _list_folder(path) if path.is_dir() else [_take_file(path, model)]
    known = [motion.name for motion in found]
    for name in trials:
        if name not in known:
            where = name_some(map(str, paths))
            raise UnknownNameError("motion", name, known, where=where)
    return _name_apart([m for m in found if not trials or m.name in trials])


def _list_folder(folder: Path) -> list[ViewedMotion]:
    summaries = [folder / f"{verb}.json" for verb in VERBS]
    known = [path for path in summaries if path.is_file()]
    if not known:
        raise DataError(
            folder,
            expected="a folder that bige solve, guide or validate wrote",
            got=_describe(folder),
            remedy="pass one of these, or a .mot file with --model",
        )
    geometry = tuple(_find_geometry(known))
    motions = []
    for place in sorted((folder / FOLDER).glob("*")):
        name = place.name
        motion, model = place / f"{name}_ik.mot", next(place.glob("*.osim"), None)
        if not motion.is_file() or model is None:
            continue
        activations = (folder / f"{name}_{e}.sto" for e in ("activations", "simulated"))
        forces = (folder / f"{name}_grf.mot", place / "grf.mot")
        found = next((path for path in forces if path.is_file()), None)
        motions.append(
            ViewedMotion(
                name=name,
                motion=motion,
                model=model,
                activations=next((p for p in activations if p.is_file()), None),
                forces=found,
                source=_source_of(found, known),
                geometry=geometry,
                folder=folder,
            )
        )
    if not motions:
        raise DataError(
            known[0],
            expected=f"motions in {folder / FOLDER}",
            got="none",
            remedy=f"run bige {known[0].stem} again, or pass a .mot file with --model",
        )
    return motions


def _source_of(forces: Path | None, summaries: Sequence[Path]) -> str | None:
    """Where forces come from: OpenSim's own files (``grf.mot``) do not say."""
    if forces is None or forces.name != "grf.mot":
        return None
    guided = any(path.stem == "guide" for path in summaries)
    return "estimated" if guided else ""


def _describe(folder: Path) -> str:
    """Say what is in a folder that is none of results."""
    inside = {path.parent for verb in VERBS for path in folder.glob(f"*/{verb}.json")}
    if inside:
        return f"a folder with {name_some(sorted(map(str, inside)))} in it"
    if (folder / "OpenSimData").is_dir():
        return "a session that was not solved"
    return "another one"


def _find_geometry(summaries: Sequence[Path]) -> Iterator[Path]:
    """Folders of the models that results were made with."""
    for path in summaries:
        try:
            inputs: Any = json.loads(path.read_text(encoding="utf-8"))["manifest"]
            files = [Path(row["file"]) for row in inputs["inputs"]]
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                path,
                expected=f"the summary of bige {path.stem}",
                got=f"something else ({error})",
                remedy="run that step again",
            ) from error
        for file in files:
            if file.suffix == ".osim":
                yield from (file.parent, file.parent / "Geometry")


def _take_file(path: Path, model: AnyPath | None) -> ViewedMotion:
    if not path.is_file():
        raise MissingFileError(path, what="motion")
    folder, name = path.parent, path.stem.removesuffix("_ik")
    if model is None:
        beside = sorted(folder.glob("*.osim"))
        if len(beside) != 1:
            raise BigeError(f"The motion {path} needs its model; pass it with --model.")
        model = beside[0]
    if not Path(model).is_file():
        raise MissingFileError(Path(model), what="model", remedy="check --model")
    activations, forces = folder / f"{name}_activations.sto", folder / "grf.mot"
    return ViewedMotion(
        name=name,
        motion=path,
        model=Path(model),
        activations=activations if activations.is_file() else None,
        forces=forces if forces.is_file() else None,
        source="",
        folder=folder,
    )


def _name_apart(motions: Sequence[ViewedMotion]) -> list[ViewedMotion]:
    """Name motions that share a name after their folders too."""
    names = Counter(motion.name for motion in motions)
    apart = [
        replace(motion, name=f"{motion.folder.resolve().name}/{motion.name}")
        if names[motion.name] > 1
        else motion
        for motion in motions
    ]
    seen: Counter[str] = Counter()
    numbered = []
    for motion in apart:
        seen[motion.name] += 1
        number = seen[motion.name]
        name = motion.name if number == 1 else f"{motion.name} ({number})"
        numbered.append(replace(motion, name=name))
    return numbered
