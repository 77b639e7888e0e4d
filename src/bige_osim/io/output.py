"""Writing results so that no half file is ever left and nothing is overwritten."""

import json
import math
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bige_osim.errors import ExistingOutputError
from bige_osim.paths import AnyPath
from bige_osim.processes.stopping import promise, temporary_folder, uninterrupted


@contextmanager
def new_file(path: AnyPath, *, force: bool = False) -> Iterator[Path]:
    """Yield a temporary name beside ``path``; rename it to ``path`` at the end.

    An error inside the block removes the temporary file and leaves ``path`` as it was.

    Raises
    ------
    ExistingOutputError
        if ``path`` exists and ``force`` is not set
    """
    path = Path(path)
    if path.exists() and not force:
        raise ExistingOutputError(path)
    with temporary_folder(path.parent) as folder:
        temporary = folder / path.name
        yield temporary
        _follow_umask(temporary, folder=folder)
        temporary.replace(path)


@contextmanager
def new_folder(
    path: AnyPath, *, landmark: str, force: bool = False, add: bool = False
) -> Iterator[Path]:
    """Yield a temporary folder; move what was written there into ``path`` at the end.

    A command that is stopped has moved all of it or nothing, and says which.

    Parameters
    ----------
    path : where the results go; files of other steps in it are left alone
    landmark : the file whose presence says that this step's results are there; it is
        moved last, so a folder that holds it is complete
    add : the landmark may be there: the block has put into the new one what was in it

    Raises
    ------
    ExistingOutputError
        if ``path`` or one of the written files exists and ``force`` is not set
    """
    shown, path = path, Path(path).resolve()  # so that "." has a parent
    if (path / landmark).exists() and not (force or add):
        raise ExistingOutputError(path / landmark)
    whole = False

    def say_kept() -> str:
        return f"{shown} is complete" if whole else f"nothing was written to {shown}"

    with promise(say_kept), temporary_folder(path.parent) as folder:
        temporary = folder / path.name
        temporary.mkdir()
        yield temporary
        for target in _targets(path, temporary).values():
            known = add and target == path / landmark
            if target.exists() and not (force or known):
                raise ExistingOutputError(target)
        with uninterrupted():
            move_into(path, temporary, last=landmark)
            whole = True


def move_into(path: AnyPath, folder: AnyPath, *, last: str = "") -> None:
    """Move all files in ``folder`` to the same places in ``path``, one of them last."""
    path, folder = Path(path), Path(folder)
    targets = _targets(path, folder)
    _follow_umask(*targets, folder=folder)
    for source in sorted(targets, key=lambda p: p.name == last):
        targets[source].parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, targets[source])


def _targets(path: Path, folder: Path) -> dict[Path, Path]:
    """Where the files in ``folder`` go."""
    written = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p: path / p.relative_to(folder) for p in written}


def _follow_umask(*files: Path, folder: Path) -> None:
    """Give files the mode of any new file, so that a group can read them if it may.

    Some writers (safetensors) make files that only their owner reads, and copies keep
    the mode of what was copied. The mode is that of a file made in ``folder``, because
    asking for the umask changes it for a moment, in all threads.
    """
    fresh = folder / ".bige-mode"
    fresh.touch()
    mode = fresh.stat().st_mode & 0o777
    fresh.unlink()
    for file in files:
        if file.stat().st_mode & 0o777 != mode:  # some file systems have no modes
            file.chmod(mode)


def write_json(path: AnyPath, content: dict[str, Any]) -> None:
    """Write ``content`` as indented UTF-8 JSON, made JSON-able by :func:`finite`."""
    path = Path(path)
    text = json.dumps(finite(content), indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def finite(value: Any) -> Any:
    """Make a value JSON-able: tuples to lists, paths to text, NaN to None.

    Examples
    --------
    >>> finite({"a": (1.0, float("nan")), "b": Path("x/y")})
    {'a': [1.0, None], 'b': 'x/y'}
    """
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if isinstance(value, Path):
        return value.as_posix()
    if hasattr(value, "tolist"):  # NumPy scalars and arrays
        return finite(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
