"""What moves a model, read by OpenSim; what is not supported is named."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bige_osim.osim.reading.model import read_model
from bige_osim.spec import ActuatorSpec, ModelSpec, UnsupportedSpec, WrapSpec

pytestmark = pytest.mark.opensim


@pytest.fixture
def changed(pendulum: Path, tmp_path: Path) -> Callable[[Callable[..., None]], Any]:
    """Change the pendulum in OpenSim, write it and read it."""

    def change(edit: Callable[..., None]) -> ModelSpec:
        import opensim

        model = opensim.Model(str(pendulum))
        model.finalizeConnections()
        edit(opensim, model)
        model.finalizeConnections()
        path = tmp_path / "changed.osim"
        model.printToXML(str(path))
        return read_model(path)

    return change


def test_a_muscle_keeps_its_parameters_and_its_path(pendulum: Path) -> None:
    spec = read_model(pendulum)
    near = spec.muscles[0]
    assert near.name == "near"
    assert near.max_isometric_force == 500.0
    assert near.optimal_fiber_length == 0.2
    assert near.tendon_slack_length == 0.1
    assert near.max_contraction_velocity == 10.0
    assert near.max_pennation_angle == pytest.approx(np.arccos(0.1))
    assert near.controls == (0.01, 1.0)
    assert near.active_force_length == (0.4441, 0.73, 1.8123, 0.8616, 0.0)
    assert near.force_velocity == (0.0, 0.25, 5.0, 0.0, 0.15, 1.4)
    assert [p.body for p in near.path.points] == ["ground", "rod"]
    assert near.path.points[0].location == (0.03, 0.3, 0.0)
    assert near.path.wraps == ()
    assert spec.gravity == (0.0, -9.81, 0.0)
    assert spec.unsupported == ()


def test_points_on_other_frames_are_put_on_their_body(changed: Any) -> None:
    def edit(osim: Any, model: Any) -> None:
        rod = model.getBodySet().get("rod")
        turn = osim.Transform(osim.Vec3(0.1, 0, 0))
        frame = osim.PhysicalOffsetFrame("plate", rod, turn)
        rod.addComponent(frame)
        path = model.getMuscles().get(0).updGeometryPath()
        path.appendNewPathPoint("end", frame, osim.Vec3(0, 0.2, 0))

    end = changed(edit).muscles[0].path.points[-1]
    assert (end.body, end.location) == ("rod", (0.1, 0.2, 0.0))


def add_wrap(model: Any, surface: Any) -> None:
    surface.setName("pulley")
    model.getBodySet().get("rod").addWrapObject(surface)
    model.getMuscles().get(0).updGeometryPath().addPathWrap(surface)
    surface.thisown = False


def test_a_cylinder_keeps_its_place_size_and_side(changed: Any) -> None:
    def edit(osim: Any, model: Any) -> None:
        surface = osim.WrapCylinder()
        surface.set_radius(0.02)
        surface.set_length(0.3)
        surface.set_quadrant("-y")
        surface.set_translation(osim.Vec3(0.1, 0.2, 0.3))
        surface.set_xyz_body_rotation(osim.Vec3(np.pi / 2, np.pi / 2, 0))
        add_wrap(model, surface)

    spec = changed(edit)
    (cylinder,) = spec.cylinders
    assert (cylinder.name, cylinder.body) == ("pulley", "rod")
    assert (cylinder.radius, cylinder.length, cylinder.quadrant) == (0.02, 0.3, "-y")
    # A quarter turn about x, then one about the turned y, which points along z.
    expected = [[0, 0, 1, 0.1], [1, 0, 0, 0.2], [0, 1, 0, 0.3], [0, 0, 0, 1]]
    np.testing.assert_allclose(cylinder.frame, expected, atol=1e-12)
    assert spec.muscles[0].path.wraps == (WrapSpec(cylinder="pulley", first=0, last=1),)


@pytest.mark.recordings
def test_wraps_are_limited_to_a_range_of_points(recordings: Path) -> None:
    spec = read_model(recordings / "models" / "LaiUhlrich2022.osim")
    psoas = spec.muscles[spec.muscle_names.index("psoas_r")]
    assert psoas.path.wraps == (WrapSpec(cylinder="PS_at_brim_r", first=1, last=2),)
    assert len(psoas.path.points) == 4


def test_a_wrap_that_is_not_active_is_left_out(changed: Any) -> None:
    def edit(osim: Any, model: Any) -> None:
        surface = osim.WrapSphere()
        surface.set_active(False)
        add_wrap(model, surface)

    spec = changed(edit)
    assert spec.muscles[0].path.wraps == ()
    assert spec.cylinders == spec.unsupported == ()


def test_actuators_that_are_switched_on_are_read(changed: Any) -> None:
    def edit(osim: Any, model: Any) -> None:
        for name, on in (("motor", True), ("spare", False)):
            actuator = osim.CoordinateActuator("angle")
            actuator.setName(name)
            actuator.setOptimalForce(20.0)
            actuator.setMinControl(-2.0)
            actuator.setMaxControl(3.0)
            actuator.set_appliesForce(on)
            model.addForce(actuator)
            del actuator

    expected = ActuatorSpec(
        name="motor", coordinate="angle", optimal_force=20.0, controls=(-2.0, 3.0)
    )
    assert changed(edit).actuators == (expected,)


def sphere(osim: Any, model: Any) -> None:
    add_wrap(model, osim.WrapSphere())


def conditional(osim: Any, model: Any) -> None:
    point = osim.ConditionalPathPoint()
    point.setName("via")
    points = model.getMuscles().get(0).updGeometryPath().updPathPointSet()
    points.cloneAndAppend(point)
    point = osim.ConditionalPathPoint.safeDownCast(points.get(2))
    point.connectSocket_parent_frame(model.getBodySet().get("rod"))
    point.connectSocket_coordinate(model.getCoordinateSet().get("angle"))


def off(osim: Any, model: Any) -> None:
    model.getMuscles().get(0).set_appliesForce(False)


def thelen(osim: Any, model: Any) -> None:
    muscle = osim.Thelen2003Muscle("old", 100.0, 0.1, 0.1, 0.0)
    muscle.addNewPathPoint("o", model.getGround(), osim.Vec3(0.1, 0.3, 0))
    muscle.addNewPathPoint("i", model.getBodySet().get("rod"), osim.Vec3(0.1, 0, 0))
    model.addForce(muscle)
    muscle.thisown = False


def curved(osim: Any, model: Any) -> None:
    muscle = osim.Millard2012EquilibriumMuscle.safeDownCast(model.getMuscles().get(0))
    muscle.upd_ForceVelocityCurve().setConcentricCurviness(0.1)


def spring(osim: Any, model: Any) -> None:
    force = osim.SpringGeneralizedForce("angle")
    force.setName("cord")
    model.addForce(force)
    force.thisown = False


@pytest.mark.parametrize(
    ("edit", "element", "problem"),
    [
        (sphere, "muscle near", "it wraps over pulley, a WrapSphere, not a cylinder"),
        (
            conditional,
            "muscle near",
            "its path point via is a ConditionalPathPoint, not fixed to a body",
        ),
        (off, "muscle near", "it is switched off"),
        (
            thelen,
            "muscle old",
            "it is a Thelen2003Muscle, not a Millard2012EquilibriumMuscle",
        ),
        (
            curved,
            "muscle near",
            "its force-velocity curve has another curviness than by default",
        ),
        (
            spring,
            "SpringGeneralizedForce cord",
            "forces of its kind are not supported",
        ),
    ],
)
def test_what_only_opensim_can_simulate_is_named(
    changed: Any, edit: Callable[..., None], element: str, problem: str
) -> None:
    spec = changed(edit)
    assert spec.unsupported == (UnsupportedSpec(element=element, problem=problem),)
    assert {"near", "far"} <= set(spec.muscle_names)
