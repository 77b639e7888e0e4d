"""Accepted residuals and reserves, and limits of the motion itself.

Residuals and reserves are judged by Hicks et al. 2015, "Is my model good enough? Best
practices for verification and validation of musculoskeletal models and simulations of
movement", J Biomech Eng 137(2):020905, doi 10.1115/1.4029304, section 3.1.3: force
residuals of 5 % or less (peak and RMS) of the magnitude of the net external force, and
residual moments below 1 % of the height of the centre of mass times that magnitude;
reserves by the same paper's 5 % of the net joint moment. The magnitude of the net
external force is its peak over the motion, the height of the centre of mass its mean.

That paper has no limits for joint ranges, sliding or sinking feet: those are ours. They
are what recorded squats keep to: in 30 squats of four participants low-passed at 6 Hz,
feet slid at 0.009 to 0.031 m/s (markers) and 0.058 to 0.090 m/s (phone video), sank
0.1 to 0.6 cm and floated 0.1 to 0.4 cm, and no joint left its model's range by 1 deg.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bige_osim.motion import Moments, Motion, Series
from bige_osim.solving.residuals import FORCE_LIMIT, MOMENT_LIMIT, ResidualSummary
from bige_osim.spec import ModelSpec

WHOLE = 0.01
"""A reserve within this fraction of the net moment is all that drives a joint."""


@dataclass(frozen=True)
class Limits:
    """What a motion has to keep to, to pass.

    Attributes
    ----------
    residual_force : fraction of the peak net external force (Hicks et al. 2015)
    residual_moment : fraction of mean centre-of-mass height times that force (same)
    reserve : fraction of the peak net moment of the joint (same); reported, not part
        of the verdict
    joint : how far a coordinate may leave the model's range, rad
    sliding : mean horizontal speed of a standing foot, m/s
    penetration : mean depth of the lowest foot point below the floor, m
    floating : mean height of the lowest foot point above the floor, m
    """

    residual_force: float = FORCE_LIMIT
    residual_moment: float = MOMENT_LIMIT
    reserve: float = 0.05
    joint: float = math.radians(1.0)
    sliding: float = 0.1
    penetration: float = 0.01
    floating: float = 0.01

    def to_dict(self) -> dict[str, Any]:
        """Plain data, in the units of the attributes."""
        return asdict(self)


@dataclass(frozen=True)
class Residuals:
    """Pelvis residuals, beside what is accepted.

    Attributes
    ----------
    found : force and moment at the pelvis that the ground reaction does not explain
    limits : what is accepted

    Examples
    --------
    >>> found = ResidualSummary(force_rms=10.0, force_max=40.0, moment_rms=4.0,
    ...     moment_max=9.0, body_weight=785.0, center_height=0.9, external_max=800.0,
    ...     offset=0.0, carried=(), source="estimated")
    >>> residuals = Residuals(found, Limits())
    >>> residuals.force_limit, residuals.force_accepted, residuals.moment_accepted
    (40.0, True, False)
    """

    found: ResidualSummary
    limits: Limits

    @property
    def force_limit(self) -> float:
        """Accepted residual force, N."""
        return self.limits.residual_force * self.found.external_max

    @property
    def moment_limit(self) -> float:
        """Accepted residual moment, N m."""
        height, force = self.found.center_height, self.found.external_max
        return self.limits.residual_moment * height * force

    @property
    def force_accepted(self) -> bool:
        """Whether the peak force (so the RMS too) is within its limit."""
        return self.found.force_max <= self.force_limit

    @property
    def moment_accepted(self) -> bool:
        """Whether the peak moment (so the RMS too) is below its limit."""
        return self.found.moment_max < self.moment_limit

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with units in the names."""
        found = self.found
        return {
            "ground": found.source,
            "force_peak_n": found.force_max,
            "force_rms_n": found.force_rms,
            "force_peak_percent_bw": 100 * found.force_max_share,
            "force_rms_percent_bw": 100 * found.force_rms_share,
            "force_limit_n": self.force_limit,
            "force_holds": self.force_accepted,
            "moment_peak_nm": found.moment_max,
            "moment_rms_nm": found.moment_rms,
            "moment_limit_nm": self.moment_limit,
            "moment_holds": self.moment_accepted,
            "body_weight_n": found.body_weight,
        }


