"""``guide``: search for motions of a participant that meet a goal."""

import math
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.dataset.dataset import BODY
from bige_osim.errors import BigeError
from bige_osim.guidance.goal import Goal, read_goal
from bige_osim.guidance.networks import in_use
from bige_osim.guidance.result import GuidedMotions
from bige_osim.guidance.search import GuideConfig
from bige_osim.guidance.search import guide as search
from bige_osim.guidance.start import TrainingLatents
from bige_osim.io.manifest import Manifest
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.opensim_files.series import write_series
from bige_osim.io.output import new_folder, write_json
from bige_osim.io.plausible import stature_fault
from bige_osim.nets.body import describe_body
from bige_osim.nets.checkpoint import load, read_record, weights_path
from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.latents import Latents, load_latents
from bige_osim.nets.standing import measure_standing
from bige_osim.osim.reading.model import read_model
from bige_osim.paths import AnyPath
from bige_osim.physics.foot_conditions import KNEES
from bige_osim.physics.kinematics.coordinates import complete_motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress, silent
from bige_osim.repetitions.standing import PELVIS
from bige_osim.solving.contacts import add_contacts, contact_spheres
from bige_osim.spec import ModelSpec
from bige_osim.stages.leftovers import former_results, remove_leftovers_after
from bige_osim.stages.result import StageResult, unheard
from bige_osim.stages.text.guide import text_of
from bige_osim.stages.text.train import unusable as unusable_sentence

DECODED = 256
"""Training latents that are decoded to see whether a generator can be used."""


@dataclass(frozen=True, kw_only=True)
class GuideRequest:
    """What to search for, and with what.

    Attributes
    ----------
    model : the target participant's ``.osim``
    goal : goal file (.toml)
    generator, surrogate : run folders
    count : motions to return
    height : stature of the participant, m; ``None`` takes the training participants'
        mean ratio of stature to leg length
    steps : of the search; the default of ``GuideConfig`` for ``None``
    contacts : feet and contact points of the model (``profile.toml``)
    """

    model: AnyPath
    goal: AnyPath
    generator: AnyPath
    surrogate: AnyPath
    count: int = 4
    height: float | None = None
    steps: int | None = None
    device: str = "cpu"
    contacts: AnyPath | None = None


@dataclass(frozen=True)
class Search:
    """A search that has only to be run.

    Attributes
    ----------
    spec : the participant's model, with its contacts
    goal : what to search for
    body : (3,) stature m, mass kg, leg length m
    config : how to search
    unusable : what makes the search vain, if anything does
    run : searches; called with what is called after every step, as ``progress``
    """

    spec: ModelSpec
    goal: Goal
    body: Float[torch.Tensor, " 3"]
    config: GuideConfig
    unusable: str | None
    run: Callable[..., GuidedMotions]


def prepare_search(request: GuideRequest, *, seed: int = 0) -> Search:
    """Read all that a request names, and see whether it can be used together."""
    _check_stature(request.height)
    spec = add_contacts(read_model(request.model), request.contacts)
    goal = read_goal(request.goal)
    generator = load(request.generator, "generator", device=request.device)
    surrogate = load(request.surrogate, "surrogate", device=request.device)
    known = load_latents(request.generator, device=request.device)
    known = known.of_exercise(int(generator.usual))
    skeleton = Skeleton(spec, contacts=contact_spheres(spec), dtype=torch.float32)
    skeleton = skeleton.to(request.device)
    body = _body(request, skeleton, known.body)
    config = _make_config(request, seed)
    unusable = _check_generator(request, generator, known, body)
    run = partial(
        search,
        generator,
        surrogate,
        skeleton,
        goal,
        body,
        spec=spec,
        latents=TrainingLatents(known.z, known.body, known.style),
        config=config,
    )
    return Search(spec, goal, body, config, unusable, run)


def guide(
    request: GuideRequest,
    *,
    output: AnyPath,
    seed: int = 0,
    verbose: bool = False,
    force: bool = False,
    progress: Progress = silent,
    notify: Callable[[str], None] = unheard,
) -> StageResult:
    """Write ``NN.mot``, ``NN_activations.sto`` and ``guide.json`` to ``output``.

    Parameters
    ----------
    request : what to search for, and with what
    verbose : the text shows every motion with every term before and after
    notify : called before the search with what makes it vain
    """
    output = Path(output)
    ready = prepare_search(request, seed=seed)
    if ready.unusable:
        notify(ready.unusable)
    manifest = Manifest(
        "guide",
        inputs=_inputs(request),
        config=asdict(ready.config),
        seed=seed,
        warnings=[ready.unusable] if ready.unusable else [],
    )
    former = former_results(output / "guide.json", _output_names)
    with (
        ExitStack() as after,
        new_folder(output, landmark="guide.json", force=force) as folder,
    ):
        with manifest.time_part("search"):
            found = ready.run(
                progress=lambda done, total: progress("searching", done, total)
            )
        manifest.warnings += found.warnings
        motions = _write(found, folder, ready.spec)
        summary = _summarise(
            request, ready.goal, ready.body, motions=motions, manifest=manifest
        )
        write_json(folder / "guide.json", summary)
        after.enter_context(
            remove_leftovers_after(output, former, _output_names(summary))
        )
    return StageResult(summary, text_of(summary, output, verbose=verbose))


