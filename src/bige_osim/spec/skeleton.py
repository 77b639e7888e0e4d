"""Bodies, joints, coordinates and what is fixed to bodies, as plain data."""

from dataclasses import dataclass, field
from math import inf
from typing import Literal

import numpy as np
from jaxtyping import Float

JointKind = Literal["weld", "pin", "universal", "ball", "free", "custom"]
MotionType = Literal["rotational", "translational", "coupled"]
FunctionKind = Literal[
    "constant", "linear", "simm_spline", "polynomial", "piecewise_linear"
]
Vector = tuple[float, float, float]


def _unmoved() -> Float[np.ndarray, "4 4"]:
    return np.eye(4)


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """A scalar function of one coordinate, times ``scale`` (MultiplierFunction).

    Attributes
    ----------
    kind : which of the five
    coefficients : constant (c,); linear (slope, intercept); polynomial, highest first
    x, y : knots of ``simm_spline`` and ``piecewise_linear``, empty otherwise
    scale : factor, product of the MultiplierFunctions around it
    """

    kind: FunctionKind
    coefficients: tuple[float, ...] = ()
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()
    scale: float = 1.0


IDENTITY = FunctionSpec(kind="linear", coefficients=(1.0, 0.0))
"""The coordinate itself."""


@dataclass(frozen=True, kw_only=True)
class AxisSpec:
    """One of a joint's six motions: a rotation about, or a translation along, an axis.

    Attributes
    ----------
    direction : (3,) unit vector in the joint's parent frame (rotations: body-fixed
        sequence)
    coordinate : name of the coordinate it depends on, ``None`` for a constant
    function : amount (rad or m) as a function of that coordinate
    """

    direction: Vector
    coordinate: str | None = None
    function: FunctionSpec = IDENTITY


@dataclass(frozen=True, kw_only=True)
class JointSpec:
    """A joint between two bodies.

    Attributes
    ----------
    parent, child : body names; ``ground`` for the root
    parent_offset, child_offset : (4, 4) joint frame in the parent / child body:
        rotation and position (m)
    rotations : three body-fixed rotations, applied in this order
    translations : three translations, along axes of the parent joint frame
    """

    name: str
    kind: JointKind = "custom"
    parent: str = "ground"
    child: str
    parent_offset: Float[np.ndarray, "4 4"] = field(default_factory=_unmoved)
    child_offset: Float[np.ndarray, "4 4"] = field(default_factory=_unmoved)
    rotations: tuple[AxisSpec, ...] = ()
    translations: tuple[AxisSpec, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CoordinateSpec:
    """A generalised coordinate: range in rad or m, as the model has it.

    Attributes
    ----------
    translational : whether it is a length: it moves its joint along axes and about none
    minimum, maximum, default : rad, or m if it is a length
    motion_type : OpenSim's classification of the joint's functions. A translation
        inside a MultiplierFunction is ``coupled``, and so is a coordinate that both
        turns and moves its joint.
    """

    name: str
    joint: str
    translational: bool = False
    minimum: float = -inf
    maximum: float = inf
    default: float = 0.0
    clamped: bool = False
    locked: bool = False
    motion_type: MotionType = "rotational"

    @property
    def in_degrees(self) -> bool:
        """Whether a file in degrees gives it in degrees.

        OpenSim converts coordinates of motion type Rotational and no others
        (``SimbodyEngine::scaleRotationalDofColumns``), coupled or not.
        """
        return self.motion_type == "rotational" and not self.translational


@dataclass(frozen=True, kw_only=True)
class CouplerSpec:
    """CoordinateCouplerConstraint: ``dependent = function(independent)``."""

    dependent: str
    independent: str
    function: FunctionSpec = IDENTITY


@dataclass(frozen=True, kw_only=True)
class BodySpec:
    """A rigid body: mass kg, centre of mass m, inertia kg m² about it (body frame)."""

    name: str
    mass: float
    mass_center: Vector = (0.0, 0.0, 0.0)
    inertia: Float[np.ndarray, "3 3"] = field(default_factory=lambda: np.zeros((3, 3)))


@dataclass(frozen=True, kw_only=True)
class PointSpec:
    """A point fixed to a body (a marker), m in the body's frame."""

    name: str
    body: str
    location: Vector


@dataclass(frozen=True, kw_only=True)
class SphereSpec:
    """A contact sphere fixed to a body, m in the body's frame."""

    name: str
    body: str
    location: Vector
    radius: float


@dataclass(frozen=True, kw_only=True)
class BoneSpec:
    """A bone as a model draws it: a mesh fixed to a body.

    Attributes
    ----------
    file : of the mesh, as the model calls it
    frame : (4, 4) rotation and position (m) of the mesh in the body
    scale : factors along the axes of the mesh, before it is placed
    """

    file: str
    body: str
    frame: Float[np.ndarray, "4 4"] = field(default_factory=_unmoved)
    scale: Vector = (1.0, 1.0, 1.0)
