"""``studio``: the bodies to choose from, with their motions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bige_osim.errors import BigeError, DataError, MissingFileError
from bige_osim.io.session.read import Session, read_session
from bige_osim.paths import AnyPath

MOST = 200
"""Bodies of one folder that are listed."""


@dataclass(frozen=True)
class OwnMotion:
    """A recorded motion.

    Attributes
    ----------
    name : of the trial
    file : ``.mot``
    """

    name: str
    file: Path


@dataclass(frozen=True, kw_only=True)
class Body:
    """A participant's model, and what was recorded of the participant.

    Attributes
    ----------
    name : of the session or of the model's file
    model : ``.osim``
    mass : kg; height : m; ``None`` if nothing says it
    synthetic : whether a program made the participant
    motions : recorded, by name
    """

    name: str
    model: Path
    mass: float | None = None
    height: float | None = None
    synthetic: bool = False
    motions: tuple[OwnMotion, ...] = ()

    def describe(self) -> str:
        """Say in a line who it is.

        Examples
        --------
        >>> Body(name="s4", model=Path("s4.osim"), mass=62.6, height=1.7).describe()
        's4, 62.6 kg, 1.70 m'
        """
        parts = [self.name]
        parts += [f"{self.mass:.1f} kg"] if self.mass else []
        parts += [f"{self.height:.2f} m"] if self.height else []
        parts += ["synthetic"] if self.synthetic else []
        return ", ".join(parts)


def open_body(path: AnyPath) -> Body:
    """Read a session's folder, or take a model without one.

    Raises
    ------
    MissingFileError, DataError
        There is no such file, it is neither, or the session has no model.
    """
    path = Path(path).expanduser().resolve()
    if not path.exists():
        raise MissingFileError(path, what="session or model")
    if path.is_file():
        if path.suffix.lower() != ".osim":
            raise DataError(
                path,
                expected="a session's folder or a model (.osim)",
                got=f"a {path.suffix or 'nameless'} file",
                remedy="unpack archives first",
            )
        return Body(name=path.stem, model=path)
    return _of_session(read_session(path))


def _of_session(session: Session) -> Body:
    model = next(iter(session.models), None)
    if model is None:
        raise DataError(
            session.path,
            expected="a session with a model (.osim)",
            got="none",
            remedy="choose a model's file instead",
        )
    return Body(
        name=session.name,
        model=model.resolve(),
        mass=session.mass,
        height=session.height,
        synthetic=session.synthetic,
        motions=tuple(
            OwnMotion(trial.name, trial.motion.resolve())
            for trial in session.motions
            if trial.motion is not None and session.model_of(trial) == model
        ),
    )


def find_bodies(paths: Iterable[AnyPath]) -> list[Body]:
    """List the bodies at paths: sessions, models, and folders that have them within.

    What cannot be read within a folder is left out; a path that was named and is none
    of these is an error.

    Raises
    ------
    MissingFileError, DataError
        A path is not there, or a file is no model.
    """
    found: dict[Path, Body] = {}
    for path in map(Path, paths):
        try:
            bodies = [open_body(path)]
        except BigeError:
            if not path.is_dir():
                raise
            bodies = list(_within(path))
        found |= {body.model: body for body in bodies[:MOST]}
    return list(found.values())


def _within(folder: Path) -> Iterator[Body]:
    """Bodies one level below a folder."""
    for path in sorted(folder.iterdir()):
        looks_right = path.is_dir() or path.suffix.lower() == ".osim"
        if looks_right and not path.name.startswith("."):
            try:
                yield open_body(path)
            except (BigeError, OSError):
                continue
