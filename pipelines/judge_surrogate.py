"""How a surrogate does on recorded participants: a table.

    python pipelines/judge_surrogate.py DATA.nc PARTICIPANT... [--surrogate RUN]

DATA.nc holds their squats; exact static optimisation of the same frames is the truth.
Without `--surrogate` it is the shipped one.
"""

import argparse
from pathlib import Path

import numpy as np

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.nets.checkpoint import load
from bige_osim.nets.exact_frames import score_frames, solve_frames
from bige_osim.nets.own_frames import read_own_frames
from bige_osim.nets.shipped import find_run

FRAMES = 1000
"""Frames of each participant, at most."""


def main() -> None:
    """Print a row for each participant."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("participants", nargs="+")
    parser.add_argument("--surrogate", type=Path)
    given = parser.parse_args()
    net = load(find_run("surrogate", given.surrogate), "surrogate")
    dataset = read_dataset(given.data)
    print("| participant | R², RMSE | vasti medialis | median muscle | 90 %, rank |")
    print("|---|---|---|---|---|")
    for name in given.participants:
        (own,) = read_own_frames(dataset, [name], recorded=1.0)
        found = score_frames(net, [solve_frames(own, most=FRAMES)])
        vasti = [found["muscles"][muscle] for muscle in ("vasmed_r", "vasmed_l")]
        r2, rmse = (np.mean([one[key] for one in vasti]) for key in ("r2", "rmse"))
        print(
            f"| {name} | {found['r2']:.3f}, {found['rmse']:.4f} | {r2:.3f}, {rmse:.4f} "
            f"| {found['median_r2']:.3f} | {found['covered']:.2f}, "
            f"{found['rank']:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
