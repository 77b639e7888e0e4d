"""``compare``: systems that make motions, on the same held-out participants."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bige_osim.errors import name_some
from bige_osim.evaluation.compared_curves import SystemMotions
from bige_osim.evaluation.comparison import (
    COLUMNS,
    ComparedSystem,
    Comparison,
    Role,
    write_latex,
)
from bige_osim.evaluation.comparison_statistics import find_statistics
from bige_osim.evaluation.estimate import estimate
from bige_osim.evaluation.metrics import TargetRange
from bige_osim.evaluation.scores import MotionToScore, Participants, Scores
from bige_osim.evaluation.scoring import score_systems
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.terms.activation import Activation
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_file, write_json
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.report.compare_content import ComparePage
from bige_osim.report.compare_page import make_compare_page
from bige_osim.report.page import write_page
from bige_osim.stages.compare_request import NETS, RECORDED, TITLES, CompareRequest
from bige_osim.stages.compared_motions import SimulatedMotion
from bige_osim.stages.compared_systems import Study, Systems
from bige_osim.stages.result import StageResult
from bige_osim.stages.text.compare import text_of

RECORD = "compare.json"
"""What says that a comparison is complete."""


def compare(
    request: CompareRequest,
    *,
    output: AnyPath,
    jobs: int = 1,
    progress: Progress = silent,
) -> StageResult:
    """Train, draw, simulate and score; write the table as CSV, LaTeX, JSON, and a page.

    Nets lie in ``nets/``, motions in ``motions/SYSTEM/PARTICIPANT/``; what is there
    already is not made again.

    Parameters
    ----------
    request : what to compare
    output : folder, which may have what an earlier run made
    jobs : processes that make motions
    progress : counts what is being done

    Raises
    ------
    MissingFileError, DatasetError, UnknownNameError, GoalError, BigeError
        Something that is named is not there, or does not fit.
    """
    output = Path(output)
    study = Study(request, output, progress)
    manifest = Manifest(
        "compare",
        inputs=[Path(p) for p in (request.data, request.reference, request.goal) if p],
        config={"count": request.count, "goal": request.asked.to_dict()},
        seed=request.seed,
    )
    with manifest.time_part("compare"):
        systems = study.make_motions(jobs=jobs)
        scores = score(systems, study)
        comparison = summarise(systems, scores, study)
        statistics = find_statistics(
            comparison, motions=_list_curves(systems), seed=request.seed
        )
    summary = {
        **comparison.to_dict(),
        "statistics": statistics.to_dict(),
        "scores": scores.to_dict(),
        "held_out": list(request.held_out),
        "surrogate_trained_on": study.nets.list_known(),
        "manifest": manifest.to_dict(),
    }
    with new_file(output / "table.csv", force=True) as path:
        _write_csv(path, comparison)
    with new_file(output / "table.tex", force=True) as path:
        path.write_text(write_latex(comparison), encoding="utf-8")
    page = ComparePage(
        comparison=comparison,
        statistics=statistics,
        held_out=request.held_out,
        manifest=manifest.to_dict(),
        notes=_list_notes(study),
    )
    write_page(output / "compare.html", make_compare_page(page))
    with new_file(output / RECORD, force=True) as path:
        write_json(path, summary)
    return StageResult(summary, text_of(comparison, output))


def _list_curves(systems: Systems) -> SystemMotions:
    """Motions and activations of every system and participant."""
    return {
        name: {
            who: [(one.motion, one.activations) for one in motions]
            for who, motions in people.items()
            if motions
        }
        for name, people in systems.items()
    }


def _list_notes(study: Study) -> tuple[str, ...]:
    """Say what a reader has to know of the table."""
    seen = study.nets.list_known()
    if not seen:
        return ()
    return (
        f"The surrogate was trained or calibrated on {name_some(seen)}: its error on "
        "these is not that on participants whom it has not seen.",
    )


def score(systems: Systems, study: Study) -> Scores:
    """Score every system by the metrics of ``bige score``, arms apart.

    What recordings have of arms is not known well enough to be a reference.
    """
    skeletons = {who: one.skeleton for who, one in study.participants.items()}
    targets = _find_range(study.request.asked)

    def prepare(who: str, one: SimulatedMotion) -> MotionToScore:
        known = one.activations is not None
        return MotionToScore(
            name=one.name,
            motion=one.motion,
            skeleton=skeletons[who],
            activations=one.activations,
            targets=targets if known else None,
        )

    scored: dict[str, Participants] = {}
    for name, people in systems.items():
        ready = {who: [prepare(who, m) for m in ms] for who, ms in people.items() if ms}
        if ready:
            scored[name] = ready
    reference = scored.pop("reference")
    return score_systems(
        scored, reference=reference, seed=study.request.seed, arms=False
    )


def summarise(systems: Systems, scores: Scores, study: Study) -> Comparison:
    """Put systems side by side, with what only a comparison knows of them."""
    found = {one.name: one for one in scores.systems}
    made = []
    for name, people in systems.items():
        if name not in found:
            continue
        each = {who: dict(row) for who, row in found[name].participants.items()}
        for who, motions in people.items():
            if motions:
                each[who] |= _measure_motions(name, motions)
        values = dict(found[name].summary)
        for key in ("passed", "seconds", "surrogate_rmse"):
            known = [row[key] for row in each.values() if key in row]
            if known:
                values[key] = estimate(known, seed=study.request.seed)
        if name in NETS:
            millions = study.nets.count_millions(NETS[name])
            values["parameters"] = estimate([millions])
        made.append(
            ComparedSystem(
                key=name,
                title=TITLES.get(name, name),
                role=_find_role(name),
                motions=sum(len(motions) for motions in people.values()),
                values=values,
                each=each,
            )
        )
    return Comparison(tuple(made))


def _find_role(name: str) -> Role:
    if name == "reference":
        return "reference"
    return "recorded" if name in RECORDED else "generated"


def _measure_motions(name: str, motions: Sequence[SimulatedMotion]) -> dict[str, float]:
    """Measure what the motions of a participant tell beside their metrics."""
    found: dict[str, float] = {}
    if name not in RECORDED:
        found["passed"] = 100 * float(np.mean([bool(one.passed) for one in motions]))
        found["seconds"] = float(np.mean([one.seconds for one in motions]))
    errors = [one.surrogate_error for one in motions]
    known = [error for error in errors if not math.isnan(error)]
    if known:
        found["surrogate_rmse"] = float(np.mean(known))
    return found


def _find_range(goal: Goal) -> TargetRange | None:
    """Find the first range of activation that a goal asks for."""
    for term in goal.terms:
        if isinstance(term, Activation):
            return TargetRange(muscles=term.muscles, low=term.low, high=term.high)
    return None


def _write_csv(path: Path, comparison: Comparison) -> None:
    """Write a line for each system and column."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["system", "quantity", "unit", "mean", "sd", "low", "high", "participants"]
        )
        for system in comparison.systems:
            for column in COLUMNS:
                if (one := system.values.get(column.key)) is None:
                    continue
                plain = one.to_dict()
                numbers = ("mean", "sd", "low", "high", "participants")
                cells = [plain[key] for key in numbers]
                rows.writerow([system.title, column.title, column.unit, *cells])
