"""What a user passes as a session: a folder, a ``.zip`` or a ``.b3d`` file."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from bige_osim.errors import BigeError, DataError
from bige_osim.io.opensim_files.forces import write_ground_reaction
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.session.archive import unpack
from bige_osim.io.session.read import Session, read_session
from bige_osim.osim.b3d import B3d, file_names, read_b3d
from bige_osim.paths import AnyPath

ARCHIVES = (".zip", ".b3d")


def is_archive(path: AnyPath) -> bool:
    """Say whether a file holds a session, by its ending.

    Examples
    --------
    >>> is_archive("OpenCapData_1234")
    False
    """
    path = Path(path)
    return path.suffix.lower() in ARCHIVES and path.is_file()


@contextmanager
def open_session(source: AnyPath) -> Iterator[Session]:
    """Read a session, whose files are there until the block ends.

    Messages name the archive, not the temporary folder its files are in.

    Parameters
    ----------
    source : a session's folder, the ``.zip`` of one, or a subject's ``.b3d``

    Raises
    ------
    MissingFileError, DataError
        if there is no session there, or it cannot be read
    """
    source = Path(source)
    if not source.is_file():
        yield read_session(source)
        return
    if not is_archive(source):
        raise DataError(
            source,
            expected="a session's folder, .zip or .b3d",
            got="another file",
            remedy="pass the session",
        )
    notes: tuple[str, ...] = ()
    with ExitStack() as stack:
        if source.suffix.lower() == ".zip":
            folder = stack.enter_context(unpack(source))
        else:
            subject = read_b3d(source)
            folder, notes = stack.enter_context(_lay_out(subject)), subject.notes
        try:
            session = read_session(folder, source=source)
            name_source = [
                _replace_folder(text, folder, source) for text in session.problems
            ]
            yield replace(
                session, problems=tuple(name_source), notes=(*session.notes, *notes)
            )
        except BigeError as error:
            error.args = (_replace_folder(str(error), folder, source),)
            raise


def name_source(session: Session, text: str) -> str:
    """Say of a session's archive what a text says of the folder it was unpacked to."""
    return _replace_folder(text, session.path, session.source)


def _replace_folder(text: str, folder: Path, source: Path) -> str:
    return text.replace(str(folder), str(source)) if source.is_file() else text


@contextmanager
def _lay_out(subject: B3d) -> Iterator[Path]:
    """Yield a folder with a subject laid out as AddBiomechanics' results."""
    with tempfile.TemporaryDirectory(prefix="bige-") as temporary:
        folder = Path(temporary)
        for name in ("IK", "ID", "Models"):
            (folder / name).mkdir()
        (folder / "Models" / "final.osim").write_text(subject.model, encoding="utf-8")
        person = {"massKg": subject.mass, "heightM": subject.height, "sex": subject.sex}
        (folder / "_subject.json").write_text(json.dumps(person), encoding="utf-8")
        for name, trial in zip(file_names(subject.trials), subject.trials, strict=True):
            write_motion(folder / f"IK/{name}_ik.mot", trial.motion, in_degrees=False)
            if trial.ground is not None:
                write_ground_reaction(folder / f"ID/{name}_grf.mot", trial.ground)
        yield folder
