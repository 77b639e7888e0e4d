"""Inverse dynamics: pendulums, bodies in free fall and in flight, a mass matrix."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bige_osim.errors import UnknownNameError
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.dynamics.newton_euler import Dynamics, Loads
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import (
    AxisSpec,
    BodySpec,
    CoordinateSpec,
    FunctionSpec,
    JointKind,
    JointSpec,
    ModelSpec,
)

G = 9.80665
UNIT = FunctionSpec("linear", (1.0, 0.0))
X, Y, Z = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
MASSES, LENGTHS, CENTERS, INERTIAS = (2.0, 3.0), (0.5, 0.4), (0.3, 0.1), (0.2, 0.05)


def model(*joints: JointSpec, bodies: tuple[BodySpec, ...]) -> Skeleton:
    coordinates = {
        axis.coordinate: joint.name
        for joint in joints
        for axis in joint.rotations + joint.translations
        if axis.coordinate is not None
    }
    return Skeleton(
        ModelSpec(
            name="made up",
            sha256="",
            bodies=bodies,
            joints=joints,
            coordinates=tuple(
                CoordinateSpec(name, joint, False, -3.0, 3.0, 0.0, False, False)
                for name, joint in coordinates.items()
            ),
            couplers=(),
            markers=(),
            contacts=(),
            muscles=(),
        )
    )


def links(count: int) -> Dynamics:
    """Links that hang along -y, each turned about z by a coordinate of its own."""
    joints, bodies = [], []
    for i in range(count):
        frame = np.eye(4)
        frame[1, 3] = -LENGTHS[i - 1] if i else 0.0
        parent = f"link{i - 1}" if i else "ground"
        turn = (AxisSpec(Z, f"angle{i}", UNIT),)
        joints.append(
            JointSpec(f"pin{i}", "pin", parent, f"link{i}", frame, np.eye(4), turn, ())
        )
        center = (0.0, -CENTERS[i], 0.0)
        inertia = INERTIAS[i] * np.eye(3)
        bodies.append(BodySpec(f"link{i}", MASSES[i], center, inertia))
    return Dynamics(model(*joints, bodies=tuple(bodies)))


def flier(
    *, kind: JointKind = "free", center: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> Dynamics:
    """A body of 2 kg that is free to move."""
    turns = tuple(AxisSpec(d, n, UNIT) for d, n in zip((X, Y, Z), "abc", strict=True))
    slides = tuple(AxisSpec(d, n, UNIT) for d, n in zip((X, Y, Z), "xyz", strict=True))
    joint = JointSpec("j", kind, "ground", "body", np.eye(4), np.eye(4), turns, slides)
    body = BodySpec("body", 2.0, center, np.diag([0.1, 0.2, 0.4]))
    return Dynamics(model(joint, bodies=(body,)))


def rows(*values: float) -> torch.Tensor:
    return torch.tensor([values], dtype=torch.float64)


def test_a_pendulum_takes_its_weight_and_inertia() -> None:
    tau = links(1).inverse(rows(0.7), rows(5.0), rows(3.0))
    weight = MASSES[0] * G * CENTERS[0] * np.sin(0.7)
    inertia = INERTIAS[0] + MASSES[0] * CENTERS[0] ** 2
    assert tau.item() == pytest.approx(weight + 3.0 * inertia)


def test_a_double_pendulum_is_as_in_the_textbook() -> None:
    (m1, m2), (l1, _), (c1, c2), (i1, i2) = MASSES, LENGTHS, CENTERS, INERTIAS
    q, u, a = (0.4, -1.1), (2.0, -3.0), (1.5, 4.0)
    # Spong, Hutchinson and Vidyasagar 2006, Robot Modeling and Control, sec. 7.4
    mixed = m2 * l1 * c2
    d12 = m2 * c2**2 + mixed * np.cos(q[1]) + i2
    d22 = m2 * c2**2 + i2
    d11 = m1 * c1**2 + m2 * (l1**2 + c2**2) + 2 * mixed * np.cos(q[1]) + i1 + i2
    h = -mixed * np.sin(q[1])
    low = m2 * c2 * G * np.sin(q[0] + q[1])
    high = (m1 * c1 + m2 * l1) * G * np.sin(q[0]) + low
    expected = [
        d11 * a[0] + d12 * a[1] + h * (2 * u[0] * u[1] + u[1] ** 2) + high,
        d12 * a[0] + d22 * a[1] - h * u[0] ** 2 + low,
    ]
    dynamics = links(2)
    tau = dynamics.inverse(rows(*q), rows(*u), rows(*a))
    np.testing.assert_allclose(tau[0], expected)
    np.testing.assert_allclose(
        dynamics.mass_matrix(rows(*q))[0], [[d11, d12], [d12, d22]]
    )


@pytest.mark.parametrize("kind", ["custom", "free"])
def test_free_fall_takes_no_forces(kind: JointKind) -> None:
    fall = flier(kind=kind, center=(0.1, -0.2, 0.3))
    still, down = torch.zeros(1, 6), rows(0.0, 0.0, 0.0, 0.0, -G, 0.0)
    turned = rows(0.3, -1.0, 2.0, 5.0, 6.0, -7.0)
    drift = rows(0.0, 0.0, 0.0, 3.0, 2.0, 1.0)
    for speeds in (still.double(), drift):
        tau = fall.inverse(turned, speeds, down)
        np.testing.assert_allclose(tau, torch.zeros(1, 6), atol=1e-12)


def test_a_spinning_body_obeys_euler() -> None:
    dynamics = flier()
    values = rows(0.3, -1.0, 2.0, 0.0, 0.0, 0.0)
    spin, change = np.array([1.0, -2.0, 3.0]), np.array([0.5, 0.7, -0.2])  # in ground
    tau = dynamics.inverse(values, rows(*spin, 0, 0, 0), rows(*change, 0, G, 0))[0]
    rotation = dynamics.skeleton.place(values).rotation[0, 0].numpy()
    inertia = rotation @ np.diag([0.1, 0.2, 0.4]) @ rotation.T
    expected = inertia @ change + np.cross(spin, inertia @ spin)
    np.testing.assert_allclose(tau[:3], expected)
    np.testing.assert_allclose(tau[3:], [0.0, 4.0 * G, 0.0], atol=1e-12)


def test_a_force_from_outside_is_taken_off() -> None:
    dynamics = links(2)
    q, still = rows(np.pi / 2, 0.0), rows(0.0, 0.0)
    vector = torch.zeros(1, 1, 3, dtype=torch.float64)
    up, point, twist = vector.clone(), vector.clone(), vector.clone()
    up[..., 1], point[..., 0], twist[..., 2] = 10.0, 0.7, 2.0
    loads = Loads(("link1",), force=up, point=point, moment=twist)
    free = dynamics.inverse(q, still, still)
    helped = dynamics.inverse(q, still, still, loads=loads)
    # 10 N, 0.7 m from the first hinge and 0.2 m from the second, and 2 N m
    np.testing.assert_allclose((free - helped)[0], [9.0, 4.0])
    with pytest.raises(UnknownNameError, match="model made up has no body named link9"):
        dynamics.inverse(
            q, still, still, loads=Loads(("link9",), force=up, point=up, moment=up)
        )


def moving_person(path: Path, *, frames: int) -> tuple[Skeleton, list[torch.Tensor]]:
    skeleton = Skeleton(read_model(path))
    random = np.random.default_rng(0)
    shape = (frames, len(skeleton.coordinates.names))
    motion = [torch.as_tensor(random.uniform(-1, 1, shape)) for _ in range(3)]
    motion[0] = 0.5 + 0.3 * motion[0]
    return skeleton, motion


def test_the_mass_matrix_is_what_accelerations_meet(rajagopal: Path) -> None:
    skeleton, (values, speeds, _) = moving_person(rajagopal, frames=2)
    dynamics = Dynamics(skeleton)
    matrix = dynamics.mass_matrix(values)
    torch.testing.assert_close(matrix, matrix.mT)
    bias = dynamics.inverse(values, speeds, torch.zeros_like(values))
    for i, column in enumerate(torch.eye(values.shape[1], dtype=torch.float64)):
        tau = dynamics.inverse(values, speeds, column.expand_as(values)) - bias
        torch.testing.assert_close(tau, matrix[..., i], atol=1e-10, rtol=1e-10)
    assert bool((torch.linalg.eigvalsh(matrix) > 0).all())


def test_exact_dynamics_follow_from_energy(rajagopal: Path) -> None:
    """By Lagrange, whose equations know nothing of axes and accelerations."""
    skeleton, (values, speeds, accelerations) = moving_person(rajagopal, frames=1)
    dynamics = Dynamics(skeleton, as_opensim=False)
    gravity = torch.tensor(skeleton.spec.gravity, dtype=torch.float64)

    def momentum(q: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = dynamics.mass_matrix(q)[0] @ speeds[0]
        return found

    def lagrangian(q: torch.Tensor) -> torch.Tensor:
        center = skeleton.center_of_mass(skeleton.place(q))[0]
        kinetic: torch.Tensor = 0.5 * speeds[0] @ dynamics.mass_matrix(q)[0] @ speeds[0]
        return kinetic + skeleton.spec.mass * gravity @ center

    _, change = torch.autograd.functional.jvp(momentum, values, speeds)
    slope = torch.autograd.functional.jacobian(lagrangian, values)[0]
    expected = dynamics.mass_matrix(values)[0] @ accelerations[0] + change - slope
    tau = dynamics.inverse(values, speeds, accelerations)[0]
    torch.testing.assert_close(tau, expected, atol=1e-10, rtol=1e-10)
    # OpenSim's is another by what its knees leave out.
    theirs = Dynamics(skeleton).inverse(values, speeds, accelerations)[0]
    assert 1e-3 < float((theirs - tau).abs().max()) < 1.0


def test_what_is_known_already_is_not_computed_again(rajagopal: Path) -> None:
    skeleton, motion = moving_person(rajagopal, frames=3)
    pose = skeleton.place(motion[0])
    screws = skeleton.axes.screws(motion[0], pose)
    dynamics = Dynamics(skeleton)
    torch.testing.assert_close(
        dynamics.inverse(*motion, pose=pose, screws=screws), dynamics.inverse(*motion)
    )


def test_gradients_hold() -> None:
    curve = FunctionSpec("polynomial", (0.3, -0.2, 0.5, 0.0))
    knee = JointSpec(
        "knee", "custom", "body", "shank", np.eye(4), np.eye(4),
        (AxisSpec(Z, "k", UNIT), AxisSpec(X, "k", curve), AxisSpec(Y, "t", UNIT)),
        (AxisSpec(Y, "k", curve),),
    )  # fmt: skip
    thigh = flier(center=(0.1, 0.2, -0.1)).skeleton.spec
    shank = BodySpec("shank", 1.0, (0.1, -0.2, 0.0), np.diag([0.1, 0.2, 0.4]))
    skeleton = model(*thigh.joints, knee, bodies=(*thigh.bodies, shank))
    dynamics = Dynamics(skeleton)
    random = np.random.default_rng(0)
    motion = [
        torch.tensor(random.uniform(-1, 1, (2, 8)), requires_grad=True)
        for _ in range(3)
    ]
    force = [torch.tensor(random.uniform(-1, 1, (2, 1, 3))) for _ in range(3)]

    def tau(*inputs: torch.Tensor) -> torch.Tensor:
        *moved, pushed = inputs
        loads = Loads(("shank",), force=pushed, point=force[1], moment=force[2])
        return dynamics.inverse(*moved, loads=loads)

    assert torch.autograd.gradcheck(tau, (*motion, force[0].requires_grad_()))
    assert torch.autograd.gradcheck(dynamics.mass_matrix, motion[0])


def test_single_precision_is_good_to_a_hundredth_of_a_newton_metre(
    rajagopal: Path,
) -> None:
    skeleton, motion = moving_person(rajagopal, frames=20)
    double = Dynamics(skeleton).inverse(*motion)
    single = Dynamics(Skeleton(skeleton.spec, dtype=torch.float32))
    tau = single.inverse(*(x.float() for x in motion))
    assert tau.dtype == torch.float32
    torch.testing.assert_close(tau.double(), double, atol=1e-2, rtol=1e-4)
