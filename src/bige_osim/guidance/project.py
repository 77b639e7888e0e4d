"""Projection: refined motions at the frames of a recording, feet exactly planted."""

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.guidance.spaces import PlantedMotions, clamp_to_ranges
from bige_osim.motion import Motion
from bige_osim.physics.ground.stance import measure_footprints
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_motion import plant_motion
from bige_osim.splines import natural_spline

FRAMES = 196
"""Frames of a motion that is delivered."""


def project(
    skeleton: Skeleton, motions: PlantedMotions, *, frames: int = FRAMES
) -> PlantedMotions:
    """Take motions to another number of frames, on the floor and within ranges exactly.

    Between frames they follow the splines by which motions are differentiated.

    Parameters
    ----------
    skeleton : of the participant's model, in double precision
    motions : (B,) feet planted
    frames : F of the result
    """
    with torch.no_grad():
        motion = motions.motion.to(skeleton.mass.dtype)
        pose = skeleton.pose(motion, skeleton.coordinate_names)
        footprints = measure_footprints(skeleton, pose)
        dense = torch.stack([_interpolate(values, frames) for values in motion])
        planted = plant_motion(skeleton, clamp_to_ranges(skeleton, dense), footprints)
    return PlantedMotions(planted.q, motions.duration.to(motion))


def to_motions(skeleton: Skeleton, motions: PlantedMotions) -> list[Motion]:
    """Motions (rad, m) over their own time (s), from 0."""
    names = tuple(skeleton.coordinate_names)
    values = motions.motion.detach().double().numpy()
    return [
        Motion(np.linspace(0.0, float(lasting), values.shape[1]), one, names)
        for one, lasting in zip(values, motions.duration, strict=True)
    ]


def _interpolate(
    values: Float[torch.Tensor, "F I"], frames: int
) -> Float[torch.Tensor, "frames I"]:
    time = np.linspace(0.0, 1.0, len(values))
    spline = natural_spline(time, values.numpy())
    return torch.from_numpy(np.asarray(spline(np.linspace(0.0, 1.0, frames))))
