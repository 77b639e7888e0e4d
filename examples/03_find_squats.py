"""Find the squats of a session and say why other candidates are none.

Run: python examples/03_find_squats.py SESSION
"""

import sys
from pathlib import Path

import numpy as np

from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import read_session
from bige_osim.repetitions.find import find_repetitions


def main(folder: Path) -> None:
    for trial in read_session(folder).motions:
        found = find_repetitions(read_motion(trial.motion), exercise="squat")
        depths = [f"{np.rad2deg(r.depth):.0f}" for r in found.accepted]
        print(f"{trial.name}: {len(depths)} squats, knee to {', '.join(depths)} deg")
        for candidate in found.rejected:
            print(f"  {candidate.start:.2f} s: {'; '.join(candidate.reasons)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
