"""An ``.osim`` file as a :class:`~bige_osim.spec.ModelSpec`, read by OpenSim itself."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from bige_osim.errors import MissingFileError, ModelError
from bige_osim.osim.reading.bodies import (
    read_body,
    read_contacts,
    read_coordinate,
    read_markers,
)
from bige_osim.osim.reading.functions import read_couplers
from bige_osim.osim.reading.joints import read_joint
from bige_osim.osim.reading.muscles import read_forces
from bige_osim.osim.reading.open_model import items, open_osim
from bige_osim.osim.tools.log import last_words
from bige_osim.paths import AnyPath
from bige_osim.spec import JointSpec, ModelSpec


def read_model(path: AnyPath) -> ModelSpec:
    """Read a model, of any file version that OpenSim 4.6 reads, into plain data.

    Bodies and joints come out in an order where every parent precedes its child, joint
    ``i`` carrying body ``i``. A model that was read before is not read again.

    Parameters
    ----------
    path : the ``.osim``; its bone meshes are not needed

    Raises
    ------
    MissingFileError, ModelError
        There is no such file, or OpenSim cannot read it, or it holds a joint, function
        or constraint that is not supported; the message names the element.

    Examples
    --------
    >>> from importlib.util import find_spec
    >>> package = Path(find_spec("nimblephysics").submodule_search_locations[0])
    >>> spec = read_model(package / "models/rajagopal_data/Rajagopal2015.osim")
    >>> len(spec.bodies), len(spec.independent_names), len(spec.muscles)
    (22, 37, 80)
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(
            path, what="model", remedy="pass the participant's .osim"
        )
    return _read(path, sha256(path.read_bytes()).hexdigest())


@lru_cache(maxsize=32)
def _read(path: Path, digest: str) -> ModelSpec:
    model = _open(path)
    bodies = {body.getName(): read_body(body) for body in items(model.getBodySet())}
    joints = [read_joint(joint, path=path) for joint in items(model.getJointSet())]
    _refuse_added(joints, path)
    joints = _parents_first(joints, path)
    forces = read_forces(items(model.getForceSet()))
    gravity = model.getGravity()
    return ModelSpec(
        name=model.getName(),
        sha256=digest,
        bodies=tuple(bodies[joint.child] for joint in joints),
        joints=tuple(joints),
        coordinates=tuple(
            read_coordinate(c, joints) for c in items(model.getCoordinateSet())
        ),
        couplers=read_couplers(items(model.getConstraintSet()), path=path),
        markers=read_markers(items(model.getMarkerSet())),
        contacts=read_contacts(items(model.getContactGeometrySet())),
        muscles=tuple(forces.muscles),
        cylinders=tuple(forces.cylinders.values()),
        actuators=tuple(forces.actuators),
        gravity=(gravity.get(0), gravity.get(1), gravity.get(2)),
        unsupported=tuple(forces.unsupported),
    )


def _open(path: Path) -> Any:
    try:
        model = open_osim(path)
        model.finalizeConnections()
    except RuntimeError as error:
        raise ModelError(
            path,
            element="whole file",
            problem=f"OpenSim cannot read it ({last_words(str(error))})",
            remedy="open it in the OpenSim GUI to see what is wrong",
        ) from error
    return model


def _refuse_added(joints: Sequence[JointSpec], path: Path) -> None:
    """Refuse a body without a joint: OpenSim 4.6 frees it, and then crashes on it."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for joint in joints:
        if joint.name == f"free_{joint.child}" and f'"{joint.name}"' not in text:
            raise ModelError(
                path,
                element=f"body {joint.child}",
                problem="no joint carries it",
                remedy="add a joint, a FreeJoint from ground if it is free",
            )


def _parents_first(joints: Sequence[JointSpec], path: Path) -> list[JointSpec]:
    """Order joints so that every parent is placed before its child; refuse loops."""
    placed, ordered, waiting = {"ground"}, list[JointSpec](), list(joints)
    while waiting:
        ready = (j for j in waiting if j.parent in placed and j.child not in placed)
        joint = next(ready, None)
        if joint is None:
            raise ModelError(
                path,
                element=f"joint {waiting[0].name}",
                problem=f"it does not lead from ground to {waiting[0].child} as the "
                "only joint to that body",
                remedy="make the joints a tree that starts at ground",
            )
        ordered.append(joint)
        placed.add(joint.child)
        waiting.remove(joint)
    return ordered
