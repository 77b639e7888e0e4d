"""Models made by hand, and the pieces that they are made of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

from bige_osim.physics.dynamics.newton_euler import Dynamics
from bige_osim.spec import (
    AxisSpec,
    BodySpec,
    CoordinateSpec,
    FunctionSpec,
    JointSpec,
    ModelSpec,
    MuscleSpec,
    PathSpec,
    PointSpec,
    SphereSpec,
)

X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
ROTATIONS = ("pelvis_tilt", "pelvis_list", "pelvis_rotation")
TRANSLATIONS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")
CURVES: dict[str, tuple[float, ...]] = {
    "active_force_length": (0.4441, 0.73, 1.8123, 0.8616, 0.0),
    "force_velocity": (0.0, 0.25, 5.0, 0.0, 0.15, 1.4),
}
"""A muscle's parameters of a real model."""
Vector = tuple[float, float, float]


def axes(names: Sequence[str], directions: Iterable[Vector]) -> tuple[AxisSpec, ...]:
    """Motions that are the coordinates themselves, in order."""
    return tuple(
        AxisSpec(direction=d, coordinate=n)
        for n, d in zip(names, directions, strict=False)
    )


def still(direction: Vector = X) -> AxisSpec:
    """An axis along or about which nothing moves."""
    nothing = FunctionSpec(kind="constant", coefficients=(0.0,))
    return AxisSpec(direction=direction, function=nothing)


def joint(
    parent: str,
    child: str,
    rotations: tuple[AxisSpec, ...] = (),
    translations: tuple[AxisSpec, ...] = (),
    *,
    at: Sequence[float] = (0.0, 0.0, 0.0),
    **more: Any,
) -> JointSpec:
    """A joint at a place of its parent (m), named after its child."""
    offset = np.eye(4)
    offset[:3, 3] = at
    return JointSpec(
        **{
            "name": f"to_{child}",
            "parent": parent,
            "child": child,
            "parent_offset": offset,
            "rotations": rotations,
            "translations": translations,
            **more,
        }
    )


def floating_pelvis() -> JointSpec:
    """The joint between ground and pelvis, with its six coordinates."""
    turns, slides = axes(ROTATIONS, (Z, X, Y)), axes(TRANSLATIONS, (X, Y, Z))
    return joint("ground", "pelvis", turns, slides, name="ground_pelvis")


def body(name: str, mass: float = 1.0, center: Vector = (0.0, 0.0, 0.0)) -> BodySpec:
    """A body with a moment of inertia of 1 kg m² about every axis."""
    return BodySpec(name=name, mass=mass, mass_center=center, inertia=np.eye(3))


def coordinate(name: str, joint: str = "j", **more: Any) -> CoordinateSpec:
    """A coordinate from -3 to 3."""
    return CoordinateSpec(
        **{"name": name, "joint": joint, "minimum": -3.0, "maximum": 3.0, **more}
    )


def model(
    *joints: JointSpec,
    bodies: Iterable[BodySpec] | None = None,
    names: Sequence[str] = (),
    limits: Mapping[str, Any] | None = None,
    **more: Any,
) -> ModelSpec:
    """A model of these joints, with the coordinates that they have.

    Parameters
    ----------
    joints : parents before children
    bodies : those that the joints carry, of 1 kg each, if not given
    names : order of the coordinates; that of the joints if not given
    limits : what else is said of every coordinate
    more : fields of the model
    """
    slid = {a.coordinate for j in joints for a in j.translations}
    turned = {a.coordinate for j in joints for a in j.rotations}
    owner = {
        a.coordinate: j.name
        for j in joints
        for a in j.rotations + j.translations
        if a.coordinate is not None
    }
    coordinates = tuple(
        coordinate(n, owner[n], translational=n in slid - turned, **(limits or {}))
        for n in names or owner
    )
    carried = [body(j.child) for j in joints] if bodies is None else bodies
    return ModelSpec(
        **{
            "name": "made up",
            "bodies": tuple(carried),
            "joints": joints,
            "coordinates": coordinates,
            **more,
        }
    )


def muscle(name: str, *points: PointSpec, wraps: Any = (), **more: Any) -> MuscleSpec:
    """A muscle of 1000 N that may run through some points."""
    return MuscleSpec(
        **{
            "name": name,
            "max_isometric_force": 1000.0,
            "optimal_fiber_length": 0.1,
            "tendon_slack_length": 0.2,
            "path": PathSpec(points=points, wraps=wraps),
            **more,
        }
    )


def point(body: str, *location: float) -> PointSpec:
    """A point of a body, m."""
    x, y, z = location
    return PointSpec(name=f"on {body}", body=body, location=(x, y, z))


def sphere(name: str, body: str, *location: float, radius: float = 0.02) -> SphereSpec:
    """A contact sphere of 2 cm."""
    x, y, z = location
    return SphereSpec(name=name, body=body, location=(x, y, z), radius=radius)


def mass_matrix(dynamics: Dynamics, q: torch.Tensor) -> torch.Tensor:
    """Generalised forces (A, A) per unit of each acceleration in a posture (1, A)."""
    every = q.expand(q.shape[1], -1)
    still, unit = torch.zeros_like(every), torch.eye(len(every), dtype=q.dtype)
    weight = dynamics.inverse(every, still, still)
    return dynamics.inverse(every, still, unit) - weight
