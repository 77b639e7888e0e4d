"""Coordinate couplers of an OpenSim model; other constraints are refused."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bige_osim.errors import ModelError
from bige_osim.osim.reading.functions import read_function
from bige_osim.spec import CouplerSpec


def read_couplers(constraints: Iterable[Any], *, path: Path) -> tuple[CouplerSpec, ...]:
    """Extract couplers; constraints that are not enforced are left out.

    Parameters
    ----------
    constraints : of an ``opensim.Model``
    path : the ``.osim``, for messages

    Raises
    ------
    ModelError
        A constraint is of another type, or couples more than two coordinates.
    """
    return tuple(_coupler(c, path) for c in constraints if c.get_isEnforced())


def _coupler(constraint: Any, path: Path) -> CouplerSpec:
    import opensim

    element = f"constraint {constraint.getName()}"
    remedy = "set isEnforced to false if it can go"
    coupler = opensim.CoordinateCouplerConstraint.safeDownCast(constraint)
    if coupler is None:
        raise ModelError(
            path,
            element=element,
            problem=f"type {constraint.getConcreteClassName()} is not supported",
            remedy=remedy,
        )
    sources = coupler.getIndependentCoordinateNames()
    if sources.getSize() != 1:
        raise ModelError(
            path,
            element=element,
            problem=f"it depends on {sources.getSize()} coordinates at once",
            remedy=remedy,
        )
    function = read_function(coupler.getFunction(), path=path, element=element)
    factor = opensim.PropertyHelper.getValueDouble(
        coupler.getPropertyByName("scale_factor")
    )
    return CouplerSpec(
        dependent=coupler.getDependentCoordinateName(),
        independent=sources.get(0),
        function=replace(function, scale=function.scale * factor),
    )
