"""Pure functions behind the metrics: one motion in, one number in a report's unit out.

Derivatives are those of quintic splines through the real time stamps. Ground frame: x
forward, y up, z right.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.motion import Activations, Motion, Series
from bige_osim.physics.kinematics.skeleton import Pose, Skeleton
from bige_osim.solving.residuals import rms

LEG_PAIRS = ("hip_flexion", "knee_angle", "ankle_angle")
"""Coordinates that asymmetry compares, without their ``_r`` and ``_l``."""

SWINGING = ("pelvis_tilt", *(f"{pair}_{side}" for pair in LEG_PAIRS for side in "rl"))
"""Coordinates whose angular velocity counts: six leg flexions and the pelvis tilt."""

STANDING_HEIGHT = 0.01
"""A foot point lower than this above the floor stands on it, m."""

TIME_TOLERANCE = 0.1
"""A peak this far outside the motion's time counts as at its end, s."""

Center = Literal["pelvis", "body"]


def pelvis_tilt(
    motion: Motion, activations: Activations, *, muscles: Sequence[str]
) -> float:
    """Signed pelvis tilt, deg, at the time where the mean of ``muscles`` peaks.

    Raises
    ------
    UnknownNameError
        A muscle, or the pelvis tilt, is not there.
    BigeError
        The peak lies outside the motion's time.
    """
    effort = activations.select(muscles).values.mean(axis=1)
    peak = float(activations.time[effort.argmax()])
    start, stop = float(motion.time[0]), float(motion.time[-1])
    if not start - TIME_TOLERANCE <= peak <= stop + TIME_TOLERANCE:
        raise BigeError(
            f"The muscles peak at {peak:.3f} s, outside the motion's {start:.3f} to"
            f" {stop:.3f} s; pass activations of the same motion."
        )
    tilt = motion.select(["pelvis_tilt"]).at(np.clip([peak], start, stop))
    return float(np.rad2deg(tilt.values[0, 0]))


def asymmetry(motion: Motion) -> float:
    """Root mean square over frames and leg pairs of left - right, deg.

    Examples
    --------
    >>> names = tuple(f"{pair}_{side}" for pair in LEG_PAIRS for side in "lr")
    >>> angles = np.deg2rad([[10.0, 7.0] * 3] * 2)
    >>> round(asymmetry(Motion(np.array([0.0, 1.0]), angles, names)), 6)
    3.0
    """
    left = motion.select([f"{pair}_l" for pair in LEG_PAIRS]).values
    right = motion.select([f"{pair}_r" for pair in LEG_PAIRS]).values
    return float(np.rad2deg(rms(left - right)))


def angular_velocity(motion: Motion) -> float:
    """Root mean square over frames and ``SWINGING`` of the angular velocity, deg/s."""
    velocity, _ = motion.select(SWINGING).derivatives()
    return float(np.rad2deg(rms(velocity)))


def center_motion(
    motion: Motion, skeleton: Skeleton, *, center: Center = "pelvis"
) -> tuple[float, float]:
    """Root mean square speed, m/s, and acceleration, m/s², of the centre of mass.

    Parameters
    ----------
    motion : rad and m
    skeleton : of the participant's model
    center : ``pelvis`` translation (the poster), or ``body``'s centre of mass
    """
    if center == "pelvis":
        path = motion.select(["pelvis_tx", "pelvis_ty", "pelvis_tz"]).values
    else:
        path = skeleton.center_of_mass(_pose(motion, skeleton)).double().numpy()
    velocity, acceleration = Series(motion.time, path, ("x", "y", "z")).derivatives()
    return (
        rms(np.linalg.norm(velocity, axis=1)),
        rms(np.linalg.norm(acceleration, axis=1)),
    )


def constraint(
    activations: Activations, *, muscles: Sequence[str], low: float, high: float
) -> float:
    """Mean over ``muscles`` of max(peak - high, low - peak, 0), activation 0 to 1.

    Examples
    --------
    >>> time, values = np.array([0.0, 1.0]), np.array([[0.1, 0.2], [0.5, 0.3]])
    >>> round(constraint(Activations(time, values, ("a", "b")), muscles=["a", "b"],
    ...                  low=0.35, high=0.45), 6)
    0.05
    """
    peak = activations.select(muscles).values.max(axis=0)
    outside = np.maximum(np.maximum(peak - high, low - peak), 0)
    return float(outside.mean())


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
    return skeleton.foot_points(_pose(motion, skeleton)).double().numpy()


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

    Each is a mean over all frames, 0 where the point is on the other side.

    Examples
    --------
    >>> points = np.zeros((2, 1, 3))
    >>> points[:, 0, 1] = -0.02, 0.04
    >>> ground_distance(points)
    (1.0, 2.0)
    """
    height = 100 * (points[..., 1].min(axis=1) - floor)
    return float(np.maximum(-height, 0).mean()), float(np.maximum(height, 0).mean())


def _pose(motion: Motion, skeleton: Skeleton) -> Pose:
    # A filtered series may be a reversed view, which torch refuses.
    values = torch.as_tensor(
        np.ascontiguousarray(motion.values), dtype=skeleton.mass.dtype
    )
    with torch.no_grad():
        return skeleton.pose(values, motion.names)
