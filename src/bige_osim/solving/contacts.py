"""Contact points under the feet of a model.

The model's own contact spheres come first, then those of its family (``osim_models``),
then points made from the bodies of its feet. They are needed to estimate ground
reaction and to judge foot contact.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DataError, ModelError, UnknownNameError
from bige_osim.io.profile import (
    SIDES,
    ContactPoint,
    family_spheres,
    read_profile,
    read_profiles,
)
from bige_osim.paths import AnyPath
from bige_osim.physics.ground.foot_layout import find_hips
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import ModelSpec, SphereSpec

ContactSource = Literal["model", "family", "feet", "none"]

TEMPLATE = "rajagopal2015"
"""Family whose points are put under feet of no known family."""

ABOVE = 0.002
"""m, by which that family's calcaneus lies above its metatarsophalangeal joint."""

FOOT, HEEL, ANKLE, LEG = 0.102, 0.029, 0.039, 0.491
"""Fractions of stature: heel to metatarsophalangeal joint (two thirds of the foot's
0.152), heel behind the ankle, ankle above the floor, hip to ankle (Winter,
Biomechanics and Motor Control, 4th ed., fig. 4.1)."""


@dataclass(frozen=True)
class Contacts:
    """Contact spheres of a model and where they are from.

    Attributes
    ----------
    spheres : on the bodies of the feet; empty for a model without feet
    source : ``model``, its ``family``, its ``feet`` (made from their bodies), ``none``
    """

    spheres: tuple[SphereSpec, ...]
    source: ContactSource


def contact_spheres(spec: ModelSpec) -> tuple[SphereSpec, ...]:
    """Contact spheres of a model; see :func:`find_contacts`.

    Raises
    ------
    ModelError
        The model has no spheres and no feet to put any under.

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> from bige_osim.osim.reading.model import read_model
    >>> len(contact_spheres(read_model(generic_model())))
    12
    """
    found = find_contacts(spec).spheres
    if not found:
        raise ModelError(
            spec.name,
            element="feet",
            problem="it has no contact spheres, and no body that is known as a foot",
            remedy="pass their names and contact points in a file with --contacts",
        )
    return found


def skeleton_with_feet(spec: ModelSpec) -> Skeleton:
    """Skeleton of a model, with contact points; unnamed coordinates are at default.

    Raises
    ------
    ModelError
        as :func:`contact_spheres`

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> from bige_osim.osim.reading.model import read_model
    >>> skeleton_with_feet(read_model(generic_model())).feet
    ('calcn_r', 'calcn_l')
    """
    return Skeleton(spec, contacts=contact_spheres(spec), fill=True)


def find_contacts(spec: ModelSpec) -> Contacts:
    """Find the contact spheres of a model: its own, its family's, or made ones.

    Parameters
    ----------
    spec : the model

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> from bige_osim.osim.reading.model import read_model
    >>> found = find_contacts(read_model(generic_model()))
    >>> found.source, len(found.spheres)
    ('family', 12)
    """
    if spec.contacts:
        return Contacts(spec.contacts, "model")
    if spheres := family_spheres(spec):
        return Contacts(spheres, "family")
    skeleton = Skeleton(spec, fill=True)
    if not skeleton.feet:
        return Contacts((), "none")
    points = next(f.contacts for f in read_profiles() if f.name == TEMPLATE)
    return Contacts(_make_contacts(skeleton, points), "feet")


def add_contacts(spec: ModelSpec, path: AnyPath | None) -> ModelSpec:
    """Give a model the feet and contact spheres that a file names.

    Parameters
    ----------
    spec : the model
    path : a ``profile.toml`` with ``feet``, ``contacts`` or both; ``None`` changes
        nothing

    Raises
    ------
    MissingFileError, DataError
        The file is not there or damaged, or has neither.
    UnknownNameError
        The model has no body of a name in it.
    """
    if path is None:
        return spec
    path = Path(path)
    file = read_profile(path)
    bodies = [body.name for body in spec.bodies]
    for name in file.feet:
        if name not in bodies:
            raise UnknownNameError("body", name, bodies, where=f"model {spec.name}")
    if not file.feet and not file.contacts:
        raise DataError(
            path,
            expected="feet or [[contacts]]",
            got="neither",
            remedy="see osim_models/README.md for what such a file holds",
        )
    spec = replace(spec, feet=file.feet or spec.feet)
    if not file.contacts:
        return replace(spec, contacts=find_contacts(replace(spec, contacts=())).spheres)
    return replace(
        spec, contacts=_make_contacts(Skeleton(spec, fill=True), file.contacts)
    )


@dataclass(frozen=True)
class _Foot:
    """A foot in the default pose, in ground.

    Attributes
    ----------
    body, toes : names; the same for a foot of one piece
    origin : (3,) m, where the heel's x and z count from, at the height of y = 0
    ahead, right : (3,) horizontal unit vectors; right is to the outside
    length : m, to the metatarsophalangeal joint
    """

    body: str
    toes: str
    origin: Float[np.ndarray, "3"]
    ahead: Float[np.ndarray, "3"]
    right: Float[np.ndarray, "3"]
    length: float


def _make_contacts(
    skeleton: Skeleton, points: tuple[ContactPoint, ...]
) -> tuple[SphereSpec, ...]:
    """Points under the feet, in proportion to their length, in the default pose."""
    spheres = []
    names = dict.fromkeys(skeleton.feet)
    for index, (body, side) in enumerate(zip(names, SIDES, strict=False)):
        foot = _measure_foot(skeleton, body, outside=-1.0 if index else 1.0)
        for point in points:
            front = point.body == "toes"
            x = foot.length * (point.x + front)
            place = foot.origin + x * foot.ahead
            place = place + foot.length * point.z * foot.right
            place = place + np.array([0.0, point.y, 0.0])
            carrier = foot.toes if front else foot.body
            rotation, origin = skeleton.default_pose().body(carrier)
            local = rotation.numpy().T @ (place - origin.numpy())
            x, y, z = (float(value) for value in local)
            spheres.append(
                SphereSpec(
                    name=point.name + side,
                    body=carrier,
                    location=(x, y, z),
                    radius=point.radius,
                )
            )
    return tuple(spheres)


def _measure_foot(skeleton: Skeleton, body: str, *, outside: float) -> _Foot:
    """Measure a foot: from heel to toe joint, else in proportion to the leg."""
    pose, joints = skeleton.default_pose(), skeleton.spec.joints
    centres = skeleton.joint_centres(pose).numpy()
    at = {joint.child: centres[i] for i, joint in enumerate(joints)}
    toes = next((j.child for j in joints if j.parent == body), body)
    start = pose.body(body)[1].numpy()
    ahead = (at[toes] - start) * [1.0, 0.0, 1.0] if toes != body else np.zeros(3)
    if np.linalg.norm(ahead) > 0.05:
        length = float(np.linalg.norm(ahead))
        origin = np.array([start[0], at[toes][1] + ABOVE, start[2]])
        ahead = ahead / length
    else:
        (hip,) = find_hips(skeleton.spec, (body,))
        stature = (centres[hip, 1] - at[body][1]) / LEG
        ahead, length = np.array([1.0, 0.0, 0.0]), FOOT * stature
        origin = at[body] - HEEL * stature * ahead
        origin[1] = at[body][1] - ANKLE * stature + 0.042
    right = outside * np.cross(ahead, [0.0, 1.0, 0.0])
    return _Foot(body, toes, origin, ahead, right, length)
