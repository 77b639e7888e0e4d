"""What repetitions are found by: joint angles, the pelvis, and where the feet are.

Angles alone place the feet: a leg of two equal parts, thigh and shank, swings in the
pelvis' own sagittal plane, in leg lengths. In walks on force plates the frame at which
such a foot is farthest ahead was the one that the model's own foot points gave, so
those serve only where height above the floor or balance over the soles decides.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.motion import Motion
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import KNEES
from bige_osim.solving.solve import smooth_motion

HIPS = ("hip_flexion_r", "hip_flexion_l")
PELVIS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")
SIDES = ("right", "left")

CUTOFF = 6.0
"""Low-pass before looking, Hz."""


@dataclass(frozen=True)
class Signals:
    """A motion as the rules look at it; where there are two columns, right is first.

    Attributes
    ----------
    time : (T,) s
    knees, hips : (T, 2) flexion, rad
    tilt : (T,) of the pelvis, backward positive, rad
    pelvis : (T, 3) m
    speed : (T,) of the pelvis, upward positive, m/s
    ahead : (T, 2) leg lengths that each ankle is ahead of its hip
    reach : (T, 2) leg lengths that each ankle is below its hip
    lift : (T, 2) m, of each foot's lowest point above the floor; ``None`` without a
        skeleton
    behind : (T,) m, of the centre of mass behind the heel that is farther back;
        ``None`` without a skeleton
    """

    time: Float[np.ndarray, " T"]
    knees: Float[np.ndarray, "T 2"]
    hips: Float[np.ndarray, "T 2"]
    tilt: Float[np.ndarray, " T"]
    pelvis: Float[np.ndarray, "T 3"]
    speed: Float[np.ndarray, " T"]
    ahead: Float[np.ndarray, "T 2"]
    reach: Float[np.ndarray, "T 2"]
    lift: Float[np.ndarray, "T 2"] | None = None
    behind: Float[np.ndarray, " T"] | None = None

    @property
    def knee(self) -> Float[np.ndarray, " T"]:
        """Mean flexion (T,) of both knees, rad."""
        return np.asarray(self.knees.mean(axis=1))

    @property
    def stance_knee(self) -> Float[np.ndarray, " T"]:
        """Flexion (T,) of the knee of the leg that reaches lower, rad."""
        lower = self.reach.argmax(axis=1)
        return np.asarray(self.knees[np.arange(len(lower)), lower])

    @property
    def height(self) -> Float[np.ndarray, " T"]:
        """Height (T,) of the pelvis, m."""
        return self.pelvis[:, 1]


def make_signals(motion: Motion, skeleton: Skeleton | None = None) -> Signals:
    """Low-pass a motion and derive what the rules look at.

    Parameters
    ----------
    motion : (T, C) with both knees and hips in flexion, ``pelvis_tilt`` and the pelvis
        translations; flexion counts positive
    skeleton : of the participant's model, with contact points on both feet; the motion
        then needs all its coordinates

    Raises
    ------
    UnknownNameError
        One of these coordinates is missing.
    ModelError
        A foot of the skeleton has no contact points.

    Examples
    --------
    Sitting upright, thighs level and shanks upright, both feet are half a leg ahead:

    >>> names = (*KNEES, *HIPS, "pelvis_tilt", *PELVIS)
    >>> seated = [np.pi / 2] * 4 + [0.0] * 4
    >>> motion = Motion(np.arange(30) / 100, np.tile(seated, (30, 1)), names)
    >>> make_signals(motion).ahead[0].round(3).tolist()
    [0.5, 0.5]
    """
    smooth = motion.select((*KNEES, *HIPS, "pelvis_tilt", *PELVIS)).filter(CUTOFF)
    knees, hips = (smooth.select(names).values for names in (KNEES, HIPS))
    tilt = smooth.column("pelvis_tilt")
    thigh = hips + tilt[:, None]
    shank = thigh - knees
    lift, behind = (None, None) if skeleton is None else _stand(motion, skeleton)
    return Signals(
        time=smooth.time,
        knees=knees,
        hips=hips,
        tilt=tilt,
        pelvis=smooth.select(PELVIS).values,
        speed=smooth.select(("pelvis_ty",)).derivatives()[0][:, 0],
        ahead=(np.sin(thigh) + np.sin(shank)) / 2,
        reach=(np.cos(thigh) + np.cos(shank)) / 2,
        lift=lift,
        behind=behind,
    )


@torch.inference_mode()
def _stand(
    motion: Motion, skeleton: Skeleton
) -> tuple[Float[np.ndarray, "T 2"], Float[np.ndarray, " T"]]:
    """Heights of the feet, and how far the centre of mass is behind the heels.

    Behind is relative to the mean heading of both feet: along the heading of one foot
    that is turned out, a participant in a wide stance would be behind it.
    """
    smooth = smooth_motion(motion, skeleton, cutoff=CUTOFF)
    pose = skeleton.pose_of(smooth)
    feet = locate_feet(skeleton, smooth, pose=pose)
    centre = skeleton.center_of_mass(pose).numpy()
    ahead = feet.headings.sum(axis=1)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-6)
    heel = (feet.points[..., [0, 2]] @ ahead[..., None])[..., 0].min(axis=1)
    return feet.heights, heel - (centre[:, [0, 2]] * ahead).sum(axis=1)
