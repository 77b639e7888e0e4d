"""``collect``: find the repetitions of sessions, solve them, make one dataset."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bige_osim.data.dataset import make_dataset
from bige_osim.data.engines import REFERENCE_RATE, Engine, make_engine
from bige_osim.data.repetition import Detection, Repetition
from bige_osim.data.repetitions import find_all, find_exercise
from bige_osim.data.sample import Labels, Sample, make_sample
from bige_osim.data.signals import make_signals
from bige_osim.data.solution import SQUAT_CUTOFF, SolveConfig, solve_motion
from bige_osim.errors import (
    BigeError,
    DatasetError,
    ExistingOutputError,
    ModelError,
)
from bige_osim.io.dataset import write_dataset
from bige_osim.io.ground import read_ground_reaction
from bige_osim.io.manifest import Manifest
from bige_osim.io.mot import read_motion
from bige_osim.io.output import new_file, write_json
from bige_osim.io.profile import contact_spheres
from bige_osim.io.session import Session
from bige_osim.io.trial import Trial
from bige_osim.motion import Motion
from bige_osim.osim.model import read_model
from bige_osim.physics.skeleton import Skeleton
from bige_osim.spec import ModelSpec
from bige_osim.stages.found import (
    count_rows,
    notable,
    nothing_found,
    repetition_row,
    text_of,
)
from bige_osim.stages.result import Progress, StageResult, named, silent
from bige_osim.stages.source import opened


@dataclass
class _Collected:
    """What has been found so far."""

    samples: list[Sample] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def collect(
    sessions: Sequence[Path],
    *,
    output: Path,
    engine: str = "fast",
    rate: float | None = None,
    cutoff: float = SQUAT_CUTOFF,
    exercises: Sequence[str] = ("squat",),
    plots: Path | None = None,
    dry_run: bool = False,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write the dataset ``output`` and ``collect.json`` beside it.

    Parameters
    ----------
    sessions : folders, ``.zip`` or ``.b3d`` files; two of the same person are two
        sessions of one person
    engine : ``fast`` or ``opensim``
    rate : solved frames per second; ``None`` for the engine's own
    cutoff : low-pass of the motion, Hz
    exercises : which are looked for; no movement is taken for two of them
    plots : folder for a figure of each trial with what was found
    dry_run : find the repetitions, solve and write nothing
    """
    report = output.with_name("collect.json")
    for path in (output, report):
        if path.exists() and not (force or dry_run):
            raise ExistingOutputError(path)
    for name in exercises:
        find_exercise(name)
    config = SolveConfig(cutoff=cutoff, rate=rate)
    manifest = Manifest(
        "collect",
        config={"engine": engine, "exercises": list(exercises), **asdict(config)},
    )
    found = _Collected()
    draw = None if plots is None else _Plots(plots, force=force)
    for path in sessions:
        with manifest.timed(path.name), opened(path) as session:
            _collect_session(
                session, found, manifest, engine=engine,
                config=None if dry_run else config, exercises=exercises, draw=draw,
                jobs=jobs, progress=progress,
            )  # fmt: skip
    manifest.warnings += found.warnings
    summary: dict[str, Any] = {
        "repetitions": {
            "accepted": sum(row["accepted"] for row in found.rows),
            "rejected": sum(len(row["rejected"]) for row in found.rows),
        },
        "exercises": count_rows(found.rows, exercises),
        "trials": found.rows,
    }
    if draw is not None and draw.written:
        summary["plots"] = [path.as_posix() for path in draw.written]
    if not dry_run:
        if not found.samples:
            raise DatasetError(nothing_found(found.rows, sessions, exercises))
        with new_file(output, force=force) as temporary:
            dataset = make_dataset(found.samples, cutoff=config.cutoff)
            write_dataset(dataset, temporary)
        people = {s.labels.person: s.labels for s in found.samples}
        summary["people"] = {
            name: {"height_m": p.height_m, "mass_kg": p.mass_kg, "source": p.source}
            for name, p in people.items()
        }
        summary["content_hash"] = dataset.attrs["content_hash"]
        summary["manifest"] = manifest.to_dict()
        with new_file(report, force=force) as temporary:
            write_json(temporary, summary)
    return StageResult(summary, text_of(summary, None if dry_run else output))


