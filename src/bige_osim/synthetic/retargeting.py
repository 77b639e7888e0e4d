"""A recorded squat as another body would do it, with that body's feet planted."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import SimulationError
from bige_osim.motion import Motion
from bige_osim.physics.ground.stance import (
    Footprints,
    measure_footprints,
    place_feet,
)
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import KNEES, Conditions, plant
from bige_osim.physics.planted_motion import COMPLIANCE

MISSED = 1e-3
"""Largest distance from the conditions, m and rad."""


@dataclass(frozen=True)
class Variation:
    """How a copy differs from what was recorded.

    Attributes
    ----------
    depth : factor of the knees' flexion beyond that of standing
    tempo : factor of all times
    lean : forward lean added to the trunk at the bottom, rad

    Examples
    --------
    >>> Variation(tempo=2.0)
    Variation(depth=1.0, tempo=2.0, lean=0.0)
    """

    depth: float = 1.0
    tempo: float = 1.0
    lean: float = 0.0


def retarget(
    motion: Motion,
    *,
    source: Skeleton,
    target: Skeleton,
    variation: Variation = Variation(),
) -> Motion:
    """Retarget a recorded motion with planted feet to another body.

    Angles are kept as far as the other body's planted feet allow: lengths scale with
    the legs, feet stand flat where the recorded ones stood on average and turned like
    them, and the centre of mass is as far before the ankles, in foot lengths.

    Parameters
    ----------
    motion : (T, C) rad and m, low-passed, feet on the floor
    source, target : of the recorded participant's and of the other one's model, both
        with contact points
    variation : what to change

    Returns
    -------
    Motion
        (T, A) all coordinates of the target's model, ankles about x = z = 0, the floor
        at y = 0

    Raises
    ------
    SimulationError
        The other participant cannot do it within the joints' ranges.
    """
    pose = source.pose_of(motion)
    prints = measure_footprints(source, pose)
    x, z = prints.ankles.mean(dim=0).tolist()
    floor = float(source.foot_points(pose)[..., 1].amin(dim=1).median())
    middle = np.array([x, floor, z])
    ratio = target.leg_length() / source.leg_length()
    ankles = ratio * (prints.ankles - torch.tensor([x, z], dtype=torch.float64))
    placed = place_feet(target, Footprints(ankles, prints.turns))
    heading = float(prints.turns.mean())
    ahead = (float(np.cos(heading)), -float(np.sin(heading)))
    center = source.center_of_mass(pose).numpy() - middle
    feet = _foot_length(target) / _foot_length(source)
    knee = motion.select(KNEES).values.mean(axis=1)
    standing = float(knee.min())
    progress = (knee - standing) / max(float(np.ptp(knee)), 1e-6)
    found = plant(
        target,
        _target_postures(
            motion, target, ratio=ratio, middle=middle, lean=variation.lean * progress
        ),
        Conditions(
            feet=placed.expand(len(knee), -1, -1, -1),
            center=torch.from_numpy(feet * (center[:, [0, 2]] @ ahead)),
            ahead=ahead,
            knee=torch.from_numpy(standing + variation.depth * (knee - standing)),
        ),
        compliance=COMPLIANCE,
    )
    if failure := found.failure(MISSED):
        worst, stuck = failure
        raise SimulationError(
            f"{target.spec.name} cannot do the recorded motion at "
            f"{motion.time[worst]:.2f} s with planted feet (at the limit: {stuck}); "
            "ask for less depth or another body."
        )
    time = motion.time[0] + variation.tempo * (motion.time - motion.time[0])
    free = Motion(time, found.q.numpy(), target.coordinate_names)
    return target.coordinates.complete(free)


def _target_postures(
    motion: Motion,
    target: Skeleton,
    *,
    ratio: float,
    middle: Float[np.ndarray, "3"],
    lean: Float[np.ndarray, " T"],
) -> Float[torch.Tensor, "T I"]:
    """Keep recorded angles within range, put the pelvis where such a body has it."""
    columns = []
    for name in target.coordinate_names:
        coordinate = target.spec.coordinate(name)
        column = np.full(len(motion.time), coordinate.default)
        if name in motion.names:
            column = motion.column(name)
        if name in ("pelvis_tx", "pelvis_ty", "pelvis_tz"):
            column = ratio * (column - middle["xyz".index(name[-1])])
        if name == "lumbar_extension":
            column = column - lean
        if not coordinate.translational:
            column = np.clip(column, coordinate.minimum, coordinate.maximum)
        columns.append(column)
    return torch.from_numpy(np.stack(columns, axis=1))


def _foot_length(skeleton: Skeleton) -> float:
    """Calcaneus' origin to toe joint, mean of both feet, m."""
    pose = skeleton.default_pose()
    lengths = [
        float((pose.body(f"toes_{s}")[1] - pose.body(f"calcn_{s}")[1]).norm())
        for s in "rl"
    ]
    return sum(lengths) / 2
