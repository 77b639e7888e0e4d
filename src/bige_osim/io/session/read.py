"""A participant's recordings, in every shape they come in.

OpenCap's folders (:mod:`~bige_osim.io.session.opencap`), AddBiomechanics' results and
loose files beside a model (:mod:`~bige_osim.io.session.addbiomechanics`). What is not a
motion, markers, forces, a model or metadata, pickled videos included, is never opened.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bige_osim.errors import (
    BigeError,
    MissingFileError,
    UnknownNameError,
    count_nouns,
    name_some,
)
from bige_osim.io.opensim_files.osim_header import OsimHeader
from bige_osim.io.session.addbiomechanics import INNER, find_addbiomechanics, find_loose
from bige_osim.io.session.external_simulations import Simulation, read_simulation
from bige_osim.io.session.layout import METADATA_FILES, Layout
from bige_osim.io.session.models import SessionModels, model_mass, read_models
from bige_osim.io.session.opencap import find_opencap
from bige_osim.io.session.participant import Participant, read_participant
from bige_osim.io.session.trial import Trial, read_trial
from bige_osim.paths import AnyPath


@dataclass(frozen=True)
class Session:
    """A participant's recordings and model.

    Attributes
    ----------
    path : the session's folder
    person : ``subjectID`` of the metadata, else the session's name
    mass : kg, height : m; ``None`` if nothing says it
    sex : ``female``, ``male`` or ``None``
    model : the participant's ``.osim``; ``None`` if there is none, or one for each
        trial (:meth:`model_of`)
    model_name : ``openSimModel`` of the metadata, else the model's own name
    trials : by name; some hold markers or forces only
    problems : what is wrong, one sentence each
    notes : what to know besides, one sentence each
    synthetic : whether the metadata say that a program made it
    source : what was passed: the folder, or the archive it was unpacked from
    name : of the folder or archive, without the ending
    layout : how the files are arranged, in words
    simulations : of its trials, by others; never measured, never labels
    licence : under which the recordings may be used: what the metadata say, else the
        name of a licence file beside them, else ""
    derived_from : the participant whose recorded motions were copied, "" if nobody's
        were
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
    notes: tuple[str, ...]
    synthetic: bool
    source: Path
    name: str
    layout: str
    simulations: tuple[Simulation, ...]
    licence: str
    derived_from: str

    def __repr__(self) -> str:
        """Say what it holds in one line."""
        mass = "unknown mass" if self.mass is None else f"{self.mass:.1f} kg"
        parts = [count_nouns(len(self.trials), "trial")]
        parts += [f"{len(self.motions)} with motion", mass]
        parts.append(f"model {self.model.name}" if self.model else "no model")
        if self.problems:
            parts.append(count_nouns(len(self.problems), "problem"))
        return f"Session({self.name}: {', '.join(parts)})"

    @property
    def motions(self) -> tuple[Trial, ...]:
        """The trials that hold joint angles."""
        return tuple(trial for trial in self.trials if trial.motion is not None)

    def model_of(self, trial: Trial) -> Path | None:
        """Return the ``.osim`` of a trial: its own, else the session's."""
        return trial.model or self.model

    @property
    def models(self) -> tuple[Path, ...]:
        """Models of the trials with a motion, each once; without any the session's."""
        found = [self.model_of(trial) for trial in self.motions] or [self.model]
        return tuple(dict.fromkeys(model for model in found if model is not None))

    def trial(self, name: str) -> Trial:
        """Look a trial up by name; an unknown one is an ``UnknownNameError``."""
        trials = {trial.name: trial for trial in self.trials}
        if name not in trials:
            where = f"The session {self.source}"
            raise UnknownNameError("trial", name, trials, where=where)
        return trials[name]

    def inputs(self, *files: Path | None) -> list[Path]:
        """Files that were read, for a manifest: the archive, if they come from one."""
        if self.source.is_file():
            return [self.source]
        return [path for path in files if path]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; files relative to the session's folder."""
        return {
            "path": self.source.as_posix(),
            "name": self.name,
            "layout": self.layout,
            "person": self.person,
            "mass_kg": self.mass,
            "height_m": self.height,
            "sex": self.sex,
            "model": self.model and self.model.relative_to(self.path).as_posix(),
            "model_name": self.model_name,
            "trials": [trial.to_dict(self.path) for trial in self.trials],
            "simulations": [s.to_dict(self.path) for s in self.simulations],
            "synthetic": self.synthetic,
            "derived_from": self.derived_from or None,
            "licence": self.licence or None,
            "problems": list(self.problems),
            "notes": list(self.notes),
        }


