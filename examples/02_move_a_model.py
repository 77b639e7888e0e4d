"""Where are the feet and the centre of mass of a model during a motion?

Run: python examples/02_move_a_model.py MODEL.osim MOTION.mot
"""

import sys

import bige_osim as bige


def main(model_file: str, motion_file: str) -> None:
    model = bige.read_model(model_file)
    motion = bige.read_motion(motion_file, model=model)
    pose = model.skeleton.pose_of(motion)
    height = model.skeleton.center_of_mass(pose)[:, 1]
    lowest = model.skeleton.foot_points(pose)[..., 1].min(dim=1).values
    print(model)
    print(f"Centre of mass between {height.min():.3f} and {height.max():.3f} m")
    print(f"Lowest foot point between {lowest.min():.3f} and {lowest.max():.3f} m")


if __name__ == "__main__":
    main(*sys.argv[1:])
