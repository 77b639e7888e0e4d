"""Where the feet of a standing participant are."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton


@dataclass(frozen=True)
class Stance:
    """Two feet flat on the floor (y = 0).

    Attributes
    ----------
    feet : (2, 4, 4) placement of calcn_r and calcn_l in ground, m
    heel, toe_joint : forward position (x), mean of both feet, of the calcaneus' origin
        and of the toe joints, m
    pelvis_height : of the pelvis' origin above the floor with straight legs, m
    """

    feet: Float[np.ndarray, "2 4 4"]
    heel: float
    toe_joint: float
    pelvis_height: float

    def along(self, part: float) -> float:
        """Forward position (m) at a part of the way from heel (0) to toe joint (1)."""
        return self.heel + part * (self.toe_joint - self.heel)


def take_stance(skeleton: Skeleton, *, width: float, toe_out: float) -> Stance:
    """Plant the feet, flat and as low as they may be without entering the floor.

    Parameters
    ----------
    skeleton : of the participant's model, with contact points; its default pose stands
    width : ratio of the ankle centres' distance to the shoulder centres'
    toe_out : of each foot, rad
    """
    pose = skeleton.default_pose()
    shoulders = origin_of(pose, "humerus_r") - origin_of(pose, "humerus_l")
    side = width * shoulders[2] / 2
    return plant_feet(
        skeleton,
        ankles=np.array([[0.0, side], [0.0, -side]]),
        turns=np.array([-toe_out, toe_out]),
    )


def plant_feet(
    skeleton: Skeleton,
    *,
    ankles: Float[np.ndarray, "2 2"],
    turns: Float[np.ndarray, "2"],
) -> Stance:
    """Put both feet flat on the floor.

    Parameters
    ----------
    skeleton : of the participant's model, with contact points; its default pose stands
    ankles : (2, 2) x and z of the right and the left ankle's centre, m
    turns : of each foot about the vertical from the default pose, rad
    """
    pose = skeleton.default_pose()
    floor = float(skeleton.foot_points(pose)[:, 1].min())
    feet, toes = np.tile(np.eye(4), (2, 1, 1)), np.zeros((2, 3))
    for i, (name, (x, z)) in enumerate(zip(FOOT_BODIES, ankles, strict=True)):
        side = name[-1]
        rotation, origin = (part.numpy() for part in pose.body(name))
        turn = Rotation.from_euler("y", turns[i]).as_matrix() @ rotation
        ankle = rotation.T @ (origin_of(pose, f"talus_{side}") - origin)
        toe = rotation.T @ (origin_of(pose, f"toes_{side}") - origin)
        position = [x, 0.0, z] - turn @ ankle
        position[1] = origin[1] - floor
        feet[i, :3, :3], feet[i, :3, 3] = turn, position
        toes[i] = turn @ toe + position
    return Stance(
        feet=feet,
        heel=float(feet[:, 0, 3].mean()),
        toe_joint=float(toes[:, 0].mean()),
        pelvis_height=float(origin_of(pose, "pelvis")[1] - floor),
    )


def origin_of(pose: Pose, body: str) -> Float[np.ndarray, "*batch 3"]:
    """Origin (..., 3) of a body in ground, m.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> origin_of(Skeleton(pendulum()).default_pose(), "rod").tolist()
    [0.0, 0.0, 0.0]
    """
    return np.asarray(pose.body(body)[1].numpy())
