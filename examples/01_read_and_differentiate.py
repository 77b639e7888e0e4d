"""Read a motion, filter it, and find its fastest joint.

Run: python examples/01_read_and_differentiate.py MOTION.mot
"""

import sys
from pathlib import Path

import numpy as np

from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import is_translation


def main(path: Path) -> None:
    motion = read_motion(path).filter(6.0)
    velocity, _ = motion.derivatives()
    angles = [i for i, name in enumerate(motion.names) if not is_translation(name)]
    peaks = np.abs(velocity[:, angles]).max(axis=0)
    fastest = angles[int(peaks.argmax())]
    print(
        f"{motion.names[fastest]} is fastest: "
        f"{np.rad2deg(peaks.max()):.0f} deg/s in {motion.duration:.2f} s"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
