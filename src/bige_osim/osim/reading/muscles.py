"""Muscles, what they wrap over, and other actuators of an open OpenSim model.

What this toolkit cannot simulate is listed, never refused: the kinematics of a model do
not depend on it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, get_args

import numpy as np
from scipy.spatial.transform import Rotation

from bige_osim.osim.reading.bodies import base_name, offset_in_base, read_point
from bige_osim.osim.reading.open_model import items
from bige_osim.osim.tools.prepared_model import CONTACT_CLASSES
from bige_osim.spec import (
    ActuatorSpec,
    CylinderSpec,
    MuscleSpec,
    PathSpec,
    PointSpec,
    Quadrant,
    UnsupportedSpec,
    WrapSpec,
)

MUSCLE = "Millard2012EquilibriumMuscle"
"""The muscles of which activations can be found without OpenSim."""

CONCENTRIC_CURVINESS, ECCENTRIC_CURVINESS = 0.6, 0.9
"""Of OpenSim's force-velocity curve by default; others are not supported."""


@dataclass
class ForcesRead:
    """What moves a model, apart from gravity and the ground.

    Attributes
    ----------
    muscles : all of them, with an empty path where that is not supported
    cylinders : that muscles wrap over, by name
    actuators : on coordinates, those that are switched on
    unsupported : what only OpenSim itself can simulate
    """

    muscles: list[MuscleSpec] = field(default_factory=list)
    cylinders: dict[str, CylinderSpec] = field(default_factory=dict)
    actuators: list[ActuatorSpec] = field(default_factory=list)
    unsupported: list[UnsupportedSpec] = field(default_factory=list)


class _NotSupportedError(Exception):
    """What about a muscle only OpenSim itself can simulate."""


def read_forces(forces: Iterable[Any]) -> ForcesRead:
    """Extract muscles and coordinate actuators, list other forces as unsupported.

    Contact forces are left out, for what the ground does comes from outside; so are
    forces other than muscles that are switched off.

    Parameters
    ----------
    forces : ``opensim.Force``, of a model whose connections are finalised
    """
    import opensim

    found = ForcesRead()
    for force in forces:
        kind = force.getConcreteClassName()
        muscle = opensim.Muscle.safeDownCast(force)
        if muscle is not None:
            _add_muscle(found, muscle)
        elif not force.get_appliesForce() or kind in CONTACT_CLASSES:
            continue
        elif kind == "CoordinateActuator":
            actuator = opensim.CoordinateActuator.safeDownCast(force)
            found.actuators.append(
                ActuatorSpec(
                    name=actuator.getName(),
                    coordinate=actuator.get_coordinate().split("/")[-1],
                    optimal_force=actuator.get_optimal_force(),
                    controls=(actuator.getMinControl(), actuator.getMaxControl()),
                )
            )
        else:
            problem = "forces of its kind are not supported"
            element = f"{kind} {force.getName()}"
            found.unsupported.append(UnsupportedSpec(element=element, problem=problem))
    return found


def _add_muscle(found: ForcesRead, muscle: Any) -> None:
    import opensim

    path, millard = PathSpec(points=(), wraps=()), dict[str, Any]()
    try:
        path = _read_path(muscle, found.cylinders)
        kind = muscle.getConcreteClassName()
        if kind != MUSCLE:
            raise _NotSupportedError(f"it is a {kind}, not a {MUSCLE}")
        millard = _read_millard(getattr(opensim, MUSCLE).safeDownCast(muscle))
        if not muscle.get_appliesForce():
            raise _NotSupportedError("it is switched off")
    except _NotSupportedError as reason:
        element = f"muscle {muscle.getName()}"
        found.unsupported.append(UnsupportedSpec(element=element, problem=str(reason)))
    found.muscles.append(
        MuscleSpec(
            name=muscle.getName(),
            max_isometric_force=muscle.getMaxIsometricForce(),
            optimal_fiber_length=muscle.getOptimalFiberLength(),
            tendon_slack_length=muscle.getTendonSlackLength(),
            pennation_angle=muscle.getPennationAngleAtOptimalFiberLength(),
            max_contraction_velocity=muscle.getMaxContractionVelocity(),
            controls=(muscle.getMinControl(), muscle.getMaxControl()),
            path=path,
            **millard,
        )
    )


