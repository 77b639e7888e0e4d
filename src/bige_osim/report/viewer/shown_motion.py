"""A motion as the viewer shows it: everything in ground, frame by frame."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from bige_osim.io.profile import find_profile
from bige_osim.motion import Activations, GroundReaction, Motion
from bige_osim.osim.reading.bones import Mesh
from bige_osim.physics.ground.foot_layout import find_hips
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.kinematics.tree import root_of
from bige_osim.physics.muscles.lines import MuscleLines
from bige_osim.report.viewer.bones import Bones
from bige_osim.report.viewer.sticks import make_sticks
from bige_osim.times import within

RATE = 30.0
"""Frames a second; between them the viewer interpolates."""

MOST = 1800
"""Frames of a motion; a longer one has fewer a second."""

FLOOR = 5.0
"""Percentile of the height of the lowest point of the feet that is taken as floor."""

LEAST_DEPTH = 0.1
"""m; hips that sink less have no depth line."""


@dataclass(frozen=True, eq=False)
class Muscle:
    """A muscle over F frames.

    Attributes
    ----------
    name, title : in the model, and written out
    strength : maximal isometric force, N
    line : (F, V, 3) m
    activation : (F,) 0 to 1, NaN where it is not known
    """

    name: str
    title: str
    strength: float
    line: Float[np.ndarray, "F V 3"]
    activation: Float[np.ndarray, " F"]


@dataclass(frozen=True, eq=False)
class ShownMotion:
    """A motion over F frames; x is where it faces at first, y up, y = 0 the floor.

    Attributes
    ----------
    name : for the legend
    start, rate : s, when it starts in its file; frames a second
    bones : meshes of bodies by name, m in their frames
    rotation : (F, N, 4) rotations of these bodies, as quaternions (x, y, z, w)
    position : (F, N, 3) m
    root : (F, 3) m, origin of the body that all others hang on
    muscles : that have a path
    ground : at the frames, ``None`` if it is not known
    hips : (F, H, 3) m, centres of the hip joints, the right one first
    notes : what cannot be shown, one sentence each
    """

    name: str
    start: float
    rate: float
    bones: dict[str, Mesh]
    rotation: Float[np.ndarray, "F N 4"]
    position: Float[np.ndarray, "F N 3"]
    root: Float[np.ndarray, "F 3"]
    muscles: tuple[Muscle, ...]
    ground: GroundReaction | None
    hips: Float[np.ndarray, "F H 3"]
    notes: tuple[str, ...] = field(default=())

    @property
    def frames(self) -> int:
        """How many there are."""
        return len(self.root)

    def depth_line(self) -> tuple[float, float, float] | None:
        """Heights (m) of the hips: highest, half way down, lowest.

        ``None`` where they sink by less than 0.1 m.
        """
        if not self.hips.size:
            return None
        height = self.hips[:, :, 1].mean(axis=1)
        top, bottom = float(height.max()), float(height.min())
        if top - bottom < LEAST_DEPTH:
            return None
        return top, (top + bottom) / 2, bottom


@dataclass(frozen=True, kw_only=True)
class Material:
    """What there is of a motion to be shown.

    Attributes
    ----------
    name : for the legend
    skeleton : of the model
    bones : of the model
    motion : (T, C) rad and m
    activations : 0 to 1; ``None`` if they are not known
    ground : ground reaction, in ground; ``None`` if it is not known
    span : s, what of it is shown; all of it for ``None``
    """

    name: str
    skeleton: Skeleton
    bones: Bones
    motion: Motion
    activations: Activations | None = None
    ground: GroundReaction | None = None
    span: tuple[float, float] | None = None


def show_motion(material: Material, *, rate: float = RATE) -> ShownMotion:
    """Evaluate a motion at the frames that are shown.

    Parameters
    ----------
    material : of the motion
    rate : frames a second
    """
    motion, skeleton = material.motion, material.skeleton
    start, stop = material.span or (float(motion.time[0]), float(motion.time[-1]))
    start = max(start, float(motion.time[0]))
    stop = min(stop, float(motion.time[-1]))
    rate = min(rate, (MOST - 1) / max(stop - start, 1e-9))
    count = int((stop - start) * rate + 1e-6) + 1
    times = start + np.arange(count) / rate
    with torch.inference_mode():
        pose, placing = _face_forward(skeleton, skeleton.pose_of(motion.at(times)))
        lines = MuscleLines(skeleton.spec)
        muscles = _show_muscles(lines, pose, material, times)
        centres = skeleton.joint_centres(pose).numpy()
    sticks = make_sticks(skeleton)
    bones = {**sticks, **material.bones.meshes}
    bones = {name: bones[name] for name in pose.body_names if name in bones}
    rows = [pose.body_names.index(name) for name in bones]
    turned = pose.rotation[:, rows].numpy()
    quaternions = Rotation.from_matrix(turned.reshape(-1, 3, 3)).as_quat()
    root = root_of(skeleton.spec)
    first = 0 if root is None else pose.body_names.index(root.child)
    return ShownMotion(
        name=material.name,
        start=start,
        rate=rate,
        bones=bones,
        rotation=_join_turns(quaternions.reshape(count, len(rows), 4)),
        position=pose.position[:, rows].numpy(),
        root=pose.position[:, first].numpy(),
        muscles=muscles,
        ground=_place_ground(material.ground, times, placing),
        hips=centres[:, _hips_of(skeleton)],
        notes=tuple(_explain(material, lines, sticks)),
    )


Placing = tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "3"]]
"""Rotation, and then translation (m), by which a motion is placed."""


def _face_forward(skeleton: Skeleton, pose: Pose) -> tuple[Pose, Placing]:
    """Turn and move a motion: it starts at x = z = 0, faces +x, and stands on y = 0.

    A model that is fixed to ground stays where it is.
    """
    root = root_of(skeleton.spec)
    if root is None:
        return pose, (np.eye(3), np.zeros(3))
    rotation, origin = pose.body(root.child)
    ahead, _, aside = rotation[0, :, 0].tolist()
    yaw = Rotation.from_euler("y", np.arctan2(aside, ahead)).as_matrix()
    turn = torch.from_numpy(yaw)
    position = pose.position @ turn.T
    shift = -(origin[0] @ turn.T).numpy()
    shift[1] = 0.0
    if skeleton.contact_names:
        lowest = skeleton.foot_points(pose)[..., 1].amin(dim=-1).numpy()
        shift[1] = -float(np.percentile(lowest, FLOOR))
    moved = position + torch.from_numpy(shift)
    return Pose(turn @ pose.rotation, moved, pose.body_names), (yaw, shift)


def _place_ground(
    ground: GroundReaction | None, times: Float[np.ndarray, " F"], placing: Placing
) -> GroundReaction | None:
    if ground is None or not ground.names:
        return None
    turn, shift = placing
    found = ground.require_finite().at(times)
    return replace(
        found,
        force=found.force @ turn.T,
        point=found.point @ turn.T + shift,
        moment=found.moment @ turn.T,
    )


def _hips_of(skeleton: Skeleton) -> Sequence[int]:
    """Joints that carry the thighs, the right one first; none of an arm."""
    return list(find_hips(skeleton.spec, skeleton.feet)) if skeleton.feet else []


def _show_muscles(
    lines: MuscleLines, pose: Pose, material: Material, times: Float[np.ndarray, " F"]
) -> tuple[Muscle, ...]:
    spec = material.skeleton.spec
    profile, found = find_profile(spec), lines(pose)
    strengths = {muscle.name: muscle.max_isometric_force for muscle in spec.muscles}
    return tuple(
        Muscle(
            name=name,
            title=profile.full_name(name),
            strength=strengths[name],
            line=found[name],
            activation=_sample(material.activations, name, times),
        )
        for name in lines.names
    )


def _sample(
    activations: Activations | None, name: str, times: Float[np.ndarray, " F"]
) -> Float[np.ndarray, " F"]:
    """Activation of a muscle at some times, NaN where it was not solved."""
    unknown = np.full(len(times), np.nan)
    if activations is None or name not in activations.names:
        return unknown
    solved = activations.finite()
    if not len(solved.time):
        return unknown
    values = np.interp(times, solved.time, solved.column(name))
    inside = within(times, float(solved.time[0]), float(solved.time[-1]))
    return np.where(inside, values.clip(0.0, 1.0), np.nan)


def _join_turns(quaternions: Float[np.ndarray, "F N 4"]) -> Float[np.ndarray, "F N 4"]:
    """Choose signs so that none jumps from one frame to the next."""
    steps = (quaternions[1:] * quaternions[:-1]).sum(axis=-1, keepdims=True)
    signs = np.cumprod(np.where(steps < 0, -1.0, 1.0), axis=0)
    return np.concatenate([quaternions[:1], quaternions[1:] * signs])


def _explain(
    material: Material, lines: MuscleLines, sticks: dict[str, Mesh]
) -> list[str]:
    """Say what cannot be shown."""
    from bige_osim.errors import count_nouns, name_some

    notes = []
    bones = material.bones
    bare = [b.name for b in material.skeleton.spec.bodies if b.name not in bones.meshes]
    if bare:
        notes.append(f"Sticks stand for bodies without a mesh: {name_some(bare)}.")
    if bones.missing:
        notes.append(
            f"Meshes that were not found are not drawn: {name_some(bones.missing)} "
            "(--geometry names a folder that has them)."
        )
    if lines.missing:
        notes.append(
            f"{count_nouns(len(lines.missing), 'muscle')} whose paths only OpenSim can "
            f"lead are not drawn: {name_some(lines.missing)}."
        )
    if lines.names and material.activations is None:
        notes.append("Muscles are grey: their activations are not known.")
    if material.ground is None and material.skeleton.feet:
        notes.append("There are no ground forces: they are not known.")
    return notes
