"""``validate``: re-simulate motions and judge them."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bige_osim.errors import DataError, MissingFileError
from bige_osim.evaluation.motion_validation import MotionValidation
from bige_osim.evaluation.validation import Validation, validate_motion
from bige_osim.guidance.goal import Goal
from bige_osim.io.manifest import Manifest
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.series import read_activations, write_series
from bige_osim.io.output import new_folder, write_json
from bige_osim.io.profile import find_profile
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress, report_as, silent
from bige_osim.solving.contacts import add_contacts
from bige_osim.solving.engines import make_engine
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF, solve_motion
from bige_osim.stages.leftovers import former_results, remove_leftovers_after
from bige_osim.stages.result import StageResult
from bige_osim.stages.text.validate import text_of


@dataclass(frozen=True)
class _Job:
    """A motion to validate, with what a net predicted of it if there is that."""

    name: str
    motion: Path
    activations: Path | None
    goal: Goal | None


def validate(
    sources: Sequence[AnyPath],
    *,
    model: AnyPath,
    output: AnyPath,
    engine: str = "fast",
    rate: float | None = None,
    cutoff: float = SQUAT_CUTOFF,
    contacts: AnyPath | None = None,
    verbose: bool = False,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write ``NN_simulated.sto`` per motion and ``validate.json`` to ``output``.

    Parameters
    ----------
    sources : guide folders (with ``guide.json``) or ``.mot`` files
    model : ``.osim`` of the participant
    engine : ``fast`` or ``opensim``
    rate : solved frames per second; ``None`` for the engine's own
    cutoff : low-pass of the motion, Hz
    contacts : feet and contact points of the model (``profile.toml``)
    verbose : the text gives every reason against every motion

    Raises
    ------
    DataError
        if two motions have the same name and lie in folders of the same name
    """
    model, output = Path(model), Path(output)
    jobs_to_do = _name_apart([job for source in sources for job in _work(Path(source))])
    spec = add_contacts(read_model(model), contacts)
    config = SolveConfig(cutoff=cutoff, rate=rate)
    simulator = make_engine(engine, model=model, spec=spec, config=config.static)
    manifest = Manifest(
        "validate", inputs=[model], config={"engine": engine, **asdict(config)}
    )
    former = former_results(output / "validate.json", _output_names)
    with (
        ExitStack() as after,
        new_folder(output, landmark="validate.json", force=force) as folder,
    ):
        judged = []
        for job in jobs_to_do:
            manifest.inputs += [p for p in (job.motion, job.activations) if p]
            motion = read_motion(job.motion, spec=spec)
            with manifest.time_part(job.name):
                solution = solve_motion(
                    simulator,
                    motion,
                    config=config,
                    jobs=jobs,
                    progress=report_as(progress, f"simulating {job.name}"),
                )
            _write(solution, folder, job.name)
            motion = motion.select(spec.independent_names)
            judged.append(_judge(job, motion, solution, skeleton=simulator.skeleton))
        validation = Validation(tuple(judged))
        summary = {
            "command": "validate",
            "validation": validation.to_dict(),
            "manifest": manifest.to_dict(),
        }
        write_json(folder / "validate.json", summary)
        after.enter_context(
            remove_leftovers_after(output, former, _output_names(summary))
        )
    return StageResult(summary, text_of(validation, output, verbose=verbose))


def _write(solution: Solution, folder: Path, name: str) -> None:
    activations = solution.activations.finite()
    path = folder / f"{name}_simulated.sto"
    write_series(path, activations, name=f"{name} simulated")


def _judge(
    job: _Job, motion: Motion, solution: Solution, *, skeleton: Skeleton
) -> MotionValidation:
    return validate_motion(
        job.name,
        motion=motion,
        solution=solution,
        skeleton=skeleton,
        surrogate=read_activations(job.activations) if job.activations else None,
        goal=job.goal,
        groups=find_profile(skeleton.spec).muscle_groups,
        # Guided motions stand on y = 0; recorded ones where they stood.
        floor=0.0 if job.goal else solution.floor,
    )


def _output_names(summary: Mapping[str, Any]) -> list[str]:
    """Names of the files of every motion."""
    motions = summary["validation"]["motions"]
    return [f"{motion['name']}_simulated.sto" for motion in motions]


def _name_apart(work: Sequence[_Job]) -> list[_Job]:
    """Name motions that share a name after their folders too: their files lie together.

    Motions of two guide folders are all called 01, 02 and so on.
    """
    names = Counter(job.name for job in work)
    told = [
        replace(job, name=f"{job.motion.resolve().parent.name}_{job.name}")
        if names[job.name] > 1
        else job
        for job in work
    ]
    seen: dict[str, Path] = {}
    for job in told:
        if job.name in seen:
            raise DataError(
                job.motion,
                expected="motions or folders of different names",
                got=f"another {job.name} ({seen[job.name]})",
                remedy="validate them one by one or rename a folder",
            )
        seen[job.name] = job.motion
    return told


def _work(source: Path) -> list[_Job]:
    if source.is_file():
        return [_Job(source.stem, source, None, None)]
    listing = source / "guide.json"
    if not listing.is_file():
        raise MissingFileError(
            listing, remedy="pass a folder that `bige guide` wrote, or .mot files"
        )
    try:
        guided = json.loads(listing.read_text(encoding="utf-8"))
        goal = Goal.from_dict(guided["goal"], where=str(listing))
        files = [(row["file"], row["activations"]) for row in guided["motions"]]
        return [_Job(Path(m).stem, source / m, source / a, goal) for m, a in files]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            listing,
            expected="what `bige guide` writes",
            got=f"something else ({error})",
            remedy="guide again",
        ) from error
