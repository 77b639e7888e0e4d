"""``collect``: find the squats of sessions, solve them, make one dataset."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.data.dataset import make_dataset
from bige_osim.data.engines import REFERENCE_RATE, Engine, make_engine
from bige_osim.data.repetitions import Repetition, find_squats
from bige_osim.data.sample import Labels, Sample, make_sample
from bige_osim.data.solution import SQUAT_CUTOFF, SolveConfig, solve_motion
from bige_osim.errors import BigeError, DatasetError, ExistingOutputError
from bige_osim.io.dataset import write_dataset
from bige_osim.io.ground import read_ground_reaction
from bige_osim.io.manifest import Manifest
from bige_osim.io.mot import read_motion
from bige_osim.io.output import new_file, write_json
from bige_osim.io.session import Session, read_session
from bige_osim.io.trial import Trial
from bige_osim.motion import Motion
from bige_osim.osim.model import read_model
from bige_osim.stages.result import Progress, StageResult, named, silent


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
    dry_run: bool = False,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write the dataset ``output`` and ``collect.json`` beside it.

    Parameters
    ----------
    sessions : session folders; two of the same person are two sessions of one person
    engine : ``fast`` or ``opensim``
    rate : solved frames per second; ``None`` for the engine's own
    cutoff : low-pass of the motion, Hz
    dry_run : find the repetitions, solve and write nothing
    """
    report = output.with_name("collect.json")
    for path in (output, report):
        if path.exists() and not (force or dry_run):
            raise ExistingOutputError(path)
    config = SolveConfig(cutoff=cutoff, rate=rate)
    manifest = Manifest("collect", config={"engine": engine, **asdict(config)})
    found = _Collected()
    for path in sessions:
        with manifest.timed(path.name):
            _collect_session(
                path, found, manifest, engine=engine,
                config=None if dry_run else config, jobs=jobs, progress=progress,
            )  # fmt: skip
    manifest.warnings += found.warnings
    summary: dict[str, Any] = {
        "repetitions": {
            "accepted": sum(row["accepted"] for row in found.rows),
            "rejected": sum(len(row["rejected"]) for row in found.rows),
        },
        "trials": found.rows,
    }
    if not dry_run:
        if not found.samples:
            raise DatasetError(_nothing_found(found, sessions))
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
    return StageResult(summary, _text(summary, None if dry_run else output))


def _collect_session(
    path: Path,
    found: _Collected,
    manifest: Manifest,
    *,
    engine: str,
    config: SolveConfig | None,
    jobs: int,
    progress: Progress,
) -> None:
    session = read_session(path)
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
    manifest.inputs.append(session.model)
    spec = read_model(session.model)
    simulator: Engine | None = None
    for trial in session.motions:
        if trial.motion is None:
            continue
        motion = read_motion(trial.motion, spec=spec)
        detection = find_squats(motion)
        rejected = [_row(r) for r in detection.rejected]
        accepted = list(detection.accepted)
        if config is not None and accepted:
            manifest.inputs += [p for p in (trial.motion, trial.forces) if p]
            simulator = simulator or make_engine(
                engine, model=session.model, spec=spec, config=config.static
            )
            samples, failed = _solve_trial(
                session, trial, motion, simulator, accepted, config=config, jobs=jobs,
                progress=progress, warnings=found.warnings,
            )  # fmt: skip
            found.samples += samples
            rejected += failed
            accepted = [sample.repetition for sample in samples]
        found.rows.append(
            {
                "session": session.path.name,
                "person": session.person,
                "trial": trial.name,
                "accepted": len(accepted),
                "repetitions": [_row(r) for r in accepted],
                "rejected": rejected,
            }
        )


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
        session=session.path.name,
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
            failed.append(_row(repetition) | {"reasons": [str(error)]})
    return samples, failed


def _row(repetition: Repetition) -> dict[str, Any]:
    return {
        "start_s": round(repetition.start, 3),
        "stop_s": round(repetition.stop, 3),
        "depth_deg": round(float(np.rad2deg(repetition.depth)), 1),
        "quality": round(repetition.quality, 2),
        "reasons": list(repetition.reasons),
    }


def _nothing_found(found: _Collected, sessions: Sequence[Path]) -> str:
    reasons = {
        reason
        for row in found.rows
        for rejected in row["rejected"]
        for reason in rejected["reasons"]
    }
    where = ", ".join(path.name for path in sessions)
    return f"No squat was found in {where}" + (
        f"; candidates were rejected because {', or '.join(sorted(reasons))}."
        if reasons
        else "; look at the knee angles of its motions."
    )


def _text(summary: dict[str, Any], output: Path | None) -> str:
    lines = []
    for row in summary["trials"]:
        depth = ", ".join(f"{r['depth_deg']:.0f}" for r in row["repetitions"])
        found = f"{row['accepted']} squats" + (
            f" (knee to {depth} deg)" if depth else ""
        )
        lines.append(f"{row['session']}  {row['trial']}: {found}")
        lines += [
            f"  {r['start_s']:.2f} to {r['stop_s']:.2f} s rejected: "
            f"{'; '.join(r['reasons'])}"
            for r in row["rejected"]
        ]
    counts = summary["repetitions"]
    lines.append(
        f"{counts['accepted']} repetitions, {counts['rejected']} candidates rejected."
    )
    lines += [f"Warning: {w}" for w in summary.get("manifest", {}).get("warnings", [])]
    if output is not None:
        lines.append(f"Written to {output}.")
    return "\n".join(lines)
