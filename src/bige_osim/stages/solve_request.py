"""What ``solve`` is asked for, and the motions that this makes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bige_osim.errors import BigeError, MissingFileError, name_some
from bige_osim.io.session.read import Session
from bige_osim.paths import AnyPath
from bige_osim.solving.solution import SolveConfig


@dataclass(frozen=True, kw_only=True)
class TrialOptions:
    """Options of one trial; ``None`` leaves those of the request.

    Attributes
    ----------
    start, stop : s
    cutoff : low-pass of the motion, Hz
    """

    start: float | None = None
    stop: float | None = None
    cutoff: float | None = None


@dataclass(frozen=True, kw_only=True)
class SolveRequest:
    """What to solve.

    Attributes
    ----------
    source : a session's folder, ``.zip`` or ``.b3d``, or a ``.mot`` file
    model : ``.osim``; the session's own for ``None``
    forces : force plates (``.mot``) of a single motion
    trials : names within a session; all with a motion if empty
    engine : ``fast`` or ``opensim``
    start, stop : s; the whole motion for ``None``
    rate : solved frames per second; ``None`` for the engine's own
    cutoff : low-pass of the motion, Hz
    calibrate : fit the model's masses to the session's force plates first
    contacts : feet and contact points of the model (``profile.toml``)
    anyway : write trials with implausible residuals too, marked
    report : write ``report.html`` of all that the folder then holds
    reference : dataset whose repetitions stand behind the curves of the report
    of_trials : trial -> what is otherwise for it alone
    options_from : files (``bige.toml``) that options came from

    Examples
    --------
    >>> SolveRequest(source="squats1.mot", model="s4.osim").cutoff
    6.0
    """

    source: AnyPath
    model: AnyPath | None = None
    forces: AnyPath | None = None
    trials: tuple[str, ...] = ()
    engine: str = "fast"
    start: float | None = None
    stop: float | None = None
    rate: float | None = None
    cutoff: float = 6.0
    calibrate: bool = False
    contacts: AnyPath | None = None
    anyway: bool = False
    report: bool = True
    reference: AnyPath | None = None
    of_trials: Mapping[str, TrialOptions] = field(default_factory=dict)
    options_from: tuple[AnyPath, ...] = ()


@dataclass(frozen=True)
class Job:
    """A motion to solve.

    Attributes
    ----------
    name : of the trial
    motion, forces, model : its files
    start, stop : s; the whole motion for ``None``
    config : how
    """

    name: str
    motion: Path
    forces: Path | None
    model: Path
    start: float | None
    stop: float | None
    config: SolveConfig


def list_jobs(
    request: SolveRequest, session: Session | None, *, config: SolveConfig
) -> list[Job]:
    """List the motions of a session, or the one that the request names.

    Parameters
    ----------
    request : what is asked for
    session : ``None`` if its source is a single motion
    config : of trials without options of their own

    Raises
    ------
    BigeError
        if the request does not fit its source, or there is nothing to solve
    MissingFileError
        without a model
    """
    found = [_motion(request)] if session is None else _trials(request, session)
    jobs = []
    for name, motion, forces, model in found:
        own = request.of_trials.get(name, TrialOptions())
        jobs.append(
            Job(
                name,
                motion,
                forces,
                model,
                start=request.start if own.start is None else own.start,
                stop=request.stop if own.stop is None else own.stop,
                config=config
                if own.cutoff is None
                else replace(config, cutoff=own.cutoff),
            )
        )
    return jobs


def list_inputs(
    request: SolveRequest, session: Session | None, *, work: Sequence[Job]
) -> list[Path]:
    """Files for the manifest; those out of an archive are the archive."""
    files = [path for job in work for path in (job.motion, job.forces) if path]
    models = list(dict.fromkeys(job.model for job in work))
    extra = [Path(request.contacts)] if request.contacts else []
    extra += [Path(path) for path in request.options_from]
    if session is None:
        return [*models, *files, *extra]
    if request.model is not None:
        return [*models, *session.inputs(*files), *extra]
    return [*session.inputs(*models, *files), *extra]


_Files = tuple[str, Path, Path | None, Path]
"""Of a trial: name, motion, force plates, model."""


def _motion(request: SolveRequest) -> _Files:
    """Motion to solve of a single file."""
    if request.model is None:
        raise BigeError(
            f"{request.source} is a motion without a session; pass its model with "
            "--model."
        )
    model = _check_model(request.model)
    if request.calibrate:
        raise BigeError(
            "--calibrate belongs to a session with force plates, got a single "
            "motion; pass the session's folder instead."
        )
    source = Path(request.source)
    forces = Path(request.forces) if request.forces else None
    return source.stem, source, forces, model


def _trials(request: SolveRequest, session: Session) -> list[_Files]:
    """Motions to solve of a session, each with its model."""
    if request.forces:
        raise BigeError(
            "--grf belongs to one motion, got a session; pass the .mot file instead."
        )
    chosen = [session.trial(name) for name in request.trials] or session.motions
    work = []
    for trial in chosen:
        if trial.motion is None:
            continue
        model = request.model or session.model_of(trial)
        if model is None:
            raise MissingFileError(
                session.source / "OpenSimData" / "Model",
                what="session's model in",
                remedy="pass one with --model",
            )
        work.append((trial.name, trial.motion, trial.forces, _check_model(model)))
    if not work:
        names = name_some(request.trials)
        what = f"the trials {names}" if request.trials else "any trial"
        raise BigeError(
            f"The session {session.source} has no motion (.mot) of {what}; see `bige "
            "info`."
        )
    return work


def _check_model(path: AnyPath) -> Path:
    if not Path(path).is_file():
        raise MissingFileError(Path(path), what="model", remedy="check --model")
    return Path(path)
