"""Every type of joint and function in one made-up chain, against OpenSim."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bige_osim.osim.reading.model import read_model
from bige_osim.physics.dynamics.newton_euler import Dynamics
from bige_osim.physics.kinematics.skeleton import Skeleton

pytestmark = pytest.mark.opensim

TYPES = {
    "FreeJoint": 6,
    "PinJoint": 1,
    "UniversalJoint": 2,
    "BallJoint": 3,
    "GimbalJoint": 3,
    "SliderJoint": 1,
    "PlanarJoint": 3,
    "WeldJoint": 0,
}


# One function of each kind, some scaled, as they stand in an .osim.
KNOTS = "<x>-0.8 -0.3 0.1 0.6 0.9</x><y>0.2 -0.1 0.4 0.3 0.5</y>"
SPLINE = f"<SimmSpline>{KNOTS}</SimmSpline>"
LINES = f"<PiecewiseLinearFunction>{KNOTS}</PiecewiseLinearFunction>"
FUNCTIONS = (
    "<LinearFunction><coefficients>1.0 0.2</coefficients></LinearFunction>",
    SPLINE,
    "<Constant><value>0.7</value></Constant>",
    "<PolynomialFunction><coefficients>0.3 -0.2 0.5 0.1</coefficients>"
    "</PolynomialFunction>",
    f"<MultiplierFunction><function>{LINES}</function><scale>1.5</scale>"
    "</MultiplierFunction>",
    "<MultiplierFunction><function><MultiplierFunction>"
    f"<function>{SPLINE}</function><scale>2</scale></MultiplierFunction></function>"
    "<scale>-0.4</scale></MultiplierFunction>",
)


def text(values: np.ndarray) -> str:
    return " ".join(str(float(value)) for value in values)


def offset_frame(name: str, parent: str, random: np.random.Generator) -> str:
    return (
        f'<PhysicalOffsetFrame name="{name}"><socket_parent>{parent}</socket_parent>'
        f"<translation>{text(random.uniform(-1, 1, 3))}</translation>"
        f"<orientation>{text(random.uniform(-1, 1, 3))}</orientation>"
        "</PhysicalOffsetFrame>"
    )


def spatial_transform(joint: str, first: int, random: np.random.Generator) -> str:
    """Six axes in any direction and of any length, over two coordinates."""
    axes = ""
    for i in range(6):
        function = FUNCTIONS[(i + first) % 6]
        moves = "" if "Constant" in function else f"{joint}_{i % 2}"
        name = f"{'rotation' if i < 3 else 'translation'}{i % 3 + 1}"
        axes += (
            f'<TransformAxis name="{name}"><coordinates>{moves}</coordinates>'
            f"<axis>{text(random.normal(size=3))}</axis>"
            f"<function>{function}</function></TransformAxis>"
        )
    return f"<SpatialTransform>{axes}</SpatialTransform>"


def joint_text(
    name: str, kind: str, index: int, *, first: int, random: np.random.Generator
) -> str:
    parent = f"/bodyset/body{index - 1}" if index else "/ground"
    coordinates = "".join(
        f'<Coordinate name="{name}_{k}"/>' for k in range(TYPES.get(kind, 2))
    )
    transform = spatial_transform(name, first, random) if kind == "CustomJoint" else ""
    return (
        f'<{kind} name="{name}"><socket_parent_frame>before</socket_parent_frame>'
        "<socket_child_frame>after</socket_child_frame>"
        f"<coordinates>{coordinates}</coordinates><frames>"
        f"{offset_frame('before', parent, random)}"
        f"{offset_frame('after', f'/bodyset/body{index}', random)}</frames>"
        f"{transform}</{kind}>"
    )


def write_zoo(path: Path, *, shift: int) -> Path:
    """Write a chain of every joint type, with skew offsets on both sides.

    ``shift`` says which functions the custom joints at its end begin with.
    """
    random = np.random.default_rng(3)
    bodies = joints = markers = ""
    for i, kind in enumerate([*TYPES, "CustomJoint", "CustomJoint"]):
        first = i - len(TYPES) + 2 + shift  # the same however many types there are
        joints += joint_text(f"{kind}{i}", kind, i, first=first, random=random)
        bodies += (
            f'<Body name="body{i}"><components>'
            f"{offset_frame('plate', '..', random)}</components>"
            f"<mass>{random.uniform(1, 3)}</mass>"
            f"<mass_center>{text(random.uniform(-0.1, 0.1, 3))}</mass_center>"
            "<inertia>1 1 1 0 0 0</inertia></Body>"
        )
        markers += (
            f'<Marker name="marker{i}"><socket_parent_frame>/bodyset/body{i}/plate'
            f"</socket_parent_frame><location>{text(random.uniform(-1, 1, 3))}"
            "</location></Marker>"
        )
    path.write_text(
        '<OpenSimDocument Version="40500"><Model name="zoo">'
        f"<BodySet><objects>{bodies}</objects></BodySet>"
        f"<JointSet><objects>{joints}</objects></JointSet>"
        f"<MarkerSet><objects>{markers}</objects></MarkerSet>"
        "</Model></OpenSimDocument>"
    )
    return path


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain that ends in a constant rotation before two that move."""
    return write_zoo(tmp_path_factory.mktemp("zoo") / "zoo.osim", shift=0)


