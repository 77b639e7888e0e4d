"""Where are the feet and the centre of mass of a model during a motion?

Run: python examples/02_move_a_model.py MODEL.osim MOTION.mot
"""

import sys
from pathlib import Path

import torch

from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres


def main(model: Path, motion_file: Path) -> None:
    spec = read_model(model)
    motion = read_motion(motion_file, spec=spec)
    skeleton = Skeleton(spec, contacts=contact_spheres(spec))
    pose = skeleton.pose(torch.from_numpy(motion.values), motion.names)
    height = skeleton.center_of_mass(pose)[:, 1]
    lowest = skeleton.foot_points(pose)[..., 1].min(dim=1).values
    print(f"Centre of mass between {height.min():.3f} and {height.max():.3f} m")
    print(f"Lowest foot point between {lowest.min():.3f} and {lowest.max():.3f} m")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
