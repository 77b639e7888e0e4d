"""The smallest model: a pendulum, for examples and tests."""

from bige_osim.spec.model import ModelSpec
from bige_osim.spec.muscles import MuscleSpec, PathSpec
from bige_osim.spec.skeleton import (
    AxisSpec,
    BodySpec,
    CoordinateSpec,
    JointSpec,
    PointSpec,
    SphereSpec,
)


def pendulum(
    *,
    length: float = 1.0,
    mass: float = 1.0,
    muscle: bool = False,
    foot: bool = False,
) -> ModelSpec:
    """Hang a point mass on a hinge at the origin of ground, by a rod without mass.

    The coordinate ``angle`` turns the body ``rod`` about z, from straight down. Small
    swings take ``2 π sqrt(length / g)``.

    Parameters
    ----------
    length : from the hinge to the mass, m
    mass : kg
    foot : let the rod stand on a contact sphere of 0.1 m at its end
    muscle : add ``lift``, of 1000 N, from 0.3 m above the hinge to 0.04 m before it

    Examples
    --------
    >>> model = pendulum(mass=2.0)
    >>> model.mass, model.coordinate_names, model.bodies[0].mass_center
    (2.0, ('angle',), (0.0, -1.0, 0.0))
    """
    end = (0.0, -length, 0.0)
    origin = PointSpec(name="origin", body="ground", location=(0.0, 0.3, 0.0))
    insertion = PointSpec(name="insertion", body="rod", location=(0.04, 0.0, 0.0))
    lift = MuscleSpec(
        name="lift",
        max_isometric_force=1000.0,
        optimal_fiber_length=0.1,
        tendon_slack_length=0.2,
        active_force_length=(0.25, 0.77, 1.9, 0.75, 0.0),
        force_velocity=(0.0, 0.25, 5.0, 0.0, 0.15, 1.4),
        path=PathSpec(points=(origin, insertion)),
    )
    middle = (0.0, 0.1 - length, 0.0)
    sole = SphereSpec(name="sole", body="rod", location=middle, radius=0.1)
    axis = AxisSpec(direction=(0.0, 0.0, 1.0), coordinate="angle")
    return ModelSpec(
        name="pendulum",
        bodies=(BodySpec(name="rod", mass=mass, mass_center=end),),
        joints=(JointSpec(name="hinge", kind="pin", child="rod", rotations=(axis,)),),
        coordinates=(
            CoordinateSpec(name="angle", joint="hinge", minimum=-3.0, maximum=3.0),
        ),
        markers=(PointSpec(name="tip", body="rod", location=end),),
        contacts=(sole,) if foot else (),
        feet=("rod",) if foot else (),
        muscles=(lift,) if muscle else (),
    )
