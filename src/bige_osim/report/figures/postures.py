"""Figures of a body: bones between joints, muscles coloured by activation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle

from bige_osim.motion import Motion
from bige_osim.physics.kinematics.pose import carry
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.report.figures.style import INK, RULE

COLOURS = colormaps["YlOrRd"]
"""Of activations, from 0 to the largest that is shown."""

BONE, MUSCLE = 2.2, 1.4
"""Width of lines, points."""

NECK, HEAD = 0.55, 0.22
"""From the shoulders to the middle of the head, and its radius, in lengths of the
trunk: for the eye, models have no joint there."""

Lines = list[Float[np.ndarray, "P 3"]]


@dataclass(frozen=True, eq=False)
class Posture:
    """A body at one moment, as lines in ground.

    Attributes
    ----------
    bones : from joint to joint, (2, 3) m each
    muscles : paths by name, (P, 3) m each, wrapping left out
    head : middle (3,) m and radius m; ``None`` for a model without arms
    """

    bones: Lines
    muscles: Mapping[str, Float[np.ndarray, "P 3"]]
    head: tuple[Float[np.ndarray, " 3"], float] | None = None


def take_posture(motion: Motion, skeleton: Skeleton, *, time: float) -> Posture:
    """Take the posture of a motion at a time.

    Parameters
    ----------
    motion : (T, C) rad and m
    skeleton : of the participant's model
    time : s
    """
    pose = skeleton.pose_of(motion.at(np.array([time])))
    centres = skeleton.joint_centres(pose)[0].numpy()
    spec, names = skeleton.spec, list(pose.body_names)
    at = dict(zip([j.child for j in spec.joints], centres, strict=True))
    bones = [
        np.stack([at[joint.parent], at[joint.child]])
        for joint in spec.joints
        if joint.parent in at
    ]
    for body, line in find_soles(skeleton, skeleton.foot_points(pose)[0].numpy()):
        bones.append(line)
        if body in at:
            bones.append(np.stack([line[0], at[body]]))
    muscles = {}
    for muscle in spec.muscles:
        points = muscle.path.points
        if points:
            bodies = torch.tensor([names.index(point.body) for point in points])
            places = pose.position.new_tensor([point.location for point in points])
            muscles[muscle.name] = carry(pose, bodies, places)[0].numpy()
    return Posture(bones, muscles, place_head(at))


def place_head(
    at: Mapping[str, Float[np.ndarray, " 3"]],
) -> tuple[Float[np.ndarray, " 3"], float] | None:
    """Place the head on the line of the trunk: its middle (3,) and radius, m.

    ``None`` for a model without trunk or arms.

    Parameters
    ----------
    at : body -> (3,) m, centre of the joint that carries it
    """
    if not {"torso", "humerus_r", "humerus_l"} <= set(at):
        return None
    shoulders = (at["humerus_r"] + at["humerus_l"]) / 2
    trunk = shoulders - at["torso"]
    return shoulders + NECK * trunk, HEAD * float(np.linalg.norm(trunk))


def find_soles(
    skeleton: Skeleton, points: Float[np.ndarray, "P 3"]
) -> Iterator[tuple[str, Float[np.ndarray, "2 3"]]]:
    """Find the soles: body, and line (2, 3) m from its rearmost to its foremost point.

    Parameters
    ----------
    skeleton : of the participant's model
    points : (P, 3) m, lowest points of its contact spheres
    """
    bodies = [skeleton.body_names[i] for i in skeleton.sphere_bodies.tolist()]
    for body in dict.fromkeys(bodies):
        own = points[[name == body for name in bodies]]
        yield body, own[[own[:, 0].argmin(), own[:, 0].argmax()]]


def draw_posture(
    axes: Axes,
    posture: Posture,
    activations: Mapping[str, float],
    *,
    most: float = 1.0,
    shown: Sequence[str] | None = None,
) -> None:
    """Draw a body from its right side, x forward and y up, in m.

    Parameters
    ----------
    axes : to draw on
    posture : of the body
    activations : of its muscles by name, 0 to 1
    most : activation of the strongest colour
    shown : muscles that are drawn; those of the right side for ``None``
    """
    right = [name for name in posture.muscles if name.endswith("_r")]
    names = [name for name in (shown or right) if name in activations]
    names.sort(key=lambda name: activations[name])
    axes.add_collection(
        LineCollection([b[:, :2] for b in posture.bones], colors=INK, linewidths=BONE)
    )
    axes.add_collection(
        LineCollection(
            [posture.muscles[name][:, :2] for name in names],
            colors=[COLOURS(activations[name] / most) for name in names],
            linewidths=[
                MUSCLE + 2 * min(activations[name], most) / most for name in names
            ],
        )
    )
    if posture.head is not None:
        middle, radius = posture.head
        axes.add_patch(Circle((middle[0], middle[1]), radius, color=INK, lw=0))
    axes.axhline(0.0, color=RULE, linewidth=1.0, zorder=0)
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.grid(visible=False)
