import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.physics.kinematics.functions import Pieces, pieces_of
from bige_osim.spec import FunctionSpec


def value(pieces: Pieces, x: float) -> float:
    piece = int(np.searchsorted(pieces.breaks, x, side="right"))
    local = x - pieces.origins[piece]
    return float(np.polyval(pieces.coefficients[piece][::-1], local))


def test_a_spline_through_a_cubic_is_that_cubic() -> None:
    x = np.array([-1.0, -0.2, 0.1, 0.9, 1.5])
    cubic = np.array([2.0, -1.0, 0.5, 3.0])
    spline = pieces_of(
        FunctionSpec(kind="simm_spline", x=tuple(x), y=tuple(np.polyval(cubic, x)))
    )
    for point in np.linspace(-1, 1.5, 30):
        assert value(spline, point) == pytest.approx(np.polyval(cubic, point))


def test_outside_its_knots_a_spline_goes_on_straight() -> None:
    x = np.array([0.0, 1.0, 2.0, 3.0])
    spline = pieces_of(FunctionSpec(kind="simm_spline", x=tuple(x), y=tuple(x**3)))
    assert value(spline, -2.0) == pytest.approx(0.0)
    assert value(spline, 5.0) == pytest.approx(27.0 + 2 * 27.0)


def test_a_scale_multiplies_the_values() -> None:
    function = FunctionSpec(
        kind="piecewise_linear", x=(0.0, 1.0), y=(1.0, 3.0), scale=-2.0
    )
    assert value(pieces_of(function), 0.5) == pytest.approx(-4.0)


def test_knots_that_do_not_increase_are_refused() -> None:
    with pytest.raises(BigeError) as caught:
        pieces_of(FunctionSpec(kind="simm_spline", x=(0.0, 0.0), y=(1.0, 2.0)))
    assert str(caught.value) == (
        "A simm_spline needs at least two knots at increasing x, got (0.0, 0.0); "
        "correct the model."
    )


@pytest.mark.opensim
@pytest.mark.parametrize("count", [2, 3, 4, 5, 9])
@pytest.mark.parametrize("kind", ["SimmSpline", "PiecewiseLinearFunction"])
def test_knots_give_the_values_that_opensim_gives(kind: str, count: int) -> None:
    import opensim

    random = np.random.default_rng(count)
    x = np.cumsum(random.uniform(0.05, 1.0, count))
    y = random.normal(size=count)
    theirs = getattr(opensim, kind)()
    for point, height in zip(x, y, strict=True):
        theirs.addPoint(point, height)
    name = "simm_spline" if kind == "SimmSpline" else "piecewise_linear"
    ours = pieces_of(FunctionSpec(kind=name, x=tuple(x), y=tuple(y)))
    for point in np.linspace(x[0] - 1, x[-1] + 1, 101):
        expected = theirs.calcValue(opensim.Vector(1, float(point)))
        assert value(ours, point) == pytest.approx(expected, abs=1e-12)
