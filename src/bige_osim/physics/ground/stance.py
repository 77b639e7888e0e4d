"""Where the feet of a standing participant are."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.ground.foot_layout import contact_feet
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton


@dataclass(frozen=True)
class Footprints:
    """Where two feet stand on the floor, right one first.

    Attributes
    ----------
    ankles : (..., 2, 2) x and z of the ankles' centres, m
    turns : (..., 2) of the feet about the vertical from the default pose, rad
    tilts : (..., 2, 2) of each sole, rad: roll about the foot's long axis, and pitch
        about the axis across it; ``None`` for flat feet. Recordings tilt soles by up to
        15 deg, for the markers of a foot do not show how its sole lies
    """

    ankles: Float[torch.Tensor, "*batch 2 2"]
    turns: Float[torch.Tensor, "*batch 2"]
    tilts: Float[torch.Tensor, "*batch 2 2"] | None = None

    def take(self, rows: list[int]) -> "Footprints":
        """Take those of some motions."""
        tilts = None if self.tilts is None else self.tilts[rows]
        return Footprints(self.ankles[rows], self.turns[rows], tilts)


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
    """Put both feet on the floor (y = 0), flat or tilted; differentiable.

    The lowest contact point of each foot, its toes as in the default pose, touches the
    floor.

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
    tilts = footprints.tilts
    about = _turn_about(1, turns)
    centres = skeleton.sphere_centres(pose)
    feet = contact_feet(skeleton, skeleton.contact_bodies)
    placed = []
    for i, name in enumerate(FOOT_BODIES):
        rotation, origin = pose.body(name)
        turned = about[..., i, :, :]
        if tilts is not None:
            roll, pitch = tilts.to(dtype)[..., i, :].unbind(-1)
            turned = turned @ _turn_about(2, pitch) @ _turn_about(0, roll)
        turned = turned @ rotation
        ankle = rotation.T @ (pose.body(f"talus_{name[-1]}")[1] - origin)
        own = [k for k, foot in enumerate(feet) if foot == name]
        spheres = ((centres[own] - origin) @ rotation @ turned.mT)[..., 1]
        lowest = (spheres - skeleton.contact_radius[own]).amin(dim=-1)
        arm = turned @ ankle
        x, z = (ankles[..., i, k] - arm[..., 2 * k] for k in range(2))
        position = torch.stack([x, -lowest, z], dim=-1)
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
        (...) of each motion, with their tilts
    """
    start = skeleton.default_pose()
    ankles, turns, tilts = [], [], []
    for name in FOOT_BODIES:
        ankles.append(pose.body(f"talus_{name[-1]}")[1][..., [0, 2]].mean(dim=-2))
        # What turns the foot from the default pose: about y, then pitch, then roll.
        moved = pose.body(name)[0].mean(dim=-3) @ start.body(name)[0].T
        turns.append(torch.atan2(-moved[..., 2, 0], moved[..., 0, 0]))
        level = _turn_about(1, -turns[-1]) @ moved
        roll = torch.atan2(level[..., 2, 1], level[..., 2, 2])
        pitch = torch.atan2(level[..., 1, 0], level[..., 0, 0])
        tilts.append(torch.stack([roll, pitch], dim=-1))
    return Footprints(
        torch.stack(ankles, dim=-2),
        torch.stack(turns, dim=-1),
        torch.stack(tilts, dim=-2),
    )


def _turn_about(
    axis: int, angle: Float[torch.Tensor, "*batch"]
) -> Float[torch.Tensor, "*batch 3 3"]:
    """Rotation matrices about x (0), y (1) or z (2), of angles in rad."""
    zero, one = torch.zeros_like(angle), torch.ones_like(angle)
    sine, cosine = angle.sin(), angle.cos()
    about = [one, zero, zero, zero, cosine, -sine, zero, sine, cosine]
    entries = torch.stack(about, dim=-1).reshape(*angle.shape, 3, 3)
    # The matrix about x, with its axes moved on.
    return entries.roll((axis, axis), dims=(-2, -1))


def origin_of(pose: Pose, body: str) -> Float[np.ndarray, "*batch 3"]:
    """Origin (..., 3) of a body in ground, m.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> origin_of(Skeleton(pendulum()).default_pose(), "rod").tolist()
    [0.0, 0.0, 0.0]
    """
    return np.asarray(pose.body(body)[1].numpy())
