"""How a recorded or made squat was done, in the terms a style is asked for."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.motion import Motion
from bige_osim.physics.ground.stance import origin_of
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import KNEES

ARMS = ("arm_flex_r", "arm_flex_l")
TRUNK = ("pelvis_tilt", "lumbar_extension")

PAUSED = 0.03
"""Part of the depth within which a squat counts as pausing at the bottom."""


@dataclass(frozen=True)
class SquatMeasures:
    """One squat, measured.

    Attributes
    ----------
    depth : mean flexion of both knees at the bottom, rad
    descent, ascent : from start to bottom and from there to the end, s
    pause : time within 3 % of the depth, s
    stance_width : ratio of the ankle centres' distance to the shoulder centres'
    toe_out : mean of both feet against the line across which the participant stands,
        rad
    trunk_lean : forward lean at the bottom, rad
    arms : mean shoulder flexion at the bottom, rad
    right_load : share of the right foot at the bottom, from where the centre of mass is
        between the ankles
    """

    depth: float
    descent: float
    ascent: float
    pause: float
    stance_width: float
    toe_out: float
    trunk_lean: float
    arms: float
    right_load: float


def measure_squat(
    motion: Motion, skeleton: Skeleton, *, start: float, bottom: float, stop: float
) -> SquatMeasures:
    """Measure one repetition.

    Parameters
    ----------
    motion : (T, C) rad and m, low-passed
    skeleton : of the participant's model
    start, bottom, stop : of the repetition, s

    Raises
    ------
    UnknownNameError
        The model has no knees, trunk, arms or feet of the usual names.
    """
    moments = motion.at(np.array([start, bottom]))
    knees = motion.between(start, stop).select(KNEES).values.mean(axis=1)
    time = motion.between(start, stop).time
    depth = float(moments.select(KNEES).values[1].mean())
    upright = float(moments.select(KNEES).values[0].mean())
    low = time[knees >= depth - PAUSED * (depth - upright)]
    pose = skeleton.pose_of(moments)
    ankles = np.stack([origin_of(pose, f"talus_{s}") for s in "rl"])
    shoulders = np.stack([origin_of(pose, f"humerus_{s}") for s in "rl"])
    across = (ankles[0] - ankles[1])[:, [0, 2]]
    center = skeleton.center_of_mass(pose).numpy()
    from_left = (center - ankles[1])[1, [0, 2]]
    return SquatMeasures(
        depth=depth,
        descent=bottom - start,
        ascent=stop - bottom,
        pause=float(low[-1] - low[0]) if len(low) else 0.0,
        stance_width=float(
            np.linalg.norm(across[0])
            / np.linalg.norm(shoulders[0, 0] - shoulders[1, 0])
        ),
        toe_out=_toe_out(pose, across[0]),
        trunk_lean=-float(moments.select(TRUNK).values[1].sum()),
        arms=float(moments.select(ARMS).values[1].mean()),
        right_load=float(from_left @ across[1] / (across[1] @ across[1])),
    )


def _toe_out(pose: Pose, across: Float[np.ndarray, "2"]) -> float:
    """Mean angle of the feet's long axes outwards from straight ahead, rad."""
    right = across / np.linalg.norm(across)
    outward = []
    for side, sign in (("r", 1.0), ("l", -1.0)):
        axis = pose.body(f"calcn_{side}")[0].numpy()[0, [0, 2], 0]
        # Straight ahead is a quarter turn from the line to the right (x, z).
        ahead = np.array([right[1], -right[0]])
        outward.append(np.arctan2(sign * (axis @ right), axis @ ahead))
    return float(np.mean(outward))
