"""Clips of joint centres whose angles are known: made from motions of a model."""

from dataclasses import replace

import numpy as np

from bige_osim.motion import Markers, Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.retargeting.landmarks import find_landmarks
from bige_osim.retargeting.placing import turn_about_y
from bige_osim.spec import ModelSpec
from bige_osim.spec.joint_names import HUMANML3D
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

WOBBLE = np.radians(8.0)
"""Size of the slow waves that every angle gets, so that none stands still."""


def make_motion(skeleton: Skeleton, *, seconds: float = 4.0) -> Motion:
    """A squat of 90 deg in which all other angles move too, 20 frames a second."""
    style = SquatStyle(depth=np.radians(90.0), repetitions=1)
    squat = SquatMaker(skeleton).motion(style, rate=60.0, rng=np.random.default_rng(0))
    squat = squat.select(skeleton.coordinate_names)
    count = int(min(seconds, squat.duration) * 20)
    squat = squat.at(squat.time[0] + np.arange(count) / 20)
    time = squat.time - squat.time[0]
    random = np.random.default_rng(1)
    values = squat.values.copy()
    for i, name in enumerate(squat.names):
        c = skeleton.spec.coordinate(name)
        if c.translational or c.locked:
            continue
        wave = np.sin(2 * np.pi * (random.uniform(0.2, 0.5) * time + random.uniform()))
        part = 0.3 if c.joint.startswith("subtalar") else 1.0
        middle = WOBBLE if name.startswith(("knee", "elbow", "pro_sup")) else 0.0
        values[:, i] = np.clip(
            values[:, i] + middle + part * WOBBLE * wave, c.minimum, c.maximum
        )
    return Motion(time, values, squat.names, name="squat")


def place_joints(spec: ModelSpec, motion: Motion) -> Markers:
    """Joint centres of a motion: HumanML3D's, the head 0.15 m above the neck."""
    points = find_landmarks(spec)
    skeleton = Skeleton(replace(spec, markers=points), fill=True)
    places = skeleton.markers(skeleton.pose_of(motion)).numpy()
    at = {point.name: places[:, i] for i, point in enumerate(points)}
    at["head"] = at["neck"] + [0.0, 0.15, 0.0]
    positions = np.stack([at[name] for name in HUMANML3D], axis=1)
    return Markers(motion.time, positions, HUMANML3D, name=motion.name)


def cut(clip: Markers, first: int, last: int) -> Markers:
    """Some frames of the clip, with times from 0 s on."""
    time = clip.time[first:last] - clip.time[first]
    return replace(clip, time=time, positions=clip.positions[first:last])


def turn(clip: Markers, angle: float) -> Markers:
    """The clip turned about the vertical, rad."""
    return replace(clip, positions=clip.positions @ turn_about_y(angle).T)


def scale(clip: Markers, factor: float) -> Markers:
    """The clip of another size."""
    return replace(clip, positions=factor * clip.positions)


def add_noise(clip: Markers, size: float, seed: int = 0) -> Markers:
    """The clip with an error of every joint in every frame, m."""
    noise = np.random.default_rng(seed).normal(size=clip.positions.shape)
    return replace(clip, positions=clip.positions + size * noise)


def angle_errors(found: Motion, known: Motion, spec: ModelSpec) -> dict[str, float]:
    """RMS differences of the angles of two motions, deg, over the first one's times."""
    kept = found.between(0.0, min(found.time[-1], known.time[-1]))
    same = known.at(np.clip(kept.time, known.time[0], known.time[-1]))
    errors = {}
    for name in known.names:
        off = kept.column(name) - same.column(name)
        if name == "pelvis_rotation":  # where x points is a convention
            off = off - off.mean()
        if not spec.coordinate(name).translational:
            errors[name] = float(np.degrees(np.sqrt(np.mean(off**2))))
    return errors
