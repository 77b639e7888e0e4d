"""Judge surrogates on recorded participants whom they never saw, in two folds.

    python pipelines/leave_out_surrogate.py real.nc... --more synthetic.nc... -o FOLDER
    python pipelines/leave_out_surrogate.py table FOLDER

The first samples the models (kept in FOLDER), trains two nets and judges each on the
real participants of the other half: exact static optimisation of the same frames is
the truth. Synthetic participants train both, but for the last tenth, on whose motions
predicted deviations are calibrated. Results are in FOLDER/<fold>.json, of which the
second prints the table. What was interrupted goes on.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.io.output import write_json
from bige_osim.nets.amortised import AmortisedSurrogate, ModelSurrogate
from bige_osim.nets.amortised_run import SurrogateSettings, fit_inputs
from bige_osim.nets.amortised_training import fit_points
from bige_osim.nets.blocks import BlockKind, ModelBlocks
from bige_osim.nets.exact_frames import (
    ExactFrames,
    calibrate,
    score_frames,
    solve_frames,
)
from bige_osim.nets.kinematic_surrogate import r_squared
from bige_osim.nets.losses import rms
from bige_osim.nets.own_frames import find_frames, read_own_frames
from bige_osim.nets.point_files import sample_models
from bige_osim.nets.points import Frame, OwnFrames, Points
from bige_osim.physics.static_optimisation.model import StaticOptimisation

VASTI = ("vasmed_r", "vasmed_l")
FEW = 400
"""Frames of a participant at which gradients are compared."""

Sampled = dict[BlockKind, Points]


def read_real(paths: Sequence[Path], recorded: float) -> dict[str, list[OwnFrames]]:
    """Motions of every real participant, by name."""
    found: dict[str, list[OwnFrames]] = {}
    for path in paths:
        dataset = read_dataset(path)
        for name in sorted(set(dataset["person"].values.astype(str).tolist())):
            found[name] = read_own_frames(dataset, [name], recorded=recorded)
    return found


def read_synthetic(paths: Sequence[Path]) -> list[OwnFrames]:
    """Motions of synthetic participants, those of all datasets mixed."""
    found: list[OwnFrames] = []
    for path in paths:
        dataset = read_dataset(path)
        people = sorted(set(dataset["person"].values.astype(str).tolist()))
        found += read_own_frames(dataset, people)
    order = np.random.RandomState(0).permutation(len(found))
    return [found[i] for i in order]


def train_fold(
    parts: Sequence[Sampled],
    frames: dict[BlockKind, Frame],
    settings: SurrogateSettings,
    folder: Path,
    fold: str,
) -> AmortisedSurrogate:
    """Train a net on some of the points, or go on."""
    points = {
        kind: Points.join([part[kind] for part in parts if kind in part])
        for kind in frames
    }
    torch.manual_seed(0)
    kinds = [(kind, len(frames[kind].postures)) for kind in points]
    net = AmortisedSurrogate(settings.net, kinds=kinds)
    fit_inputs(net, points, frames)
    done = folder / f"{fold}.safetensors"
    if done.exists():
        net.load_state_dict(load_file(done))
        return net

    def show(epoch: int, epochs: int, losses: Any) -> None:
        print(fold, epoch, epochs, f"{losses['train_total']:.4f}", flush=True)

    fit_points(
        net,
        points,
        config=settings.fitting,
        seed=0,
        state_path=folder / f"{fold}_last.safetensors",
        fingerprint={"settings": settings.model_dump(exclude={"sampling"})},
        progress=show,
    )
    return net


def judge(net: AmortisedSurrogate, exact: ExactFrames) -> dict[str, Any]:
    """Scores of one participant: all muscles, the vasti, gradients."""
    made = exact.ask(net)
    places = [exact.muscle_names.index(name) for name in VASTI]
    vasti, true = made.activations[:, places], exact.activations[:, places]
    return {
        **score_frames(net, [exact]),
        "vasti_r2": r_squared(vasti, true),
        "vasti_rmse": rms(vasti - true),
        "frames": len(exact.q),
        "gradient_cosine": compare_gradients(net, exact),
    }


def compare_gradients(net: AmortisedSurrogate, exact: ExactFrames) -> float:
    """Median cosine of the gradients of the vasti's unsaturated activations.

    With respect to posture and net moments of their legs, each over its standard
    deviation, at frames where the vasti are used and below 0.95.
    """
    blocks, settled = (
        ModelBlocks(StaticOptimisation(exact.skeleton)),
        ModelSurrogate(net, exact.skeleton),
    )
    cosines = []
    for name in VASTI:
        place = exact.muscle_names.index(name)
        values = exact.activations[:, place]
        rows = ((values > 0.1) & (values < 0.95)).nonzero()[:, 0][:FEW]
        at = next(i for i, block in enumerate(blocks.blocks) if place in block.columns)
        block = blocks.blocks[at]
        sizes = [t[:, list(block.rows)].std(0) for t in (exact.q, exact.demand)]
        found = []
        for source in ("exact", "net"):
            q = exact.q[rows].clone().requires_grad_()
            load = exact.demand[rows].clone().requires_grad_()
            if source == "exact":
                moments = blocks.moments(q, exact.qd[rows])[at]
                made = blocks.solve(at, moments, load[:, list(block.rows)])
                answer = made[:, block.columns.index(place)]
            else:
                made = settled(q, exact.qd[rows], load, std=False).unbounded
                answer = made[:, place]
            slopes = torch.autograd.grad(answer.sum(), (q, load))
            parts = [
                slope[:, list(block.rows)] * size
                for slope, size in zip(slopes, sizes, strict=True)
            ]
            found.append(torch.cat(parts, dim=1).double())
        cosines.append(torch.cosine_similarity(*found, dim=1))
    return float(torch.cat(cosines).median())


def run(given: argparse.Namespace) -> None:
    """Sample, train, judge."""
    settings = SurrogateSettings()
    sampling = settings.sampling.model_copy(
        update={"points": given.points, "processes": given.processes}
    )
    size = {"batch_size": given.batch, "draws": 100 * given.batch}
    fitting = settings.fitting.model_copy(update={"epochs": given.epochs, **size})
    net_config = settings.net.model_copy(update={"width": given.width})
    settings = settings.model_copy(
        update={"sampling": sampling, "fitting": fitting, "net": net_config}
    )
    real = read_real(given.datasets, sampling.recorded)
    synthetic = read_synthetic(given.more)
    frames = find_frames(synthetic)
    apart = synthetic[-max(1, len(synthetic) // 10) :]
    synthetic = synthetic[: -len(apart)][: given.models]
    points = given.output / "points"
    common = sample_models(
        synthetic, frames, sampling, seed=0, folder=points, progress=print
    )
    checked = [solve_frames(own, most=500) for own in apart]
    halves = [given.trained[0::2], given.trained[1::2]]
    for fold, half in zip("AB", halves, strict=True):
        if fold not in given.folds:
            continue
        own = [
            sample_models(
                real[name], frames, sampling, seed=1, folder=points, progress=print
            )
            for name in half
        ]
        net = train_fold([common, *own], frames, settings, given.output, fold)
        calibrate(net, checked)
        save_file(net.state_dict(), given.output / f"{fold}.safetensors")
        tested = [n for n in real if n not in half]
        if fold == "B":  # those who train neither are judged once
            tested = [n for n in tested if n in given.trained]
        scores = {}
        for name in tested:
            (whole,) = real[name]
            scores[name] = judge(net, solve_frames(whole))
            print(name, scores[name]["r2"], flush=True)
        write_json(given.output / f"{fold}.json", scores)
    table(given.output)


def table(folder: Path) -> None:
    """Print what was found on all participants."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("[AB].json")):
        found |= json.loads(path.read_text(encoding="utf-8"))
    print_table(found)


