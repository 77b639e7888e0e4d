"""``solve``: muscle activations of a session's trials, or of one motion file."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from joblib import Parallel, delayed

from bige_osim.data.engines import Engine, make_engine
from bige_osim.data.solution import Solution, SolveConfig, solve_motion
from bige_osim.errors import BigeError, MissingFileError
from bige_osim.io.ground import read_ground_reaction, write_ground_reaction
from bige_osim.io.manifest import Manifest
from bige_osim.io.mot import read_motion
from bige_osim.io.output import new_folder, write_json
from bige_osim.io.series import write_series
from bige_osim.io.session import Session
from bige_osim.motion import GroundReaction
from bige_osim.osim.model import read_model
from bige_osim.stages.masses import fit_masses
from bige_osim.stages.result import Progress, StageResult, named, silent
from bige_osim.stages.source import is_archive, opened, told
from bige_osim.times import end_tolerance


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
    """

    source: Path
    model: Path | None = None
    forces: Path | None = None
    trials: tuple[str, ...] = ()
    engine: str = "fast"
    start: float | None = None
    stop: float | None = None
    rate: float | None = None
    cutoff: float = 6.0
    calibrate: bool = False


CALIBRATED = "calibrated.osim"
"""Name of a model whose masses were fitted, in the output folder."""


@dataclass(frozen=True)
class _Job:
    name: str
    motion: Path
    forces: Path | None