@pytest.fixture(scope="module")
def free_zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A chain without constant rotations, which OpenSim's velocities leave out."""
    return write_zoo(tmp_path_factory.mktemp("zoo") / "zoo.osim", shift=1)


def random_values(names: tuple[str, ...], seed: int) -> torch.Tensor:
    random = np.random.default_rng(seed)
    return torch.as_tensor(random.uniform(-1.5, 1.5, len(names)))


def test_every_joint_type_moves_as_in_opensim(
    zoo: Path, in_opensim: Callable[[Path], Any]
) -> None:
    spec = read_model(zoo)
    skeleton, model = Skeleton(spec), in_opensim(zoo)
    names = skeleton.coordinate_names
    assert len(names) == sum(TYPES.values()) + 4
    assert {joint.kind for joint in spec.joints} == {
        "weld", "pin", "universal", "ball", "free", "custom",
    }  # fmt: skip
    for seed in range(20):
        q = random_values(names, seed)
        model.place(dict(zip(names, q.tolist(), strict=True)))
        pose = skeleton.pose(q, names)
        rotation, position = model.bodies(skeleton.body_names)
        centres = model.joint_centres(skeleton.joint_names)
        for ours, theirs in (
            (pose.rotation, rotation),
            (pose.position, position),
            (skeleton.joint_centres(pose), centres),
            (skeleton.markers(pose), model.markers(skeleton.marker_names)),
            (skeleton.center_of_mass(pose), model.center_of_mass()),
        ):
            np.testing.assert_allclose(ours.numpy(), theirs, atol=1e-10, rtol=0)


def test_gradients_hold_for_every_joint_type(zoo: Path) -> None:
    skeleton = Skeleton(read_model(zoo))
    names = skeleton.coordinate_names
    q = random_values(names, 0).requires_grad_()
    assert torch.autograd.gradcheck(
        lambda x: (skeleton.pose(x, names).rotation, skeleton.pose(x, names).position),
        q,
    )


def test_a_free_joint_on_a_skew_frame_gives_its_wrench(
    zoo: Path, in_opensim: Callable[[Path], Any]
) -> None:
    spec = read_model(zoo)
    skeleton, gravity = Skeleton(spec), (2.0, -9.0, 3.0)
    names = skeleton.coordinate_names
    q = random_values(names, 1)
    values = dict(zip(names, q.tolist(), strict=True))
    tau = in_opensim(zoo).static_forces(values, gravity)
    root = torch.tensor([tau[name] for name in skeleton.root_names()]).double()
    force, moment = skeleton.root_wrench(q, names, root)
    pose = skeleton.pose(q, names)
    weight = -spec.mass * torch.tensor(gravity, dtype=torch.float64)
    lever = skeleton.center_of_mass(pose) - pose.body("body0")[1]
    torch.testing.assert_close(force, weight)
    torch.testing.assert_close(
        moment, torch.linalg.cross(lever, weight), rtol=1e-6, atol=1e-5
    )  # the weight that OpenSim gives differs by 1e-7 of it


def test_every_joint_type_takes_the_forces_that_opensim_says(
    free_zoo: Path, in_opensim: Callable[[Path], Any]
) -> None:
    skeleton, model = Skeleton(read_model(free_zoo)), in_opensim(free_zoo)
    names = skeleton.coordinates.names
    assert names == skeleton.coordinate_names  # nothing is coupled
    for seed in range(10):
        motion = [random_values(names, 3 * seed + i) for i in range(3)]
        ours = Dynamics(skeleton).inverse(*(x[None] for x in motion))[0]
        theirs = model.forces(
            *(dict(zip(names, x.tolist(), strict=True)) for x in motion)
        )
        expected = [theirs[name] for name in names]
        np.testing.assert_allclose(ours.numpy(), expected, atol=1e-9, rtol=1e-9)
