"""OpenCap session folders, in every shape they come in.

A session holds ``OpenSimData/Kinematics`` (or ``IK``) with one ``.mot`` a trial,
``OpenSimData/Model`` with the person's scaled ``.osim``, ``MarkerData`` with ``.trc``
files, ``sessionMetadata.yaml`` (or ``metadata.yaml``) and perhaps ``ForceData`` with
``<trial>_forces.mot``. Anything else in it, pickled videos included, is never opened.
Source: the OpenCap app's downloads, https://www.opencap.ai.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bige_osim.errors import BigeError, MissingFileError, UnknownNameError
from bige_osim.io.outline import ModelOutline, read_outline
from bige_osim.io.trial import Trial, read_trial

__all__ = ["Session", "Trial", "read_session"]

MOTION_FOLDERS = ("OpenSimData/Kinematics", "OpenSimData/IK")
MODEL_FOLDERS = ("OpenSimData/Model", "OpenSimData", ".")
METADATA_FILES = ("sessionMetadata.yaml", "metadata.yaml")
LARGEST_MASS_ERROR = 0.02
"""Part of the person's mass by which the model's may differ unmentioned."""

_SEXES = dict.fromkeys(("f", "w", "female", "woman"), "female")
_SEXES |= dict.fromkeys(("m", "male", "man"), "male")


@dataclass(frozen=True)
class Session:
    """A person's recordings and model.

    Attributes
    ----------
    path : the session's folder
    person : ``subjectID`` of the metadata, else the folder's name
    mass : kg, height : m; ``None`` if the metadata do not say
    sex : ``female``, ``male`` or ``None``
    model : the person's ``.osim``, ``None`` if there is none
    model_name : ``openSimModel`` of the metadata, else the model's own name
    trials : by name; some hold markers or forces only
    problems : what is wrong, one sentence each
    notes : what to know besides, one sentence each
    synthetic : whether the metadata say that a program made it
    """

    path: Path
    person: str
    mass: float | None
    height: float | None
    sex: str | None
    model: Path | None
    model_name: str
    trials: tuple[Trial, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    synthetic: bool = False

    @property
    def motions(self) -> tuple[Trial, ...]:
        """The trials that hold joint angles."""
        return tuple(trial for trial in self.trials if trial.motion is not None)

    def trial(self, name: str) -> Trial:
        """Look a trial up by name; an unknown name is an error."""
        for trial in self.trials:
            if trial.name == name:
                return trial
        names = [trial.name for trial in self.trials]
        raise UnknownNameError("trial", name, names, where=f"The session {self.path}")

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; files relative to the session's folder."""
        return {
            "path": self.path.as_posix(),
            "person": self.person,
            "mass_kg": self.mass,
            "height_m": self.height,
            "sex": self.sex,
            "model": self.model and self.model.relative_to(self.path).as_posix(),
            "model_name": self.model_name,
            "trials": [trial.to_dict(self.path) for trial in self.trials],
            "synthetic": self.synthetic,
            "problems": list(self.problems),
            "notes": list(self.notes),
        }


def read_session(path: Path) -> Session:
    r"""Find out what a session holds and what is wrong with it.

    A missing or damaged part is a problem in the result, not an error: the other
    trials can still be used.

    Parameters
    ----------
    path : the session's folder

    Raises
    ------
    MissingFileError
        if there is no such folder, or it is no OpenCap session

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / "MarkerData").mkdir()
    ...     session = read_session(Path(folder))
    >>> print("\n".join(session.problems))
    There is no sessionMetadata.yaml: mass, height and sex are unknown.
    There is no model (.osim) in OpenSimData/Model; pass one with --model.
    There is no motion (.mot) in OpenSimData/Kinematics or OpenSimData/IK.
    """
    _check_folder(path)
    metadata, problems = _read_metadata(path)
    wanted = str(metadata.get("openSimModel") or "")
    model, notes = _choose_model(path, wanted)
    outline: ModelOutline | None = None
    if model is None:
        problems.append(
            "There is no model (.osim) in OpenSimData/Model; pass one with --model."
        )
    else:
        try:
            outline = read_outline(model)
        except BigeError as error:
            problems.append(str(error))
    mass = _positive(metadata, "mass_kg", problems)
    if outline and mass and abs(outline.mass / mass - 1) > LARGEST_MASS_ERROR:
        problems.append(
            f"The model has a mass of {outline.mass:.1f} kg, the metadata say "
            f"{mass:.1f} kg."
        )
    trials = _read_trials(path, outline, problems=problems)
    sex = str(metadata.get("gender_mf") or metadata.get("sex") or "").strip().lower()
    return Session(
        path=path,
        person=str(metadata.get("subjectID") or path.resolve().name),
        mass=mass,
        height=_positive(metadata, "height_m", problems),
        sex=_SEXES.get(sex),
        model=model,
        model_name=wanted or (outline.name if outline else ""),
        trials=trials,
        problems=tuple(problems),
        notes=tuple(notes),
        synthetic=metadata.get("synthetic") is True,
    )


