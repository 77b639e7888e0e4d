"""Postures with planted feet: many at once, each as near to target angles as it can be.

Every posture minimises the weighted squared distance of its coordinates from their
targets, subject to both feet being where they are put, and if asked to a forward
position of the centre of mass and to a mean flexion of the knees, within the ranges of
the coordinates. Sequential quadratic programming with exact Jacobians: each step solves
the linearised equations of the conditions with the least weighted change (a damped
least-norm step; Nocedal and Wright 2006, Numerical Optimization, ch. 18), and a
coordinate at the end of its range stays there as long as the step would leave it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float

from bige_osim.errors import UnknownNameError
from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.skeleton import Skeleton

KNEES = ("knee_angle_r", "knee_angle_l")
LEGS = tuple(
    f"{name}_{side}"
    for side in "rl"
    for name in (
        "hip_flexion", "hip_adduction", "hip_rotation", "knee_angle", "ankle_angle",
        "subtalar_angle",
    )
)  # fmt: skip
"""Coordinates of both legs, all of which planted feet need."""

STEPS = 60
"""Steps after which a posture is left as it is; feasible ones take 5 to 15."""

TOLERANCE = 1e-9
"""Largest change of a step (rad, m) at which the search ends."""

LONGEST = 0.3
"""Longest step of a coordinate, rad or m: linearised conditions are good no further."""


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


@dataclass(frozen=True)
class Postures:
    """Postures found.

    Attributes
    ----------
    q : (B, I) independent coordinates, in the order of ``skeleton``'s, rad or m
    missed : (B,) by how much a posture misses its conditions at most, m or rad
    at_limit : (B, I) coordinates that are at the end of their range
    names : I names
    """

    q: Float[torch.Tensor, "B I"]
    missed: Float[torch.Tensor, " B"]
    at_limit: Bool[torch.Tensor, "B I"]
    names: tuple[str, ...]

    def failure(self, tolerance: float) -> tuple[int, str] | None:
        """Posture that misses its conditions most, and what is at its limit there.

        Parameters
        ----------
        tolerance : m or rad; ``None`` is returned if no posture misses by more
        """
        worst = int(self.missed.argmax())
        if self.missed[worst] <= tolerance:
            return None
        flags = zip(self.names, self.at_limit[worst], strict=True)
        return worst, ", ".join(name for name, at in flags if at) or "none"


@torch.inference_mode()
def plant(
    skeleton: Skeleton,
    q_target: Float[torch.Tensor, "B I"],
    conditions: Conditions,
    *,
    compliance: Mapping[str, float],
    limits: Mapping[str, tuple[float, float]] | None = None,
) -> Postures:
    """Find postures with planted feet.

    Parameters
    ----------
    skeleton : of the participant's model
    q_target : (B, I) independent coordinates, rad and m, also where the search starts
    conditions : of each posture
    compliance : how far each coordinate gives way, rad or m for one unit of cost; those
        not named stay at their target
    limits : lowest and highest value (rad, m) where it is narrower than the model's
        range

    Raises
    ------
    UnknownNameError
        ``compliance`` or ``limits`` name no independent coordinate of the model.
    """
    names = skeleton.coordinate_names
    weights = torch.zeros(len(names), dtype=skeleton.mass.dtype)
    for name, value in compliance.items():
        weights[_index(name, skeleton)] = value**2
    low, high = _ranges(skeleton, limits or {})
    # A target beyond a range is moved to its end; fixed coordinates stay put.
    loose = weights > 0
    start = torch.where(loose, torch.clamp(q_target, low, high), q_target)
    q = start
    for _ in range(STEPS):
        J, missing = _linearise(skeleton, q, conditions)
        step = _step(J, missing, back=start - q, weights=weights.expand_as(q))
        out = ((q >= high) & (step > 0)) | ((q <= low) & (step < 0))
        out &= loose
        if out.any():
            clamped = torch.where(out, 0.0, weights)
            step = _step(J, missing, back=start - q, weights=clamped)
        size = step.abs().amax(dim=1, keepdim=True)
        step = step * (LONGEST / size.clamp(min=LONGEST))
        moved = torch.where(loose, torch.clamp(q + step, low, high), q)
        change, q = (moved - q).abs().amax(), moved
        if change < TOLERANCE:
            break
    _, missing = _linearise(skeleton, q, conditions)
    at_limit = loose & ((q <= low) | (q >= high))
    return Postures(q, missing.abs().amax(dim=1), at_limit, names)


def _step(
    J: Float[torch.Tensor, "B R I"],
    missing: Float[torch.Tensor, "B R"],
    *,
    back: Float[torch.Tensor, "B I"],
    weights: Float[torch.Tensor, "B I"],
) -> Float[torch.Tensor, "B I"]:
    """Change that satisfies the conditions at the least cost; none without weight."""
    back = torch.where(weights > 0, back, 0.0)
    right = missing - (J @ back[..., None])[..., 0]
    weighted = J * weights[:, None]
    matrix = weighted @ J.mT
    # Conditions that nothing can satisfy any more get the least-squares answer.
    damping = 1e-10 * matrix.diagonal(dim1=1, dim2=2).amax(dim=1).clamp(min=1e-12)
    matrix.diagonal(dim1=1, dim2=2).add_(damping[:, None])
    multipliers = torch.linalg.solve(matrix, right)
    step: Float[torch.Tensor, "B I"] = (
        back + (weighted.mT @ multipliers[..., None])[..., 0]
    )
    return step


def _linearise(
    skeleton: Skeleton, q: Float[torch.Tensor, "B I"], conditions: Conditions
) -> tuple[Float[torch.Tensor, "B R I"], Float[torch.Tensor, "B R"]]:
    """How conditions change with the coordinates, and what is missing to satisfy them.

    Rows are the six of the right and the left foot, then centre of mass and knees.
    """
    whole = skeleton.coordinates(q, skeleton.coordinate_names)
    pose = skeleton.place(whole)
    motions = skeleton.axes.jacobians(whole, pose).J  # (B, A, 6)
    rows, missing = [], []
    for i, name in enumerate(FOOT_BODIES):
        wanted = conditions.feet[:, i]
        rotation, origin = pose.body(name)
        moved = skeleton.axes.moved[:, skeleton.body_names.index(name)]
        own = motions * moved[:, None]
        angular, linear = own[..., :3], own[..., 3:]
        rows.append(angular.mT)
        rows.append((linear + torch.linalg.cross(angular, origin[:, None])).mT)
        missing.append(_turn_between(rotation, wanted[:, :3, :3]))
        missing.append(wanted[:, :3, 3] - origin)
    if conditions.center is not None:
        ahead = motions.new_tensor([conditions.ahead[0], 0.0, conditions.ahead[1]])
        center = skeleton.center_of_mass(pose) @ ahead
        rows.append((_center_velocity(skeleton, pose, motions) @ ahead)[:, None])
        missing.append((conditions.center - center)[:, None])
    full = torch.cat(rows, dim=1)
    batch, count, _ = full.shape
    driven = skeleton.coordinates.fold(
        whole.repeat_interleave(count, dim=0), full.flatten(0, 1)
    )
    J = driven.reshape(batch, count, -1)
    if conditions.knee is not None:
        columns = [skeleton.coordinate_names.index(name) for name in KNEES]
        mean = torch.zeros_like(J[:, :1])
        mean[:, :, columns] = 0.5
        J = torch.cat([J, mean], dim=1)
        missing.append((conditions.knee - q[:, columns].mean(dim=1))[:, None])
    return J, torch.cat(missing, dim=1)


def _center_velocity(
    skeleton: Skeleton, pose: Pose, motions: Float[torch.Tensor, "B A 6"]
) -> Float[torch.Tensor, "B A 3"]:
    """Velocity of the centre of mass per unit speed of every coordinate."""
    moved = skeleton.axes.moved.to(motions.dtype)  # (A, N)
    part = skeleton.mass / skeleton.mass.sum()
    centers = (pose.rotation @ skeleton.mass_center[..., None])[..., 0] + pose.position
    first = torch.einsum("an,n,bni->bai", moved, part, centers)
    turned: torch.Tensor = torch.linalg.cross(motions[..., :3], first)
    return (moved @ part)[:, None] * motions[..., 3:] + turned


def _turn_between(
    rotation: Float[torch.Tensor, "B 3 3"], wanted: Float[torch.Tensor, "B 3 3"]
) -> Float[torch.Tensor, "B 3"]:
    """Rotation in ground (B, 3) that leads from one to the other, to first order."""
    between = wanted @ rotation.mT
    skew = between - between.mT
    return 0.5 * torch.stack([skew[:, 2, 1], skew[:, 0, 2], skew[:, 1, 0]], dim=1)


def _ranges(
    skeleton: Skeleton, limits: Mapping[str, tuple[float, float]]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Lowest and highest values (I,); none for the pelvis' place in the room."""
    known = [skeleton.spec.coordinate(name) for name in skeleton.coordinate_names]
    low = np.array([-np.inf if c.translational else c.minimum for c in known])
    high = np.array([np.inf if c.translational else c.maximum for c in known])
    for name, (least, most) in limits.items():
        column = _index(name, skeleton)
        low[column] = max(low[column], least)
        high[column] = min(high[column], most)
    dtype = skeleton.mass.dtype
    return torch.tensor(low, dtype=dtype), torch.tensor(high, dtype=dtype)


def _index(name: str, skeleton: Skeleton) -> int:
    names = skeleton.coordinate_names
    if name not in names:
        where = f"model {skeleton.spec.name}"
        raise UnknownNameError("coordinate", name, names, where=where)
    return names.index(name)
