"""A model made ready for inverse dynamics or static optimisation.

What the ground does comes from outside then, so contact forces of the model's own are
switched off: they would push the feet a second time.
"""

import math
from collections.abc import Collection
from typing import Any

from bige_osim.errors import SimulationError
from bige_osim.osim.reading.bodies import base_name
from bige_osim.osim.reading.open_model import items, open_osim
from bige_osim.osim.tools.log import last_words
from bige_osim.paths import AnyPath

CONTACT_CLASSES = (
    "SmoothSphereHalfSpaceForce",
    "HuntCrossleyForce",
    "ElasticFoundationForce",
    "ExponentialContactForce",
    "MeyerFregly2016Force",
)
"""OpenSim's forces between the model and the ground."""

MARBLE = 0.001
"""Mass given to massless bodies at the end of a chain, kg."""

RESERVE, RESIDUAL = "reserve_", "residual_"
"""How the actuators added here are called, before the name of their coordinate."""


def prepare_model(path: AnyPath, *, moving: Collection[str] = ()) -> Any:
    """Open a model, its own contact forces off and its controllers gone.

    Parameters
    ----------
    path : the ``.osim``
    moving : coordinates that a motion prescribes: freed where the model locks them

    Raises
    ------
    MissingFileError, SimulationError
        There is no such file, or OpenSim cannot read it.
    """
    try:
        model = open_osim(path, remedy="pass the .osim of the participant")
        model.finalizeConnections()
    except RuntimeError as error:
        raise SimulationError(
            f"OpenSim cannot open the model {path} ({last_words(str(error))}); open it "
            "in its GUI to see what is wrong."
        ) from error
    model.updControllerSet().clearAndDestroy()
    for force in contact_forces(model):
        force.set_appliesForce(False)
    for coordinate in fixed_coordinates(model, moving):
        coordinate.setDefaultLocked(False)
        coordinate.setDefaultIsPrescribed(False)
    return model


def contact_forces(model: Any) -> list[Any]:
    """List the model's own forces between it and the ground that are on."""
    return [
        force
        for force in items(model.updForceSet())
        if force.getConcreteClassName() in CONTACT_CLASSES and force.get_appliesForce()
    ]


def fixed_coordinates(model: Any, moving: Collection[str]) -> list[Any]:
    """List coordinates, of those that a motion prescribes, that are not free."""
    return [
        coordinate
        for coordinate in items(model.updCoordinateSet())
        if coordinate.getName() in moving
        and (coordinate.getDefaultLocked() or coordinate.getDefaultIsPrescribed())
    ]


def massless_ends(model: Any) -> tuple[str, ...]:
    """Names of bodies without mass that carry no other, such as a bare patella.

    Inverse dynamics bears them; the accelerations that static optimisation computes
    are no numbers then.
    """
    carrying = {base_name(j.getParentFrame()) for j in items(model.getJointSet())}
    return tuple(
        body.getName()
        for body in items(model.getBodySet())
        if body.getMass() <= 0 and body.getName() not in carrying
    )


def give_mass(model: Any, bodies: Collection[str]) -> None:
    """Give bodies the mass and inertia of a marble: ``MARBLE`` kg, 1 cm across."""
    import opensim

    inertia = 0.4 * MARBLE * 0.01**2
    for name in bodies:
        body = model.updBodySet().get(name)
        body.setMass(MARBLE)
        body.setInertia(opensim.Inertia(inertia, inertia, inertia))


def root_coordinates(model: Any) -> tuple[str, ...]:
    """Names of the coordinates between ground and pelvis; none if it is fixed.

    Six, or the three of a planar model: a joint that moves along two axes at least and
    turns about one, as :func:`bige_osim.physics.kinematics.tree.root_of`.
    """
    import opensim

    found: tuple[str, ...] = ()
    for joint in items(model.getJointSet()):
        own = [joint.get_coordinates(i) for i in range(joint.numCoordinates())]
        turns = [c.getMotionType() == opensim.Coordinate.Rotational for c in own]
        on_ground = base_name(joint.getParentFrame()) == "ground"
        moves_about = any(turns) and turns.count(False) > 1
        if on_ground and moves_about and len(own) > len(found):
            found = tuple(coordinate.getName() for coordinate in own)
    return found


def add_reserves(model: Any, *, reserve: float, residual: float) -> None:
    """Add the actuators of :func:`make_reserves` to a model; arguments as there."""
    for actuator in make_reserves(model, reserve=reserve, residual=residual):
        model.addForce(actuator)
    model.initSystem()


def make_reserves(model: Any, *, reserve: float, residual: float) -> list[Any]:
    """Make ideal actuators: residuals at the root, reserves at other coordinates.

    Coordinates that the model drives itself (lumbar, arms), and those that cannot move
    freely, get none.

    Parameters
    ----------
    model : as from :func:`prepare_model`; forces of it that are called as one of the
        actuators are called ``model_…`` then
    reserve, residual : optimal forces, N m or N: what one unit of control gives. Small
        ones are costly, so muscles are preferred.

    Returns
    -------
    list
        of OpenSim's ``CoordinateActuator``, which the model does not have yet
    """
    import opensim

    state = model.initSystem()
    root = root_coordinates(model)
    driven = driven_coordinates(model).values()
    free = [
        c.getName()
        for c in items(model.getCoordinateSet())
        if not c.isConstrained(state) and c.getName() not in driven
    ]
    added = {name: (RESIDUAL if name in root else RESERVE) + name for name in free}
    for force in items(model.updForceSet()):
        if force.getName() in added.values():  # OpenSim would rename ours
            force.setName(f"model_{force.getName()}")
    made = []
    for name, called in added.items():
        actuator = opensim.CoordinateActuator(name)
        actuator.setName(called)
        actuator.setOptimalForce(residual if name in root else reserve)
        actuator.setMinControl(-math.inf)
        actuator.setMaxControl(math.inf)
        made.append(actuator)
    return made


def driven_coordinates(model: Any) -> dict[str, str]:
    """Coordinates that the model drives itself, by the actuator's name."""
    import opensim

    actuators = map(opensim.CoordinateActuator.safeDownCast, items(model.getForceSet()))
    return {
        actuator.getName(): actuator.getCoordinate().getName()
        for actuator in actuators
        if actuator is not None and actuator.get_appliesForce()
    }
