"""Tables of names: which muscles of a model a channel of EMG stands for.

``names.toml`` has one table::

    [muscles]
    VM_R = "vasmed_r"
    HAM_R = ["semimem_r", "semiten_r"]

A ``.csv`` has a line for each name, which the muscles follow: ``VM_R,vasmed_r`` or
``HAM_R,semimem_r,semiten_r``. Lines that begin with ``#`` are passed over.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from bige_osim.errors import DataError
from bige_osim.io.opensim_files.rows import number_rows, read_lines
from bige_osim.io.tables import Names, TomlTable, read_toml
from bige_osim.paths import AnyPath


def _list_one(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class NamesFile(TomlTable):
    """The content of ``names.toml``.

    Attributes
    ----------
    muscles : name -> the muscle or muscles that it stands for
    """

    muscles: dict[str, Annotated[Names, BeforeValidator(_list_one)]]


def read_muscle_names(path: AnyPath) -> Mapping[str, tuple[str, ...]]:
    r"""Read a table of names: name -> one muscle or more.

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is damaged: no TOML, unknown keys, a line without
        a muscle, a name or muscle that is repeated, nothing at all.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "names.csv"
    ...     _ = path.write_text("VM_R,vasmed_r\nHAM_R,semimem_r,semiten_r\n")
    ...     read_muscle_names(path)
    {'VM_R': ('vasmed_r',), 'HAM_R': ('semimem_r', 'semiten_r')}
    """
    path = Path(path)
    if path.suffix.lower() == ".toml":
        names: Mapping[str, tuple[str, ...]] = read_toml(
            path, NamesFile, what="table of names"
        ).muscles
    else:
        names = _read_lines(path)
    if not names or not all(names.values()):
        bare = [name for name, muscles in names.items() if not muscles]
        raise DataError(
            path,
            column=bare[0] if bare else None,
            expected="a name and the muscles that it stands for",
            got="no muscle" if bare else "none",
            remedy="write, for example, VM_R and vasmed_r",
        )
    return names


def _read_lines(path: Path) -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for line, text in number_rows(read_lines(path, what="table of names"), after=0):
        if text.startswith("#"):
            continue
        name, *muscles = [cell.strip().strip('"') for cell in text.split(",")]
        muscles = [muscle for muscle in muscles if muscle]
        if name in names or len(set(muscles)) < len(muscles):
            raise DataError(
                path,
                row=line,
                expected="every name once, and every muscle once beside it",
                got=text,
                remedy="put all muscles of a name into one line",
            )
        names[name] = tuple(muscles)
    return names
