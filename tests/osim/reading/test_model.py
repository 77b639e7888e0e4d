from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import MissingFileError, ModelError
from bige_osim.osim.reading.model import read_model
from bige_osim.spec import FunctionSpec

pytestmark = pytest.mark.opensim

PIN = (
    '<PinJoint name="{name}"><socket_parent_frame>{parent}</socket_parent_frame>'
    "<socket_child_frame>{child}</socket_child_frame>"
    '<coordinates><Coordinate name="{name}_angle"/></coordinates></PinJoint>'
)


@pytest.fixture(scope="module")
def rajagopal() -> Path:
    found = find_spec("nimblephysics")
    if found is None or not found.submodule_search_locations:
        pytest.skip("nimblephysics, which brings Rajagopal2015, is not installed")
    package = Path(found.submodule_search_locations[0])
    return package / "models" / "rajagopal_data" / "Rajagopal2015.osim"


def write(path: Path, *, joints: str, constraints: str = "", extra: str = "") -> Path:
    """Write a model of three bodies a, b and c of 1 kg each."""
    bodies = "".join(
        f'<Body name="{name}"><mass>1</mass><mass_center>0 -0.5 0</mass_center>'
        "<inertia>1 2 2.5 0.1 0.2 0.3</inertia></Body>"
        for name in "abc"
    )
    path.write_text(
        '<OpenSimDocument Version="40500"><Model name="toy">'
        f"<BodySet><objects>{bodies}</objects></BodySet>"
        f"<JointSet><objects>{joints}</objects></JointSet>"
        f"<ConstraintSet><objects>{constraints}</objects></ConstraintSet>{extra}"
        "</Model></OpenSimDocument>"
    )
    return path


def pin(name: str, parent: str, child: str) -> str:
    parent = parent if parent == "/ground" else f"/bodyset/{parent}"
    return PIN.format(name=name, parent=parent, child=f"/bodyset/{child}")


CHAIN = pin("third", "b", "c") + pin("first", "/ground", "a") + pin("second", "a", "b")


def coupler(name: str, source: str, dependent: str, *, enforced: bool = True) -> str:
    return (
        f'<CoordinateCouplerConstraint name="{name}">'
        f"<isEnforced>{str(enforced).lower()}</isEnforced>"
        "<coupled_coordinates_function><LinearFunction><coefficients>1.5 0.2"
        "</coefficients></LinearFunction></coupled_coordinates_function>"
        f"<independent_coordinate_names>{source}</independent_coordinate_names>"
        f"<dependent_coordinate_name>{dependent}</dependent_coordinate_name>"
        "<scale_factor>2</scale_factor></CoordinateCouplerConstraint>"
    )


def test_rajagopal_has_what_its_file_says(rajagopal: Path) -> None:
    spec = read_model(rajagopal)
    assert spec.mass == pytest.approx(75.337)
    assert len(spec.bodies) == len(spec.joints) == 22
    assert len(spec.coordinates) == 39
    assert len(spec.independent_names) == 37
    assert len(spec.markers) == 66
    assert len(spec.muscles) == 80
    assert spec.contacts == ()
    knee = spec.coordinate("knee_angle_r")
    assert (knee.minimum, knee.maximum) == (0, pytest.approx(np.deg2rad(120), abs=1e-4))
    assert spec.coordinate("mtp_angle_r").locked
    assert spec.coordinate("pelvis_tx").translational
    assert not knee.translational
    assert {c.dependent: c.independent for c in spec.couplers} == {
        "knee_angle_r_beta": "knee_angle_r",
        "knee_angle_l_beta": "knee_angle_l",
    }


def test_the_same_file_is_read_once(rajagopal: Path) -> None:
    assert read_model(rajagopal) is read_model(str(rajagopal))


def test_parents_come_before_children(tmp_path: Path) -> None:
    spec = read_model(write(tmp_path / "toy.osim", joints=CHAIN))
    assert [joint.name for joint in spec.joints] == ["first", "second", "third"]
    assert [body.name for body in spec.bodies] == ["a", "b", "c"]


def test_inertia_is_a_symmetric_matrix(tmp_path: Path) -> None:
    spec = read_model(write(tmp_path / "toy.osim", joints=CHAIN))
    assert spec.bodies[0].mass_center == (0.0, -0.5, 0.0)
    assert spec.bodies[0].inertia.tolist() == [
        [1.0, 0.1, 0.2],
        [0.1, 2.0, 0.3],
        [0.2, 0.3, 2.5],
    ]


def test_a_coupler_keeps_its_function_and_scale_factor(tmp_path: Path) -> None:
    import opensim

    text = coupler("c", "first_angle", "third_angle")
    path = write(tmp_path / "toy.osim", joints=CHAIN, constraints=text)
    (found,) = read_model(path).couplers
    assert (found.dependent, found.independent) == ("third_angle", "first_angle")
    assert found.function == FunctionSpec(
        kind="linear", coefficients=(1.5, 0.2), scale=2.0
    )
    model = opensim.Model(str(path))
    state = model.initSystem()
    coordinates = model.getCoordinateSet()
    coordinates.get("first_angle").setValue(state, 0.3, True)
    first = coordinates.get("first_angle").getValue(state)
    expected = coordinates.get("third_angle").getValue(state)
    assert 2.0 * (1.5 * first + 0.2) == pytest.approx(expected, abs=1e-4)