def _read_path(muscle: Any, cylinders: dict[str, CylinderSpec]) -> PathSpec:
    """Extract a muscle's path; what it wraps over is added to ``cylinders``."""
    import opensim

    path = opensim.GeometryPath.safeDownCast(muscle.getPath())
    if path is None:
        kind = muscle.getPath().getConcreteClassName()
        raise _NotSupportedError(f"its path is a {kind}, not made of points")
    points = tuple(_point(point) for point in items(path.getPathPointSet()))
    wraps = []
    for wrap in items(path.getWrapSet()):
        surface = wrap.getWrapObject()
        if not surface.get_active():
            continue
        name = surface.getName()
        if name not in cylinders:
            cylinders[name] = _cylinder(surface)
        # OpenSim counts from 1; less than that is the first or the last point.
        first, last = wrap.getStartPoint(), wrap.getEndPoint()
        last = last if last >= 1 else len(points)
        wraps.append(WrapSpec(cylinder=name, first=max(first, 1) - 1, last=last - 1))
    return PathSpec(points=points, wraps=tuple(wraps))


def _point(point: Any) -> PointSpec:
    import opensim

    kind = point.getConcreteClassName()
    if kind != "PathPoint":
        raise _NotSupportedError(
            f"its path point {point.getName()} is a {kind}, not fixed to a body"
        )
    fixed = opensim.PathPoint.safeDownCast(point)
    return read_point(fixed.getName(), fixed.getParentFrame(), fixed.get_location())


def _cylinder(surface: Any) -> CylinderSpec:
    import opensim

    name, kind = surface.getName(), surface.getConcreteClassName()
    if kind != "WrapCylinder":
        raise _NotSupportedError(f"it wraps over {name}, a {kind}, not a cylinder")
    cylinder = opensim.WrapCylinder.safeDownCast(surface)
    quadrant = cylinder.get_quadrant().lower().removeprefix("+")
    if quadrant not in get_args(Quadrant):
        raise _NotSupportedError(f"it wraps over {name}, whose quadrant is {quadrant}")
    local = np.eye(4)
    angles = cylinder.get_xyz_body_rotation().to_numpy()
    local[:3, :3] = Rotation.from_euler("XYZ", angles).as_matrix()
    local[:3, 3] = cylinder.get_translation().to_numpy()
    frame = offset_in_base(cylinder.getFrame()) @ local
    frame.flags.writeable = False  # specs are shared
    return CylinderSpec(
        name=name,
        body=base_name(cylinder.getFrame()),
        frame=frame,
        radius=cylinder.get_radius(),
        length=cylinder.get_length(),
        quadrant=quadrant,
    )


def _read_millard(muscle: Any) -> dict[str, Any]:
    """Extract what only a ``Millard2012EquilibriumMuscle`` has, as MuscleSpec."""
    length = muscle.getActiveForceLengthCurve()
    velocity = muscle.getForceVelocityCurve()
    curviness = velocity.get_concentric_curviness(), velocity.get_eccentric_curviness()
    if curviness != (CONCENTRIC_CURVINESS, ECCENTRIC_CURVINESS):
        raise _NotSupportedError(
            "its force-velocity curve has another curviness than by default"
        )
    return dict(
        max_pennation_angle=muscle.get_maximum_pennation_angle(),
        active_force_length=(
            length.get_min_norm_active_fiber_length(),
            length.get_transition_norm_fiber_length(),
            length.get_max_norm_active_fiber_length(),
            length.get_shallow_ascending_slope(),
            length.get_minimum_value(),
        ),
        force_velocity=(
            velocity.get_concentric_slope_at_vmax(),
            velocity.get_concentric_slope_near_vmax(),
            velocity.get_isometric_slope(),
            velocity.get_eccentric_slope_at_vmax(),
            velocity.get_eccentric_slope_near_vmax(),
            velocity.get_max_eccentric_velocity_force_multiplier(),
        ),
    )