@dataclass(frozen=True)
class Reserve:
    """What an ideal actuator adds at a coordinate that muscles should drive.

    Attributes
    ----------
    coordinate : its name
    peak : largest magnitude of the reserve, N m
    moment_peak : largest magnitude of the net moment, N m
    alone : the reserve is the whole moment at every frame: no muscle drives it
    """

    coordinate: str
    peak: float
    moment_peak: float
    alone: bool

    @property
    def share(self) -> float:
        """Ratio of peak reserve to peak net moment; 0 where both vanish."""
        if self.peak == 0:
            return 0.0
        return self.peak / self.moment_peak if self.moment_peak else math.inf

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with units in the names."""
        return {
            "coordinate": self.coordinate,
            "peak_nm": self.peak,
            "moment_peak_nm": self.moment_peak,
            "share": self.share,
            "alone": self.alone,
        }


@dataclass(frozen=True)
class RangeExcess:
    """How far a coordinate leaves the model's range, rad, and when, s."""

    coordinate: str
    excess: float
    time: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with units in the names."""
        return {
            "coordinate": self.coordinate,
            "excess_deg": math.degrees(self.excess),
            "time_s": self.time,
        }


def reserves(
    reserve: Series, moments: Moments, *, without: Sequence[str] = ()
) -> tuple[Reserve, ...]:
    """Peak reserves beside the net moments of their coordinates, worst first.

    Parameters
    ----------
    reserve : columns named as coordinates, N m; frames without a number are left out
    moments : net joint moments, N m, over the same time at any rate
    without : coordinates to leave out, such as the root's, which are residuals

    Examples
    --------
    >>> t = np.array([0.0, 1.0])
    >>> r = Series(t, np.array([[1.0], [-2.0]]), ("knee_angle_r",))
    >>> m = Moments(t, np.array([[50.0], [-80.0]]), ("knee_angle_r",))
    >>> reserves(r, m)[0].share
    0.025
    """
    found = []
    for name in reserve.names:
        if name in without or name not in moments.names:
            continue
        known = np.isfinite(reserve.column(name))
        added = reserve.column(name)[known]
        if not len(added):
            continue
        net = np.interp(reserve.time[known], moments.time, moments.column(name))
        peak = float(np.abs(added).max())
        moment_peak = float(np.abs(moments.column(name)).max())
        alone = float(np.abs(added - net).max()) <= WHOLE * moment_peak
        found.append(Reserve(name, peak, moment_peak, alone=alone and peak > 0))
    return tuple(sorted(found, key=lambda one: one.share, reverse=True))


def range_excesses(
    motion: Motion, spec: ModelSpec, *, tolerance: float = 0.0
) -> tuple[RangeExcess, ...]:
    """Find rotations that leave the model's range by more than ``tolerance`` (rad).

    Coordinates that a coupler sets, that are locked or that translate are not judged.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> far = Motion(np.zeros(1), np.array([[3.25]]), ("angle",))
    >>> range_excesses(far, pendulum())
    (RangeExcess(coordinate='angle', excess=0.25, time=0.0),)
    """
    found = []
    for name in spec.independent_names:
        coordinate = spec.coordinate(name)
        if name not in motion.names or coordinate.translational or coordinate.locked:
            continue
        angle = motion.column(name)
        excess = np.maximum(angle - coordinate.maximum, coordinate.minimum - angle)
        worst = int(excess.argmax())
        if excess[worst] > tolerance:
            time = float(motion.time[worst])
            found.append(RangeExcess(name, float(excess[worst]), time))
    return tuple(sorted(found, key=lambda one: one.excess, reverse=True))
