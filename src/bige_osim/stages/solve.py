"""``solve``: muscle activations of a session's trials, or of one motion file."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed

from bige_osim.errors import (
    BigeError,
    ExistingOutputError,
    MissingFileError,
    name_some,
)
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_folder, write_json
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, report_as, silent
from bige_osim.solving.contacts import add_contacts
from bige_osim.solving.engines import make_engine
from bige_osim.solving.kinematics_check import judge_kinematics
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.stages.calibrate import fit_masses
from bige_osim.stages.open_session import is_archive, name_source, open_session
from bige_osim.stages.opensim_folder import OpenSimFolders
from bige_osim.stages.report import REPORT, report_solved
from bige_osim.stages.result import StageResult
from bige_osim.stages.solve_request import Job, SolveRequest, list_inputs, list_jobs
from bige_osim.stages.solved_folder import (
    SUMMARY,
    join_summaries,
    read_summary,
    row_text,
    text_of,
    write_model,
    write_solution,
)
from bige_osim.stages.solved_motion import solve_file

CALIBRATED = "calibrated.osim"
"""Name of a model whose masses were fitted, in the output folder."""

IMPLAUSIBLE = 3
"""Exit code when the residuals of a trial are beyond what can be."""


def solve(
    request: SolveRequest,
    *,
    output: AnyPath,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write activations, forces, moments and ground forces per trial, and a manifest.

    Each trial has a folder beside them that OpenSim re-runs it from.

    A trial that cannot be solved is reported and does not stop the others; if none
    can be, its error is raised. One whose residuals are implausible has failed: it is
    reported, and written only if the request says so. Trials that the folder holds
    already stay in its summary.
    """
    source, output = Path(request.source), Path(output)
    with ExitStack() as stack:
        session = None
        if is_archive(source) or not source.is_file():
            session = stack.enter_context(open_session(source))
        config = SolveConfig(cutoff=request.cutoff, rate=request.rate)
        work = list_jobs(request, session, config=config)
        before = read_summary(output / SUMMARY, [job.name for job in work], force=force)
        _check_report(request, output, again=force or before is not None)
        inputs = list_inputs(request, session, work=work)
        manifest = Manifest("solve", inputs=inputs, config=asdict(config))
        folder = stack.enter_context(
            new_folder(output, landmark=SUMMARY, force=force, add=True)
        )
        masses, calibrated = None, None
        if request.calibrate and session is not None:
            with manifest.time_part("masses"):
                calibrated = folder / CALIBRATED
                masses = fit_masses(
                    session, model=work[0].model, config=config, output=calibrated
                )
        run = _Run(request, config, manifest, folder, progress, calibrated)
        run.make_engines(work, known=output)
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
                row["error"] = name_source(session, row["error"])
        summary = {
            "model": name_some(dict.fromkeys(job.model.name for job in work)),
            "engine": request.engine,
            "trials": rows,
            "manifest": manifest.to_dict(),
        }
        if masses is not None:
            summary["masses"] = masses.to_dict() | {"text": masses.sentence()}
        write_json(folder / SUMMARY, join_summaries(before, summary))
    text = text_of(summary, output)
    if request.report:
        text += "\n" + report_solved(output, reference=request.reference)
    return StageResult(summary, text, exit_code=_exit_code(rows))


@dataclass(frozen=True)
class _Run:
    """What all trials have in common.

    Attributes
    ----------
    folders : for OpenSim, with the engine, by the model's path; filled by
        :meth:`make_engines`
    descriptions : files of the models' descriptions, likewise
    failures : errors of trials that could not be solved
    """

    request: SolveRequest
    config: SolveConfig
    manifest: Manifest
    folder: Path
    progress: Progress
    calibrated: Path | None
    folders: dict[Path, OpenSimFolders] = field(default_factory=dict)
    descriptions: dict[Path, str] = field(default_factory=dict)
    failures: list[BigeError] = field(default_factory=list)

    def make_engines(self, work: Sequence[Job], *, known: Path) -> None:
        """Make every model ready, once each; describe those not in ``known`` yet."""
        for model in dict.fromkeys(job.model for job in work):
            path = self.calibrated or model
            spec = add_contacts(read_model(path), self.request.contacts)
            engine = make_engine(
                self.request.engine, model=path, spec=spec, config=self.config.static
            )
            self.folders[model] = OpenSimFolders(engine)
            self.descriptions[model] = write_model(self.folder, spec, known=known)

    def trial(self, job: Job, *, jobs: int) -> dict[str, Any]:
        """Solve and write one trial: its row of the summary, or what is wrong."""
        folders = self.folders[job.model]
        engine = folders.engine
        try:
            motion, solution = solve_file(
                engine,
                job.motion,
                forces=job.forces,
                config=job.config,
                start=job.start,
                stop=job.stop,
                jobs=jobs,
                progress=report_as(self.progress, f"solving {job.name}"),
                timing=self.manifest.time_part(job.name),
            )
        except BigeError as error:
            self.failures.append(error)
            return {"trial": job.name, "error": str(error)}
        written = self.request.anyway or not solution.failure
        moved = (
            write_solution(self.folder, job.name, solution, folders=folders)
            if written
            else None
        )
        row = {
            "trial": job.name,
            "model": job.model.name,
            "description": self.descriptions[job.model],
            "engine": engine.name,
            "cutoff_hz": job.config.cutoff,
            **solution.summary(),
            "kinematics": list(judge_kinematics(motion, engine.skeleton)),
            "failure": solution.failure or None,
            "likely_causes": _likely_causes(solution),
            "written": written,
            "motion": moved,
        }
        return {**row, "text": row_text(row)}


def _likely_causes(solution: Solution) -> list[str]:
    """Warnings that may say why a solution failed: those of anything but residuals."""
    if solution.residual is None or not solution.failure:
        return []
    consequences = solution.residual.warnings()
    return [text for text in solution.warnings if text not in consequences]


def _check_report(request: SolveRequest, output: Path, *, again: bool) -> None:
    """Refuse before anything is solved what would fail after it."""
    if request.reference is not None and not Path(request.reference).is_file():
        raise MissingFileError(
            Path(request.reference), what="dataset", remedy="check --reference"
        )
    if request.report and not again and (output / REPORT).exists():
        raise ExistingOutputError(output / REPORT)


def _exit_code(rows: Sequence[dict[str, Any]]) -> int:
    failed = any(row.get("failure") or "error" in row for row in rows)
    return IMPLAUSIBLE if failed else 0
