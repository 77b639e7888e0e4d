"""The tree of joints: levels, what hangs on what, the root and the feet."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bige_osim.motion import FOOT_BODIES
from bige_osim.spec import JointSpec, ModelSpec

NAMED = re.compile(r"(calcn|calcaneus|hindfoot|foot)", re.IGNORECASE)
"""What models call the body of the heel; toes hang on it."""

BELOW_PELVIS = 0.3
"""m, by which the foot of a standing participant lies below the pelvis at least."""

LEVEL = 0.1
"""m, by which two feet of the default pose may differ in height."""


def levels_of(joints: Sequence[JointSpec]) -> list[list[JointSpec]]:
    """Group joints by how many joints lie between them and ground.

    Examples
    --------
    >>> thigh = JointSpec(name="hip", child="thigh")
    >>> shank = JointSpec(name="knee", parent="thigh", child="shank")
    >>> [[joint.name for joint in level] for level in levels_of([thigh, shank])]
    [['hip'], ['knee']]
    """
    depth = {"ground": -1}
    levels: list[list[JointSpec]] = []
    for joint in joints:
        depth[joint.child] = depth[joint.parent] + 1
        if depth[joint.child] == len(levels):
            levels.append([])
        levels[depth[joint.child]].append(joint)
    return levels


def parents_of(levels: Sequence[Sequence[JointSpec]]) -> list[list[int]]:
    """Find for every joint of a level the position of its parent in the level before.

    Examples
    --------
    >>> parents_of([[JointSpec(name="hip", child="thigh")]])
    [[0]]
    """
    parents = [[0] * len(levels[0])]
    for before, level in pairwise(levels):
        children = [joint.child for joint in before]
        parents.append([children.index(joint.parent) for joint in level])
    return parents


def find_carried(joints: Sequence[JointSpec]) -> dict[str, set[str]]:
    """Name the bodies that each joint, by name, carries: its child and all beyond.

    Parameters
    ----------
    joints : every parent before its children

    Examples
    --------
    >>> find_carried([JointSpec(name="hip", child="thigh")])
    {'hip': {'thigh'}}
    """
    holder = {joint.child: joint for joint in joints}
    carried: dict[str, set[str]] = {joint.name: set() for joint in joints}
    for joint in joints:
        body = joint.child
        while body != "ground":
            carried[holder[body].name].add(joint.child)
            body = holder[body].parent
    return carried


def keep_joints_of(spec: ModelSpec, bodies: Collection[str]) -> ModelSpec:
    """Cut a model to what carries some bodies: joints, coordinates, couplers.

    Parameters
    ----------
    spec : the model
    bodies : names of bodies; all between them and ground are kept

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> keep_joints_of(pendulum(), ()).bodies
    ()
    """
    carried = find_carried(spec.joints)
    joints = tuple(j for j in spec.joints if not carried[j.name].isdisjoint(bodies))
    children, names = {j.child for j in joints}, {j.name for j in joints}
    coordinates = tuple(c for c in spec.coordinates if c.joint in names)
    known = {c.name for c in coordinates}
    return replace(
        spec,
        bodies=tuple(body for body in spec.bodies if body.name in children),
        joints=joints,
        coordinates=coordinates,
        couplers=tuple(
            c for c in spec.couplers if known >= {c.dependent, c.independent}
        ),
        markers=(),
        contacts=(),
        muscles=(),
        cylinders=(),
        actuators=(),
    )


def own_coordinates(joint: JointSpec, spec: ModelSpec) -> tuple[str, ...]:
    """Names of a joint's coordinates, in the model's order.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> own_coordinates(pendulum().joints[0], pendulum())
    ('angle',)
    """
    return tuple(c.name for c in spec.coordinates if c.joint == joint.name)


def root_of(spec: ModelSpec) -> JointSpec | None:
    """Find the joint by which a body moves about over the ground: that of the pelvis.

    It has lengths along two axes at least, and an angle: six coordinates of its own, or
    three in a planar model. ``None`` for a model that is fixed to ground, as an arm.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> root_of(pendulum()) is None
    True
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


def find_feet(
    spec: ModelSpec, heights: Mapping[str, float], sideways: Mapping[str, float]
) -> tuple[str, ...]:
    """Find the bodies that stand on the ground, the right one first.

    Those that the model's description names, else ``calcn_r`` and ``calcn_l``, else the
    lowest body of each leg in the default pose: its heel where bodies are named so,
    otherwise the body at the end of the leg.

    Parameters
    ----------
    spec : the model
    heights, sideways : body -> y and z of its origin in the default pose, m

    Returns
    -------
    one or two bodies; none for a model that does not move about, such as an arm

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> find_feet(pendulum(), {"rod": 0.0}, {"rod": 0.0})
    ()
    """
    if spec.feet:
        return spec.feet
    named = tuple(name for name in FOOT_BODIES if name in heights)
    if named:
        return named
    root = root_of(spec)
    if root is None:
        return ()
    parents = {joint.child: joint.parent for joint in spec.joints}
    ends = [_heel(leaf, parents) for leaf in parents if leaf not in parents.values()]
    low = [b for b in ends if heights[b] < heights[root.child] - BELOW_PELVIS]
    ground = min((heights[body] for body in low), default=0.0)
    feet = [body for body in dict.fromkeys(low) if heights[body] < ground + LEVEL]
    feet.sort(key=lambda body: -sideways[body])
    return tuple(feet) if len(feet) <= len(FOOT_BODIES) else ()


def _heel(leaf: str, parents: Mapping[str, str]) -> str:
    """Body of a chain that is named for a foot; its last one if none is."""
    body = leaf
    while body in parents:
        if NAMED.search(body):
            return body
        body = parents[body]
    return leaf
