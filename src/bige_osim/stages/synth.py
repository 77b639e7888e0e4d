"""``synth``: OpenCap-shaped sessions of participants made by the program."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from bige_osim.errors import SimulationError, name_some
from bige_osim.evaluation.limits import Limits
from bige_osim.evaluation.physics_check import check_physics
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_folder, write_json
from bige_osim.motion import Motion
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress, silent
from bige_osim.solving.residuals import FORCE_LIMIT, MOMENT_LIMIT
from bige_osim.stages.leftovers import former_results, remove_leftovers_after
from bige_osim.stages.open_session import open_session
from bige_osim.stages.result import StageResult
from bige_osim.synthetic.noise import CaptureNoise
from bige_osim.synthetic.population import (
    Participant,
    PopulationConfig,
    make_population,
)
from bige_osim.synthetic.retargeted_sessions import (
    CopyConfig,
    Recorded,
    make_copies,
    read_recorded,
)
from bige_osim.synthetic.synthetic_session import check_generic

STRICTER = Limits(residual_force=0.9 * FORCE_LIMIT, residual_moment=0.9 * MOMENT_LIMIT)
"""For trials of several squats: each on its own keeps to the limits of ``validate``
then, though the largest ground reaction may be another one's."""


def synth(
    people: int,
    *,
    output: AnyPath,
    sources: Sequence[AnyPath] = (),
    generic: AnyPath | None = None,
    repetitions: int = 5,
    asymmetric: bool = True,
    noise: bool = False,
    seed: int = 0,
    first: int = 0,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write sessions ``synth_000``, ``synth_001``, … and ``synth.json`` to ``output``.

    Squats that break a limit of ``bige validate`` (feet, residuals, joint ranges), or
    trials that come close to one of residuals, are rejected, counted, and drawn again.

    Parameters
    ----------
    people : how many
    sources : recorded sessions (folders, ``.zip`` or ``.b3d`` files) whose squats the
        participants do, in turn; without any, squats are made up. Sessions are then
        called ``copy_000`` and so on; ``repetitions``, ``asymmetric`` and ``noise``
        are not for copies
    generic : model to scale, one of Rajagopal2015's family; that one for ``None``
    repetitions : squats in each trial
    asymmetric : add a second trial with the weight on one side
    noise : add errors like those of phone recordings, after the check
    first : number of the first, so that populations made apart can be put together
    jobs : processes
    """
    output = Path(output)
    paths = [Path(source) for source in sources]
    config: PopulationConfig | CopyConfig
    if paths:
        config = CopyConfig(people, seed=seed, first=first)
    else:
        config = PopulationConfig(
            people,
            seed=seed,
            first=first,
            repetitions=repetitions,
            asymmetric=asymmetric,
            noise=CaptureNoise() if noise else None,
        )
    manifest = Manifest("synth", config=asdict(config), seed=seed)
    if generic:
        check_generic(generic)
        manifest.inputs.append(Path(generic))
    former = former_results(output / "synth.json", _session_names)
    with (
        ExitStack() as after,
        new_folder(output, landmark="synth.json", force=force) as folder,
    ):
        with manifest.time_part("make participants"):
            options: dict[str, Any] = {
                "generic": generic,
                "check": partial(_physics, limits=Limits() if paths else STRICTER),
                "jobs": jobs,
                "progress": progress,
            }
            if isinstance(config, CopyConfig):
                recorded = [_read_recorded(path, manifest) for path in paths]
                made = make_copies(folder, recorded, config, **options)
            else:
                made = make_population(folder, config, **options)
        summary = _summarise(made, paths) | {"manifest": manifest.to_dict()}
        write_json(folder / "synth.json", summary)
        after.enter_context(
            remove_leftovers_after(output, former, _session_names(summary))
        )
    return StageResult(summary, _text(summary, output))


def _summarise(made: Sequence[Participant], sources: Sequence[Path]) -> dict[str, Any]:
    """Say what was made, which must be something."""
    sessions = [person.session.name for person in made if person.session]
    if not sessions:
        raise SimulationError(
            f"None of the {len(made)} participants can do a squat of "
            f"{name_some(path.name for path in sources)} that keeps to the limits "
            f"of bige validate, the last because: {made[-1].rejected[-1][0]}"
        )
    summary = {
        "sessions": sessions,
        "synthetic": True,
        "trials": sum(len(person.trials) for person in made),
        "rejected": _count_rejected(made),
    }
    return summary | ({"copies": _copies(made)} if sources else {})


def _session_names(summary: Mapping[str, Any]) -> list[str]:
    """Names of the sessions."""
    return list(summary["sessions"])


def _read_recorded(path: Path, manifest: Manifest) -> Recorded:
    """Read the squats of a session, which are copied."""
    with open_session(path) as session:
        motions = (trial.motion for trial in session.motions)
        manifest.inputs += session.inputs(*session.models, *motions)
        return read_recorded(session)


def _physics(motion: Motion, skeleton: Skeleton, *, limits: Limits) -> tuple[str, ...]:
    return check_physics(motion, skeleton, limits=limits).reasons


KINDS = {
    "No posture": "not possible within the joints",
    "cannot do the recorded motion": "not possible within the joints",
    "The residual": "residuals",
    "Standing feet": "feet",
    "The lowest": "feet",
}
"""Kinds of reasons, by what they hold; any other is about joint ranges."""


def _count_rejected(made: Sequence[Participant]) -> dict[str, int]:
    """Count what was rejected: styles or variations, by what they broke first."""
    found: Counter[str] = Counter()
    for reasons in (one for person in made for one in person.rejected):
        kinds = (kind for start, kind in KINDS.items() if start in reasons[0])
        found[next(kinds, "joint ranges")] += 1
    return {"styles": sum(found.values()), **found}


def _copies(made: Sequence[Participant]) -> dict[str, dict[str, int]]:
    """Count bodies, trials that passed and variations rejected, by who was copied."""
    counts: dict[str, dict[str, int]] = {}
    for person in made:
        count = counts.setdefault(
            person.derived_from, {"people": 0, "trials": 0, "rejected": 0}
        )
        count["people"] += person.session is not None
        count["trials"] += len(person.trials)
        count["rejected"] += len(person.rejected)
    return counts


def _text(summary: dict[str, Any], output: Path) -> str:
    sessions, rejected = summary["sessions"], summary["rejected"]
    people = "participant" if len(sessions) == 1 else "participants"
    why = ", ".join(f"{n} {kind}" for kind, n in rejected.items() if kind != "styles")
    lines = [
        f"Made {len(sessions)} synthetic {people} who squat: {output}/{sessions[0]} "
        "and so on.",
        f"{summary['trials']} trials passed the physics checks, {rejected['styles']} "
        f"styles drawn before were rejected{f' ({why})' if why else ''}.",
    ]
    lines += [
        f"{count['people']} move like {name}: {count['trials']} squats, "
        f"{count['rejected']} variations rejected."
        for name, count in summary.get("copies", {}).items()
    ]
    return "\n".join(lines)
