"""The tree of joints, walked level by level: each step is one batched product."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from jaxtyping import Float, Int

from bige_osim.spec import JointSpec, ModelSpec


def levels_of(joints: Sequence[JointSpec]) -> list[list[JointSpec]]:
    """Joints grouped by how many joints lie between them and ground."""
    depth = {"ground": -1}
    levels: list[list[JointSpec]] = []
    for joint in joints:
        depth[joint.child] = depth[joint.parent] + 1
        if depth[joint.child] == len(levels):
            levels.append([])
        levels[depth[joint.child]].append(joint)
    return levels


def parents_of(levels: Sequence[Sequence[JointSpec]]) -> list[list[int]]:
    """For every joint of a level, the position of its parent in the level before."""
    parents = [[0] * len(levels[0])]
    for before, level in pairwise(levels):
        children = [joint.child for joint in before]
        parents.append([children.index(joint.parent) for joint in level])
    return parents


def find_carried(joints: Sequence[JointSpec]) -> dict[str, set[str]]:
    """Names of the bodies that each joint, by name, carries: its child and all beyond.

    Parameters
    ----------
    joints : every parent before its children
    """
    holder = {joint.child: joint for joint in joints}
    carried: dict[str, set[str]] = {joint.name: set() for joint in joints}
    for joint in joints:
        body = joint.child
        while body != "ground":
            carried[holder[body].name].add(joint.child)
            body = holder[body].parent
    return carried


def root_of(spec: ModelSpec) -> JointSpec | None:
    """Joint by which a body moves about over the ground: the pelvis of a participant.

    It has lengths along two axes at least, and an angle: six coordinates of its own, or
    three in a planar model. ``None`` for a model that is fixed to ground, as an arm.
    """
    found = None
    for joint in spec.joints:
        own = [c for c in spec.coordinates if c.joint == joint.name]
        lengths = sum(c.translational for c in own)
        if joint.parent != "ground" or lengths < 2 or len(own) == lengths:
            continue
        if found is None or len(own) > len(own_coordinates(found, spec)):
            found = joint
    return found


def own_coordinates(joint: JointSpec, spec: ModelSpec) -> tuple[str, ...]:
    """Names of a joint's coordinates, in the model's order."""
    return tuple(c.name for c in spec.coordinates if c.joint == joint.name)


def chain(
    local: Float[torch.Tensor, "B J 3 4"], parents: Sequence[Int[torch.Tensor, " _"]]
) -> Float[torch.Tensor, "B J 3 4"]:
    """Chain transforms (rotation and position) of bodies in their parents from ground.

    Parameters
    ----------
    local : of every child body in its parent body, level after level
    parents : level by level, as :func:`parents_of` gives them
    """
    parts = torch.split(local, [len(level) for level in parents], dim=1)
    placed = [parts[0]]
    for part, level in zip(parts[1:], parents[1:], strict=True):
        base = placed[-1].index_select(1, level)
        world = base[..., :3] @ part
        world[..., 3:] += base[..., 3:]
        placed.append(world)
    return torch.cat(placed, dim=1)
