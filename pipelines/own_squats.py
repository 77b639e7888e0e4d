"""Recorded squats changed until they load the vasti less, and the table of it.

    python pipelines/own_squats.py SESSION... -o FOLDER --less 20
    python pipelines/own_squats.py SESSION... -o FOLDER --band 0.15 0.25

For every squat of the first squat trial of each session a goal is written: each vastus
medialis at least so many percent below its own peak in that squat, or within a band.
`bige guide --from` does the rest. What is done already is not done again; the table is
made from the files.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

import bige_osim as bige

MUSCLES = ("vasmed_r", "vasmed_l")


def main() -> None:
    """Guide every squat and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sessions", type=Path, nargs="+")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--less", type=float, metavar="PERCENT", default=20.0)
    parser.add_argument("--band", type=float, nargs=2, metavar=("LOW", "HIGH"))
    given = parser.parse_args()
    for session in given.sessions:
        guide_session(session, given.output, less=given.less, band=given.band)
    print_table(given.output)


def guide_session(
    folder: Path, output: Path, *, less: float, band: tuple[float, float] | None
) -> None:
    """Guide the squats of the first trial that has any."""
    session = bige.read_session(folder)
    for trial in session.motions:
        model = bige.read_model(session.model)
        motion = bige.read_motion(trial.motion, model=model)
        squats = bige.find_repetitions(motion, model, exercise="squat").accepted
        if not squats:
            continue
        solved = bige.solve(motion, model).activations
        for number, squat in enumerate(squats, start=1):
            place = output / f"{folder.name}_{number:02d}"
            if (place / "guide.json").exists():
                continue
            peaks = solved.between(squat.start, squat.stop).select(MUSCLES).values
            goal = output / f"{place.name}.toml"
            goal.parent.mkdir(parents=True, exist_ok=True)
            text = write_goal(peaks.max(axis=0), less=less, band=band)
            goal.write_text(text, encoding="utf-8")
            bige_command = Path(sys.executable).with_name("bige")
            command = [bige_command, "guide", "--model"]
            command += [model.path, "--goal", goal, "--from", trial.motion]
            command += ["--repetition", number, "-o", place]
            subprocess.run([str(part) for part in command], check=False)
        return


def write_goal(
    peaks: np.ndarray, *, less: float, band: tuple[float, float] | None
) -> str:
    """Goal file: each muscle below its own peak, or within the band."""
    lines = []
    for muscle, peak in zip(MUSCLES, peaks, strict=True):
        low, high = band or (0.0, (1 - less / 100) * peak)
        lines += ["[[activation]]", f'muscles = ["{muscle}"]']
        lines += [f"low = {low:.4f}", f"high = {high:.4f}", ""]
    return "\n".join(lines)


def print_table(output: Path) -> None:
    """Print a row for each participant, and medians over all squats."""
    rows: dict[str, list[dict]] = {}
    for path in sorted(output.glob("*/guide.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        rows.setdefault(path.parent.name[:-3], []).extend(found["motions"])
    print("| participant | delivered | change, deg RMS | steps | s |")
    print("|---|---|---|---|---|")
    every = [motion for motions in rows.values() for motion in motions]
    for name, motions in {**rows, "all": every}.items():
        changes = [motion["change_deg"]["all"] for motion in motions]
        steps = [motion["steps"] for motion in motions]
        seconds = [motion["seconds"] for motion in motions]
        print(
            f"| {name} | {sum(m['holds'] for m in motions)} of {len(motions)} | "
            f"{np.median(changes):.1f} (most {max(changes):.1f}) | "
            f"{np.median(steps):.0f} (most {max(steps)}) | "
            f"{np.median(seconds):.0f} (most {max(seconds):.0f}) |"
        )


if __name__ == "__main__":
    main()
