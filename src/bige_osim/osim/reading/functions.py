"""OpenSim functions of one coordinate as :class:`~bige_osim.spec.FunctionSpec`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from bige_osim.errors import ModelError
from bige_osim.spec import FunctionKind, FunctionSpec

_KNOTS: dict[str, FunctionKind] = {
    "SimmSpline": "simm_spline",
    "PiecewiseLinearFunction": "piecewise_linear",
}


def read_function(function: Any, *, path: Path, element: str) -> FunctionSpec:
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
        path,
        element=element,
        problem=f"function type {kind} is not supported",
        remedy="use Constant, LinearFunction, SimmSpline, PolynomialFunction or "
        "PiecewiseLinearFunction, each alone or in a MultiplierFunction",
    )
