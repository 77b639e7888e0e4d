"""``guide``: search for motions of a participant that meet a goal."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bige_osim.dataset.dataset import BODY
from bige_osim.errors import BigeError
from bige_osim.guidance.drawn_repetitions import Draws
from bige_osim.guidance.goal import Goal, read_goal
from bige_osim.guidance.refine import RefineConfig
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import finite, new_folder, write_json
from bige_osim.io.plausible import stature_fault
from bige_osim.nets.body import check_coordinates, describe_body
from bige_osim.nets.checkpoint import load, read_record, weights_path
from bige_osim.nets.latents import load_latents
from bige_osim.nets.mixtures import TrainingLatents
from bige_osim.nets.shipped import find_run
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.solving.contacts import add_contacts
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.solving.solution import SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF
from bige_osim.stages.guidance import Guidance, Source
from bige_osim.stages.guided_motions import GuidedMotions
from bige_osim.stages.leftovers import former_results, remove_leftovers_after
from bige_osim.stages.opensim_folder import OpenSimFolders
from bige_osim.stages.outcome import NOT_DELIVERED, output_names, write_outcome
from bige_osim.stages.result import StageResult, unheard
from bige_osim.stages.search import Search, SearchConfig
from bige_osim.stages.text.guide import text_of


@dataclass(frozen=True, kw_only=True)
class GuideRequest:
    """What to search for, and with what.

    Attributes
    ----------
    model : the target participant's ``.osim``
    goal : goal file (.toml)
    generator, surrogate : run folders; the nets that are shipped for ``None``
    activations : ``exact``, or as the ``surrogate`` predicts them
    count : motions to deliver
    height : stature of the participant, m; ``None`` takes the training participants'
        mean ratio of stature to leg length
    steps : at most, of each refinement; the default of ``RefineConfig`` for ``None``
    contacts : feet and contact points of the model (``profile.toml``)
    """

    model: AnyPath
    goal: AnyPath
    generator: AnyPath | None = None
    surrogate: AnyPath | None = None
    activations: Literal["exact", "surrogate"] = "exact"
    count: int = 4
    height: float | None = None
    steps: int | None = None
    contacts: AnyPath | None = None

    @property
    def runs(self) -> dict[str, Path]:
        """Run folders of the nets that are used, by kind."""
        runs = {"generator": find_run("generator", self.generator)}
        if self.activations == "surrogate":
            runs["surrogate"] = find_run("surrogate", self.surrogate)
        return runs


def prepare_search(request: GuideRequest, *, seed: int = 0) -> Search:
    """Read all that a request names, and see whether it can be used together.

    Raises
    ------
    MissingFileError, GoalError, DatasetError, BigeError
        Goal, nets and model are not there or do not fit each other.
    """
    _check_stature(request.height)
    runs, goal = request.runs, read_goal(request.goal)
    spec = add_contacts(read_model(request.model), request.contacts)
    config = SolveConfig(cutoff=SQUAT_CUTOFF).static
    return make_search(
        make_engine("fast", model=request.model, spec=spec, config=config),
        goal,
        generator=runs["generator"],
        activations=request.activations,
        surrogate=runs.get("surrogate"),
        height=request.height,
        steps=request.steps,
        config=SearchConfig(count=request.count, seed=seed),
    )


def make_search(
    engine: Engine,
    goal: Goal,
    *,
    generator: AnyPath,
    activations: Literal["exact", "surrogate"] = "exact",
    surrogate: AnyPath | None = None,
    height: float | None = None,
    steps: int | None = None,
    config: SearchConfig = SearchConfig(),  # noqa: B008  (frozen)
) -> Search:
    """Make a search for motions of a model that is ready to be simulated.

    Parameters
    ----------
    engine : the fast one, with the participant's model
    goal : what is asked
    generator, surrogate : run folders
    activations, height, steps : as :class:`GuideRequest` has them
    config : of the search

    Raises
    ------
    MissingFileError, GoalError, DatasetError
        Goal, nets and model are not there or do not fit each other.
    """
    net = load(generator, "generator")
    check_coordinates(net.coordinate_names, engine.skeleton)
    known = load_latents(generator).of_exercise(int(net.usual))
    ratio = float((known.body[:, 0] / known.body[:, 2]).mean())
    body = describe_body(engine.skeleton, ratio=ratio, height=height)
    draws = Draws(
        generator=net.eval(),
        skeleton=engine.skeleton,
        body=body,
        known=TrainingLatents(known.z, known.body, known.style),
    )
    refining = RefineConfig()
    guidance = Guidance(
        engine=engine,
        goal=goal,
        source=Source(activations, surrogate, float(body[0])),
        solve=SolveConfig(cutoff=SQUAT_CUTOFF),
        config=replace(refining, steps=steps or refining.steps),
        latents=draws,
    )
    return Search(guidance=guidance, draws=draws, config=config)


def guide(
    request: GuideRequest,
    *,
    output: AnyPath,
    seed: int = 0,
    jobs: int = 1,
    verbose: bool = False,
    force: bool = False,
    progress: Progress = silent,
    notify: Callable[[str], None] = unheard,
) -> StageResult:
    """Write ``NN.mot``, ``NN_activations.sto`` and ``guide.json`` to ``output``.

    ``opensim/NN`` is what OpenSim re-runs the simulation of ``NN.mot`` from. Motions
    that do not pass as ``bige validate`` judges them are not written; the exit
    code is 4 if there are fewer than asked for.

    Parameters
    ----------
    request : what to search for, and with what
    jobs : processes that refine at once
    verbose : the text shows every motion with every term before and after
    notify : called before anything is refined with how the goal looks for the body
    """
    output = Path(output)
    ready = replace(prepare_search(request, seed=seed), processes=jobs)
    manifest = Manifest(
        "guide",
        inputs=_inputs(request),
        config={
            "activations": request.activations,
            "cutoff": SQUAT_CUTOFF,
            "refine": asdict(ready.guidance.config),
            "search": asdict(ready.config),
        },
        seed=seed,
    )
    former = former_results(output / "guide.json", output_names)
    with (
        ExitStack() as after,
        new_folder(output, landmark="guide.json", force=force) as folder,
    ):
        with manifest.time_part("search"):
            found = ready.run(progress=progress, notify=notify)
        manifest.warnings += found.warnings
        summary = _summarise(request, ready, found, folder=folder)
        summary["manifest"] = manifest.to_dict()
        write_json(folder / "guide.json", summary)
        after.enter_context(
            remove_leftovers_after(output, former, output_names(summary))
        )
    code = NOT_DELIVERED if len(found) < request.count else 0
    return StageResult(summary, text_of(summary, output, verbose=verbose), code)


def _check_stature(height: float | None) -> None:
    fault = None if height is None else stature_fault(height)
    if fault:
        raise BigeError(f"--height: {fault}.")


def _summarise(
    request: GuideRequest, ready: Search, found: GuidedMotions, *, folder: Path
) -> dict[str, Any]:
    """Write what is delivered, and say what came out."""
    body = ready.draws.body.tolist()
    folders = OpenSimFolders(ready.guidance.engine)
    return {
        "goal": ready.guidance.goal.to_dict(),
        "person": {
            "model": Path(request.model).name,
            **dict(zip(BODY, body, strict=True)),
        },
        "people": _participants(request),
        "activations": request.activations,
        "feasibility": found.feasibility.to_dict(),
        "asked": request.count,
        "drawn": found.drawn,
        "satisfied_when_drawn": found.met,
        "refined": found.refined,
        "motions": [
            write_outcome(one, folder, number=number, folders=folders)
            for number, one in enumerate(found.outcomes, start=1)
        ],
        "failed": [finite(one.row()) for one in found.failed],
    }


def _inputs(request: GuideRequest) -> list[Path]:
    nets = [weights_path(run, kind) for kind, run in request.runs.items()]
    return [Path(request.model), Path(request.goal), *nets]


def _participants(request: GuideRequest) -> dict[str, list[str]]:
    """Who the nets were trained on, so that a report can say who was new to them."""
    records = [read_record(run, kind) for kind, run in request.runs.items()]
    return {
        use: sorted({p for r in records for p in getattr(r, f"{use}_people")})
        for use in ("train", "validation", "test")
    }
