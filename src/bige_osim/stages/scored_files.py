"""What there is to score: whose motions lie in folders, files and datasets."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bige_osim.errors import DataError, name_some
from bige_osim.paths import AnyPath
from bige_osim.stages.text.collect import is_dataset
from bige_osim.stages.viewed_motions import VERBS, ViewedMotion, list_viewed

FORCES = re.compile(r"(^|_)(grf|forces)$", re.IGNORECASE)
"""How the names of ``.mot`` files end that have forces, not motions."""


def list_participants(
    paths: Sequence[AnyPath], *, model: AnyPath | None = None
) -> dict[str, list[ViewedMotion]]:
    """List the motions of every participant in folders and files; no datasets.

    A folder that ``bige solve``, ``guide`` or ``validate`` wrote is a participant, and
    so is one of ``.mot`` files; both are called like the folder. Any other folder has
    such folders in it. ``.mot`` files of one model are one participant.

    Parameters
    ----------
    paths : folders and ``.mot`` files; what is named twice counts once
    model : ``.osim`` of ``.mot`` files; the only one beside them for ``None``

    Raises
    ------
    MissingFileError, DataError, BigeError
        A path is not there, holds no motion, or a motion has no model.
    """
    found: dict[Path, list[ViewedMotion]] = {}
    for path in map(Path, paths):
        if is_dataset(path):
            continue
        for key, motions in _list_path(path, model):
            known = {one.motion.resolve() for one in found.get(key, ())}
            new = [one for one in motions if one.motion.resolve() not in known]
            found.setdefault(key, []).extend(new)
    return dict(zip(_name_apart(list(found)), found.values(), strict=True))


def _list_path(
    path: Path, model: AnyPath | None
) -> Iterator[tuple[Path, list[ViewedMotion]]]:
    """Yield participants, by a path that is theirs alone, with their motions."""
    if not path.is_dir():
        (motion,) = list_viewed([path], model=model)
        yield (path.parent if model is None else Path(model)).resolve(), [motion]
        return
    if _is_participant(path):
        yield path.resolve(), _list_folder(path, model)
        return
    inside = [one for one in sorted(path.iterdir()) if _is_participant(one)]
    if not inside:
        list_viewed([path])  # says what it is instead
    for one in inside:
        yield one.resolve(), _list_folder(one, model)


def _is_participant(path: Path) -> bool:
    return path.is_dir() and (_has_results(path) or bool(_list_files(path)))


def _has_results(folder: Path) -> bool:
    return any((folder / f"{verb}.json").is_file() for verb in VERBS)


def _list_files(folder: Path) -> list[Path]:
    return [one for one in sorted(folder.glob("*.mot")) if not FORCES.search(one.stem)]


def _list_folder(folder: Path, model: AnyPath | None) -> list[ViewedMotion]:
    if _has_results(folder):
        return list_viewed([folder])
    own = sorted(folder.glob("*.osim"))
    if len(own) > 1:
        raise DataError(
            folder,
            expected="one model (.osim) beside the motions",
            got=name_some([one.name for one in own]),
            remedy="leave only the participant's own there",
        )
    return list_viewed(_list_files(folder), model=own[0] if own else model)


def _name_apart(keys: Sequence[Path]) -> list[str]:
    """Name participants after their folder or model, and by more where that is one."""
    names = [key.stem if key.suffix == ".osim" else key.name for key in keys]
    names = _replace_repeated(names, [f"{key.parent.name}/{key.name}" for key in keys])
    return _replace_repeated(names, [key.as_posix() for key in keys])


def _replace_repeated(names: Sequence[str], longer: Sequence[str]) -> list[str]:
    counts = Counter(names)
    return [
        other if counts[name] > 1 else name
        for name, other in zip(names, longer, strict=True)
    ]
