"""A whole model as plain data."""

from dataclasses import dataclass

from bige_osim.errors import UnknownNameError
from bige_osim.spec.muscles import ActuatorSpec, CylinderSpec, MuscleSpec
from bige_osim.spec.skeleton import (
    BodySpec,
    CoordinateSpec,
    CouplerSpec,
    JointSpec,
    PointSpec,
    SphereSpec,
)


@dataclass(frozen=True, kw_only=True)
class UnsupportedSpec:
    """An element that OpenSim can simulate and this toolkit cannot.

    Attributes
    ----------
    element : what it is and its name, as ``muscle soleus_r``
    problem : what about it is not supported
    """

    element: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """Everything this toolkit needs of an ``.osim``.

    Attributes
    ----------
    name : the model's own name
    sha256 : hash of the ``.osim`` file, hexadecimal
    bodies, joints : in an order where every parent comes before its child
    coordinates : all, in the model's order, coupled ones included
    couplers : which coordinates depend on which
    markers, contacts, muscles : as in the model; contacts may be empty
    cylinders : that the muscles wrap over
    actuators : those that are switched on, muscles apart
    gravity : m/s², in ground
    unsupported : forces, muscles and surfaces that only OpenSim itself can simulate
    feet : bodies of the right and the left foot where they were named; else empty
    """

    name: str
    sha256: str = ""
    bodies: tuple[BodySpec, ...] = ()
    joints: tuple[JointSpec, ...] = ()
    coordinates: tuple[CoordinateSpec, ...] = ()
    couplers: tuple[CouplerSpec, ...] = ()
    markers: tuple[PointSpec, ...] = ()
    contacts: tuple[SphereSpec, ...] = ()
    muscles: tuple[MuscleSpec, ...] = ()
    cylinders: tuple[CylinderSpec, ...] = ()
    actuators: tuple[ActuatorSpec, ...] = ()
    gravity: tuple[float, ...] = (0.0, -9.80665, 0.0)
    unsupported: tuple[UnsupportedSpec, ...] = ()
    feet: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Say what there is in one line."""
        return (
            f"ModelSpec({self.name}: {len(self.bodies)} bodies, "
            f"{len(self.coordinates)} coordinates, {len(self.muscles)} muscles)"
        )

    @property
    def mass(self) -> float:
        """Total mass, kg."""
        return sum(body.mass for body in self.bodies)

    @property
    def coordinate_names(self) -> tuple[str, ...]:
        """All coordinates, coupled ones included, in the model's order."""
        return tuple(c.name for c in self.coordinates)

    @property
    def independent_names(self) -> tuple[str, ...]:
        """Coordinates that no coupler sets, in the model's order."""
        coupled = {c.dependent for c in self.couplers}
        return tuple(n for n in self.coordinate_names if n not in coupled)

    @property
    def not_in_degrees(self) -> tuple[str, ...]:
        """Coordinates that files in degrees give in metres or radians all the same."""
        return tuple(c.name for c in self.coordinates if not c.in_degrees)

    @property
    def muscle_names(self) -> tuple[str, ...]:
        """Muscle names in the model's order."""
        return tuple(m.name for m in self.muscles)

    def coordinate(self, name: str) -> CoordinateSpec:
        """Look a coordinate up by name; an unknown one is an ``UnknownNameError``."""
        for coordinate in self.coordinates:
            if coordinate.name == name:
                return coordinate
        raise UnknownNameError(
            "coordinate", name, self.coordinate_names, where=f"model {self.name}"
        )
