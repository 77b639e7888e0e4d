"""Time and memory of `bige collect` over the number of repetitions.

    python pipelines/cost_of_collecting.py FOLDER_OF_PEOPLE [--sessions 1 3 10 30 100]

FOLDER_OF_PEOPLE holds sessions that `bige synth -n 100 -o FOLDER_OF_PEOPLE` made, ten
squats each. Every row is a process of its own; loading libraries is in its time.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MEASURED = """
import resource, sys
from bige_osim.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""
"""Runs the command and says how much memory (KiB) it took at most."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("people", type=Path)
    parser.add_argument("--sessions", type=int, nargs="+", default=[1, 3, 10, 30, 100])
    given = parser.parse_args()
    people = sorted(given.people.glob("*/sessionMetadata.yaml"))
    print("| repetitions | time, s | a repetition, s | memory, GB | file, MB |")
    print("|---|---|---|---|---|")
    for count in given.sessions:
        print(row([path.parent for path in people[:count]]), flush=True)


def row(sessions: list[Path]) -> str:
    """Collect these sessions; a row of the table."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "squats.nc"
        arguments = ["collect", *map(str, sessions), "-o", str(output)]
        start = time.perf_counter()
        run = subprocess.run(
            [sys.executable, "-c", MEASURED, *arguments],
            check=True,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - start
        report = json.loads(output.with_suffix(".collect.json").read_text())
        found = report["repetitions"]["accepted"]
        memory = int(run.stderr.split()[-1]) * 1024 / 1e9
        size = output.stat().st_size / 1e6
    return (
        f"| {found} | {seconds:.1f} | {seconds / found:.3f} | {memory:.2f} | "
        f"{size:.1f} |"
    )


if __name__ == "__main__":
    main()
