"""A body as sticks from its right side: what is left of it in a small figure.

The pelvis is a triangle of its joints (or of its origin and these), so that its tilt is
seen; what is on the left side is grey.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, Polygon

from bige_osim.evaluation.hip_depth import find_hip_centre
from bige_osim.motion import Motion
from bige_osim.physics.ground.foot_layout import find_hips
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.kinematics.tree import root_of
from bige_osim.report.figures.postures import find_soles, place_head
from bige_osim.report.figures.style import INK

NEAR, FAR = 1.3, 1.0
"""Width of lines of the trunk and the right side, and of the left side, points."""

FAR_COLOUR = "#9aa3ad"

HIDDEN = ("patella",)
"""Beginnings of names of bodies that are no limbs."""

Line = Float[np.ndarray, "P 2"]


@dataclass(frozen=True, eq=False, kw_only=True)
class SideView:
    """A body at one moment: x ahead and y up, m, with the floor at y = 0.

    Attributes
    ----------
    near, far : (P, 2) m, lines of the trunk and the right side, and of the left side
    pelvis : (K, 2) m, its corners
    hip : (2,) m, middle of the hip joint centres
    head : middle (2,) and radius, m; ``None`` for a model without arms
    """

    near: Sequence[Line]
    far: Sequence[Line]
    pelvis: Float[np.ndarray, "K 2"]
    hip: Float[np.ndarray, " 2"]
    head: tuple[Float[np.ndarray, " 2"], float] | None = None

    def find_ends(self) -> tuple[float, float, float, float]:
        """Rearmost, foremost, lowest and highest place, m."""
        points = [*self.near, *self.far, self.pelvis]
        if self.head is not None:
            middle, radius = self.head
            points.append(np.stack([middle - radius, middle + radius]))
        every = np.concatenate(points)
        (rear, low), (front, high) = every.min(axis=0), every.max(axis=0)
        return float(rear), float(front), float(low), float(high)


def take_side_views(
    motion: Motion, skeleton: Skeleton, *, times: Float[np.ndarray, " N"]
) -> list[SideView]:
    """Take what is seen of a motion at some times, from the right of where it faces.

    Parameters
    ----------
    motion : (T, C) rad and m
    skeleton : of the participant's model
    times : (N,) s

    Raises
    ------
    ModelError
        The model has no feet.
    """
    heading = find_heading(motion, skeleton)
    with torch.inference_mode():
        pose = skeleton.pose_of(motion.at(times))
        centres = skeleton.joint_centres(pose).numpy()
        soles = skeleton.foot_points(pose).numpy()
        hips = find_hip_centre(skeleton, pose)
    return [
        _take(skeleton, *one, heading=heading)
        for one in zip(centres, soles, hips, strict=True)
    ]


def find_trail(
    motion: Motion, skeleton: Skeleton, *, times: Float[np.ndarray, " N"]
) -> Float[np.ndarray, "N 2"]:
    """Find where the middle of the hip joint centres is (N, 2): ahead and up, m.

    As in :func:`take_side_views`, whose parameters and errors these are.
    """
    with torch.inference_mode():
        pose: Pose = skeleton.pose_of(motion.at(times))
        centre = find_hip_centre(skeleton, pose)
    return project(centre, find_heading(motion, skeleton))


def find_heading(motion: Motion, skeleton: Skeleton) -> Float[np.ndarray, " 2"]:
    """Find where the pelvis faces when a motion begins: (2,) along x and z, length 1.

    Along x for a model that is fixed to ground.

    Parameters
    ----------
    motion : (T, C) rad and m
    skeleton : of the participant's model
    """
    root = root_of(skeleton.spec)
    if root is None:
        return np.array([1.0, 0.0])
    with torch.inference_mode():
        pose = skeleton.pose_of(motion.at(motion.time[:1]))
        ahead = pose.body(root.child)[0][0, :, 0].numpy()
    flat = ahead[[0, 2]]
    return np.asarray(flat / np.linalg.norm(flat))


def project(
    points: Float[np.ndarray, "*batch 3"], heading: Float[np.ndarray, " 2"]
) -> Float[np.ndarray, "*batch 2"]:
    """Project points in ground (..., 3) on a side view: ahead and up (..., 2), m.

    Parameters
    ----------
    points : m
    heading : (2,) direction along x and z, length 1

    Examples
    --------
    >>> project(np.array([[1.0, 2.0, 3.0]]), np.array([0.0, 1.0])).tolist()
    [[3.0, 2.0]]
    """
    return np.stack([points[..., [0, 2]] @ heading, points[..., 1]], axis=-1)


def draw_side_view(axes: Axes, view: SideView, *, at: float, pelvis: str) -> None:
    """Draw a body.

    Parameters
    ----------
    axes : to draw on, in m
    view : what is seen of it
    at : by how much it is moved ahead, m
    pelvis : colour of its pelvis
    """
    step = np.array([at, 0.0])
    for lines, colour, width in (
        (view.far, FAR_COLOUR, FAR),
        (view.near, INK, NEAR),
    ):
        axes.add_collection(
            LineCollection(
                [line + step for line in lines],
                colors=colour,
                linewidths=width,
                capstyle="round",
                zorder=2,
            )
        )
    corners = view.pelvis + step
    axes.add_patch(
        Polygon(corners, fc=pelvis, ec=pelvis, lw=2.0, joinstyle="round", zorder=3)
    )
    if view.head is not None:
        middle, radius = view.head
        x, y = (middle + step).tolist()
        axes.add_patch(Circle((x, y), radius, fc="white", ec=INK, lw=NEAR, zorder=3))


def _take(
    skeleton: Skeleton,
    centres: Float[np.ndarray, "J 3"],
    points: Float[np.ndarray, "P 3"],
    hip: Float[np.ndarray, " 3"],
    *,
    heading: Float[np.ndarray, " 2"],
) -> SideView:
    """Arrange what is at one moment."""
    spec = skeleton.spec
    root = root_of(spec)
    base = "ground" if root is None else root.child
    at = dict(zip([j.child for j in spec.joints], centres, strict=True))
    legs = {spec.joints[i].child for i in find_hips(spec, skeleton.feet)}
    corners, near, far = [hip], list[Line](), list[Line]()

    def keep(body: str, *line: Float[np.ndarray, " 3"]) -> None:
        side = far if body.endswith("_l") else near
        side.append(project(np.stack(line), heading))

    for joint in spec.joints:
        if joint.child.startswith(HIDDEN) or joint.parent not in at:
            continue
        if joint.parent != base:
            keep(joint.child, at[joint.parent], at[joint.child])
        elif joint.child not in legs:
            corners.append(at[joint.child])
    corners += [at[base]] if base in at else []
    for body, (rear, front) in find_soles(skeleton, points):
        keep(body, rear, front)
        if body in at:
            keep(body, rear, at[body])
    head = place_head(at)
    return SideView(
        near=near,
        far=far,
        pelvis=project(np.stack(corners), heading),
        hip=project(hip, heading),
        head=None if head is None else (project(head[0], heading), head[1]),
    )
