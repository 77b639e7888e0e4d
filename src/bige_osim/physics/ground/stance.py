"""Where the feet of a standing participant are."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton


@dataclass(frozen=True)
class Footprints:
    """Where two feet stand flat on the floor, right one first.

    Attributes
    ----------
    ankles : (..., 2, 2) x and z of the ankles' centres, m
    turns : (..., 2) of the feet about the vertical from the default pose, rad
    """

    ankles: Float[torch.Tensor, "*batch 2 2"]
    turns: Float[torch.Tensor, "*batch 2"]


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
    prints = Footprints(torch.from_numpy(ankles), torch.from_numpy(turns))
    placed = place_feet(skeleton, prints)
    toes = []
    for place, name in zip(placed, FOOT_BODIES, strict=True):
        rotation, origin = pose.body(name)
        toe = rotation.T @ (pose.body(f"toes_{name[-1]}")[1] - origin)
        toes.append(place[:3, :3] @ toe + place[:3, 3])
    floor = float(skeleton.foot_points(pose)[:, 1].min())
    return Stance(
        feet=placed.numpy(),
        heel=float(placed[:, 0, 3].mean()),
        toe_joint=float(torch.stack(toes)[:, 0].mean()),
        pelvis_height=float(origin_of(pose, "pelvis")[1] - floor),
    )


def place_feet(
    skeleton: Skeleton, footprints: Footprints
) -> Float[torch.Tensor, "*batch 2 4 4"]:
    """Put both feet flat on the floor (y = 0), as in the default pose; differentiable.

    Parameters
    ----------
    skeleton : of the participant's model, with contact points; its default pose stands
    footprints : (...) where

    Returns
    -------
    (..., 2, 4, 4) : placement of calcn_r and calcn_l in ground, m
    """
    pose, dtype = skeleton.default_pose(), skeleton.mass.dtype
    ankles, turns = footprints.ankles.to(dtype), footprints.turns.to(dtype)
    floor = skeleton.foot_points(pose)[:, 1].min()
    zero, one = torch.zeros_like(turns), torch.ones_like(turns)
    sine, cosine = turns.sin(), turns.cos()
    entries = [cosine, zero, sine, zero, one, zero, -sine, zero, cosine]
    about = torch.stack(entries, dim=-1).reshape(*turns.shape, 3, 3)
    placed = []
    for i, name in enumerate(FOOT_BODIES):
        rotation, origin = pose.body(name)
        ankle = pose.body(f"talus_{name[-1]}")[1] - origin
        arm = about[..., i, :, :] @ ankle
        x, z = (ankles[..., i, k] - arm[..., 2 * k] for k in range(2))
        position = torch.stack([x, (origin[1] - floor).expand_as(x), z], dim=-1)
        turned = about[..., i, :, :] @ rotation
        placed.append(torch.cat([turned, position[..., None]], dim=-1))
    upper = torch.stack(placed, dim=-3)
    lower = torch.eye(4, dtype=dtype)[3:].expand(*upper.shape[:-2], 1, 4)
    return torch.cat([upper, lower], dim=-2)


def measure_footprints(skeleton: Skeleton, pose: Pose) -> Footprints:
    """Measure where the feet of motions are: means over their frames; differentiable.

    The axis of a subtalar joint misses the ankle's centre, which thus moves up to half
    a millimetre over a planted foot.

    Parameters
    ----------
    skeleton : of the participant's model
    pose : (..., F) of F frames, the feet on the floor

    Returns
    -------
    Footprints
        (...) of each motion
    """
    start = skeleton.default_pose()
    ankles, turns = [], []
    for name in FOOT_BODIES:
        ankles.append(pose.body(f"talus_{name[-1]}")[1][..., [0, 2]].mean(dim=-2))
        before = start.body(name)[0][:, 0]
        ahead = pose.body(name)[0][..., 0].mean(dim=-2)
        # About y, x turns to -z.
        turn = torch.atan2(-ahead[..., 2], ahead[..., 0])
        turns.append(turn - torch.atan2(-before[2], before[0]))
    return Footprints(torch.stack(ankles, dim=-2), torch.stack(turns, dim=-1))


def origin_of(pose: Pose, body: str) -> Float[np.ndarray, "*batch 3"]:
    """Origin (..., 3) of a body in ground, m.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> origin_of(Skeleton(pendulum()).default_pose(), "rod").tolist()
    [0.0, 0.0, 0.0]
    """
    return np.asarray(pose.body(body)[1].numpy())
