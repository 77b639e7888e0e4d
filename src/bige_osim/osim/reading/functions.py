"""OpenSim's functions of one coordinate, and the couplers made of them."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bige_osim.errors import ModelError
from bige_osim.paths import AnyPath
from bige_osim.spec import CouplerSpec, FunctionKind, FunctionSpec

_KNOTS: dict[str, FunctionKind] = {
    "SimmSpline": "simm_spline",
    "PiecewiseLinearFunction": "piecewise_linear",
}


def read_function(function: Any, *, path: AnyPath, element: str) -> FunctionSpec:
    """Extract a function's kind and numbers.

    Parameters
    ----------
    function : an ``opensim.Function``
    path, element : the ``.osim`` and the element that holds the function, for messages

    Raises
    ------
    ModelError
        The function is of a type that is not supported.
    """
    import opensim

    kind = function.getConcreteClassName()
    if kind == "MultiplierFunction":
        outer = opensim.MultiplierFunction.safeDownCast(function)
        inner = read_function(outer.getFunction(), path=path, element=element)
        return replace(inner, scale=inner.scale * outer.getScale())
    if kind == "Constant":
        value = opensim.Constant.safeDownCast(function).getValue()
        return FunctionSpec(kind="constant", coefficients=(value,))
    if kind == "LinearFunction":
        line = opensim.LinearFunction.safeDownCast(function)
        return FunctionSpec(
            kind="linear", coefficients=(line.getSlope(), line.getIntercept())
        )
    if kind == "PolynomialFunction":
        values = opensim.PolynomialFunction.safeDownCast(function).getCoefficients()
        coefficients = tuple(values.get(i) for i in range(values.size()))
        return FunctionSpec(kind="polynomial", coefficients=coefficients)
    if kind in _KNOTS:
        knots = getattr(opensim, kind).safeDownCast(function)
        count = range(knots.getNumberOfPoints())
        return FunctionSpec(
            kind=_KNOTS[kind],
            x=tuple(knots.getX(i) for i in count),
            y=tuple(knots.getY(i) for i in count),
        )
    raise ModelError(
        Path(path),
        element=element,
        problem=f"function type {kind} is not supported",
        remedy="use Constant, LinearFunction, SimmSpline, PolynomialFunction or "
        "PiecewiseLinearFunction, each alone or in a MultiplierFunction",
    )


def read_couplers(
    constraints: Iterable[Any], *, path: AnyPath
) -> tuple[CouplerSpec, ...]:
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


def _coupler(constraint: Any, path: AnyPath) -> CouplerSpec:
    import opensim

    element = f"constraint {constraint.getName()}"
    coupler = opensim.CoordinateCouplerConstraint.safeDownCast(constraint)
    if coupler is None:
        problem = f"type {constraint.getConcreteClassName()} is not supported"
    elif (count := coupler.getIndependentCoordinateNames().getSize()) != 1:
        problem = f"it depends on {count} coordinates at once"
    else:
        function = read_function(coupler.getFunction(), path=path, element=element)
        factor = opensim.PropertyHelper.getValueDouble(
            coupler.getPropertyByName("scale_factor")
        )
        return CouplerSpec(
            dependent=coupler.getDependentCoordinateName(),
            independent=coupler.getIndependentCoordinateNames().get(0),
            function=replace(function, scale=function.scale * factor),
        )
    remedy = "set isEnforced to false if it can go"
    raise ModelError(Path(path), element=element, problem=problem, remedy=remedy)
