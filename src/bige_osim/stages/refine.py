"""``guide --from``: a participant's own repetitions, changed until they meet a goal."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bige_osim.errors import BigeError
from bige_osim.guidance.goal import read_goal
from bige_osim.guidance.own_repetitions import OwnStarts
from bige_osim.guidance.refine import RefineConfig
from bige_osim.io.manifest import Manifest
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.output import finite, new_folder, write_json
from bige_osim.nets.checkpoint import weights_path
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.progress import Progress, silent
from bige_osim.repetitions.find import find_repetitions
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.contacts import add_contacts
from bige_osim.solving.engines import make_engine
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF, smooth_motion
from bige_osim.stages.guidance import Guidance, Source
from bige_osim.stages.leftovers import former_results, remove_leftovers_after
from bige_osim.stages.opensim_folder import OpenSimFolders
from bige_osim.stages.outcome import (
    NOT_DELIVERED,
    Outcome,
    output_names,
    write_outcome,
)
from bige_osim.stages.result import StageResult
from bige_osim.stages.text.refine import text_of


@dataclass(frozen=True, kw_only=True)
class RefineRequest:
    """What to start from, and what for.

    Attributes
    ----------
    model : the participant's ``.osim``
    goal : goal file (.toml)
    trial : recorded motion (``.mot``) with squats
    repetition : ``all`` of them, the ``best``, or the number of one, from 1
    activations : ``exact``, or as a ``surrogate`` predicts them
    surrogate : run folder, for that
    height : stature of the participant, m, for that
    steps : at most, of each refinement; the default of ``RefineConfig`` for ``None``
    contacts : feet and contact points of the model (``profile.toml``)
    """

    model: AnyPath
    goal: AnyPath
    trial: AnyPath
    repetition: str = "all"
    activations: Literal["exact", "surrogate"] = "exact"
    surrogate: AnyPath | None = None
    height: float | None = None
    steps: int | None = None
    contacts: AnyPath | None = None


def guide_from(
    request: RefineRequest,
    *,
    output: AnyPath,
    jobs: int = 1,
    verbose: bool = False,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write ``NN.mot``, ``NN_activations.sto`` and ``guide.json`` to ``output``.

    ``opensim/NN`` is what OpenSim re-runs the simulation of ``NN.mot`` from. ``NN``
    counts the motions that pass as ``bige validate`` judges them; others are not
    written, and the exit code is then 4.

    Parameters
    ----------
    request : what to start from, and what for
    jobs : processes that refine at once
    verbose : the text shows every term of every motion before and after

    Raises
    ------
    BigeError
        There is no such repetition in the trial.
    """
    output = Path(output)
    guidance, starts, chosen = prepare_refinement(request)
    inputs = [Path(request.model), Path(request.goal), Path(request.trial)]
    if request.activations == "surrogate" and request.surrogate is not None:
        inputs.append(weights_path(request.surrogate, "surrogate"))
    config = {
        "activations": request.activations,
        "cutoff": SQUAT_CUTOFF,
        **asdict(guidance.config),
    }
    manifest = Manifest("guide", inputs=inputs, config=config)
    former = former_results(output / "guide.json", output_names)
    with (
        ExitStack() as after,
        new_folder(output, landmark="guide.json", force=force) as folder,
    ):
        with manifest.time_part("refine"):
            made = guidance.run(
                starts, range(len(starts)), processes=jobs, progress=progress
            )
            outcomes = list(made.values())
        summary = _summarise(
            request,
            guidance,
            starts,
            outcomes=dict(zip(chosen, outcomes, strict=True)),
            folder=folder,
        )
        manifest.warnings += [text for one in outcomes for text in one.warnings]
        summary["manifest"] = manifest.to_dict()
        write_json(folder / "guide.json", summary)
        after.enter_context(
            remove_leftovers_after(output, former, output_names(summary))
        )
    code = NOT_DELIVERED if summary["failed"] else 0
    return StageResult(summary, text_of(summary, output, verbose=verbose), code)


def prepare_refinement(request: RefineRequest) -> tuple[Guidance, OwnStarts, list[int]]:
    """Make what refines, and the repetitions with their numbers in the trial."""
    spec = add_contacts(read_model(request.model), request.contacts)
    solve = SolveConfig(cutoff=SQUAT_CUTOFF)
    engine = make_engine("fast", model=request.model, spec=spec, config=solve.static)
    skeleton, goal = engine.skeleton, read_goal(request.goal)
    motion = read_motion(request.trial, spec=spec)
    found = find_repetitions(motion, skeleton=skeleton).accepted
    numbers = choose(found, request.repetition, trial=Path(request.trial).name)
    smooth = smooth_motion(motion, skeleton, cutoff=SQUAT_CUTOFF)
    feet = locate_feet(skeleton, smooth, pose=skeleton.pose_of(smooth))
    config = RefineConfig()
    guidance = Guidance(
        engine=engine,
        goal=goal,
        source=Source(request.activations, request.surrogate, request.height),
        solve=solve,
        config=replace(config, steps=request.steps or config.steps),
    )
    starts = OwnStarts(
        smooth=smooth,
        repetitions=tuple(found[number - 1] for number in numbers),
        skeleton=skeleton,
        floor=feet.floor,
    )
    return guidance, starts, numbers


def choose(found: Sequence[Repetition], wanted: str, *, trial: str) -> list[int]:
    """Numbers, from 1, of the repetitions that are wanted.

    Parameters
    ----------
    found : in order of time
    wanted : ``all``, ``best``, or a number
    trial : name of the recording, for messages

    Raises
    ------
    BigeError
        There is none, or no such one.

    Examples
    --------
    >>> squats = [Repetition(0.0, 2.0, 1.0, 1.5, "squat", q) for q in (0.5, 0.8)]
    >>> choose(squats, "best", trial="squats1"), choose(squats, "all", trial="squats1")
    ([2], [1, 2])
    """
    if not found:
        raise BigeError(
            f"{trial} holds no squat to start from; see what was found with "
            "`bige collect --figures`, or pass another trial."
        )
    if wanted == "all":
        return list(range(1, len(found) + 1))
    if wanted == "best":
        return [1 + max(range(len(found)), key=lambda i: found[i].quality)]
    if not wanted.isdigit() or not 1 <= int(wanted) <= len(found):
        raise BigeError(
            f"--repetition: expected all, best or a number from 1 to {len(found)}, as "
            f"many as {trial} holds, got {wanted}; correct it."
        )
    return [int(wanted)]


def _summarise(
    request: RefineRequest,
    guidance: Guidance,
    starts: OwnStarts,
    *,
    outcomes: Mapping[int, Outcome],
    folder: Path,
) -> dict[str, Any]:
    """Write what is delivered, and say what came out."""
    motions: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    folders = OpenSimFolders(guidance.engine)
    recorded = starts.repetitions
    for own, (repetition, one) in zip(recorded, outcomes.items(), strict=True):
        where = {"repetition": repetition, "start_s": own.start, "stop_s": own.stop}
        row: dict[str, Any] = finite({**where, **one.row()})
        if not one.passed:
            failed.append(row)
            continue
        files = write_outcome(one, folder, number=len(motions) + 1, folders=folders)
        motions.append(files | row)
    return {
        "goal": guidance.goal.to_dict(),
        "activations": request.activations,
        "from": {
            "trial": Path(request.trial).name,
            "model": Path(request.model).name,
        },
        "motions": motions,
        "failed": failed,
    }
