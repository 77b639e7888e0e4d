"""How a surrogate does on recorded participants: a table.

    python pipelines/judge_surrogate.py DATA.nc PARTICIPANT... [--surrogate RUN]

DATA.nc holds their squats; exact static optimisation of the same frames is the truth.
Without `--surrogate` it is the shipped one. The surrogate solves frames exactly that
its net is unsure of; `--net-alone` judges the net on these, too.
"""

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.nets.amortised import EXACT_ABOVE, AmortisedSurrogate, ModelSurrogate
from bige_osim.nets.blocks import ModelBlocks
from bige_osim.nets.checkpoint import load
from bige_osim.nets.exact_frames import ExactFrames, score_frames, solve_frames
from bige_osim.nets.kinematic_surrogate import r_squared
from bige_osim.nets.losses import rms
from bige_osim.nets.own_frames import read_own_frames
from bige_osim.nets.shipped import find_run
from bige_osim.physics.static_optimisation.model import StaticOptimisation

FRAMES = 1000
"""Frames of each participant, at most."""

VASTI = ("vasmed_r", "vasmed_l")
FEW = 400
"""Frames of a participant at which gradients are compared."""


def main() -> None:
    """Judge each participant and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("participants", nargs="+")
    parser.add_argument("--surrogate", type=Path)
    parser.add_argument("--net-alone", action="store_true")
    given = parser.parse_args()
    above = math.inf if given.net_alone else EXACT_ABOVE
    net = load(find_run("surrogate", given.surrogate), "surrogate")
    dataset = read_dataset(given.data)
    scores = {}
    for name in given.participants:
        (own,) = read_own_frames(dataset, [name], recorded=1.0)
        scores[name] = judge(net, solve_frames(own, most=FRAMES), exact_above=above)
    print_table(scores)


def judge(
    net: AmortisedSurrogate, exact: ExactFrames, *, exact_above: float
) -> dict[str, Any]:
    """Scores of one participant: all muscles, the vasti, gradients."""
    made = exact.ask(net, exact_above=exact_above)
    places = [exact.muscle_names.index(name) for name in VASTI]
    vasti, true = made.activations[:, places], exact.activations[:, places]
    return {
        **score_frames(net, [exact], exact_above=exact_above),
        "vasti_r2": r_squared(vasti, true),
        "vasti_rmse": rms(vasti - true),
        "frames": len(exact.q),
        "gradient_cosine": compare_gradients(net, exact, exact_above=exact_above),
    }


def compare_gradients(
    net: AmortisedSurrogate, exact: ExactFrames, *, exact_above: float
) -> float:
    """Median cosine of the gradients of the vasti's unsaturated activations.

    With respect to posture and net moments of their legs, each over its standard
    deviation, at frames where the vasti are used and below 0.95.
    """
    blocks, settled = (
        ModelBlocks(StaticOptimisation(exact.skeleton)),
        ModelSurrogate(net, exact.skeleton, exact_above=exact_above),
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
                made = settled(q, exact.qd[rows], load).unbounded
                answer = made[:, place]
            slopes = torch.autograd.grad(answer.sum(), (q, load))
            parts = [
                slope[:, list(block.rows)] * size
                for slope, size in zip(slopes, sizes, strict=True)
            ]
            found.append(torch.cat(parts, dim=1).double())
        cosines.append(torch.cosine_similarity(*found, dim=1))
    return float(torch.cat(cosines).median())


def print_table(found: dict[str, dict[str, Any]]) -> None:
    """Print the scores of every participant, and their medians."""
    keys = {
        "r2": "R²", "rmse": "RMSE", "vasti_r2": "vasti R²", "vasti_rmse": "vasti RMSE",
        "median_r2": "median muscle R²", "gradient_cosine": "gradient cosine",
        "covered": "in 90 % intervals", "rank": "rank correlation", "far": "far",
        "exact": "solved exactly",
    }  # fmt: skip
    print("| participant | " + " | ".join(keys.values()) + " |")
    print("|---" * (len(keys) + 1) + "|")
    rows = {name: [float(one[key]) for key in keys] for name, one in found.items()}
    rows["median"] = np.median(list(rows.values()), axis=0).tolist()
    for name, values in rows.items():
        print(f"| {name} | " + " | ".join(f"{value:.4f}" for value in values) + " |")


if __name__ == "__main__":
    main()
