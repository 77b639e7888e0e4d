"""``compare``: systems that make motions, on the same held-out participants."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import xarray as xr

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.errors import BigeError, MissingFileError
from bige_osim.evaluation.comparison import (
    COLUMNS,
    ComparedSystem,
    Comparison,
    tell,
    write_latex,
)
from bige_osim.evaluation.estimate import estimate
from bige_osim.evaluation.metrics import TargetRange
from bige_osim.evaluation.scores import MotionToScore, Scores
from bige_osim.evaluation.scoring import score_systems
from bige_osim.guidance.goal import Goal, read_goal
from bige_osim.guidance.terms.activation import Activation
from bige_osim.io.manifest import Manifest
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.output import new_file, write_json
from bige_osim.motion import Motion
from bige_osim.nets.checkpoint import read_record, read_tensors
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.stages.compared_motions import (
    Draw,
    Participant,
    SimulatedMotion,
    find_participant,
    make_motions,
    read_recorded,
)
from bige_osim.stages.guide import make_search
from bige_osim.stages.result import StageResult
from bige_osim.stages.sample import load_source
from bige_osim.stages.search import SearchConfig
from bige_osim.stages.train import train

GOAL = {"activation": {"muscles": ["vasmed_r", "vasmed_l"], "low": 0.25, "high": 0.35}}
"""What is asked of guided motions, and what all are judged by, unless told."""

DRAWN = {"vqvae": "generator", "mdm": "mdm", "t2mgpt": "t2mgpt"}
"""Systems that a net draws without guidance, and the kind of net."""

TITLES = {
    "reference": "Reference",
    "mocap": "MoCap",
    "vqvae": "VQVAE",
    "mdm": "MDM",
    "t2mgpt": "T2M-GPT",
    "bige": "BIGE",
}
"""How the systems of the comparison are called."""

RECORD = "compare.json"
"""What says that a comparison is complete."""


@dataclass(frozen=True, kw_only=True)
class CompareRequest:
    """What to compare.

    Attributes
    ----------
    data : dataset that nets are trained on, of all participants
    held_out : participants whom no net sees, and for whose bodies motions are made
    reference : dataset with the recorded repetitions of these; ``data`` for ``None``
    goal : goal file; both vasti medialis between 0.25 and 0.35 for ``None``
    count : motions of each system and participant
    nets : kind of net -> run folder; what is not named is trained
    settings : kind of net -> settings file of its training
    extra : name of another system -> folder with its motions, in folders called after
        the participants, or, of one participant, without
    seed : of all random choices
    """

    data: AnyPath
    held_out: tuple[str, ...]
    reference: AnyPath | None = None
    goal: AnyPath | None = None
    count: int = 20
    nets: Mapping[str, AnyPath] = field(default_factory=dict)
    settings: Mapping[str, AnyPath] = field(default_factory=dict)
    extra: Mapping[str, AnyPath] = field(default_factory=dict)
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a comparison on nobody."""
        if not self.held_out:
            raise BigeError(
                "A comparison needs a participant whom no net has seen, got none; name "
                "one or more by --hold-out."
            )