def _check_stature(height: float | None) -> None:
    fault = None if height is None else stature_fault(height)
    if fault:
        raise BigeError(f"--height: {fault}.")


def _make_config(request: GuideRequest, seed: int) -> GuideConfig:
    usual = GuideConfig()
    return GuideConfig(
        samples=request.count,
        candidates=max(usual.candidates, request.count),
        steps=usual.steps if request.steps is None else request.steps,
        seed=seed,
    )


def _summarise(
    request: GuideRequest,
    goal: Goal,
    body: torch.Tensor,
    *,
    motions: list[dict[str, Any]],
    manifest: Manifest,
) -> dict[str, Any]:
    return {
        "goal": goal.to_dict(),
        "person": {
            "model": Path(request.model).name,
            **dict(zip(BODY, body.tolist(), strict=True)),
        },
        "people": _participants(request),
        "motions": motions,
        "manifest": manifest.to_dict(),
    }


def _output_names(summary: Mapping[str, Any]) -> list[str]:
    """Names of the files of every motion."""
    names = [str(motion["file"]).removesuffix(".mot") for motion in summary["motions"]]
    ends = (".mot", "_activations.sto", "_uncertainty.sto")
    return [name + end for name in names for end in ends]


def _inputs(request: GuideRequest) -> list[Path]:
    return [
        Path(request.model),
        Path(request.goal),
        weights_path(request.generator, "generator"),
        weights_path(request.surrogate, "surrogate"),
    ]


def _check_generator(
    request: GuideRequest,
    generator: MotionGenerator,
    known: Latents,
    body: torch.Tensor,
) -> str | None:
    """Say why a generator cannot be used for this body, if it cannot."""
    facts = read_record(request.generator, "generator").latents
    if not {*KNEES, PELVIS} <= set(generator.coordinate_names):
        return None
    if "standing" in facts and facts["standing"] is None:
        return None  # made for an exercise that does not start standing
    height = (facts.get("standing") or {}).get("height_leg_lengths")
    latents = known.z[:DECODED]
    bodies = body.expand(len(latents), -1)
    with torch.no_grad(), in_use(generator):
        made = generator.decode(generator.quantise(latents).z, bodies)
    standing = measure_standing(
        made.motion,
        body=bodies,
        names=generator.coordinate_names,
        height=math.nan if height is None else height,
    )
    whose = f" for {Path(request.model).name}"
    return (
        None if standing.usable else unusable_sentence(standing.to_dict(), whose=whose)
    )


def _participants(request: GuideRequest) -> dict[str, list[str]]:
    """Who the nets were trained on, so that a report can say who was new to them."""
    records = (
        read_record(request.generator, "generator"),
        read_record(request.surrogate, "surrogate"),
    )
    return {
        use: sorted({p for r in records for p in getattr(r, f"{use}_people")})
        for use in ("train", "validation", "test")
    }


def _body(
    request: GuideRequest, skeleton: Skeleton, known: torch.Tensor
) -> torch.Tensor:
    """Stature m, mass kg and leg length m, as the nets take them."""
    ratio = float((known[:, 0] / known[:, 2]).mean())
    body = describe_body(skeleton, ratio=ratio, height=request.height)
    return body.to(request.device)


def _write(found: GuidedMotions, folder: Path, spec: ModelSpec) -> list[dict[str, Any]]:
    rows = []
    for number, (motion, expected, std, row) in enumerate(
        zip(
            found.motions(),
            found.expected_activations(),
            found.std,
            found.rows(),
            strict=True,
        ),
        start=1,
    ):
        name = f"{number:02d}"
        write_motion(folder / f"{name}.mot", complete_motion(motion, spec), spec=spec)
        path = folder / f"{name}_activations.sto"
        write_series(path, expected, name=f"{name} expected")
        uncertainty = replace(expected, values=np.asarray(std))
        path = folder / f"{name}_uncertainty.sto"
        write_series(path, uncertainty, name=f"{name} uncertainty")
        files = {"file": f"{name}.mot", "activations": f"{name}_activations.sto"}
        rows.append(files | row)
    return rows
