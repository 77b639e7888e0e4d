"""What the feet of a motion do on the floor: slide, sink, float."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.motion import Motion, Series
from bige_osim.physics.kinematics.skeleton import Pose, Skeleton

STANDING_HEIGHT = 0.01
"""A foot point lower than this above the floor stands on it, m."""


@dataclass(frozen=True)
class FeetCheck:
    """Means over the motion.

    Attributes
    ----------
    sliding : horizontal speed of the lowest foot point while it stands, m/s; ``None``
        if it never does
    penetration, floating : depth below and height above the floor of that point, m
    """

    sliding: float | None
    penetration: float
    floating: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with units in the names."""
        return {
            "sliding_m_s": self.sliding,
            "penetration_cm": 100 * self.penetration,
            "floating_cm": 100 * self.floating,
        }


def check_feet(
    motion: Motion, skeleton: Skeleton, *, floor: float = 0.0
) -> FeetCheck | None:
    """Measure sliding, sinking and floating; ``None`` for a model without contacts.

    Parameters
    ----------
    motion : rad and m
    skeleton : of the participant's model, with its foot contact spheres
    floor : height of the floor, m

    Examples
    --------
    A pendulum that hangs still, its sole 2 cm above the floor:

    >>> from bige_osim.spec import pendulum
    >>> model = pendulum(foot=True)
    >>> skeleton = Skeleton(model, contacts=model.contacts)
    >>> still = Motion(np.arange(9) / 100, np.zeros((9, 1)), ("angle",))
    >>> round(check_feet(still, skeleton, floor=-1.02).floating, 6)
    0.02
    """
    if not skeleton.contact_names:
        return None
    points = foot_points(motion, skeleton)
    sinking, floating = ground_distance(points, floor=floor)
    sliding = foot_sliding(motion.time, points, floor=floor)
    return FeetCheck(
        sliding=None if math.isnan(sliding) else sliding,
        penetration=sinking / 100,
        floating=floating / 100,
    )


def foot_points(motion: Motion, skeleton: Skeleton) -> Float[np.ndarray, "T P 3"]:
    """Lowest points of the foot contact spheres, m.

    Raises
    ------
    BigeError
        The skeleton has no contact spheres.
    """
    if not skeleton.contact_names:
        raise BigeError(
            f"The skeleton of model {skeleton.spec.name} has no foot contact spheres;"
            " make it with those of its profile."
        )
    return skeleton.foot_points(pose_motion(motion, skeleton)).double().numpy()


def foot_sliding(
    time: Float[np.ndarray, " T"],
    points: Float[np.ndarray, "T P 3"],
    *,
    floor: float = 0.0,
) -> float:
    """Mean horizontal speed, m/s, of the lowest foot point while it stands.

    It stands when it is less than 1 cm above the floor, or below it; ``nan`` when it
    never does.

    Parameters
    ----------
    time : s
    points : m, of :func:`foot_points`
    floor : height of the floor, m

    Examples
    --------
    >>> time = np.arange(9) / 10
    >>> round(foot_sliding(time, 0.5 * time[:, None, None] * [1.0, 0.0, 0.0]), 6)
    0.5
    """
    flat = points.reshape(len(time), -1)
    names = tuple(str(i) for i in range(flat.shape[1]))
    velocity, _ = Series(time, flat, names).derivatives()
    speed = np.linalg.norm(velocity.reshape(points.shape)[..., [0, 2]], axis=-1)
    height = points[..., 1] - floor
    lowest = height.argmin(axis=1)[:, None]
    standing = np.take_along_axis(height, lowest, axis=1) <= STANDING_HEIGHT
    if not standing.any():
        return float("nan")
    return float(np.take_along_axis(speed, lowest, axis=1)[standing].mean())


def ground_distance(
    points: Float[np.ndarray, "T P 3"], *, floor: float = 0.0
) -> tuple[float, float]:
    """Mean depth below and mean height above the floor of the lowest foot point, cm.

    Each is a mean over all frames, 0 where the point is on the other side. Points and
    floor are in m.

    Examples
    --------
    >>> points = np.zeros((2, 1, 3))
    >>> points[:, 0, 1] = -0.02, 0.04
    >>> ground_distance(points)
    (1.0, 2.0)
    """
    height = 100 * (points[..., 1].min(axis=1) - floor)
    return float(np.maximum(-height, 0).mean()), float(np.maximum(height, 0).mean())


def pose_motion(motion: Motion, skeleton: Skeleton) -> Pose:
    """Pose a motion without gradients."""
    # A filtered series may be a reversed view, which torch refuses.
    values = torch.as_tensor(
        np.ascontiguousarray(motion.values), dtype=skeleton.mass.dtype
    )
    with torch.no_grad():
        return skeleton.pose(values, motion.names)
