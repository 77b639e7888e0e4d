"""``guide``: search for motions of a person that meet a goal."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bige_osim.data.contacts import contact_spheres
from bige_osim.data.dataset import BODY
from bige_osim.guidance.optimise import (
    GuideConfig,
    GuidedMotions,
    TrainingLatents,
)
from bige_osim.guidance.optimise import (
    guide as search,
)
from bige_osim.io.goal import read_goal
from bige_osim.io.manifest import Manifest
from bige_osim.io.mot import write_motion
from bige_osim.io.output import new_folder, write_json
from bige_osim.io.series import write_series
from bige_osim.nets.checkpoint import (
    load_generator,
    load_latents,
    load_surrogate,
    read_record,
)
from bige_osim.osim.model import read_model
from bige_osim.physics.coordinates import complete_motion
from bige_osim.physics.skeleton import Skeleton
from bige_osim.spec import ModelSpec
from bige_osim.stages.result import Progress, StageResult, silent


@dataclass(frozen=True, kw_only=True)
class GuideRequest:
    """What to search for, and with what.

    Attributes
    ----------
    model : the target person's ``.osim``
    goal : goal file (.toml)
    generator, surrogate : run folders
    count : motions to return
    height : stature of the person, m; ``None`` takes the training people's mean
        ratio of stature to leg length
    steps : of the search; the default of ``GuideConfig`` for ``None``
    """

    model: Path
    goal: Path
    generator: Path
    surrogate: Path
    count: int = 4
    height: float | None = None
    steps: int | None = None
    device: str = "cpu"


def guide(
    request: GuideRequest,
    *,
    output: Path,
    seed: int = 0,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write ``NN.mot``, ``NN_activations.sto`` and ``guide.json`` to ``output``."""
    spec = read_model(request.model)
    goal = read_goal(request.goal)
    generator = load_generator(request.generator, device=request.device)
    surrogate = load_surrogate(request.surrogate, device=request.device)
    known = load_latents(request.generator, device=request.device)
    skeleton = Skeleton(spec, contacts=contact_spheres(spec), dtype=torch.float32)
    skeleton = skeleton.to(request.device)
    body = _body(request, spec, skeleton, known.body)
    config = GuideConfig(
        samples=request.count,
        candidates=max(GuideConfig().candidates, request.count),
        seed=seed,
    )
    if request.steps is not None:
        config = replace(config, steps=request.steps)
    manifest = Manifest(
        "guide",
        inputs=[request.model, request.goal, *_checkpoints(request)],
        config=asdict(config),
        seed=seed,
    )
    with new_folder(output, landmark="guide.json", force=force) as folder:
        with manifest.timed("search"):
            found = search(
                generator,
                surrogate,
                skeleton,
                goal,
                body,
                spec=spec,
                latents=TrainingLatents(known.z, known.body),
                config=config,
                progress=lambda done, total: progress("searching", done, total),
            )
        manifest.warnings += found.warnings
        summary = {
            "goal": goal.to_dict(),
            "person": {
                "model": request.model.name,
                **dict(zip(BODY, body.tolist(), strict=True)),
            },
            "people": _people(request),
            "motions": _write(found, folder, spec),
            "manifest": manifest.to_dict(),
        }
        write_json(folder / "guide.json", summary)
    return StageResult(summary, _text(summary, output))


def _checkpoints(request: GuideRequest) -> list[Path]:
    return [
        folder / f"{kind}.safetensors"
        for folder, kind in (
            (request.generator, "generator"),
            (request.surrogate, "surrogate"),
        )
    ]


def _people(request: GuideRequest) -> dict[str, list[str]]:
    """Who the nets were trained on, so that a report can say who was new to them."""
    records = (
        read_record(request.generator, "generator"),
        read_record(request.surrogate, "surrogate"),
    )
    return {
        "train": sorted({p for r in records for p in r.train_people}),
        "validation": sorted({p for r in records for p in r.validation_people}),
        "test": sorted({p for r in records for p in r.test_people}),
    }


def _body(
    request: GuideRequest, spec: ModelSpec, skeleton: Skeleton, known: torch.Tensor
) -> torch.Tensor:
    """Stature m, mass kg and leg length m, as the nets take them."""
    leg = skeleton.leg_length()
    ratio = float((known[:, 0] / known[:, 2]).mean())
    height = request.height or leg * ratio
    return torch.tensor(
        [height, spec.mass, leg], dtype=torch.float32, device=request.device
    )


def _write(found: GuidedMotions, folder: Path, spec: ModelSpec) -> list[dict[str, Any]]:
    rows = []
    for number, (motion, expected, row) in enumerate(
        zip(found.motions(), found.expected_activations(), found.rows(), strict=True),
        start=1,
    ):
        name = f"{number:02d}"
        write_motion(
            folder / f"{name}.mot",
            complete_motion(motion, spec),
            spec=spec,
        )
        write_series(
            folder / f"{name}_activations.sto", expected, name=f"{name} expected"
        )
        uncertainty = replace(expected, values=np.asarray(found.std[number - 1]))
        write_series(
            folder / f"{name}_uncertainty.sto", uncertainty, name=f"{name} uncertainty"
        )
        files = {"file": f"{name}.mot", "activations": f"{name}_activations.sto"}
        rows.append(files | row)
    return rows


def _text(summary: dict[str, Any], output: Path) -> str:
    motions = summary["motions"]
    held = sum(motion["holds"] for motion in motions)
    lines = [
        f"Found {len(motions)} motions; in {held} every constraint holds as the "
        "surrogate expects. Run `bige validate` to see whether it holds in simulation."
    ]
    for motion in motions:
        terms = ", ".join(
            f"{t['name']} {t['before']:.3g} → {t['after']:.3g} {t['unit']}".rstrip()
            for t in motion["terms"]
        )
        lines.append(f"  {motion['file']}  {motion['duration']:.2f} s  {terms}")
    lines += [f"Warning: {w}" for w in summary["manifest"]["warnings"]]
    lines.append(f"Written to {output}.")
    return "\n".join(lines)