def _collect_session(
    session: Session,
    found: _Collected,
    manifest: Manifest,
    *,
    engine: str,
    config: SolveConfig | None,
    exercises: Sequence[str],
    draw: "_Plots | None",
    jobs: int,
    progress: Progress,
) -> None:
    path = session.source
    if session.model is None:
        raise DatasetError(
            f"The session {path} has no model (.osim) in OpenSimData/Model; put the "
            "person's scaled model there."
        )
    if session.height is None and config is not None:
        raise DatasetError(
            f"The session {path} does not state the person's height, which the nets "
            "need; write height_m (metres) into its sessionMetadata.yaml."
        )
    manifest.inputs += session.inputs(session.model)
    spec = read_model(session.model)
    skeleton = _standing_skeleton(spec)
    simulator: Engine | None = None
    for trial in session.motions:
        if trial.motion is None:
            continue
        motion = read_motion(trial.motion, spec=spec)
        detections = find_all(motion, exercises=exercises, skeleton=skeleton)
        if draw is not None:
            draw(session, trial, motion, notable(detections))
        accepted = [one for each in detections.values() for one in each.accepted]
        failed: list[dict[str, Any]] = []
        if config is not None and accepted:
            manifest.inputs += session.inputs(trial.motion, trial.forces)
            simulator = simulator or make_engine(
                engine, model=session.model, spec=spec, config=config.static
            )
            samples, failed = _solve_trial(
                session, trial, motion, simulator, accepted, config=config, jobs=jobs,
                progress=progress, warnings=found.warnings,
            )  # fmt: skip
            found.samples += samples
            accepted = [sample.repetition for sample in samples]
        found.rows += _rows(session, trial, detections, accepted, failed)


def _standing_skeleton(spec: ModelSpec) -> Skeleton | None:
    """Make a skeleton that knows its feet; ``None`` for a model without any."""
    try:
        return Skeleton(spec, contacts=contact_spheres(spec), fill=True)
    except ModelError:
        return None


def _rows(
    session: Session,
    trial: Trial,
    detections: dict[str, Detection],
    accepted: Sequence[Repetition],
    failed: Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """One row for each exercise: what was accepted, what was rejected and why."""
    rows = []
    for name, shown in notable(detections).items():
        own = [one for one in accepted if one.exercise == name]
        rejected = [
            repetition_row(one) | ({} if one in shown.rejected else {"hidden": True})
            for one in detections[name].rejected
        ]
        rows.append(
            {
                "session": session.name,
                "person": session.person,
                "trial": trial.name,
                "exercise": name,
                "accepted": len(own),
                "repetitions": [repetition_row(one) for one in own],
                "rejected": rejected + [r for r in failed if r["exercise"] == name],
            }
        )
    return rows


class _Plots:
    """Draws every trial into a folder."""

    def __init__(self, folder: Path, *, force: bool) -> None:
        self.folder, self.force = folder, force
        self.written: list[Path] = []

    def __call__(
        self,
        session: Session,
        trial: Trial,
        motion: Motion,
        detections: dict[str, Detection],
    ) -> None:
        # matplotlib is slow to load, and most runs draw nothing
        from bige_osim.report.repetition_plots import repetition_figure, write_png

        path = self.folder / f"{session.name}_{trial.name}.png"
        figure = repetition_figure(
            make_signals(motion), detections, title=f"{session.name}  {trial.name}"
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        with new_file(path, force=self.force) as temporary:
            write_png(figure, temporary)
        self.written.append(path)


def _solve_trial(
    session: Session,
    trial: Trial,
    motion: Motion,
    engine: Engine,
    repetitions: Sequence[Repetition],
    *,
    config: SolveConfig,
    jobs: int,
    progress: Progress,
    warnings: list[str],
) -> tuple[list[Sample], list[dict[str, Any]]]:
    """Solve a trial: its samples, and rows of those that could not be solved."""
    assert session.height is not None
    spec = engine.skeleton.spec
    label = f"{session.person} {trial.name}"
    # OpenSim is slow: it solves the repetitions only, with a frame to either side for
    # the splines.
    margin = 1.5 / (config.rate or REFERENCE_RATE)
    first, last = float(motion.time[0]), float(motion.time[-1])
    spans = [
        (max(r.start - margin, first), min(r.stop + margin, last)) for r in repetitions
    ]
    solution = solve_motion(
        engine,
        motion,
        plates=read_ground_reaction(trial.forces) if trial.forces else None,
        config=config,
        spans=spans,
        jobs=jobs,
        progress=named(progress, f"solving {label}"),
    )
    warnings += [f"{label}: {warning}" for warning in solution.warnings]
    labels = Labels(
        person=session.person,
        session=session.name,
        trial=trial.name,
        source="synthetic" if session.synthetic else "measured",
        engine=engine.name,
        height_m=session.height,
        mass_kg=spec.mass,
        leg_length_m=engine.skeleton.leg_length(),
    )
    samples, failed = [], []
    for repetition in repetitions:
        try:
            samples.append(
                make_sample(
                    repetition,
                    solution=solution,
                    spec=spec,
                    labels=labels,
                )
            )
        except BigeError as error:
            failed.append(repetition_row(repetition) | {"reasons": [str(error)]})
    return samples, failed
