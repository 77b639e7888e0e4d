"""Metrics of motions, on real time stamps, in the units a reader sees.

The metrics of the BIGE poster (pelvis tilt, asymmetry, angular velocity, velocity and
acceleration of the centre, constraint) and of the feet. Derivatives are in physical
time, whatever the rate. A participant's value is the mean over the participant's
motions; a system's value is mean and standard deviation over participants.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from bige_osim.errors import BigeError
from bige_osim.evaluation import measures
from bige_osim.evaluation.measures import Center
from bige_osim.motion import Activations, Motion
from bige_osim.physics.kinematics.skeleton import Skeleton

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


@dataclass(frozen=True, kw_only=True)
class TargetRange:
    """Muscles whose peak activation should be from ``low`` to ``high``, 0 to 1."""

    muscles: tuple[str, ...]
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, kw_only=True)
class MotionMetrics:
    """Metrics of one motion, or their mean or standard deviation over several.

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


@dataclass(frozen=True, kw_only=True)
class MetricsSummary:
    """A system's metrics: mean and standard deviation over participants.

    Attributes
    ----------
    mean, std : ``std`` is the sample standard deviation, ``nan`` for one participant
    people : how many participants
    """

    mean: MotionMetrics
    std: MotionMetrics
    people: int


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
        tilt = measures.pelvis_tilt(motion, activations, muscles=targets.muscles)
        distance = measures.constraint(
            activations, muscles=targets.muscles, low=targets.low, high=targets.high
        )
    speed, acceleration = measures.center_motion(motion, skeleton, center=center)
    points = measures.foot_points(motion, skeleton)
    penetration, floating = measures.ground_distance(points, floor=floor)
    return MotionMetrics(
        pelvis_tilt=tilt,
        asymmetry=measures.asymmetry(motion),
        angular_velocity=measures.angular_velocity(motion),
        com_velocity=speed,
        com_acceleration=acceleration,
        constraint=distance,
        foot_sliding=measures.foot_sliding(motion.time, points, floor=floor),
        penetration=penetration,
        floating=floating,
    )


def mean(metrics: Sequence[MotionMetrics]) -> MotionMetrics:
    """Mean of every metric over motions (or participants), leaving out ``nan``.

    Raises
    ------
    BigeError
        There are none.
    """
    if not metrics:
        raise BigeError("A mean needs metrics of a motion, got none; pass one or more.")
    return MotionMetrics(
        **{
            name: float(np.mean(known)) if known else math.nan
            for name, known in _values_by_metric(metrics).items()
        }
    )


def summarise(people: Mapping[str, Sequence[MotionMetrics]]) -> MetricsSummary:
    """Mean and standard deviation over participants of their means over motions.

    Parameters
    ----------
    people : participant -> metrics of the participant's motions
    """
    persons = [mean(motions) for motions in people.values()]
    std = {
        name: float(np.std(known, ddof=1)) if len(known) > 1 else math.nan
        for name, known in _values_by_metric(persons).items()
    }
    return MetricsSummary(
        mean=mean(persons), std=MotionMetrics(**std), people=len(persons)
    )


def _values_by_metric(metrics: Sequence[MotionMetrics]) -> dict[str, list[float]]:
    rows = [asdict(row) for row in metrics]
    return {
        name: [row[name] for row in rows if not math.isnan(row[name])] for name in UNITS
    }
