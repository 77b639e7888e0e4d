"""The motions that a joint is made of: translations, then rotations."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from bige_osim.physics.kinematics.joints import fixed_rotation, rotation_parts
from bige_osim.spec import IDENTITY, AxisSpec, FunctionSpec, JointSpec


@dataclass(frozen=True)
class JointMotion:
    """One motion of a joint, by a single amount.

    Attributes
    ----------
    joint : it belongs to
    rank : place among the joint's motions, 0 for translations, then 1 to 3; those of
        one rank do not move each other
    coordinate, function : what its amount follows, and how
    body : in whose frame its direction is known; ``ground``, the parent or the child
    direction : (3,) unit vector there; of a swung axis the part that does not change
    swing : of an axis that the rotation before it carries: that rotation
    swung : (2, 3) directions that go with the sine and cosine of that rotation's angle
    """

    joint: JointSpec
    rank: int
    coordinate: str
    function: FunctionSpec
    body: str
    direction: Float[np.ndarray, " 3"]
    swing: AxisSpec | None = None
    swung: Float[np.ndarray, "2 3"] | None = None


def motions_of(joint: JointSpec) -> list[JointMotion]:
    """List those motions of a joint that follow a coordinate.

    The rotations of ball and free joints are about the parent frame, none of them moved
    by the others.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> [(m.rank, m.coordinate, m.body) for m in motions_of(pendulum().joints[0])]
    [(1, 'angle', 'ground')]
    """
    base = joint.parent_offset[:3, :3]

    def in_parent(rank: int, axis: AxisSpec, function: FunctionSpec) -> JointMotion:
        direction, name = base @ axis.direction, str(axis.coordinate)
        return JointMotion(joint, rank, name, function, joint.parent, direction)

    slides = [in_parent(0, a, a.function) for a in joint.translations if a.coordinate]
    if joint.kind not in ("ball", "free"):
        return slides + _sequence(joint)
    return slides + [in_parent(1, a, IDENTITY) for a in joint.rotations if a.coordinate]


def _sequence(joint: JointSpec) -> list[JointMotion]:
    """Body-fixed rotations: the first is fixed in the parent, the last in the child."""
    turns: list[tuple[int, AxisSpec, str]] = []
    before, after = joint.parent_offset[:3, :3], np.eye(3)
    for rank, axis in enumerate(joint.rotations, start=1):
        if axis.coordinate is not None:
            turns.append((rank, axis, axis.coordinate))
            after = np.eye(3)
            continue
        still = fixed_rotation(axis)
        before = before if turns else before @ still
        after = after @ still
    found = []
    for i, (rank, axis, coordinate) in enumerate(turns):
        away = before @ axis.direction
        motion = JointMotion(joint, rank, coordinate, axis.function, joint.parent, away)
        if i == 2 or (i == 1 and len(turns) == 2):
            away = joint.child_offset[:3, :3] @ after.T @ axis.direction
            motion = replace(motion, body=joint.child, direction=away)
        elif i == 1:  # of three: there is nothing constant between them
            first = turns[0][1]
            still, *swung = before @ rotation_parts(first.direction) @ axis.direction
            motion = replace(
                motion, direction=still, swing=first, swung=np.array(swung)
            )
        found.append(motion)
    return found


def carries(
    first: JointMotion,
    second: JointMotion,
    carried: Mapping[str, Set[str]],
    *,
    order: Sequence[str] = (),
) -> bool:
    """Say whether the first motion moves the second one's axis.

    Parameters
    ----------
    first, second : motions
    carried : :func:`~bige_osim.physics.kinematics.tree.find_carried` of the model
    order : the model's coordinates, to say it as OpenSim does, which differs within
        custom joints: see :class:`~bige_osim.physics.kinematics.jacobians.JointAxes`

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> (swing,) = motions_of(pendulum().joints[0])
    >>> carries(swing, swing, {"hinge": {"rod"}})
    False
    """
    joint = first.joint
    if joint is not second.joint:
        return second.joint.child in carried[joint.name]
    if not order or joint.kind != "custom" or first.rank == 0 or second.rank < 2:
        return first.rank < second.rank
    used = {axis.coordinate for axis in joint.rotations + joint.translations}
    place = [name for name in order if name in used].index(first.coordinate)
    return place == 0 if second.rank == 2 else place != 2
