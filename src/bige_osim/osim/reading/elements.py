"""Bodies, coordinates, markers and contacts of an open OpenSim model."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from bige_osim.osim.reading.offsets import base_name, point_in_base
from bige_osim.spec import (
    BodySpec,
    CoordinateSpec,
    JointSpec,
    MotionType,
    PointSpec,
    SphereSpec,
)


def read_body(body: Any) -> BodySpec:
    """Extract mass, centre of mass and inertia of an ``opensim.Body``."""
    inertia = body.getInertia()
    moments, products = inertia.getMoments(), inertia.getProducts()
    xx, yy, zz = (moments.get(i) for i in range(3))
    xy, xz, yz = (products.get(i) for i in range(3))
    matrix = np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
    matrix.flags.writeable = False  # specs are shared
    return BodySpec(
        name=body.getName(),
        mass=body.getMass(),
        mass_center=_vector(body.getMassCenter()),
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
    points = []
    for marker in markers:
        frame = marker.getParentFrame()
        location = point_in_base(frame, marker.get_location())
        points.append(
            PointSpec(name=marker.getName(), body=base_name(frame), location=location)
        )
    return tuple(point for point in points if point.body != "ground")


def read_contacts(geometries: Iterable[Any]) -> tuple[SphereSpec, ...]:
    """Find contact spheres on bodies; other contact geometry is left out."""
    import opensim

    spheres = []
    for geometry in geometries:
        sphere = opensim.ContactSphere.safeDownCast(geometry)
        if sphere is None:
            continue
        frame = sphere.getFrame()
        location = point_in_base(frame, sphere.get_location())
        spheres.append(
            SphereSpec(
                name=sphere.getName(),
                body=base_name(frame),
                location=location,
                radius=sphere.getRadius(),
            )
        )
    return tuple(sphere for sphere in spheres if sphere.body != "ground")


def _vector(values: Any) -> tuple[float, float, float]:
    return values.get(0), values.get(1), values.get(2)