def test_a_coupler_that_is_not_enforced_is_left_out(tmp_path: Path) -> None:
    text = coupler("c", "first_angle", "third_angle", enforced=False)
    path = write(tmp_path / "toy.osim", joints=CHAIN, constraints=text)
    assert read_model(path).couplers == ()


def test_contact_spheres_come_from_bodies_only(tmp_path: Path) -> None:
    extra = (
        "<ContactGeometrySet><objects>"
        '<ContactHalfSpace name="floor"><socket_frame>/ground</socket_frame>'
        '</ContactHalfSpace><ContactSphere name="heel">'
        "<socket_frame>/bodyset/a</socket_frame><location>0.1 0.2 0.3</location>"
        "<radius>0.04</radius></ContactSphere></objects></ContactGeometrySet>"
    )
    (sphere,) = read_model(
        write(tmp_path / "toy.osim", joints=CHAIN, extra=extra)
    ).contacts
    assert (sphere.name, sphere.body, sphere.radius) == ("heel", "a", 0.04)
    assert sphere.location == (0.1, 0.2, 0.3)


def test_a_missing_model_is_named() -> None:
    with pytest.raises(MissingFileError) as caught:
        read_model("nowhere.osim")
    assert str(caught.value) == (
        "The model nowhere.osim does not exist; pass the participant's .osim."
    )


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        read_model(path)
    return str(caught.value).removeprefix(f"{path}, ")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "toy.osim"
    path.write_text("time q\n0 1\n")
    assert refusal(path).startswith("whole file: OpenSim cannot read it (")


def test_an_unknown_joint_type_is_named(tmp_path: Path) -> None:
    odd = pin("odd", "a", "b").replace("PinJoint", "EllipsoidJoint")
    odd = odd.replace(
        '<Coordinate name="odd_angle"/>',
        '<Coordinate name="x"/><Coordinate name="y"/><Coordinate name="z"/>',
    )
    joints = pin("first", "/ground", "a") + odd + pin("third", "b", "c")
    assert refusal(write(tmp_path / "toy.osim", joints=joints)).startswith(
        "joint odd: type EllipsoidJoint is not supported; use CustomJoint, WeldJoint, "
    )


def custom(function: str, coordinates: str) -> str:
    joint = pin("odd", "a", "b").replace("PinJoint", "CustomJoint")
    transform = (
        '<SpatialTransform><TransformAxis name="rotation3"><coordinates>'
        f"{coordinates}</coordinates><axis>0 0 1</axis><function>{function}"
        "</function></TransformAxis></SpatialTransform></CustomJoint>"
    )
    joint = joint.replace("</CustomJoint>", transform)
    return pin("first", "/ground", "a") + joint + pin("third", "b", "c")


def test_an_unknown_function_type_is_named_with_its_axis(tmp_path: Path) -> None:
    joints = custom("<GCVSpline><half_order>3</half_order></GCVSpline>", "odd_angle")
    assert refusal(write(tmp_path / "toy.osim", joints=joints)) == (
        "joint odd, rotation3: function type GCVSpline is not supported; use Constant, "
        "LinearFunction, SimmSpline, PolynomialFunction or PiecewiseLinearFunction, "
        "each alone or in a MultiplierFunction."
    )


def test_another_constraint_is_refused(tmp_path: Path) -> None:
    point = (
        '<PointConstraint name="clamp"><socket_body_1>/bodyset/a</socket_body_1>'
        "<socket_body_2>/bodyset/c</socket_body_2></PointConstraint>"
    )
    path = write(tmp_path / "toy.osim", joints=CHAIN, constraints=point)
    assert refusal(path) == (
        "constraint clamp: type PointConstraint is not supported; set isEnforced to "
        "false if it can go."
    )


def test_a_loop_of_joints_is_refused(tmp_path: Path) -> None:
    joints = CHAIN + pin("loop", "/ground", "c")
    assert refusal(write(tmp_path / "toy.osim", joints=joints)) == (
        "joint loop: it does not lead from ground to c as the only joint to that body; "
        "make the joints a tree that starts at ground."
    )


def test_a_body_without_a_joint_is_refused(tmp_path: Path) -> None:
    joints = pin("first", "/ground", "a") + pin("second", "a", "b")
    assert refusal(write(tmp_path / "toy.osim", joints=joints)) == (
        "body c: no joint carries it; add a joint, a FreeJoint from ground if it is "
        "free."
    )


def test_reading_prints_nothing_and_leaves_no_log(
    rajagopal: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    copy = tmp_path / "copy.osim"
    copy.write_bytes(rajagopal.read_bytes())
    read_model(copy)
    assert capfd.readouterr() == ("", "")
    assert [path.name for path in tmp_path.iterdir()] == ["copy.osim"]