def _check_folder(path: Path) -> None:
    if not path.exists():
        raise MissingFileError(path, what="session folder")
    if not _is_session(path):
        inside = sorted(p.name for p in path.glob("*/") if _is_session(p))
        raise MissingFileError(
            path / "OpenSimData",
            what="folder",
            remedy=f"pass a session in it: {', '.join(inside)}"
            if inside
            else "pass the folder of an OpenCap session, which holds it",
        )


def _is_session(path: Path) -> bool:
    return (path / "OpenSimData").is_dir() or (path / "MarkerData").is_dir()


def _read_metadata(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Fields of the first metadata file there is, and what is wrong with it."""
    for name in METADATA_FILES:
        if not (path / name).is_file():
            continue
        text = (path / name).read_text(encoding="utf-8", errors="replace")
        try:
            fields = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" from line {mark.line + 1} on" if mark else ""
            return {}, [f"{path / name} is no YAML{line}; export it again."]
        if not isinstance(fields, dict):
            return {}, [f"{path / name} holds no fields; export it again."]
        return fields, []
    return {}, [f"There is no {METADATA_FILES[0]}: mass, height and sex are unknown."]


def _positive(metadata: dict[str, Any], key: str, problems: list[str]) -> float | None:
    """Return a positive number of the metadata; say so if it is none."""
    value = metadata.get(key)
    try:
        number = float(value)  # type: ignore[arg-type]  # None is a TypeError, caught
    except (TypeError, ValueError):
        number = 0.0
    if 0 < number < float("inf"):
        return number
    if metadata:
        found = "nothing" if value is None else f"{value}"
        problems.append(f"The metadata give {found} for {key}.")
    return None


def _choose_model(path: Path, wanted: str) -> tuple[Path | None, list[str]]:
    """Choose the plain scaled model over its variants, and name the others."""
    for folder in MODEL_FOLDERS:
        models = sorted(_files(path / folder, ".osim"), key=lambda m: _rank(m, wanted))
        if models:
            chosen, *others = models
            return chosen, [
                f"{other.relative_to(path)} is there too; {chosen.name} is used."
                for other in others
            ]
    return None, []


def _rank(model: Path, wanted: str) -> tuple[int, int, str]:
    stem = model.stem
    named = (stem == f"{wanted}_scaled", stem == wanted, stem.startswith(wanted))
    return (named.index(True) if any(named) else len(named), len(stem), stem)


def _read_trials(
    path: Path, outline: ModelOutline | None, *, problems: list[str]
) -> tuple[Trial, ...]:
    motions: dict[str, Path] = {}
    for folder in reversed(MOTION_FOLDERS):  # the first folder wins
        motions |= {p.stem: p for p in _files(path / folder, ".mot")}
    if not motions:
        problems.append(f"There is no motion (.mot) in {' or '.join(MOTION_FOLDERS)}.")
    markers = {p.stem: p for p in _files(path / "MarkerData", ".trc")}
    forces = {
        p.stem.removesuffix("_forces"): p for p in _files(path / "ForceData", ".mot")
    }
    trials = []
    for name in sorted({*motions, *markers, *forces}):
        trial, found = read_trial(
            name,
            motion=motions.get(name),
            markers=markers.get(name),
            forces=forces.get(name),
            outline=outline,
        )
        trials.append(trial)
        problems += found
    return tuple(trials)


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    """Files of a folder with this ending; hidden ones, as macOS leaves, are not."""
    for path in sorted(folder.glob("[!.]*")):
        if path.suffix.lower() == suffix and path.is_file():
            yield path
