"""How a surrogate does on recorded participants: a table.

    python pipelines/judge_surrogate.py DATA.nc PARTICIPANT... [--surrogate RUN]

DATA.nc holds their squats; exact static optimisation of the same frames is the truth.
Without `--surrogate` it is the shipped one.
"""

import argparse
from pathlib import Path

from leave_out_surrogate import judge, print_table

from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.nets.checkpoint import load
from bige_osim.nets.exact_frames import solve_frames
from bige_osim.nets.own_frames import read_own_frames
from bige_osim.nets.shipped import find_run

FRAMES = 1000
"""Frames of each participant, at most."""


def main() -> None:
    """Judge each participant and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("participants", nargs="+")
    parser.add_argument("--surrogate", type=Path)
    given = parser.parse_args()
    net = load(find_run("surrogate", given.surrogate), "surrogate")
    dataset = read_dataset(given.data)
    scores = {}
    for name in given.participants:
        (own,) = read_own_frames(dataset, [name], recorded=1.0)
        scores[name] = judge(net, solve_frames(own, most=FRAMES))
    print_table(scores)


if __name__ == "__main__":
    main()
