"""How deep a squat is: the height of the hips over that of a standing body.

Depth is by how much the middle of the hip joint centres sinks below where it is on the
model's straight legs, in % of that height: 0 % standing, 50 % half way to the floor.
"""

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import ModelError
from bige_osim.motion import Motion
from bige_osim.physics.ground.foot_layout import find_hips
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton

LEAST_MOTIONS = 3
"""Motions below which nothing is correlated."""


def find_hip_centre(skeleton: Skeleton, pose: Pose) -> Float[np.ndarray, "T 3"]:
    """Find the middle (T, 3) of the hip joint centres in ground, m.

    Parameters
    ----------
    skeleton : of the model
    pose : T moments

    Raises
    ------
    ModelError
        The model has no feet, and so no legs.
    """
    hips = find_hips(skeleton.spec, skeleton.feet)
    if not hips:
        raise ModelError(
            skeleton.spec.name,
            element="legs",
            problem="it has no feet that could stand on the ground",
            remedy="use a model with legs",
        )
    return np.asarray(skeleton.joint_centres(pose)[:, hips].mean(dim=1).numpy())


def follow_hip_centre(motion: Motion, skeleton: Skeleton) -> Float[np.ndarray, "T 3"]:
    """Follow the middle (T, 3) of the hip joint centres through a motion, m.

    Parameters
    ----------
    motion : (T, C) rad and m
    skeleton : of the participant's model; errors are those of :func:`find_hip_centre`
    """
    with torch.inference_mode():
        return find_hip_centre(skeleton, skeleton.pose_of(motion))


def standing_hip_height(skeleton: Skeleton) -> float:
    """Height of the hip joint centres above the soles on straight legs, m.

    All coordinates are at zero; errors are those of :func:`find_hip_centre`.
    """
    names = skeleton.coordinate_names
    with torch.inference_mode():
        pose = skeleton.pose(torch.zeros(1, len(names), dtype=torch.float64), names)
        height = float(find_hip_centre(skeleton, pose)[0, 1])
        return height - float(skeleton.foot_points(pose)[..., 1].min())


def find_depth(height: float, *, standing: float) -> float:
    """Find how deep hips have sunk, %.

    Parameters
    ----------
    height : of the hips above the floor, m
    standing : of the same on straight legs, m

    Examples
    --------
    >>> find_depth(0.45, standing=0.9)
    50.0
    """
    return 100 * (1 - height / standing)


def correlate(
    some: Float[np.ndarray, " N"], others: Float[np.ndarray, " N"]
) -> float | None:
    """Correlate two quantities of N motions by Pearson's coefficient, -1 to 1.

    ``None`` for fewer than three motions, and where either quantity does not vary.

    Parameters
    ----------
    some, others : (N,) in any unit

    Examples
    --------
    >>> round(correlate(np.array([1.0, 2.0, 3.0]), np.array([5.0, 7.0, 9.0])), 6)
    1.0
    >>> correlate(np.array([1.0, 2.0]), np.array([5.0, 7.0]))
    """
    if len(some) < LEAST_MOTIONS or min(np.ptp(some), np.ptp(others)) < 1e-9:
        return None
    return float(np.corrcoef(some, others)[0, 1])