def solve(
    request: SolveRequest,
    *,
    output: Path,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write activations, forces, moments and ground forces per trial, and a manifest.

    A trial that cannot be solved is reported and does not stop the others; if none
    can be, its error is raised.
    """
    settings: dict[str, Any] = {"jobs": jobs, "force": force, "progress": progress}
    if request.source.is_file() and not is_archive(request.source):
        return _solve(request, None, output=output, **settings)
    with opened(request.source) as session:
        return _solve(request, session, output=output, **settings)


def _solve(
    request: SolveRequest,
    session: Session | None,
    *,
    output: Path,
    jobs: int,
    force: bool,
    progress: Progress,
) -> StageResult:
    model, work = _motion(request) if session is None else _trials(request, session)
    config = SolveConfig(cutoff=request.cutoff, rate=request.rate)
    inputs = _inputs(request, session, model=model, work=work)
    manifest = Manifest("solve", inputs=inputs, config=asdict(config))
    with new_folder(output, landmark="solve.json", force=force) as folder:
        masses = None
        if request.calibrate and session is not None:
            with manifest.timed("masses"):
                masses = fit_masses(
                    session, model=model, config=config, output=folder / CALIBRATED
                )
        used = model if masses is None else folder / CALIBRATED
        engine = make_engine(
            request.engine, model=used, spec=read_model(used), config=config.static
        )
        run = _Run(request, engine, config, manifest, folder, progress)
        # OpenSim shares the frames of a trial among processes of its own; a trial of
        # ours is one batch, so the trials share the cores.
        threads = jobs if request.engine == "fast" else 1
        rows = Parallel(n_jobs=threads, prefer="threads")(
            delayed(run.trial)(job, jobs=max(1, jobs // threads)) for job in work
        )
        if len(run.failures) == len(work):
            raise run.failures[0]
        for row in rows:
            if "error" in row and session is not None:
                row["error"] = told(session, row["error"])
        summary = {
            "model": model.name,
            "engine": request.engine,
            "trials": rows,
            "manifest": manifest.to_dict(),
        }
        if masses is not None:
            summary["masses"] = masses.to_dict() | {"text": masses.sentence()}
        write_json(folder / "solve.json", summary)
    return StageResult(summary, _text(summary, output))


@dataclass(frozen=True)
class _Run:
    """What all trials have in common."""

    request: SolveRequest
    engine: Engine
    config: SolveConfig
    manifest: Manifest
    folder: Path
    progress: Progress
    failures: list[BigeError] = field(default_factory=list)

    def trial(self, job: _Job, *, jobs: int) -> dict[str, Any]:
        """Solve and write one trial: its row of the summary, or what is wrong."""
        try:
            motion = read_motion(job.motion, spec=self.engine.skeleton.spec)
            with self.manifest.timed(job.name):
                solution = solve_motion(
                    self.engine,
                    motion,
                    plates=_plates(job.forces),
                    config=self.config,
                    spans=_spans(self.request, motion.time),
                    jobs=jobs,
                    progress=named(self.progress, f"solving {job.name}"),
                )
        except BigeError as error:
            self.failures.append(error)
            return {"trial": job.name, "error": str(error)}
        _write(self.folder, job.name, solution)
        row = {"trial": job.name, **solution.summary()}
        return {**row, "text": _row_text(row)}


def _motion(request: SolveRequest) -> tuple[Path, list[_Job]]:
    """Model and motion to solve of a single file."""
    if request.model is None:
        raise BigeError(
            f"{request.source} is a motion without a session; pass its model with "
            "--model."
        )
    _check_model(request.model)
    if request.calibrate:
        raise BigeError(
            "--calibrate belongs to a session with force plates, got a single "
            "motion; pass the session's folder instead."
        )
    name = request.source.stem
    return request.model, [_Job(name, request.source, request.forces)]


def _trials(request: SolveRequest, session: Session) -> tuple[Path, list[_Job]]:
    """Model and motions to solve of a session."""
    if request.forces:
        raise BigeError(
            "--grf belongs to one motion, got a session; pass the .mot file instead."
        )
    model = request.model or session.model
    if model is None:
        raise MissingFileError(
            session.source / "OpenSimData" / "Model",
            what="session's model in",
            remedy="pass one with --model",
        )
    _check_model(model)
    chosen = [session.trial(name) for name in request.trials] or session.motions
    work = [_Job(t.name, t.motion, t.forces) for t in chosen if t.motion is not None]
    if not work:
        names = ", ".join(request.trials)
        what = f"the trials {names}" if names else "any trial"
        raise BigeError(
            f"The session {session.source} has no motion (.mot) of {what}; see `bige "
            "info`."
        )
    return model, work


def _inputs(
    request: SolveRequest, session: Session | None, *, model: Path, work: list[_Job]
) -> list[Path]:
    """Files for the manifest; those out of an archive are the archive."""
    files = [path for job in work for path in (job.motion, job.forces) if path]
    if session is None:
        return [model, *files]
    if request.model is not None:
        return [model, *session.inputs(*files)]
    return session.inputs(model, *files)


def _check_model(model: Path) -> None:
    if not model.is_file():
        raise MissingFileError(model, what="model", remedy="check --model")


def _plates(path: Path | None) -> GroundReaction | None:
    return read_ground_reaction(path) if path else None


def _spans(
    request: SolveRequest, time: Float[np.ndarray, " T"]
) -> list[tuple[float, float]] | None:
    if request.start is None and request.stop is None:
        return None
    first, last, near = float(time[0]), float(time[-1]), end_tolerance(time)
    start = first if request.start is None else request.start
    stop = last if request.stop is None else request.stop
    if not first - near <= start < stop <= last + near:
        raise BigeError(
            f"Asked to solve {start:g} to {stop:g} s of a motion from {first:g} to "
            f"{last:g} s; correct --from and --to."
        )
    return [(start, stop)]


def _write(folder: Path, name: str, solution: Solution) -> None:
    write_series(
        folder / f"{name}_activations.sto",
        solution.activations.finite(),
        name=f"{name} activations",
    )
    write_series(
        folder / f"{name}_forces.sto",
        solution.forces.finite(),
        name=f"{name} muscle forces",
    )
    write_series(
        folder / f"{name}_moments.sto", solution.moments, name=f"{name} net moments"
    )
    write_ground_reaction(folder / f"{name}_grf.mot", solution.ground)


def _text(summary: dict[str, Any], output: Path) -> str:
    lines = [summary["masses"]["text"]] if "masses" in summary else []
    for row in summary["trials"]:
        if "error" in row:
            lines.append(f"{row['trial']}: not solved. {row['error']}")
            continue
        lines.append(f"{row['trial']}: {row['text']}")
        lines += [f"  {warning}" for warning in row["warnings"]]
    lines.append(f"Written to {output}.")
    return "\n".join(lines)


def _row_text(row: dict[str, Any]) -> str:
    failed = f", {len(row['failed_s'])} failed" if row["failed_s"] else ""
    return (
        f"{row['frames']} frames from {row['from_s']:.2f} to "
        f"{row['to_s']:.2f} s solved{failed}, {1000 * row['seconds_per_frame']:.2g} "
        f"ms a frame; ground reaction {row['ground']}."
    )
