"""A pelvis on two spheres, with legs that only have angles: motions known by hand."""

import numpy as np
from tests import models

from bige_osim.evaluation.metrics import LEG_PAIRS
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton

LEGS = tuple(f"{pair}_{side}" for pair in LEG_PAIRS for side in "rl")
NAMES = (*models.ROTATIONS, *models.TRANSLATIONS, *LEGS)
UNEVEN = np.cumsum(np.r_[0, np.tile([0.01, 0.02, 0.015], 40)])
"""Time stamps of no constant rate, s."""


def make_doll() -> Skeleton:
    """A pelvis with two spheres 1 m below it; legs without length or mass on it."""
    joints = [models.floating_pelvis()]
    bodies = [models.body("pelvis", 60.0, (0.0, 0.5, 0.0))]
    for side in "rl":
        names = [f"{pair}_{side}" for pair in LEG_PAIRS]
        turns = models.axes(names, (models.Z, models.X, models.Y))
        joints.append(models.joint("pelvis", f"leg_{side}", turns))
        bodies.append(models.body(f"leg_{side}", 0.0))
    spec = models.model(*joints, bodies=bodies, names=NAMES, name="doll")
    spheres = [
        models.sphere(name, "pelvis", 0.0, -0.98, z)
        for name, z in (("right", 0.1), ("left", -0.1))
    ]
    return Skeleton(spec, contacts=spheres)


def move_doll(time: np.ndarray = UNEVEN, **columns: np.ndarray | float) -> Motion:
    """Stand with the spheres on the floor, but for these columns (rad, m)."""
    values = np.zeros((len(time), len(NAMES)))
    values[:, NAMES.index("pelvis_ty")] = 1.0
    for name, column in columns.items():
        values[:, NAMES.index(name)] = column
    return Motion(time, values, NAMES)
