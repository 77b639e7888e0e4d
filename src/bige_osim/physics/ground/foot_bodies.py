"""Which bodies are feet: named by the user, by habit, or found by position."""

import re
from collections.abc import Mapping, Sequence

from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.kinematics.tree import root_of
from bige_osim.spec import JointSpec, ModelSpec

NAMED = re.compile(r"(calcn|calcaneus|hindfoot|foot)", re.IGNORECASE)
"""What models call the body of the heel; toes hang on it."""

BELOW_PELVIS = 0.3
"""m, by which the foot of a standing participant lies below the pelvis at least."""

LEVEL = 0.1
"""m, by which two feet of the default pose may differ in height."""


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
    """
    if spec.feet:
        return spec.feet
    named = tuple(name for name in FOOT_BODIES if name in heights)
    if named:
        return named
    root = root_of(spec)
    if root is None:
        return ()
    ends = [heel for leaf in _leaves(spec.joints) if (heel := _heel(leaf, spec.joints))]
    low = [b for b in ends if heights[b] < heights[root.child] - BELOW_PELVIS]
    if not low:
        return ()
    ground = min(heights[body] for body in low)
    feet = [body for body in dict.fromkeys(low) if heights[body] < ground + LEVEL]
    feet.sort(key=lambda body: -sideways[body])
    return tuple(feet) if len(feet) <= len(FOOT_BODIES) else ()


def _leaves(joints: Sequence[JointSpec]) -> list[str]:
    parents = {joint.parent for joint in joints}
    return [joint.child for joint in joints if joint.child not in parents]


def _heel(leaf: str, joints: Sequence[JointSpec]) -> str:
    """Body of a chain that is named for a foot; its last one if none is."""
    parents = {joint.child: joint.parent for joint in joints}
    body = leaf
    while body in parents:
        if NAMED.search(body):
            return body
        body = parents[body]
    return leaf
