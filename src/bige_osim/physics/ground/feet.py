"""Where the feet are: their outlines on the floor, and whether they stand on it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Int

from bige_osim.motion import Motion
from bige_osim.physics.ground.floor import find_standing_heights
from bige_osim.physics.ground.foot_layout import FootLayout, find_hips
from bige_osim.physics.kinematics.skeleton import Pose, Skeleton


@dataclass(frozen=True)
class Feet:
    """The feet over time, the right one first.

    Attributes
    ----------
    names : bodies of the F feet, one or two
    time : (T,) s
    centres : (T, F, 3) m, mean of each foot's contact points
    headings : (T, F, 2) horizontal unit vectors (x, z) from heel to toe
    reaches : (T, F, 2, 2) m, outline about the centre: foot, along or across the
        heading, lowest and highest
    heights : (T, F) m, of the lowest contact point above where it is when standing
    speeds : (T, F) m/s, of the slowest contact point
    hips : (T, F, 3) m, centres of the joints by which the legs hang on the root
    floor : m, height of the floor: mean of the feet's standing heights
    points : (T, P, 3) m, lowest points of the contact spheres
    sides : (P,) foot of each, 0 the right one, 1 the left
    compliance : (P,) no unit; such that equal pressure acts on the foot's long axis
    standing : (F,) m, of the lowest contact point of each foot when it stands
    """

    names: tuple[str, ...]
    time: Float[np.ndarray, " T"]
    centres: Float[np.ndarray, "T F 3"]
    headings: Float[np.ndarray, "T F 2"]
    reaches: Float[np.ndarray, "T F 2 2"]
    heights: Float[np.ndarray, "T F"]
    speeds: Float[np.ndarray, "T F"]
    hips: Float[np.ndarray, "T F 3"]
    floor: float
    points: Float[np.ndarray, "T P 3"]
    sides: Int[np.ndarray, " P"]
    compliance: Float[np.ndarray, " P"]
    standing: Float[np.ndarray, " F"]

    def outside(self, point: Float[np.ndarray, "T 3"]) -> Float[np.ndarray, "T F"]:
        """Horizontal distance (T, F) of a point from each foot's outline, m."""
        axes = np.stack([self.headings, _across(self.headings)], axis=-2)
        offset = (point[:, None] - self.centres)[..., [0, 2]]
        local = np.einsum("tfij,tfj->tfi", axes, offset)
        beyond = local - np.clip(local, self.reaches[..., 0], self.reaches[..., 1])
        return np.asarray(np.linalg.norm(beyond, axis=-1))


def locate_feet(
    skeleton: Skeleton, motion: Motion, *, pose: Pose | None = None
) -> Feet:
    """Place the feet of a model that moves.

    Parameters
    ----------
    skeleton : with contact points on both feet
    motion : (T, C) rad and m
    pose : of this motion, where it is known already

    Raises
    ------
    ModelError
        The model has no feet, or a foot no contact points.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> model = pendulum(foot=True)
    >>> still = Motion(np.zeros(1), np.zeros((1, 1)), ("angle",))
    >>> feet = locate_feet(Skeleton(model, contacts=model.contacts), still)
    >>> feet.names, feet.floor
    (('rod',), -1.0)
    """
    pose = skeleton.pose_of(motion) if pose is None else pose
    points = skeleton.foot_points(pose).numpy()
    # Central differences; a single frame does not move.
    moves = len(motion.time) > 1
    rates = np.gradient(points, motion.time, axis=0) if moves else np.zeros_like(points)
    speed = np.linalg.norm(rates, axis=-1)
    layout = FootLayout.of(skeleton)
    names, columns = layout.names, layout.columns
    centres = np.stack([points[:, c].mean(axis=1) for c in columns], axis=1)
    ahead = np.stack([_heading(pose.body(f)[0].numpy()) for f in names], axis=1)
    lowest = np.stack([points[:, c, 1].min(axis=1) for c in columns], axis=1)
    standing = find_standing_heights(torch.from_numpy(lowest)).numpy()
    outlines = [
        _outline(points[:, c] - centres[:, i, None], ahead[:, i])
        for i, c in enumerate(columns)
    ]
    return Feet(
        names=names,
        time=motion.time,
        centres=centres,
        headings=ahead,
        reaches=np.stack(outlines, axis=1),
        heights=lowest - standing,
        speeds=np.stack([speed[:, c].min(axis=1) for c in columns], axis=1),
        hips=skeleton.joint_centres(pose).numpy()[:, layout.hips],
        floor=float(standing.mean()),
        points=np.ascontiguousarray(points[:, layout.points]),
        sides=layout.sides,
        compliance=layout.compliance,
        standing=standing,
    )


def find_upright_hips(skeleton: Skeleton) -> float:
    """Height of the hips above the soles in the model's default pose, m.

    Parameters
    ----------
    skeleton : with contact points on its feet

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> model = pendulum(foot=True)
    >>> find_upright_hips(Skeleton(model, contacts=model.contacts))
    1.0
    """
    pose = skeleton.default_pose()
    hips = skeleton.joint_centres(pose)[find_hips(skeleton.spec, skeleton.feet), 1]
    return float(hips.mean() - skeleton.foot_points(pose)[:, 1].min())


def runs(flags: Bool[np.ndarray, " T"]) -> Iterator[slice]:
    """Yield the stretches of frames in which a flag (T,) is set.

    Examples
    --------
    >>> list(runs(np.array([False, True, True, False])))
    [slice(1, 3, None)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(start), int(stop))


def duration(time: Float[np.ndarray, " T"], run: slice) -> float:
    """Time from the first to the last frame of a stretch, s.

    Examples
    --------
    >>> duration(np.array([0.0, 0.5, 1.0]), slice(1, 3))
    0.5
    """
    return float(time[run][-1] - time[run][0])


def _heading(rotation: Float[np.ndarray, "T 3 3"]) -> Float[np.ndarray, "T 2"]:
    """Horizontal direction (T, 2) of the foot's own x axis, from heel to toes."""
    ahead = rotation[:, [0, 2], 0]
    length = np.linalg.norm(ahead, axis=1, keepdims=True)
    return np.where(length > 1e-6, ahead / np.maximum(length, 1e-6), [1.0, 0.0])


def _across(ahead: Float[np.ndarray, "*batch 2"]) -> Float[np.ndarray, "*batch 2"]:
    """Turn horizontal vectors (x, z) by a right angle."""
    return np.stack([-ahead[..., 1], ahead[..., 0]], axis=-1)


def _outline(
    offsets: Float[np.ndarray, "T K 3"], ahead: Float[np.ndarray, "T 2"]
) -> Float[np.ndarray, "T 2 2"]:
    """Lowest and highest coordinate of points along and across a foot, m."""
    flat = offsets[..., [0, 2]]
    local = np.stack(
        [(flat * axis[:, None]).sum(axis=-1) for axis in (ahead, _across(ahead))],
        axis=1,
    )
    return np.stack([local.min(axis=-1), local.max(axis=-1)], axis=-1)
