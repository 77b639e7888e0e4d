"""Ground reaction under each foot: from force plates, or from the motion alone.

Inverse dynamics without ground contact leaves the whole ground reaction as a wrench at
the pelvis. The point of the floor about which that wrench has no horizontal moment is
the zero-moment point; its place between the feet says how they share the force
(Dijkstra and Gutierrez-Farewik 2015, J Biomech 48, 3776).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from bige_osim.errors import BigeError
from bige_osim.motion import FOOT_BODIES, GroundReaction, Moments, Motion, Series
from bige_osim.physics.feet import Feet, fit_floor, locate_feet, runs
from bige_osim.physics.skeleton import Skeleton
from bige_osim.physics.wrench import Wrench, wrench_at

__all__ = [
    "Feet",
    "GroundConfig",
    "estimate_ground",
    "fit_floor",
    "locate_feet",
    "root_wrench",
]

FAINT = 0.02
"""Fraction of the largest vertical force below which its point does not matter."""

SEAT, LONG = 0.05, 0.3
"""Distance (m) beyond the feet and time (s) from which a pressure point is told of."""


@dataclass(frozen=True)
class GroundConfig:
    """What feet can do on a floor.

    Attributes
    ----------
    contact : m above its standing height, up to which a foot bears its full share
    lift : m, from which it bears nothing; in between its share falls linearly
    cutoff : low-pass of the zero-moment point, Hz; ``None`` leaves it as it is
    friction : largest horizontal force over vertical force
    margin : m that the centre of pressure may leave the outline of the contact points
    aim : how far the forces of both feet point at their hips in the plane that holds
        the two centres of pressure: 1 all the way, 0 leaves horizontal forces shared
        like the vertical
    """

    contact: float = 0.05
    lift: float = 0.10
    cutoff: float | None = 3.0
    friction: float = 0.8
    margin: float = 0.03
    aim: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not 0 <= self.contact < self.lift:
            raise BigeError(
                f"A foot must lift above the height of contact, got contact "
                f"{self.contact} m and lift {self.lift} m; raise lift."
            )
        if self.friction < 0 or self.margin < 0 or (self.cutoff or 1.0) <= 0:
            raise BigeError(
                "Friction, margin and cutoff of the ground must not be negative, got "
                f"{self.friction}, {self.margin} and {self.cutoff}; change the "
                "configuration."
            )


def root_wrench(skeleton: Skeleton, motion: Motion, moments: Moments) -> Wrench:
    """Wrench on the pelvis that does what the root's generalised forces do.

    Parameters
    ----------
    skeleton : of the model
    motion : (T, C) rad and m
    moments : (T, N) of inverse dynamics, at the same times

    Returns
    -------
    Wrench
        (T, 3) N, and N m about the origin of ground. Without ground reaction in the
        inverse dynamics it is the whole ground reaction, with it what is unexplained.
    """
    q = torch.from_numpy(np.ascontiguousarray(motion.values))
    names = skeleton.root_names()
    root = torch.from_numpy(moments.select(names).values.copy())
    force, moment = skeleton.root_wrench(q, motion.names, root)
    joint = skeleton.spec.coordinate(names[0]).joint
    pelvis = next(j.child for j in skeleton.spec.joints if j.name == joint)
    _, origin = skeleton.pose(q, motion.names).body(pelvis)
    return wrench_at(force.numpy(), origin.numpy(), moment.numpy())


def estimate_ground(
    feet: Feet, wrench: Wrench, *, config: GroundConfig | None = None
) -> tuple[GroundReaction, tuple[str, ...]]:
    """Share the ground reaction that a motion takes between the feet.

    The force is split where the zero-moment point, low-passed at ``config.cutoff``,
    projects on the line between the centres of the feet; a foot off the floor gets
    nothing. Both centres of pressure are shifted so that together they are at the
    zero-moment point, not low-passed, as far as the feet reach: the low-pass keeps
    noise from throwing weight between the feet, but as a lever arm it would leave
    moments unexplained (lab squats 14 N m instead of 1 N m, RMS). The vertical moment
    that is left is shared like the force. With feet on the floor and the zero-moment
    point within their outlines the two add up to the given wrench; whatever feet on a
    floor cannot do (pull, slide, push from outside, fly) is left out and shows up as a
    residual at the root.

    Parameters
    ----------
    feet : where the feet are, from :func:`locate_feet`
    wrench : (T, 3) on the whole body, from :func:`root_wrench`
    config : what feet can do

    Returns
    -------
    ground : estimated, on ``calcn_r`` and ``calcn_l``
    warnings : sentences on times at which something else seems to carry the person

    Notes
    -----
    Measured against the force plates of five squats of one person (marker-based motion
    at 100 Hz, both low-passed at 6 Hz): vertical force is off by 3.5 % of body weight
    RMS under the right foot and 1.3 % under the left, 4.1 % in total, of which 4.0 %
    are a constant: plates and model do not agree on the person's mass. An even split
    would be no worse there, but off by 21 and 25 % in standing up on one leg more than
    on the other, where this is off by 5 %. Of two-camera video, whose second
    derivatives are noisy, the low-pass of 3 Hz halves the disagreement with simulated
    ground reaction (15 to 7 %). Walking is off by 16 %: double support is too short for
    the low-pass.

    Aiming at the hips is what these plates do (slope 0.9 to 1.0 in squats, 0.7 to 0.9
    in standing up). Without it hip adduction moments of the squats are off by 36 N m
    RMS instead of 12 N m, and activations by 0.19 instead of 0.05.
    """
    config = config or GroundConfig()
    bearing = np.clip(
        (config.lift - feet.heights) / (config.lift - config.contact), 0.0, 1.0
    )
    standing = bearing.max(axis=1) > 0
    force = _bearable(wrench.force, standing, friction=config.friction)
    smooth = _pressure_target(feet, wrench, standing=standing, cutoff=config.cutoff)
    share = _shares(feet, smooth, bearing)
    target = _pressure_target(feet, wrench, standing=standing, cutoff=None)
    points = feet.centres.copy()
    points[:, :, 1] = feet.floor
    common = (share[..., None] * points).sum(axis=1)
    wanted = points + (target - common)[:, None]
    points = feet.keep_inside(wanted, margin=config.margin)
    forces = share[..., None] * force[:, None]
    forces += _spread(feet.hips, points, forces, config=config)
    twist = (wrench.moment - np.cross(points, forces).sum(axis=1))[:, 1]
    moments = np.zeros_like(forces)
    moments[..., 1] = share * np.where(force[:, 1] > 0, twist, 0.0)[:, None]
    ground = GroundReaction(
        feet.time, forces, points, moments, names=FOOT_BODIES, source="estimated"
    )
    moved = np.linalg.norm(wanted - points, axis=-1) * (share > 0.1)
    return ground, tuple(_beyond(feet.time, moved.max(axis=1)))


def _beyond(
    time: Float[np.ndarray, " T"], moved: Float[np.ndarray, " T"]
) -> Iterator[str]:
    """Say when the centre of pressure would have to lie beyond the feet for long."""
    for run in runs(moved > SEAT):
        if time[run][-1] - time[run][0] >= LONG:
            yield (
                f"From {time[run][0]:.2f} to {time[run][-1]:.2f} s the ground would "
                f"have to push up to {moved[run].max():.2f} m beyond the feet: "
                "something else may carry the person, such as a seat, or the motion is "
                "too noisy."
            )


def _bearable(
    force: Float[np.ndarray, "T 3"],
    standing: Bool[np.ndarray, " T"],
    *,
    friction: float,
) -> Float[np.ndarray, "T 3"]:
    """Part of a force that a floor can give: upwards, within friction, to a foot."""
    up = np.where(standing, np.maximum(force[:, 1], 0.0), 0.0)
    level = np.linalg.norm(force[:, [0, 2]], axis=1)
    held = np.minimum(1.0, friction * up / np.maximum(level, 1e-9))
    return np.stack([held * force[:, 0], up, held * force[:, 2]], axis=1)


def _spread(
    hips: Float[np.ndarray, "T 2 3"],
    points: Float[np.ndarray, "T 2 3"],
    forces: Float[np.ndarray, "T 2 3"],
    *,
    config: GroundConfig,
) -> Float[np.ndarray, "T 2 3"]:
    """Find forces (T, 2, 3) by which the feet push each other apart, N.

    They are opposite and lie on the line between the two points, so they change
    nothing but the legs, and turn both forces towards the hips as well as they can:
    the errors of the two directions are weighted by the load of the feet.
    """
    line = points[:, 0] - points[:, 1]
    length = np.linalg.norm(line, axis=1, keepdims=True)
    line = line / np.maximum(length, 1e-9)
    up = forces[..., 1]
    arm = hips - points
    slope = (arm * line[:, None]).sum(axis=-1) / np.maximum(arm[..., 1], 0.1)
    missing = config.aim * (up * slope - (forces * line[:, None]).sum(axis=-1))
    total = np.maximum(up.sum(axis=1), 1e-9)
    push = (missing[:, 0] * up[:, 1] - missing[:, 1] * up[:, 0]) / total
    limit = config.friction * up.min(axis=1)
    push = np.clip(push, -limit, limit)[:, None] * line
    return np.stack([push, -push], axis=1)


def _pressure_target(
    feet: Feet,
    wrench: Wrench,
    *,
    standing: Bool[np.ndarray, " T"],
    cutoff: float | None,
) -> Float[np.ndarray, "T 3"]:
    """Zero-moment point (T, 3) on the floor, smooth in time, m.

    Smoothed is the moment about the point between the feet, which is finite where the
    zero-moment point is not.
    """
    middle = feet.centres.mean(axis=1)
    middle[:, 1] = feet.floor
    floor = np.full(len(feet.time), feet.floor)
    up = np.where(standing, np.maximum(wrench.force[:, 1], 0.0), 0.0)
    lever = (wrench.pressure_point(floor, otherwise=middle) - middle) * up[:, None]
    if cutoff is not None and len(feet.time) > 1:
        columns = np.column_stack([lever, up])
        smooth = Series(feet.time, columns, ("x", "y", "z", "up")).filter(cutoff)
        lever, up = smooth.values[:, :3], smooth.values[:, 3]
    loaded = up > FAINT * up.max(initial=1.0)
    weight = np.where(loaded, up, np.inf)  # no lever where there is next to no force
    return np.asarray(middle + lever / weight[:, None])


def _shares(
    feet: Feet, target: Float[np.ndarray, "T 3"], bearing: Float[np.ndarray, "T 2"]
) -> Float[np.ndarray, "T 2"]:
    """Share (T, 2) of the force on each foot; zero for both in the air."""
    right, left = feet.centres[:, 0], feet.centres[:, 1]
    line = (right - left)[:, [0, 2]]
    along = ((target - left)[:, [0, 2]] * line).sum(axis=1)
    share = np.clip(along / np.maximum((line**2).sum(axis=1), 1e-9), 0.0, 1.0)
    both = np.stack([share, 1 - share], axis=1)
    able = both * bearing
    # A point wholly over a lifted foot is carried by the one that stands.
    able = np.where(able.sum(axis=1, keepdims=True) > 1e-9, able, bearing)
    total = np.maximum(able.sum(axis=1, keepdims=True), 1e-9)
    return np.asarray(able / total)
