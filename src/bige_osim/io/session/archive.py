"""Zipped sessions, unpacked for as long as a command runs.

Only what a session is read from is taken out; pickles, videos and all else stay packed.
A name that would land outside the folder, a link, or more than there is room for is an
error, for an archive may come from anyone.
"""

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath

from bige_osim.errors import DataError, MissingFileError
from bige_osim.paths import AnyPath

READ_SUFFIXES = frozenset({".mot", ".sto", ".trc", ".osim", ".yaml", ".yml", ".json"})
"""Endings of the files that are unpacked."""

LARGEST_UNPACKED = 2 * 1024**3
"""Bytes that the unpacked files of one archive may fill."""

MOST_FILES = 20_000
"""Files that one archive may hold; a session has hundreds."""

_NO_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    FileExistsError,  # a name that is a file and a folder
    IsADirectoryError,
    NotADirectoryError,
)
_CHUNK = 1024**2


@contextmanager
def unpack(path: AnyPath, *, limit: int = LARGEST_UNPACKED) -> Iterator[Path]:
    """Yield a temporary folder with what is read of a ``.zip``; remove it at the end.

    A single folder at the top, as archives of a folder have, is entered.

    Parameters
    ----------
    path : the ``.zip``
    limit : bytes that the unpacked files may fill, counted while they are written

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is damaged or encrypted, has names that lead out of
        it, links, or more than ``limit`` or :data:`MOST_FILES`.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with zipfile.ZipFile(Path(folder) / "a.zip", "w") as archive:
    ...         archive.writestr("a/sessionMetadata.yaml", "mass_kg: 60")
    ...         archive.writestr("a/Videos/a.pickle", "never unpacked")
    ...     with unpack(Path(folder) / "a.zip") as session:
    ...         [p.name for p in session.rglob("*")]
    ['sessionMetadata.yaml']
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, what="session")
    with tempfile.TemporaryDirectory(prefix="bige-") as temporary:
        folder = Path(temporary)
        try:
            _extract(path, folder, limit=limit)
        except _NO_ZIP as error:
            raise DataError(
                path,
                expected="a whole .zip",
                got=f"one that cannot be read ({error})",
                remedy="download it again",
            ) from error
        yield _inner(folder)


def _extract(path: Path, folder: Path, *, limit: int) -> None:
    room = limit
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MOST_FILES:
            raise DataError(
                path,
                expected=f"a session of at most {MOST_FILES} files",
                got=f"{len(members)}",
                remedy="unpack it and pass the folder",
            )
        for member in members:  # first all, so that nothing of a bad one is written
            _check_member(path, member)
        for member in filter(_is_read, members):
            target = folder / PurePosixPath(member.filename)
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as source, target.open("wb") as file:
                while chunk := source.read(_CHUNK):  # sizes in the header may lie
                    room -= len(chunk)
                    if room < 0:
                        most = f"at most {limit / 1024**2:g} MiB"
                        raise DataError(
                            path,
                            expected=f"{most} of motions, markers and models",
                            got="more",
                            remedy="unpack it and pass the folder",
                        )
                    file.write(chunk)


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    name = member.filename
    windows = PureWindowsPath(name)
    expected, got, remedy = "", repr(name), "unpack it and pass the folder"
    if windows.drive or windows.root or ".." in windows.parts or "\\" in name:
        expected, remedy = "names within the archive", "do not trust this archive"
    elif stat.S_ISLNK(member.external_attr >> 16):
        expected, got = "files and folders", f"a link named {name!r}"
        remedy = "zip the files it leads to"
    elif member.flag_bits & 0x1:
        expected, got = "files without a password", f"{name!r} with one"
    if expected:
        raise DataError(path, expected=expected, got=got, remedy=remedy)


def _is_read(member: zipfile.ZipInfo) -> bool:
    """Say whether to unpack a member; what macOS adds to a ``.zip`` is not."""
    name = PurePosixPath(member.filename)
    hidden = name.name.startswith(".") or "__MACOSX" in name.parts
    return not member.is_dir() and not hidden and name.suffix.lower() in READ_SUFFIXES


def _inner(folder: Path) -> Path:
    """Return the only folder at the top, if there is nothing else, else ``folder``.

    Folders that have a meaning in a session are not entered.
    """
    inside = list(folder.iterdir())
    meaning = {"OpenSimData", "MarkerData", "ForceData", "IK", "ID", "Models"}
    if len(inside) == 1 and inside[0].is_dir() and inside[0].name not in meaning:
        return inside[0]
    return folder
