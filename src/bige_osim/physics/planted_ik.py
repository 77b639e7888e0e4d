"""Postures with planted feet: many at once, each as near to target angles as it can be.

Every posture minimises the weighted squared distance of its coordinates from their
targets, subject to both feet being where they are put, and if asked to a forward
position of the centre of mass and to a mean flexion of the knees, within the ranges of
the coordinates (:mod:`~bige_osim.physics.planted_search`).

Without a centre of mass only the pelvis and what lies between it and the feet is
computed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np
import torch
from jaxtyping import Bool, Float

from bige_osim.errors import UnknownNameError
from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.foot_conditions import KNEES, Conditions, FootEquations
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.kinematics.tree import keep_joints_of
from bige_osim.physics.planted_gradients import attach_gradient
from bige_osim.physics.planted_search import Search

__all__ = ["KNEES", "LEGS", "Conditions", "Postures", "plant"]

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
"""Steps after which a posture is left as it is; feasible ones take 3 to 10."""

TOLERANCE = {torch.float64: 1e-9, torch.float32: 3e-5}
"""Largest change of a step (rad, m) at which the search ends."""


@dataclass(frozen=True)
class Postures:
    """Postures found.

    Attributes
    ----------
    q : (..., I) independent coordinates, in the order of ``skeleton``'s, rad or m
    missed : (...) by how much a posture misses its conditions at most, m or rad
    at_limit : (..., I) coordinates that are at the end of their range
    names : I names
    """

    q: Float[torch.Tensor, "*batch I"]
    missed: Float[torch.Tensor, "*batch"]
    at_limit: Bool[torch.Tensor, "*batch I"]
    names: tuple[str, ...]

    def failure(self, tolerance: float) -> tuple[int, str] | None:
        """Posture that misses its conditions most, and what is at its limit there.

        Parameters
        ----------
        tolerance : m or rad; ``None`` is returned if no posture misses by more
        """
        worst = int(self.missed.argmax())
        if self.missed.flatten()[worst] <= tolerance:
            return None
        at_limit = self.at_limit.flatten(0, -2)[worst]
        flags = zip(self.names, at_limit, strict=True)
        return worst, ", ".join(name for name, at in flags if at) or "none"

    def reshape(self, *batch: int) -> "Postures":
        """Postures with other batch dimensions."""
        return replace(
            self,
            q=self.q.reshape(*batch, len(self.names)),
            missed=self.missed.reshape(*batch),
            at_limit=self.at_limit.reshape(*batch, len(self.names)),
        )


def plant(
    skeleton: Skeleton,
    q_target: Float[torch.Tensor, "B I"],
    conditions: Conditions,
    *,
    compliance: Mapping[str, float],
    limits: Mapping[str, tuple[float, float]] | None = None,
    start: Float[torch.Tensor, "B I"] | None = None,
    steps: int = STEPS,
    tolerance: float | None = None,
) -> Postures:
    """Find postures with planted feet; differentiable by targets and conditions.

    The gradient of ``q`` is that of the exact solution
    (:mod:`~bige_osim.physics.planted_gradients`); a coordinate that a limit holds has
    none. ``missed`` has none.

    Parameters
    ----------
    skeleton : of the participant's model, whose type is that of the result
    q_target : (B, I) independent coordinates, rad and m
    conditions : of each posture
    compliance : how far each coordinate gives way, rad or m for one unit of cost; those
        not named stay at their target
    limits : lowest and highest value (rad, m) where it is narrower than the model's
        range
    start : (B, I) where the search starts, rad and m; at the targets for ``None``
    steps : at most, after which a posture is left as it is
    tolerance : largest change of a step, rad or m, at which a posture is left alone;
        ``None`` for 1e-9, or 3e-5 in single precision

    Raises
    ------
    UnknownNameError
        ``compliance`` or ``limits`` name no independent coordinate of the model.
    """
    names, dtype = skeleton.coordinate_names, skeleton.mass.dtype
    give = torch.zeros(len(names), dtype=dtype)
    for name, value in compliance.items():
        give[_index(name, skeleton)] = value
    if conditions.knee is not None:
        _ = [_index(name, skeleton) for name in KNEES]
    low, high = _ranges(skeleton, limits or {})
    # A target beyond a range is moved to its end; fixed coordinates stay put.
    target = q_target.to(dtype)
    target = torch.where(give > 0, torch.clamp(target, low, high), target)
    conditions = conditions.to(dtype)
    equations = _equations_of(skeleton, legs_only=conditions.center is None)
    known = equations.skeleton.coordinate_names
    columns = torch.tensor([names.index(name) for name in known])
    search = Search(
        equations, give[columns], low[columns], high[columns], steps,
        TOLERANCE[dtype] if tolerance is None else tolerance,
    )  # fmt: skip
    part = target[:, columns]
    begin = part if start is None else start.to(dtype)[:, columns]
    with torch.no_grad():
        solution = search.run(part.detach(), begin.detach(), conditions.detach())
    given = (part, conditions.feet, conditions.center, conditions.knee)
    found = solution.q
    if torch.is_grad_enabled() and any(
        tensor is not None and tensor.requires_grad for tensor in given
    ):
        found = attach_gradient(part, solution, conditions)
    q = target.index_copy(1, columns, found)
    with torch.no_grad():
        at_limit = (give > 0) & ((q <= low) | (q >= high))
    return Postures(q, solution.missed, at_limit, names)


_LEGS: WeakKeyDictionary[Skeleton, FootEquations] = WeakKeyDictionary()
"""Equations of legs cut from their models, which take 25 ms to make."""


def _equations_of(skeleton: Skeleton, *, legs_only: bool) -> FootEquations:
    """Equations of a model; of its legs only, if nothing beyond them drives these."""
    if not legs_only:
        return FootEquations(skeleton)
    found = _LEGS.get(skeleton)
    if found is None or found.before.dtype != skeleton.mass.dtype:
        legs = keep_joints_of(skeleton.spec, FOOT_BODIES)
        if not set(legs.independent_names) <= set(skeleton.coordinate_names):
            return FootEquations(skeleton)
        found = FootEquations(Skeleton(legs, dtype=skeleton.mass.dtype, fill=True))
        _LEGS[skeleton] = found
    return found


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
