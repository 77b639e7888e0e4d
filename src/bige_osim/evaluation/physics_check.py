"""What physics says of a motion, muscles aside: residuals, joint ranges, feet."""

from dataclasses import dataclass

from bige_osim.evaluation.check import Check, list_reasons
from bige_osim.evaluation.feet import FeetCheck, check_feet
from bige_osim.evaluation.limits import (
    Limits,
    RangeExcess,
    Residuals,
    range_excesses,
)
from bige_osim.evaluation.motion_verdict import check_body
from bige_osim.motion import Motion
from bige_osim.physics.dynamics.inverse_dynamics import inverse_dynamics
from bige_osim.physics.dynamics.newton_euler import Dynamics
from bige_osim.physics.ground.estimate import estimate_ground, root_wrench
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.residuals import summarise_residuals
from bige_osim.solving.solve import SQUAT_CUTOFF, smooth_motion


@dataclass(frozen=True)
class PhysicsCheck:
    """A motion judged as ``bige validate`` judges it, but for its muscles.

    Attributes
    ----------
    residuals, ranges, feet : see the classes
    limits : what the motion has to keep to
    """

    residuals: Residuals
    ranges: tuple[RangeExcess, ...]
    feet: FeetCheck | None
    limits: Limits

    @property
    def checks(self) -> tuple[Check, ...]:
        """What the motion is checked for."""
        return check_body(self.residuals, self.ranges, self.feet, self.limits)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the motion does not pass, one sentence each; empty if it passes."""
        return list_reasons(self.checks)


def check_physics(
    motion: Motion,
    skeleton: Skeleton,
    *,
    cutoff: float = SQUAT_CUTOFF,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    floor: float = 0.0,
) -> PhysicsCheck:
    """Compute residuals with the estimated ground reaction, ranges and feet.

    Parameters
    ----------
    motion : (T, C) rad and m
    skeleton : of the participant's model, with contact points
    cutoff : low-pass for dynamics, Hz
    limits : what the motion has to keep to
    floor : height of the floor, m
    """
    dynamics = Dynamics(skeleton)
    smooth = smooth_motion(motion, skeleton, cutoff=cutoff)
    pose = skeleton.pose_of(smooth)
    feet = locate_feet(skeleton, smooth, pose=pose)
    bare = inverse_dynamics(dynamics, smooth)
    ground, _ = estimate_ground(feet, root_wrench(skeleton, smooth, bare, pose=pose))
    moments = inverse_dynamics(dynamics, smooth, ground=ground)
    found = summarise_residuals(
        skeleton, smooth, moments, ground=ground, feet=feet, pose=pose
    )
    return PhysicsCheck(
        residuals=Residuals(found, limits),
        ranges=range_excesses(motion, skeleton.spec, tolerance=limits.joint),
        feet=check_feet(motion, skeleton, floor=floor),
        limits=limits,
    )
