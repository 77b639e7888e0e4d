"""Pelvis residuals: the force and moment that ground reaction leaves at the root."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from bige_osim.errors import name_times
from bige_osim.motion import GroundReaction, Moments, Motion
from bige_osim.physics.ground.feet import Feet, find_upright_hips, runs
from bige_osim.physics.kinematics.skeleton import Pose, Skeleton
from bige_osim.times import within

GRAVITY = 9.80665
"""Standard gravity, m/s²."""

FORCE_LIMIT, MOMENT_LIMIT = 0.05, 0.01
"""What Hicks et al. 2015 (J Biomech Eng 137, 020905) accept: of the largest external
force, and of it times the height of the centre of mass."""

CARRIED = 0.2
"""Fraction of body weight from which an external force is missing."""

SEATED, STILL = 0.8, 0.3
"""Height of the hips, of that when standing upright, below which a participant may sit,
and speed of the hips, m/s, at the median. On the chairs of 25 real sit-to-stands they
were 0.54 to 0.60 and 0.02 to 0.19 m/s."""

IMPLAUSIBLE_FORCE, IMPLAUSIBLE_MOMENT = 0.5, 0.25
"""RMS residuals beyond which a solution is none: of body weight, and of body weight
times the height of the centre of mass. On real trials whose kinematics were sound they
were 0.30 and 0.13 at most, on walks with jumping coordinates 0.7 and 0.8 at least."""


@dataclass(frozen=True)
class ResidualSummary:
    """Pelvis residuals: force and moment that ground reaction leaves at the root.

    Attributes
    ----------
    force_rms, force_max : magnitude, N
    moment_rms, moment_max : magnitude, about the pelvis origin, N m
    body_weight : N, by the model
    center_height : m, mean height of the centre of mass above the floor
    external_max : N, largest ground reaction
    offset : N, mean vertical residual: positive where the ground carries less than the
        model weighs
    carried : times (s, s) of missing external force, and its fraction of body weight
    seats : those of these times (s, s) at which the participant may sit
    unseated_force_rms, unseated_moment_rms : RMS outside those times, N and N m
    source : of the ground reaction, ``measured`` or ``estimated``
    """

    force_rms: float
    force_max: float
    moment_rms: float
    moment_max: float
    body_weight: float
    center_height: float
    external_max: float
    offset: float
    carried: tuple[tuple[float, float, float], ...]
    source: str
    seats: tuple[tuple[float, float], ...] = ()
    unseated_force_rms: float = 0.0
    unseated_moment_rms: float = 0.0

    @property
    def force_rms_share(self) -> float:
        """RMS residual force, as a fraction of body weight."""
        return self.force_rms / self.body_weight

    @property
    def force_max_share(self) -> float:
        """Largest residual force, as a fraction of body weight."""
        return self.force_max / self.body_weight

    @property
    def moment_rms_share(self) -> float:
        """RMS residual moment, as a fraction of body weight x height of the CoM."""
        return self.moment_rms / (self.body_weight * self.center_height)

    @property
    def moment_max_share(self) -> float:
        """Largest residual moment, as a fraction of body weight x height of the CoM."""
        return self.moment_max / (self.body_weight * self.center_height)

    @property
    def failure(self) -> str:
        """Why the residuals are implausible, "" if they are not; seats do not count."""
        force = self.unseated_force_rms / self.body_weight
        lever = self.body_weight * self.center_height
        if force > IMPLAUSIBLE_FORCE:
            return (
                f"pelvis residual forces are {force:.0%} of body weight (RMS), more "
                f"than {IMPLAUSIBLE_FORCE:.0%}"
            )
        if self.unseated_moment_rms > IMPLAUSIBLE_MOMENT * lever:
            return (
                f"pelvis residual moments are {self.unseated_moment_rms:.0f} N m "
                f"(RMS), more than {IMPLAUSIBLE_MOMENT * lever:.0f} N m"
            )
        return ""

    def to_dict(self) -> dict[str, float]:
        """Plain data, with units in the names."""
        return {
            "force_rms_percent_bw": round(100 * self.force_rms_share, 3),
            "force_max_percent_bw": round(100 * self.force_max_share, 3),
            "moment_rms_nm": round(self.moment_rms, 3),
            "moment_max_nm": round(self.moment_max, 3),
            "moment_rms_percent_bwh": round(100 * self.moment_rms_share, 3),
            "moment_max_percent_bwh": round(100 * self.moment_max_share, 3),
        }

    def warnings(self) -> tuple[str, ...]:
        """Sentences on residuals beyond what is accepted."""
        return tuple(self._warnings())

    def _warnings(self) -> Iterator[str]:
        seated = [c for c in self.carried if c[:2] in self.seats]
        if seated:
            yield (
                f"Missing external force (a chair?) of up to {_most(seated):.0%} of "
                f"body weight from {name_times(c[:2] for c in seated)}; muscle "
                "activations are wrong there."
            )
        missing = [c for c in self.carried if c[:2] not in self.seats]
        if missing:
            yield (
                f"Missing external force (a hand?) of up to {_most(missing):.0%} of "
                f"body weight from {name_times(c[:2] for c in missing)}, where the "
                "participant does not sit; muscle activations are wrong there."
            )
        if self.carried:
            return
        if self.force_max > FORCE_LIMIT * self.external_max:
            yield (
                f"Pelvis residual forces reach {self.force_max_share:.1%} of body "
                f"weight (RMS {self.force_rms_share:.1%}), more than the accepted "
                f"{FORCE_LIMIT:.0%} of the largest ground reaction"
                f"{self._mass_hint()}."
            )
        if self.moment_max > MOMENT_LIMIT * self.external_max * self.center_height:
            hint = (
                "check the masses of the model and the position of the plates"
                if self.source == "measured"
                else "a low-pass below the motion's noise may help"
            )
            yield (
                f"Pelvis residual moments reach {self.moment_max:.0f} N m (RMS "
                f"{self.moment_rms:.0f} N m), more than the accepted "
                f"{MOMENT_LIMIT:.0%} of the largest ground reaction times the height "
                f"of the centre of mass; {hint}."
            )

    def _mass_hint(self) -> str:
        """Say what the plates weigh, if that is most of the residual."""
        if self.source != "measured" or abs(self.offset) < 0.5 * self.force_rms:
            return ""
        mass = self.body_weight / GRAVITY
        return (
            f"; the model has {mass:.1f} kg, the plates carry "
            f"{mass - self.offset / GRAVITY:.1f} kg (--calibrate fits the model)"
        )


def summarise_residuals(
    skeleton: Skeleton,
    motion: Motion,
    moments: Moments,
    *,
    ground: GroundReaction,
    feet: Feet,
    pose: Pose | None = None,
    spans: Sequence[tuple[float, float]] | None = None,
) -> ResidualSummary:
    """Measure the residuals that inverse dynamics with ground reaction leaves.

    Parameters
    ----------
    skeleton : of the model
    motion : (T, C) rad and m
    moments, ground, feet : at the same times
    pose : of this motion, where it is known already
    spans : count only these times, s
    """
    kept = _inside(motion.time, spans)
    pose = skeleton.pose_of(motion) if pose is None else pose
    force, moment = measure_root_wrench(skeleton, motion, moments, pose)
    sizes = np.linalg.norm(force, axis=1)[kept], np.linalg.norm(moment, axis=1)[kept]
    center = skeleton.center_of_mass(pose).numpy()[:, 1]
    weight = skeleton.spec.mass * GRAVITY
    external = np.linalg.norm(ground.force.sum(axis=1), axis=1)
    share = np.where(kept, force[:, 1] / weight, 0.0)
    carried = tuple(_find_uncarried(motion.time, share))
    seats = tuple(
        (start, stop)
        for start, stop, _ in carried
        if _may_sit(skeleton, feet, start, stop)
    )
    free = kept & ~_inside(motion.time, seats)
    return ResidualSummary(
        force_rms=rms(sizes[0]),
        force_max=float(sizes[0].max()),
        moment_rms=rms(sizes[1]),
        moment_max=float(sizes[1].max()),
        body_weight=weight,
        center_height=float(center[kept].mean() - feet.floor),
        external_max=float(external[kept].max()),
        offset=float(force[kept, 1].mean()),
        carried=carried,
        source=ground.source,
        seats=seats,
        unseated_force_rms=_size(force[free]),
        unseated_moment_rms=_size(moment[free]),
    )


def find_missing(
    skeleton: Skeleton,
    motion: Motion,
    moments: Moments,
    *,
    feet: Feet,
    pose: Pose | None = None,
) -> Bool[np.ndarray, " T"]:
    """Find frames (T,) of missing external force without a seat.

    Parameters
    ----------
    skeleton, motion, moments, feet, pose : as for :func:`summarise_residuals`
    """
    found = np.zeros(len(motion.time), dtype=bool)
    force, _ = measure_root_wrench(skeleton, motion, moments, pose)
    share = force[:, 1] / (skeleton.spec.mass * GRAVITY)
    for start, stop, _ in _find_uncarried(motion.time, share):
        if not _may_sit(skeleton, feet, start, stop):
            found |= _inside(motion.time, [(start, stop)])
    return found


def measure_root_wrench(
    skeleton: Skeleton, motion: Motion, moments: Moments, pose: Pose | None = None
) -> tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 3"]]:
    """Residual force (T, 3), N, and moment (T, 3), N m, about the pelvis origin."""
    q = torch.from_numpy(np.ascontiguousarray(motion.values))
    tau = torch.from_numpy(moments.select(skeleton.root_names()).values.copy())
    force, moment = skeleton.root_wrench(q, motion.names, tau, pose=pose)
    return force.numpy(), moment.numpy()


def _find_uncarried(
    time: Float[np.ndarray, " T"], share: Float[np.ndarray, " T"]
) -> Iterator[tuple[float, float, float]]:
    """Find times of missing external force that last more than 0.1 s."""
    for run in runs(share > CARRIED):
        if time[run][-1] - time[run][0] > 0.1:
            yield float(time[run][0]), float(time[run][-1]), float(share[run].max())


def _may_sit(skeleton: Skeleton, feet: Feet, start: float, stop: float) -> bool:
    """Whether the hips are low and still enough for a seat."""
    during = (feet.time >= start - 1e-9) & (feet.time <= stop + 1e-9)
    hips = feet.hips.mean(axis=1)
    velocity = np.gradient(hips, feet.time, axis=0)[during]
    speed = float(np.median(np.linalg.norm(velocity, axis=1)))
    height = float(hips[during, 1].max() - feet.floor)
    return height < SEATED * find_upright_hips(skeleton) and speed < STILL


def _inside(
    time: Float[np.ndarray, " T"], spans: Sequence[tuple[float, float]] | None
) -> Bool[np.ndarray, " T"]:
    if spans is None:
        return np.ones(len(time), dtype=bool)
    kept = np.zeros(len(time), dtype=bool)
    for start, stop in spans:
        kept |= within(time, start, stop)
    return kept


def _most(carried: Sequence[tuple[float, float, float]]) -> float:
    """Largest missing force, as a fraction of body weight."""
    return max(share for _, _, share in carried)


def _size(vectors: Float[np.ndarray, "N 3"]) -> float:
    """RMS length; 0 of none."""
    return rms(np.linalg.norm(vectors, axis=1)) if len(vectors) else 0.0


def rms(values: Float[np.ndarray, "..."]) -> float:
    """Root mean square in the unit of the values, summed in double precision.

    Examples
    --------
    >>> rms(np.array([3.0, 4.0], np.float32))
    3.5355339059327378
    """
    return float(np.sqrt(np.mean(np.square(values, dtype=np.float64))))
