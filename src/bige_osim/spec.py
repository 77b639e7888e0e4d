"""A musculoskeletal model as plain data: what an ``.osim`` says, without OpenSim.

Lengths in metres, angles in radians, masses in kilograms. Frames are bodies by name;
``ground`` is the root. Sources: OpenSim 4 API, classes of the same names.
"""

import json
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DatasetError, UnknownNameError

JointKind = Literal["weld", "pin", "universal", "ball", "free", "custom"]
FunctionKind = Literal[
    "constant", "linear", "simm_spline", "polynomial", "piecewise_linear"
]


@dataclass(frozen=True)
class FunctionSpec:
    """A scalar function of one coordinate, times ``scale`` (MultiplierFunction).

    Attributes
    ----------
    kind : which of the five
    coefficients : constant (c,); linear (slope, intercept); polynomial, highest first
    x, y : knots of ``simm_spline`` and ``piecewise_linear``, empty otherwise
    scale : product of the MultiplierFunctions around it
    """

    kind: FunctionKind
    coefficients: tuple[float, ...] = ()
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    scale: float = 1.0


@dataclass(frozen=True)
class AxisSpec:
    """One of a joint's six motions: a rotation about, or a translation along, an axis.

    Attributes
    ----------
    direction : (3,) unit vector in the joint's parent frame (rotations: body-fixed
        sequence)
    coordinate : name of the coordinate it depends on, ``None`` for a constant
    function : amount (rad or m) as a function of that coordinate
    """

    direction: tuple[float, float, float]
    coordinate: str | None
    function: FunctionSpec


@dataclass(frozen=True)
class JointSpec:
    """A joint between two bodies.

    Attributes
    ----------
    parent, child : body names; ``ground`` for the root
    parent_offset, child_offset : (4, 4) joint frame in the parent / child body
    rotations : three body-fixed rotations, applied in this order
    translations : three translations, along axes of the parent joint frame
    """

    name: str
    kind: JointKind
    parent: str
    child: str
    parent_offset: Float[np.ndarray, "4 4"]
    child_offset: Float[np.ndarray, "4 4"]
    rotations: tuple[AxisSpec, ...]
    translations: tuple[AxisSpec, ...]


@dataclass(frozen=True)
class CoordinateSpec:
    """A generalised coordinate: range in rad or m, as the model has it."""

    name: str
    joint: str
    translational: bool
    minimum: float
    maximum: float
    default: float
    clamped: bool
    locked: bool


@dataclass(frozen=True)
class CouplerSpec:
    """CoordinateCouplerConstraint: ``dependent = function(independent)``."""

    dependent: str
    independent: str
    function: FunctionSpec


@dataclass(frozen=True)
class BodySpec:
    """A rigid body: mass kg, centre of mass m, inertia kg m² about it (body frame)."""

    name: str
    mass: float
    mass_center: tuple[float, float, float]
    inertia: Float[np.ndarray, "3 3"]


@dataclass(frozen=True)
class PointSpec:
    """A point fixed to a body (a marker), m in the body's frame."""

    name: str
    body: str
    location: tuple[float, float, float]


@dataclass(frozen=True)
class SphereSpec:
    """A contact sphere fixed to a body, m in the body's frame."""

    name: str
    body: str
    location: tuple[float, float, float]
    radius: float


@dataclass(frozen=True)
class MuscleSpec:
    """A muscle's name and parameters: N, m, rad."""

    name: str
    max_isometric_force: float
    optimal_fiber_length: float
    tendon_slack_length: float
    pennation_angle: float


@dataclass(frozen=True)
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
    """

    name: str
    sha256: str
    bodies: tuple[BodySpec, ...]
    joints: tuple[JointSpec, ...]
    coordinates: tuple[CoordinateSpec, ...]
    couplers: tuple[CouplerSpec, ...]
    markers: tuple[PointSpec, ...]
    contacts: tuple[SphereSpec, ...]
    muscles: tuple[MuscleSpec, ...]

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
    def unturned_names(self) -> tuple[str, ...]:
        """Coordinates that files in degrees do not give in degrees.

        OpenSim converts those of motion type Rotational, neither translations nor
        coupled coordinates.
        """
        coupled = {c.dependent for c in self.couplers}
        return tuple(
            c.name for c in self.coordinates if c.translational or c.name in coupled
        )

    @property
    def muscle_names(self) -> tuple[str, ...]:
        """Muscle names in the model's order."""
        return tuple(m.name for m in self.muscles)

    def coordinate(self, name: str) -> CoordinateSpec:
        """Look a coordinate up by name; an unknown name is an error."""
        for coordinate in self.coordinates:
            if coordinate.name == name:
                return coordinate
        raise UnknownNameError(
            "coordinate", name, self.coordinate_names, where=f"model {self.name}"
        )


def spec_to_json(spec: ModelSpec) -> str:
    """Write a model as JSON text: one object per dataclass, arrays as nested lists.

    Numbers keep every digit, so that :func:`spec_from_json` gives the same model;
    infinite ones, which JSON does not have, are the strings ``inf`` and ``-inf``.
    """
    return json.dumps(_plain(spec), allow_nan=False)


def spec_from_json(text: str) -> ModelSpec:
    """Read what :func:`spec_to_json` wrote.

    Raises
    ------
    DatasetError
        The text is not JSON, or not a model with exactly these fields.
    """
    try:
        spec: ModelSpec = _typed(ModelSpec, json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"A model description was expected, got text that is none ({error}); "
            "write the file again with this version."
        ) from error
    return spec


def _plain(value: Any) -> Any:
    """Nested dictionaries, lists and finite numbers."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value


def _typed(kind: Any, value: Any) -> Any:
    """Undo :func:`_plain` for a value whose annotation is ``kind``."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        if set(value) != set(hints):
            raise ValueError(f"the fields of {kind} are not {', '.join(value)}")
        return kind(**{name: _typed(hints[name], value[name]) for name in hints})
    if get_origin(kind) is tuple:
        return tuple(_typed(get_args(kind)[0], item) for item in value)
    if isinstance(value, list):
        array = np.array(value, dtype=float)
        array.flags.writeable = False  # specs are shared
        return array
    return float(value) if kind is float else value
