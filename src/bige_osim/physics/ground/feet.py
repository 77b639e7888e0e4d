"""Where the feet are: their outlines on the floor, and whether they stand on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from bige_osim.errors import ModelError
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Pose, Skeleton
from bige_osim.spec import ModelSpec

SOLE = 0.03
"""How much the lowest point of a standing foot goes up and down in a recording, m."""

LEAST_COMPLIANCE = 0.1
"""Of a contact point, however far outside the others it lies."""

STEP = 0.05
"""Standing heights of two feet on the same floor differ by less, m."""


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
    names, columns = skeleton.feet, _point_columns(skeleton)
    centres = np.stack([points[:, c].mean(axis=1) for c in columns], axis=1)
    ahead = np.stack([_heading(pose.body(f)[0].numpy()) for f in names], axis=1)
    lowest = np.stack([points[:, c, 1].min(axis=1) for c in columns], axis=1)
    standing = _standing_heights(lowest)
    every = [i for column in columns for i in column]
    sides = np.repeat(np.arange(len(names)), [len(c) for c in columns])
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
        hips=skeleton.joint_centres(pose).numpy()[:, find_hips(skeleton.spec, names)],
        floor=float(standing.mean()),
        points=np.ascontiguousarray(points[:, every]),
        sides=sides,
        compliance=_compliance(skeleton, every, sides),
        standing=standing,
    )


def _point_columns(skeleton: Skeleton) -> list[list[int]]:
    """Positions of each foot's contact points."""
    if not skeleton.feet:
        raise ModelError(
            skeleton.spec.name,
            element="feet",
            problem="it has none that could stand on the ground",
            remedy="name their bodies in a file for --contacts",
        )
    feet = contact_feet(skeleton, skeleton.contact_bodies)
    columns = []
    for name in skeleton.feet:
        columns.append([i for i, foot in enumerate(feet) if foot == name])
        if not columns[-1]:
            raise ModelError(
                skeleton.spec.name,
                element=f"body {name}",
                problem="it has no contact points, so its load is unknown",
                remedy="add contact spheres to the model, or pass them with --contacts",
            )
    return columns


def fit_floor(heights: Float[np.ndarray, "T P"]) -> float:
    """Height of the floor a participant stands on, m.

    The lowest point of every frame stays near the floor while a foot stands, whatever
    the other does. Frames in the air are above and a heel that sinks in for a moment
    is below, so this is the median of the lowest points within 3 cm of their lowest
    tenth.

    Parameters
    ----------
    heights : (T, P) m, of foot points

    Examples
    --------
    A participant who stands for 60 frames and jumps 0.3 m high for 40:

    >>> heights = np.concatenate([np.full(60, 0.01), np.full(40, 0.31)])[:, None]
    >>> fit_floor(heights)
    0.01
    """
    lowest = heights.min(axis=1)
    base = np.quantile(lowest, 0.1)
    return float(np.median(lowest[lowest <= base + SOLE]))


def contact_feet(skeleton: Skeleton, bodies: Sequence[str]) -> list[str | None]:
    """Find the foot that each body is, or hangs on (toes); ``None`` for any other.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> contact_feet(Skeleton(pendulum()), ["rod"])
    [None]
    """
    parents = {joint.child: joint.parent for joint in skeleton.spec.joints}

    def foot_of(body: str | None) -> str | None:
        while body is not None and body not in skeleton.feet:
            body = parents.get(body)
        return body

    return [foot_of(body) for body in bodies]


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


def find_hips(spec: ModelSpec, feet: Sequence[str]) -> list[int]:
    """Find the joints by which the legs hang on the body that ground carries.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> find_hips(pendulum(), ["rod"])
    [0]
    """
    carriers = {joint.child: i for i, joint in enumerate(spec.joints)}
    roots = {joint.child for joint in spec.joints if joint.parent == "ground"}
    found = []
    for foot in feet:
        place = carriers[foot]
        while (parent := spec.joints[place].parent) not in roots | {"ground"}:
            place = carriers[parent]
        found.append(place)
    return found


def _standing_heights(lowest: Float[np.ndarray, "T F"]) -> Float[np.ndarray, " F"]:
    """Standing height of each foot; of the other one for a foot that never stands."""
    each = np.array([fit_floor(lowest[:, [foot]]) for foot in range(lowest.shape[1])])
    return np.where(each - each.min() > STEP, each.min(), each)


def _compliance(
    skeleton: Skeleton, columns: Sequence[int], sides: Int[np.ndarray, " P"]
) -> Float[np.ndarray, " P"]:
    """Make contact points less compliant on the side where there are more.

    A foot's spheres need not lie evenly about its long axis, from heel to middle toe
    (x of its body), where the force of a standing foot acts: those of OpenCap's models
    lie 16 mm to the outside on average. Weights that fall in proportion to the distance
    from that axis put the mean on it.
    """
    pose = skeleton.default_pose()
    points = skeleton.foot_points(pose).numpy()[list(columns)]
    compliance = np.ones(len(points))
    for side, name in enumerate(skeleton.feet):
        rotation, origin = (t.numpy() for t in pose.body(name))
        own = sides == side
        aside = ((points[own] - origin) @ rotation)[:, 2]
        spread = (aside**2).sum()
        slope = aside.sum() / spread if spread > 0 else 0.0
        compliance[own] = np.maximum(1.0 - slope * aside, LEAST_COMPLIANCE)
    return compliance


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
