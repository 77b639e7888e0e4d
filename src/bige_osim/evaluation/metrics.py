"""Metrics of motions, on real time stamps, in the units a reader sees.

The metrics of the BIGE poster (pelvis tilt, asymmetry, angular velocity, velocity and
acceleration of the centre, constraint) and of the feet. Derivatives are in physical
time, whatever the rate. A participant's value is the mean over the participant's
motions; :mod:`bige_osim.evaluation.scores` has the mean over participants.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bige_osim.errors import BigeError
from bige_osim.evaluation.feet import (
    foot_points,
    foot_sliding,
    ground_distance,
    pose_motion,
)
from bige_osim.motion import Activations, Motion, Series
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.residuals import rms

UNITS = {
    "pelvis_tilt": "deg",
    "asymmetry": "deg",
    "angular_velocity": "deg/s",
    "com_velocity": "m/s",
    "com_acceleration": "m/s²",
    "constraint": "0 to 1",
    "foot_sliding": "m/s",
    "penetration": "cm",
    "floating": "cm",
}
"""Unit of every metric, by its name."""


LEG_PAIRS = ("hip_flexion", "knee_angle", "ankle_angle")
"""Coordinates that asymmetry compares, without their ``_r`` and ``_l``."""

SWINGING = ("pelvis_tilt", *(f"{pair}_{side}" for pair in LEG_PAIRS for side in "rl"))
"""Coordinates whose angular velocity counts: six leg flexions and the pelvis tilt."""

TIME_TOLERANCE = 0.1
"""A peak this far outside the motion's time counts as at its end, s."""

Center = Literal["pelvis", "body"]


@dataclass(frozen=True, kw_only=True)
class TargetRange:
    """Muscles whose peak activation should be from ``low`` to ``high``, 0 to 1."""

    muscles: tuple[str, ...]
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, kw_only=True)
class MotionMetrics:
    """Metrics of one motion, or their mean over several.

    ``nan`` where there is none: without activations, or where no foot ever stands.

    Attributes
    ----------
    pelvis_tilt : deg, signed, at the time where the target muscles peak
    asymmetry : deg, root mean square over frames and leg pairs of left - right
    angular_velocity : deg/s, root mean square over frames, leg flexions and pelvis tilt
    com_velocity : m/s, root mean square speed of the centre
    com_acceleration : m/s², root mean square acceleration of the centre
    constraint : 0 to 1, mean distance of the target muscles' peaks from their range
    foot_sliding : m/s, mean horizontal speed of the lowest foot point while it stands
    penetration : cm, mean depth of the lowest foot point below the floor
    floating : cm, mean height of the lowest foot point above the floor
    """

    pelvis_tilt: float
    asymmetry: float
    angular_velocity: float
    com_velocity: float
    com_acceleration: float
    constraint: float
    foot_sliding: float
    penetration: float
    floating: float


def measure(
    motion: Motion,
    skeleton: Skeleton,
    *,
    activations: Activations | None = None,
    targets: TargetRange | None = None,
    center: Center = "pelvis",
    floor: float = 0.0,
) -> MotionMetrics:
    """Compute all metrics of one motion.

    Parameters
    ----------
    motion : rad and m, at any time stamps
    skeleton : of the participant's model, with its foot contact spheres
    activations : at their own time stamps; without them, or without ``targets``,
        ``pelvis_tilt`` and ``constraint`` are ``nan``
    targets : muscles asked for
    center : ``pelvis`` translation (the poster) or ``body``'s centre of mass
    floor : height of the floor, m

    Raises
    ------
    UnknownNameError
        A coordinate or muscle that a metric needs is not there.
    BigeError
        The skeleton has no foot contact spheres.
    """
    tilt = distance = math.nan
    if activations is not None and targets is not None:
        tilt = pelvis_tilt(motion, activations, muscles=targets.muscles)
        distance = constraint(
            activations, muscles=targets.muscles, low=targets.low, high=targets.high
        )
    speed, acceleration = center_motion(motion, skeleton, center=center)
    points = foot_points(motion, skeleton)
    penetration, floating = ground_distance(points, floor=floor)
    return MotionMetrics(
        pelvis_tilt=tilt,
        asymmetry=asymmetry(motion),
        angular_velocity=angular_velocity(motion),
        com_velocity=speed,
        com_acceleration=acceleration,
        constraint=distance,
        foot_sliding=foot_sliding(motion.time, points, floor=floor),
        penetration=penetration,
        floating=floating,
    )


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

    Examples
    --------
    >>> time = np.arange(9) / 8
    >>> motion = Motion(time, np.deg2rad(40 * time)[:, None], ("pelvis_tilt",))
    >>> effort = Activations(time, np.sin(np.pi * time)[:, None], ("vasmed_r",))
    >>> round(pelvis_tilt(motion, effort, muscles=["vasmed_r"]), 6)
    20.0
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
    """Root mean square over frames and ``SWINGING`` of the angular velocity, deg/s.

    Examples
    --------
    >>> time = np.arange(9) / 8
    >>> turning = np.deg2rad(30 * time)[:, None].repeat(len(SWINGING), axis=1)
    >>> round(angular_velocity(Motion(time, turning, tuple(SWINGING))), 6)
    30.0
    """
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

    Examples
    --------
    A mass at 1 m that goes round at 2 rad/s:

    >>> from bige_osim.spec import pendulum
    >>> time = np.arange(99) / 100
    >>> round_about = Motion(time, 2 * time[:, None], ("angle",))
    >>> found = center_motion(round_about, Skeleton(pendulum()), center="body")
    >>> [round(value, 3) for value in found]
    [2.0, 4.0]
    """
    if center == "pelvis":
        path = motion.select(["pelvis_tx", "pelvis_ty", "pelvis_tz"]).values
    else:
        path = skeleton.center_of_mass(pose_motion(motion, skeleton)).double().numpy()
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


def mean(metrics: Sequence[MotionMetrics]) -> MotionMetrics:
    """Mean of every metric over motions (or participants), leaving out ``nan``.

    Raises
    ------
    BigeError
        There are none.

    Examples
    --------
    >>> rows = [MotionMetrics(**dict.fromkeys(UNITS, x)) for x in (1.0, 2.0)]
    >>> mean(rows).asymmetry
    1.5
    """
    if not metrics:
        raise BigeError("A mean needs metrics of a motion, got none; pass one or more.")
    return MotionMetrics(
        **{name: _mean_of([getattr(row, name) for row in metrics]) for name in UNITS}
    )


def _mean_of(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan
