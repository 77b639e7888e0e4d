"""Equations that postures with planted feet satisfy: values, slopes and curvatures.

Rows are the rotation and position of the right and the left foot, six each, then the
centre of mass and the mean flexion of the knees where they are asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int

from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.jacobians import Jacobians, cross
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton

KNEES = ("knee_angle_r", "knee_angle_l")


@dataclass(frozen=True)
class Conditions:
    """What B postures must satisfy.

    Attributes
    ----------
    feet : (B, 2, 4, 4) placement of calcn_r and calcn_l in ground, m
    center : (B,) position of the centre of mass along ``ahead``, m; ``None`` leaves it
    ahead : (2,) horizontal direction, x and z
    knee : (B,) mean flexion of both knees, rad; ``None`` to leave it
    """

    feet: Float[torch.Tensor, "B 2 4 4"]
    center: Float[torch.Tensor, " B"] | None = None
    ahead: tuple[float, float] = (1.0, 0.0)
    knee: Float[torch.Tensor, " B"] | None = None

    def take(self, rows: Int[torch.Tensor, " N"]) -> "Conditions":
        """Conditions of some postures (N,), by number."""
        return self._each(lambda part: part.index_select(0, rows))

    def to(self, dtype: torch.dtype) -> "Conditions":
        """Conditions as another type; gradients pass."""
        return self._each(lambda part: part.to(dtype))

    def detach(self) -> "Conditions":
        """Conditions without gradients."""
        return self._each(lambda part: part.detach())

    def _each(self, change: Callable[[torch.Tensor], torch.Tensor]) -> "Conditions":
        return Conditions(
            change(self.feet),
            center=None if self.center is None else change(self.center),
            ahead=self.ahead,
            knee=None if self.knee is None else change(self.knee),
        )


@dataclass(frozen=True)
class Linearised:
    """The conditions about B postures.

    Attributes
    ----------
    whole : (B, A) all coordinates, rad and m
    pose : of the bodies
    jacobians : of all coordinates
    J : (B, R, I) change of what the conditions are about, m or rad, per unit of every
        independent coordinate
    missing : (B, R) what is missing to satisfy them, m or rad
    """

    whole: Float[torch.Tensor, "B A"]
    pose: Pose
    jacobians: Jacobians
    J: Float[torch.Tensor, "B R I"]
    missing: Float[torch.Tensor, "B R"]


class FootEquations(Constants):
    """The conditions of a model as functions of its independent coordinates.

    Parameters
    ----------
    skeleton : of the participant's model, or of the part that carries its feet
    """

    def __init__(self, skeleton: Skeleton) -> None:
        super().__init__()
        self.skeleton = skeleton
        axes, dtype = skeleton.axes, skeleton.mass.dtype
        follows = torch.eye(len(skeleton.coordinate_names), dtype=dtype)
        follows = follows[skeleton.coordinates.driver]
        feet = [skeleton.body_names.index(name) for name in FOOT_BODIES]
        self.knees = [
            skeleton.coordinate_names.index(name)
            for name in KNEES
            if name in skeleton.coordinate_names
        ]
        self.keep(
            dtype,
            moved=axes.moved[:, feet].T,
            onto=axes.onto[:, feet].T,
            before=axes.before + 0.5 * torch.eye(len(axes.before), dtype=dtype),
            follows=axes.owner @ follows,
            driver=follows,
        )
        self.keep(torch.long, feet=feet)

    def missing(
        self, q: Float[torch.Tensor, "B I"], pose: Pose, conditions: Conditions
    ) -> Float[torch.Tensor, "B R"]:
        """Tell what is missing (B, R), m or rad, to satisfy the conditions.

        Parameters
        ----------
        q : (B, I) independent coordinates, rad and m
        pose : of these coordinates
        conditions : of each posture
        """
        rotation = pose.rotation.index_select(1, self.feet)
        position = pose.position.index_select(1, self.feet)
        turn = _turn_between(rotation, conditions.feet[..., :3, :3])
        gap = conditions.feet[..., :3, 3] - position
        parts = [torch.cat([turn, gap], dim=2).flatten(1)]
        if conditions.center is not None:
            center = self.skeleton.center_of_mass(pose) @ self._ahead(conditions)
            parts.append((conditions.center - center)[:, None])
        if conditions.knee is not None:
            mean = q[:, self.knees].mean(dim=1)
            parts.append((conditions.knee - mean)[:, None])
        return torch.cat(parts, dim=1)

    def place(
        self, q: Float[torch.Tensor, "B I"]
    ) -> tuple[Float[torch.Tensor, "B A"], Pose]:
        """Find all coordinates (B, A), and the pose, of independent ones, rad and m."""
        whole = self.skeleton.coordinates(q, self.skeleton.coordinate_names)
        return whole, self.skeleton.place(whole)

    def linearise(
        self, q: Float[torch.Tensor, "B I"], conditions: Conditions
    ) -> Linearised:
        """Linearise the conditions about postures (B, I), rad and m."""
        whole, pose = self.place(q)
        jacobians = self.skeleton.axes.jacobians(whole, pose)
        motions = jacobians.J  # (B, A, 6)
        rows = []
        for moved, foot in zip(self.moved, self.feet.tolist(), strict=True):
            own = (motions * moved[:, None]).mT
            angular, linear = own[:, :3], own[:, 3:]
            origin = pose.position[:, foot, :, None].expand_as(angular)
            rows += [angular, linear + torch.linalg.cross(angular, origin, dim=1)]
        if conditions.center is not None:
            ahead = self._ahead(conditions)
            body = _center_velocity(self.skeleton, pose, jacobians.subspaces)
            along = torch.einsum("ibk,i->bk", body * jacobians.slopes, ahead)
            rows.append((along @ self.skeleton.axes.owner)[:, None])
        J = torch.cat(rows, dim=1)
        if len(self.driver) > q.shape[1]:
            J = (J * self.skeleton.coordinates.coupler_gradients(whole)[:, None]) @ (
                self.driver
            )
        if conditions.knee is not None:
            mean = torch.zeros_like(J[:, :1])
            mean[:, :, self.knees] = 0.5
            J = torch.cat([J, mean], dim=1)
        return Linearised(whole, pose, jacobians, J, self.missing(q, pose, conditions))

    def curvature(
        self,
        about: Linearised,
        multipliers: Float[torch.Tensor, "B R"],
        conditions: Conditions,
    ) -> Float[torch.Tensor, "B I I"]:
        """Second derivative of the conditions times multipliers, exactly.

        A motion carries along how the motions beyond it move a point: the second
        derivative of a point by two motions is the angular velocity of the nearer one
        (to ground) times the velocity due to the farther one. That of a small rotation
        is half of the product of both angular velocities.

        Parameters
        ----------
        about : postures where the conditions are satisfied
        multipliers : (B, R) in cost per m or rad
        conditions : of each posture
        """
        found = about.jacobians
        spin, slide = found.subspaces[:3], found.subspaces[3:]
        lever, pull = torch.zeros_like(spin), torch.zeros_like(found.slopes)
        for i, onto in enumerate(self.onto):
            loads = multipliers[:, 6 * i : 6 * i + 6].T[..., None] * onto
            moment, force = loads[:3], loads[3:]
            origin = about.pose.position[:, self.feet[i]].T[..., None]
            velocity = slide + cross(spin, origin.expand_as(spin))
            lever = lever + cross(velocity, force) + 0.5 * cross(spin, moment)
            pull = pull + (velocity * force + spin * moment).sum(dim=0)
        if conditions.center is not None:
            body = _center_velocity(self.skeleton, about.pose, found.subspaces)
            force = multipliers[:, 12] * self._ahead(conditions)[:, None]
            force = force[..., None].expand_as(body)
            lever = lever + cross(body, force)
            pull = pull + (body * force).sum(dim=0)
        return self._fold(about, nearer=spin, farther=lever, pull=pull)

    def _fold(
        self,
        about: Linearised,
        *,
        nearer: Float[torch.Tensor, "3 B K"],
        farther: Float[torch.Tensor, "3 B K"],
        pull: Float[torch.Tensor, "B K"],
    ) -> Float[torch.Tensor, "B I I"]:
        """From motions of joints to the coordinates that drive them."""
        axes, coordinates = self.skeleton.axes, self.skeleton.coordinates
        couplers = coordinates.coupler_gradients(about.whole)
        couplers = couplers.index_select(1, axes.source)
        slopes = about.jacobians.slopes
        rates = slopes * couplers
        products = (nearer * rates).permute(1, 2, 0) @ (farther * rates).permute(
            1, 0, 2
        )
        folded = self.follows.T @ ((products * self.before) @ self.follows)
        folded = folded + folded.mT
        bend = axes.curvatures(about.whole) * couplers**2
        if len(self.driver) > folded.shape[1]:
            second = coordinates.coupler_curvatures(about.whole)
            bend = bend + slopes * second.index_select(1, axes.source)
        folded.diagonal(dim1=1, dim2=2).add_((bend * pull) @ self.follows)
        return folded

    def _ahead(self, conditions: Conditions) -> Float[torch.Tensor, "3"]:
        x, z = conditions.ahead
        return self.before.new_tensor([x, 0.0, z])


def _center_velocity(
    skeleton: Skeleton, pose: Pose, subspaces: Float[torch.Tensor, "6 B K"]
) -> Float[torch.Tensor, "3 B K"]:
    """Velocity of the centre of mass per unit of every motion of a joint."""
    part = skeleton.mass / skeleton.mass.sum()
    centers = (pose.rotation @ skeleton.mass_center[..., None])[..., 0] + pose.position
    onto = skeleton.axes.onto * part  # (K, N)
    first = (centers.permute(2, 0, 1) @ onto.T).contiguous()
    return onto.sum(dim=1) * subspaces[3:] + cross(subspaces[:3], first)


def _turn_between(
    rotation: Float[torch.Tensor, "B 2 3 3"], wanted: Float[torch.Tensor, "B 2 3 3"]
) -> Float[torch.Tensor, "B 2 3"]:
    """Rotation in ground (B, 2, 3) from one to the other, rad, to second order."""
    between = wanted @ rotation.mT
    skew = between - between.mT
    return 0.5 * torch.stack(
        [skew[..., 2, 1], skew[..., 0, 2], skew[..., 1, 0]], dim=-1
    )
