"""OpenSim joints as :class:`~bige_osim.spec.JointSpec`: six motions between two frames.

Every supported joint is a body-fixed sequence of three rotations and three
translations; the fixed types are the special cases that OpenSim documents
(``PinJoint`` about z, ``UniversalJoint`` x-y, ``BallJoint``, ``GimbalJoint`` and
``FreeJoint`` x-y-z, ``SliderJoint`` along x, ``PlanarJoint`` z, x, y).
"""

from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.errors import ModelError
from bige_osim.osim.reading.bodies import base_name, offset_in_base
from bige_osim.osim.reading.functions import read_function
from bige_osim.paths import AnyPath
from bige_osim.spec import AxisSpec, FunctionSpec, JointKind, JointSpec

_ZERO = FunctionSpec(kind="constant", coefficients=(0.0,))
_IDENTITY = FunctionSpec(kind="linear", coefficients=(1.0, 0.0))
_AXES = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

# For each type: its name here, and the axis (0 to 2 a rotation about x, y, z; 3 to 5
# a translation along them) that each of its coordinates moves, in their order.
_FIXED: dict[str, tuple[JointKind, tuple[int, ...]]] = {
    "WeldJoint": ("weld", ()),
    "PinJoint": ("pin", (2,)),
    "UniversalJoint": ("universal", (0, 1)),
    "BallJoint": ("ball", (0, 1, 2)),
    "FreeJoint": ("free", (0, 1, 2, 3, 4, 5)),
    "GimbalJoint": ("custom", (0, 1, 2)),
    "SliderJoint": ("custom", (3,)),
    "PlanarJoint": ("custom", (2, 3, 4)),
}


def read_joint(joint: Any, *, path: AnyPath) -> JointSpec:
    """Extract one joint.

    Parameters
    ----------
    joint : an ``opensim.Joint`` of a model with finalised connections
    path : the ``.osim``, for messages

    Raises
    ------
    ModelError
        The joint or one of its functions is of a type that is not supported.
    """
    kind = joint.getConcreteClassName()
    element = f"joint {joint.getName()}"
    if kind == "CustomJoint":
        name: JointKind = "custom"
        axes = _custom_axes(joint, path=path, element=element)
    elif kind in _FIXED:
        name, moved = _FIXED[kind]
        coordinates = {
            axis: joint.get_coordinates(i).getName() for i, axis in enumerate(moved)
        }
        axes = tuple(_fixed_axis(_AXES[i % 3], coordinates.get(i)) for i in range(6))
    else:
        raise ModelError(
            Path(path),
            element=element,
            problem=f"type {kind} is not supported",
            remedy=f"use CustomJoint, {', '.join(_FIXED)}",
        )
    parent, child = joint.getParentFrame(), joint.getChildFrame()
    return JointSpec(
        name=joint.getName(),
        kind=name,
        parent=base_name(parent),
        child=base_name(child),
        parent_offset=offset_in_base(parent),
        child_offset=offset_in_base(child),
        rotations=axes[:3],
        translations=axes[3:],
    )


def _fixed_axis(
    direction: tuple[float, float, float], coordinate: str | None
) -> AxisSpec:
    return AxisSpec(
        direction=direction,
        coordinate=coordinate,
        function=_IDENTITY if coordinate else _ZERO,
    )


def _custom_axes(joint: Any, *, path: AnyPath, element: str) -> tuple[AxisSpec, ...]:
    import opensim

    transform = opensim.CustomJoint.safeDownCast(joint).getSpatialTransform()
    axes = []
    for i in range(6):
        axis = transform.getTransformAxis(i)
        part = f"{element}, {'rotation' if i < 3 else 'translation'}{i % 3 + 1}"
        names = axis.getCoordinateNamesInArray()
        if names.getSize() > 1:
            raise ModelError(
                Path(path),
                element=part,
                problem=f"it depends on {names.getSize()} coordinates at once",
                remedy="use functions of one coordinate",
            )
        coordinate = names.get(0) if names.getSize() else None
        # OpenSim takes an axis without a function for one that does not move.
        function = (
            read_function(axis.getFunction(), path=path, element=part)
            if axis.hasFunction()
            else _ZERO
        )
        if coordinate is None and function.kind != "constant":
            raise ModelError(
                Path(path),
                element=part,
                problem=f"its {function.kind} function has no coordinate",
                remedy="name the coordinate, or use a Constant",
            )
        if function.kind == "constant":
            coordinate = None
        # OpenSim, too, takes only the direction of an axis, of translations as well.
        x, y, z = axis.getAxis().to_numpy() / np.linalg.norm(axis.getAxis().to_numpy())
        axes.append(
            AxisSpec(
                direction=(float(x), float(y), float(z)),
                coordinate=coordinate,
                function=function,
            )
        )
    return tuple(axes)
