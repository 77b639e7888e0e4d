"""Read a motion, filter it, and find its fastest joint.

Run: python examples/01_read_and_differentiate.py MODEL.osim MOTION.mot
"""

import sys

import numpy as np

import bige_osim as bige


def main(model_file: str, motion_file: str) -> None:
    model = bige.read_model(model_file)
    motion = bige.read_motion(motion_file, model=model).filter(6.0)
    angles = [c.name for c in model.spec.coordinates if not c.translational]
    velocity, _ = motion.select(angles).derivatives()  # rad/s
    peaks = np.abs(velocity).max(axis=0)
    print(motion)
    print(
        f"{angles[int(peaks.argmax())]} is fastest: "
        f"{np.rad2deg(peaks.max()):.0f} deg/s in {motion.duration:.2f} s"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