def compare(
    request: CompareRequest,
    *,
    output: AnyPath,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Train, draw, simulate and score; write the table as CSV, LaTeX and JSON.

    Nets lie in ``nets/``, motions in ``motions/SYSTEM/PARTICIPANT/``; what is there
    already is not made again.

    Parameters
    ----------
    jobs : processes that refine guided motions
    progress : counts what is being done

    Raises
    ------
    MissingFileError, DatasetError, UnknownNameError, GoalError, BigeError
        Something that is named is not there, or does not fit.
    """
    output = Path(output)
    study = Study(request, output, jobs=jobs, progress=progress)
    manifest = Manifest(
        "compare",
        inputs=[Path(p) for p in (request.data, request.reference, request.goal) if p],
        config={"count": request.count, "goal": study.goal.to_dict()},
        seed=request.seed,
    )
    with manifest.time_part("compare"):
        motions = study.make_motions()
        comparison, scores = study.compare(motions)
    summary = {
        **comparison.to_dict(),
        "scores": scores.to_dict(),
        "held_out": list(request.held_out),
        "manifest": manifest.to_dict(),
    }
    output.mkdir(parents=True, exist_ok=True)
    with new_file(output / "table.csv", force=True) as path:
        _write_csv(path, comparison)
    with new_file(output / "table.tex", force=True) as path:
        path.write_text(write_latex(comparison), encoding="utf-8")
    with new_file(output / RECORD, force=True) as path:
        write_json(path, summary)
    return StageResult(summary, _describe(comparison, output))


Systems = dict[str, dict[str, list[SimulatedMotion]]]
"""System -> participant -> motions."""


class Study:
    """The files of a comparison, and what is made of them.

    Parameters
    ----------
    request : what to compare
    output : folder of the comparison
    jobs : processes that refine
    progress : counts what is being done
    """

    def __init__(
        self, request: CompareRequest, output: Path, *, jobs: int, progress: Progress
    ) -> None:
        self.request, self.output = request, output
        self.jobs, self.progress = jobs, progress
        self.goal = (
            Goal.from_dict(GOAL) if request.goal is None else read_goal(request.goal)
        )

    @cached_property
    def recorded(self) -> xr.Dataset:
        """Repetitions that are the reference."""
        return read_dataset(self.request.reference or self.request.data)

    @cached_property
    def participants(self) -> list[Participant]:
        """Those held out."""
        return [find_participant(self.recorded, n) for n in self.request.held_out]

    @cached_property
    def runs(self) -> dict[str, Path]:
        """Run folder of every net, trained if it is not there."""
        return {kind: self._train(kind) for kind in dict.fromkeys(DRAWN.values())}

    def make_motions(self) -> Systems:
        """Make the motions of all systems, or read them."""
        made: Systems = {
            "reference": {
                one.name: read_recorded(self.recorded, one) for one in self.participants
            }
        }
        draws = {
            name: self._draw_by(self.runs[kind]) for name, kind in DRAWN.items()
        } | {"bige": self._guide}
        draws |= {name: self._read(Path(f)) for name, f in self.request.extra.items()}
        for name, draw in draws.items():
            made[name] = {}
            for one in self.participants:
                self.progress(f"{TITLES.get(name, name)}: {one.name}", 0, 1)
                folder = self.output / "motions" / name / one.name
                made[name][one.name] = make_motions(folder, one, draw, goal=self.goal)
        return made

    def compare(self, systems: Systems) -> tuple[Comparison, Scores]:
        """Score the systems, and put them side by side."""
        skeletons = {one.name: one.skeleton for one in self.participants}
        targets = _find_range(self.goal)
        scored = {
            name: {
                who: [
                    MotionToScore(
                        name=one.name,
                        motion=one.motion,
                        skeleton=skeletons[who],
                        activations=one.activations,
                        targets=targets if one.activations is not None else None,
                    )
                    for one in motions
                ]
                for who, motions in people.items()
                if motions
            }
            for name, people in systems.items()
        }
        reference = scored.pop("reference")
        scores = score_systems(
            {name: people for name, people in scored.items() if people},
            reference=reference,
            seed=self.request.seed,
        )
        found = {one.name: one for one in scores.systems}
        return (
            Comparison(
                tuple(
                    self._summarise(name, systems[name], found[name].summary)
                    for name in systems
                    if name in found
                )
            ),
            scores,
        )

    def _summarise(
        self,
        name: str,
        people: Mapping[str, Sequence[SimulatedMotion]],
        summary: Mapping[str, Any],
    ) -> ComparedSystem:
        values = dict(summary)
        if name != "reference":
            passed = [
                100 * float(np.mean([bool(one.passed) for one in motions]))
                for motions in people.values()
                if motions
            ]
            taken = [
                float(np.mean([one.seconds for one in motions]))
                for motions in people.values()
                if motions
            ]
            values["passed"] = estimate(passed, seed=self.request.seed)
            values["seconds"] = estimate(taken, seed=self.request.seed)
        kind = {**DRAWN, "bige": "generator"}.get(name)
        if kind is not None:
            values["parameters"] = estimate([_count_millions(self.runs[kind], kind)])
        return ComparedSystem(
            key=name,
            title=TITLES.get(name, name),
            role="reference" if name == "reference" else "generated",
            participants=sum(bool(motions) for motions in people.values()),
            motions=sum(len(motions) for motions in people.values()),
            values=values,
        )

    def _train(self, kind: str) -> Path:
        """Train a net on everybody else, unless it is named or there."""
        if kind in self.request.nets:
            return Path(self.request.nets[kind])
        run = self.output / "nets" / kind
        if not (run / "train.json").exists():
            train(
                kind,
                self.request.data,
                output=run,
                config=self.request.settings.get(kind),
                test_people=self.request.held_out,
                seed=self.request.seed,
                progress=self.progress,
            )
        return run

    def _draw_by(self, run: Path) -> Draw:
        def draw(participant: Participant) -> list[tuple[Motion, float]]:
            source = load_source(
                run, participant.skeleton, height=float(participant.body[0])
            )
            start = perf_counter()
            made = source.draw(self.request.count, seed=self.request.seed)
            took = (perf_counter() - start) / len(made)
            return [(motion, took) for motion in made]

        return draw

    def _guide(self, participant: Participant) -> list[tuple[Motion, float]]:
        config = SearchConfig(count=self.request.count, seed=self.request.seed)
        search = make_search(
            participant.engine,
            self.goal,
            generator=self.runs["generator"],
            height=float(participant.body[0]),
            config=config,
        )
        start = perf_counter()
        found = replace(search, processes=self.jobs).run(progress=self.progress)
        took = (perf_counter() - start) / max(1, len(found))
        return [(motion, took) for motion in found.motions()]

    def _read(self, folder: Path) -> Draw:
        """Read the motions that somebody else has made."""

        def draw(participant: Participant) -> list[tuple[Motion, float]]:
            own = folder / participant.name
            if not own.is_dir() and len(self.participants) == 1:
                own = folder
            paths = sorted(own.glob("*.mot"))
            if not paths:
                raise MissingFileError(
                    own,
                    what=f"folder with motions (.mot) of {participant.name}",
                    remedy="make them by bige retarget",
                )
            names = participant.skeleton.coordinate_names
            motions = [read_motion(path, spec=participant.spec) for path in paths]
            return [(motion.select(names), 0.0) for motion in motions]

        return draw


def _find_range(goal: Goal) -> TargetRange | None:
    """Find the first range of activation that a goal asks for."""
    for term in goal.terms:
        if isinstance(term, Activation):
            return TargetRange(muscles=term.muscles, low=term.low, high=term.high)
    return None


def _count_millions(run: Path, kind: str) -> float:
    """Count a net's numbers, in millions."""
    tensors = read_tensors(run, read_record(run, kind))
    weights = [value for name, value in tensors.items() if name.startswith("net.")]
    return sum(value.numel() for value in weights) / 1e6


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


def _describe(comparison: Comparison, output: Path) -> str:
    """Say what came out, as a table."""
    lines = []
    for column in COLUMNS:
        nearest = comparison.find_nearest(column)
        cells = [
            f"{system.title} {tell(system.values.get(column.key), column.digits)}"
            + ("*" if system.key == nearest else "")
            for system in comparison.systems
        ]
        lines.append(f"{column.title} ({column.unit}): " + "; ".join(cells))
    lines.append("* nearest to the reference among what is generated.")
    return "\n".join([*lines, f"Written to {output}."])