def print_table(found: dict[str, dict[str, Any]]) -> None:
    """Print the scores of every participant, and their medians."""
    keys = {
        "r2": "R²", "rmse": "RMSE", "vasti_r2": "vasti R²", "vasti_rmse": "vasti RMSE",
        "median_r2": "median muscle R²", "gradient_cosine": "gradient cosine",
        "covered": "in 90 % intervals", "rank": "rank correlation", "far": "far",
    }  # fmt: skip
    print("| participant | " + " | ".join(keys.values()) + " |")
    print("|---" * (len(keys) + 1) + "|")
    rows = {name: [float(one[key]) for key in keys] for name, one in found.items()}
    rows["median"] = np.median(list(rows.values()), axis=0).tolist()
    for name, values in rows.items():
        print(f"| {name} | " + " | ".join(f"{value:.4f}" for value in values) + " |")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("datasets", type=Path, nargs="+")
    parser.add_argument("--more", type=Path, nargs="+", default=[])
    parser.add_argument("--trained", nargs="+", default=[], help="in one of the folds")
    parser.add_argument("--models", type=int, default=1000, help="synthetic, at most")
    parser.add_argument("--points", type=int, default=12_000)
    parser.add_argument("--folds", default="AB", help="A, B or both")
    parser.add_argument("--epochs", type=int, default=75, help="of 100 steps")
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--width", type=int, default=448)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    torch.set_num_threads(1)
    if str(given.datasets[0]) == "table":
        table(given.datasets[1])
    else:
        given.output.mkdir(parents=True, exist_ok=True)
        run(given)


if __name__ == "__main__":
    main()
