"""A musculoskeletal model as plain data: what an ``.osim`` says, without OpenSim.

Lengths in metres, angles in radians, masses in kilograms. Frames are bodies by name;
``ground`` is the root. Sources: OpenSim 4 API, classes of the same names.
"""

from bige_osim.spec.model import ModelSpec, UnsupportedSpec
from bige_osim.spec.muscles import (
    ActuatorSpec,
    CylinderSpec,
    MuscleSpec,
    PathSpec,
    Quadrant,
    WrapSpec,
)
from bige_osim.spec.pendulum import pendulum
from bige_osim.spec.skeleton import (
    IDENTITY,
    AxisSpec,
    BodySpec,
    BoneSpec,
    CoordinateSpec,
    CouplerSpec,
    FunctionKind,
    FunctionSpec,
    JointKind,
    JointSpec,
    MotionType,
    PointSpec,
    SphereSpec,
)
from bige_osim.spec.text import spec_from_json, spec_to_json

__all__ = [
    "IDENTITY",
    "ActuatorSpec",
    "AxisSpec",
    "BodySpec",
    "BoneSpec",
    "CoordinateSpec",
    "CouplerSpec",
    "CylinderSpec",
    "FunctionKind",
    "FunctionSpec",
    "JointKind",
    "JointSpec",
    "ModelSpec",
    "MotionType",
    "MuscleSpec",
    "PathSpec",
    "PointSpec",
    "Quadrant",
    "SphereSpec",
    "UnsupportedSpec",
    "WrapSpec",
    "pendulum",
    "spec_from_json",
    "spec_to_json",
]
