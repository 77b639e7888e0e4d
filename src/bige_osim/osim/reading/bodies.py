"""Bodies and coordinates of an open OpenSim model, and what sits on the bodies."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.osim.reading.open_model import transform_matrix
from bige_osim.spec import (
    BodySpec,
    CoordinateSpec,
    JointSpec,
    MotionType,
    PointSpec,
    SphereSpec,
)


def base_name(frame: Any) -> str:
    """Name of the body that carries an ``opensim.Frame``, ``ground`` for ground."""
    name: str = frame.findBaseFrame().getName()
    return name


def offset_in_base(frame: Any) -> Float[np.ndarray, "4 4"]:
    """Rotation and position (m), (4, 4), of an ``opensim.Frame`` in its body."""
    matrix = transform_matrix(frame.findTransformInBaseFrame())
    matrix.flags.writeable = False  # specs are shared
    return matrix


def read_point(name: str, frame: Any, location: Any) -> PointSpec:
    """Place a point of an ``opensim.Frame`` (m) on the body that carries the frame."""
    offset = offset_in_base(frame)
    x, y, z = map(float, offset[:3, :3] @ location.to_numpy() + offset[:3, 3])
    return PointSpec(name=name, body=base_name(frame), location=(x, y, z))


def read_body(body: Any) -> BodySpec:
    """Extract mass (kg), centre of mass (m) and inertia (kg m²) of a body."""
    inertia, center = body.getInertia(), body.getMassCenter()
    moments, products = inertia.getMoments(), inertia.getProducts()
    xx, yy, zz = (moments.get(i) for i in range(3))
    xy, xz, yz = (products.get(i) for i in range(3))
    matrix = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    matrix.flags.writeable = False  # specs are shared
    mass_center = (center.get(0), center.get(1), center.get(2))
    return BodySpec(
        name=body.getName(),
        mass=body.getMass(),
        mass_center=mass_center,
        inertia=matrix,
    )


def read_coordinate(coordinate: Any, joints: Sequence[JointSpec]) -> CoordinateSpec:
    """Extract joint, range, default and motion type of an ``opensim.Coordinate``.

    Parameters
    ----------
    coordinate : of a model with finalised connections
    joints : of the model; what a coordinate moves says whether it is a length
    """
    import opensim

    types: dict[int, MotionType] = {
        opensim.Coordinate.Rotational: "rotational",
        opensim.Coordinate.Translational: "translational",
        opensim.Coordinate.Coupled: "coupled",
    }
    name = coordinate.getName()
    motion_type = types[coordinate.getMotionType()]
    turns = any(axis.coordinate == name for j in joints for axis in j.rotations)
    moves = any(axis.coordinate == name for j in joints for axis in j.translations)
    return CoordinateSpec(
        name=name,
        joint=coordinate.getJoint().getName(),
        translational=motion_type == "translational"
        or (motion_type == "coupled" and moves and not turns),
        minimum=coordinate.getRangeMin(),
        maximum=coordinate.getRangeMax(),
        default=coordinate.getDefaultValue(),
        clamped=coordinate.getDefaultClamped(),
        locked=coordinate.getDefaultLocked(),
        motion_type=motion_type,
    )


def read_markers(markers: Iterable[Any]) -> tuple[PointSpec, ...]:
    """Place ``opensim.Marker`` on bodies; those fixed to ground are left out."""
    points = (
        read_point(m.getName(), m.getParentFrame(), m.get_location()) for m in markers
    )
    return tuple(point for point in points if point.body != "ground")


def read_contacts(geometries: Iterable[Any]) -> tuple[SphereSpec, ...]:
    """Find contact spheres on bodies; other contact geometry is left out."""
    import opensim

    found = (opensim.ContactSphere.safeDownCast(geometry) for geometry in geometries)
    points = (
        (sphere, read_point(sphere.getName(), sphere.getFrame(), sphere.get_location()))
        for sphere in found
        if sphere is not None
    )
    return tuple(
        SphereSpec(
            name=point.name,
            body=point.body,
            location=point.location,
            radius=sphere.getRadius(),
        )
        for sphere, point in points
        if point.body != "ground"
    )
