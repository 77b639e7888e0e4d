"""``synth``: OpenCap-shaped sessions of people made by the program."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bige_osim.data.noise import CaptureNoise
from bige_osim.data.population import Person, PopulationConfig, make_population
from bige_osim.evaluation.physics_check import check_physics
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_folder, write_json
from bige_osim.motion import Motion
from bige_osim.physics.skeleton import Skeleton
from bige_osim.stages.result import Progress, StageResult, silent


def synth(
    people: int,
    *,
    output: Path,
    repetitions: int = 5,
    asymmetric: bool = True,
    noise: bool = False,
    seed: int = 0,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write sessions ``synth_000``, ``synth_001``, … and ``synth.json`` to ``output``.

    Squats that break a limit of ``bige validate`` (feet, residuals, joint ranges) are
    rejected, counted, and drawn again.

    Parameters
    ----------
    people : how many
    repetitions : squats in each trial
    asymmetric : add a second trial with the weight on one side
    noise : add errors like those of phone recordings, after the check
    jobs : processes
    """
    config = PopulationConfig(
        people,
        seed=seed,
        repetitions=repetitions,
        asymmetric=asymmetric,
        noise=CaptureNoise() if noise else None,
    )
    manifest = Manifest("synth", config=asdict(config), seed=seed)
    with new_folder(output, landmark="synth.json", force=force) as folder:
        with manifest.timed("make people"):
            made = make_population(
                folder, config, check=_physics, jobs=jobs, progress=progress
            )
        rejected = _rejected(made)
        summary = {
            "sessions": [person.session.name for person in made],
            "synthetic": True,
            "trials": people * len(config.trials),
            "rejected": {"styles": sum(len(p.rejected) for p in made), **rejected},
            "manifest": manifest.to_dict(),
        }
        write_json(folder / "synth.json", summary)
    return StageResult(summary, _text(summary, made, output))


def _physics(motion: Motion, skeleton: Skeleton) -> tuple[str, ...]:
    return check_physics(motion, skeleton).reasons


KINDS = {
    "No posture": "not possible within the joints",
    "The residual": "residuals",
    "Standing feet": "feet",
    "The lowest": "feet",
}
"""Kinds of reasons, by how they begin; any other is about joint ranges."""


def _rejected(made: Sequence[Person]) -> dict[str, int]:
    """Count rejected styles by what they broke first."""
    found: Counter[str] = Counter()
    for reasons in (one for person in made for one in person.rejected):
        kinds = (kind for start, kind in KINDS.items() if reasons[0].startswith(start))
        found[next(kinds, "joint ranges")] += 1
    return dict(found)


def _text(summary: dict[str, object], made: Sequence[Person], output: Path) -> str:
    count = len(made)
    rejected = summary["rejected"]
    assert isinstance(rejected, dict)
    why = ", ".join(f"{n} {kind}" for kind, n in rejected.items() if kind != "styles")
    return (
        f"Made {count} synthetic {'person' if count == 1 else 'people'} who squat: "
        f"{output}/{made[0].session.name} and so on.\n"
        f"{summary['trials']} trials passed the physics checks, {rejected['styles']} "
        f"styles drawn before were rejected{f' ({why})' if why else ''}."
    )
