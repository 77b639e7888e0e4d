"""``studio``: what a body does, seen before anything is asked of it.

Squats that the shipped generator draws for the body, the first of those that a search
for it draws, and the participant's own are judged once, for all muscles. Whether a goal
is within reach can then be said at once, for any goal.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from bige_osim.guidance.judge import Evaluation
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_file, write_json
from bige_osim.io.profile import SIDES, Profile, find_profile
from bige_osim.paths import AnyPath
from bige_osim.physics.foot_conditions import KNEES
from bige_osim.progress import Progress, silent
from bige_osim.stages.guide import GuideRequest, prepare_search
from bige_osim.stages.refine import RefineRequest, prepare_refinement
from bige_osim.stages.result import StageResult
from bige_osim.stages.search import SEED_FACTOR

NO_GOAL = "[asymmetry]\n"
"""A goal that asks for nothing that is looked at."""

PAIRS = ("hip_flexion", "knee_angle", "ankle_angle")
"""Joints of the inter-limb asymmetry, as of the goals' term."""


@dataclass(frozen=True, kw_only=True)
class LookRequest:
    """Whom to look at.

    Attributes
    ----------
    model : the participant's ``.osim``
    trial : recorded motion (``.mot``) with squats; none for ``None``
    height : stature of the participant, m
    """

    model: AnyPath
    trial: AnyPath | None = None
    height: float | None = None


def look(
    request: LookRequest,
    *,
    output: AnyPath,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write what squats of a body come to, as JSON.

    ``drawn`` and ``own`` have a row for each squat: ``knees_deg``, ``seconds``,
    ``asymmetry_deg`` and ``peaks``, the mean of the peak activations of each group's
    muscles; those of ``own`` also ``start_s`` and ``stop_s`` in the trial.

    Raises
    ------
    MissingFileError, ModelError, DatasetError, BigeError
        The model or the trial cannot be used, or the trial has no squats.
    """
    inputs = [Path(path) for path in (request.model, request.trial) if path]
    manifest = Manifest("look", inputs=inputs, config={"height": request.height})
    steps = 2 if request.trial else 1
    with new_file(output, force=force) as temporary:
        with tempfile.TemporaryDirectory(prefix="bige-") as folder:
            goal = Path(folder) / "goal.toml"
            goal.write_text(NO_GOAL, encoding="utf-8")
            progress("squats drawn for this body", 0, steps)
            groups, drawn = _judge_drawn(request, goal)
            progress("the participant's own squats", 1, steps)
            own = _judge_own(request, goal) if request.trial else []
        summary: dict[str, Any] = {
            "model": Path(request.model).name,
            "trial": Path(request.trial).name if request.trial else None,
            "groups": groups,
            "drawn": drawn,
            "own": own,
            "manifest": manifest.to_dict(),
        }
        write_json(temporary, summary)
    progress("the participant's own squats", steps, steps)
    return StageResult(summary, f"Written to {output}.")


def _judge_drawn(
    request: LookRequest, goal: Path
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Judge the squats that a search draws first; and name the muscle groups."""
    search = prepare_search(
        GuideRequest(model=request.model, goal=goal, height=request.height)
    )
    random = torch.Generator().manual_seed(SEED_FACTOR * search.config.seed)
    config = search.config
    starts = search.draws.draw(config.candidates, noise=config.noise, random=random)
    profile = find_profile(search.guidance.skeleton.spec)
    judged = search.judge(starts)
    groups = _choose_groups(profile, judged.context.muscle_names)
    names = {name: profile.full_name(name) for name in groups}
    return names, _rows(judged, groups)


def _judge_own(request: LookRequest, goal: Path) -> list[dict[str, Any]]:
    """Judge the squats of the trial as refinement starts from them."""
    assert request.trial is not None
    guidance, starts, _ = prepare_refinement(
        RefineRequest(model=request.model, goal=goal, trial=request.trial)
    )
    frames = guidance.config.frames
    space = starts.space(
        list(range(len(starts))), frames, points=guidance.config.points
    )
    with torch.no_grad():
        judged = guidance.judge(frames)(space.base, base=space.base)
    profile = find_profile(guidance.skeleton.spec)
    rows = _rows(judged, _choose_groups(profile, judged.context.muscle_names))
    return [
        {
            "number": number,
            "start_s": own.start,
            "stop_s": own.stop,
            "quality": own.quality,
            **row,
        }
        for number, (own, row) in enumerate(
            zip(starts.repetitions, rows, strict=True), start=1
        )
    ]


def _choose_groups(
    profile: Profile, muscles: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """Choose the groups of the model's family, of both legs first; else its muscles."""
    known = profile.muscle_groups or {name: (name,) for name in muscles}
    return dict(sorted(known.items(), key=lambda item: item[0].endswith(SIDES)))


def _rows(
    judged: Evaluation, groups: Mapping[str, tuple[str, ...]]
) -> list[dict[str, Any]]:
    """Say of each squat what a goal can ask for."""
    context = judged.context
    peaks = {
        name: context.muscles(muscles).amax(1).mean(1)
        for name, muscles in groups.items()
    }
    knees = torch.rad2deg(context.coordinates(KNEES).mean(-1).amax(-1))
    left, right = (
        context.coordinates([pair + side for pair in PAIRS]) for side in ("_l", "_r")
    )
    uneven = torch.rad2deg(((left - right) ** 2).mean((1, 2)).sqrt())
    return [
        {
            "knees_deg": round(float(knees[row]), 2),
            "seconds": round(float(context.duration[row]), 3),
            "asymmetry_deg": round(float(uneven[row]), 2),
            "peaks": {n: round(float(values[row]), 4) for n, values in peaks.items()},
        }
        for row in range(len(knees))
    ]