def read_session(path: AnyPath, *, source: AnyPath | None = None) -> Session:
    r"""Find out what a session holds and what is wrong with it.

    A missing or damaged part is a problem in the result, not an error: the other
    trials can still be used.

    Parameters
    ----------
    path : the session's folder
    source : the archive that the folder was unpacked from, if it was

    Raises
    ------
    MissingFileError
        if there is no such folder, or it is no session

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
    path = Path(path)
    layout = _find(path)
    problems: list[str] = []
    notes = list(layout.notes)
    person = Participant()
    if layout.metadata is not None:
        person, problems = read_participant(layout.metadata)
    elif not layout.mass_from_model:
        problems.append(
            f"There is no {METADATA_FILES[0]}: mass, height and sex are unknown."
        )
    models = read_models(
        layout, wanted=person.model_name, problems=problems, notes=notes
    )
    mass = person.mass
    if layout.metadata is None and layout.mass_from_model and models.osim:
        mass = model_mass(models.osim, notes=notes, problems=problems)
    (notes if layout.fitted_mass else problems).extend(models.mass_differences(mass))
    if person.one_camera and not layout.markers:
        layout = replace(layout, marker_place=None)
    trials = _read_trials(layout, models, mass=mass, problems=problems, notes=notes)
    osim = models.any_osim
    simulations = _read_simulations(layout, osim, problems=problems)
    name = _name(path, layout, None if source is None else Path(source))
    return Session(
        path=layout.root,
        person=person.name or name,
        mass=mass,
        height=person.height,
        sex=person.sex,
        model=models.model,
        model_name=person.model_name or (osim.name if osim else ""),
        trials=trials,
        problems=tuple(problems),
        notes=tuple(notes),
        synthetic=person.synthetic,
        source=path if source is None else Path(source),
        name=name,
        layout=layout.kind,
        simulations=simulations,
        licence=person.licence or _licence_file(layout.root),
        derived_from=person.derived_from,
    )


def _licence_file(folder: Path) -> str:
    """Name of a licence's file beside the recordings."""
    found = sorted(p.name for p in folder.glob("LICEN[CS]E*") if p.is_file())
    return f"see {found[0]}" if found else ""


def _find(path: Path) -> Layout:
    if not path.exists():
        raise MissingFileError(path, what="session folder")
    layout = _layout(path)
    if layout is None:
        inside = sorted(p.name for p in path.glob("*/") if _layout(p))
        raise MissingFileError(
            path / "OpenSimData",
            what="folder",
            remedy=f"pass a session in it: {name_some(inside)}"
            if inside
            else "pass the folder of an OpenCap session, which holds it",
        )
    return layout


def _layout(path: Path) -> Layout | None:
    """How the files of a folder are arranged; ``None`` if it is no session."""
    if (path / "OpenSimData").is_dir():
        return find_opencap(path)
    return find_addbiomechanics(path) or find_opencap(path) or find_loose(path)


def _name(path: Path, layout: Layout, source: Path | None) -> str:
    """Name of what was passed; of the subject if that only says ``results``."""
    if source is not None and source.is_file():
        return source.stem
    whole = path.resolve()
    if layout.root.resolve() != whole:  # motions of one way within a session
        inside = whole.relative_to(layout.root.resolve() / "OpenSimData")
        return f"{layout.root.resolve().name} {inside.as_posix()}"
    return whole.parent.name if whole.name in INNER else whole.name


def _read_trials(
    layout: Layout,
    models: SessionModels,
    *,
    mass: float | None,
    problems: list[str],
    notes: list[str],
) -> tuple[Trial, ...]:
    if not layout.motions:
        problems.append(f"There is no motion (.mot) in {layout.motion_place}.")
    mass = mass or (models.osim.mass if models.osim else None)
    trials = []
    for name in sorted({*layout.motions, *layout.markers, *layout.forces}):
        model, osim = models.of(name)
        trial, found, known = read_trial(
            name,
            motion=layout.motions.get(name),
            markers=layout.markers.get(name),
            forces=layout.forces.get(name),
            osim=osim,
            marker_place=layout.marker_place,
            model=model,
            mass=mass or (osim.mass if osim else None),
        )
        trials.append(trial)
        problems += found
        notes += known
    return tuple(trials)


def _read_simulations(
    layout: Layout, osim: OsimHeader | None, *, problems: list[str]
) -> tuple[Simulation, ...]:
    coordinates = osim.coordinates if osim else ()
    found = []
    for path in layout.simulations:
        try:
            found.append(
                read_simulation(path, trials=layout.motions, coordinates=coordinates)
            )
        except BigeError as error:
            problems.append(str(error))
    return tuple(found)
