"""Bodies without a mesh: sticks between the centres of their joints."""

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.osim.reading.bones import Mesh, join_meshes
from bige_osim.physics.kinematics.skeleton import Skeleton

RADIUS = 0.012
"""Of a stick, m."""

SIDES, ROUNDS = 10, 4
"""Corners of a stick's cross-section, and rings of each of its round ends."""

SHORTEST = 0.01
"""m; joints that are nearer to each other are one place."""


def make_sticks(skeleton: Skeleton) -> dict[str, Mesh]:
    """Make a mesh (m, in its own frame) for every body that has room for a stick.

    A body's stick leads from its own joint to those of its children in the default
    pose, and along the sole of a foot; the last body of a chain leads to its centre of
    mass.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> rod = make_sticks(Skeleton(pendulum()))["rod"]
    >>> float(rod.vertices[:, 1].min().round(3)), len(rod.faces) > 50
    (-1.012, True)
    """
    pose = skeleton.default_pose()
    centres = skeleton.joint_centres(pose)
    joints = skeleton.spec.joints
    own = {joint.child: centres[i] for i, joint in enumerate(joints)}
    soles = skeleton.foot_points(pose)
    sticks = {}
    for body in skeleton.spec.bodies:
        rotation, origin = pose.body(body.name)
        ends = [own[joint.child] for joint in joints if joint.parent == body.name]
        ends += [
            point
            for point, name in zip(soles, skeleton.contact_bodies, strict=True)
            if name == body.name
        ]
        if not ends:
            center = torch.tensor(body.mass_center, dtype=origin.dtype)
            ends = [rotation @ center + origin]
        start = own.get(body.name, origin)
        local = [(rotation.T @ (end - origin)).numpy() for end in (start, *ends)]
        parts = [
            make_stick(local[0], end)
            for end in local[1:]
            if np.linalg.norm(end - local[0]) > SHORTEST
        ]
        if parts:
            sticks[body.name] = join_meshes(parts)
    return sticks


def make_stick(start: Float[np.ndarray, "3"], end: Float[np.ndarray, "3"]) -> Mesh:
    """Make a stick with round ends between two points, m.

    Examples
    --------
    >>> stick = make_stick(np.zeros(3), np.array([0.0, 1.0, 0.0]))
    >>> stick.vertices[:, 1].min().round(3), stick.vertices[:, 1].max().round(3)
    (np.float64(-0.012), np.float64(1.012))
    """
    along = end - start
    length = float(np.linalg.norm(along))
    along = along / length
    least = np.eye(3)[np.abs(along).argmin()]
    side = np.cross(along, least)
    side /= np.linalg.norm(side)
    other = np.cross(along, side)
    bend = np.linspace(-np.pi / 2, 0, ROUNDS + 1)
    heights = np.concatenate(
        [np.sin(bend) * RADIUS, length - np.sin(bend)[::-1] * RADIUS]
    )
    widths = np.concatenate([np.cos(bend), np.cos(bend)[::-1]]) * RADIUS
    angles = np.arange(SIDES) * 2 * np.pi / SIDES
    around = np.cos(angles)[:, None] * side + np.sin(angles)[:, None] * other
    rings = heights[:, None, None] * along + widths[:, None, None] * around
    corner = np.arange(SIDES)
    following = (corner + 1) % SIDES
    faces = []
    for ring in range(len(heights) - 1):
        low, high = ring * SIDES, (ring + 1) * SIDES
        faces.append(np.stack([low + corner, low + following, high + corner], axis=1))
        faces.append(
            np.stack([low + following, high + following, high + corner], axis=1)
        )
    return Mesh(rings.reshape(-1, 3) + start, np.concatenate(faces).astype(np.int64))
