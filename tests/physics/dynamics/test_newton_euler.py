"""Inverse dynamics: pendulums, bodies in free fall and in flight, a mass matrix."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from tests import models
from tests.models import X, Y, Z

from bige_osim.osim.reading.model import read_model
from bige_osim.physics.dynamics.newton_euler import Dynamics, Loads
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import FunctionSpec, JointKind

G = 9.80665
INERTIA = np.diag([0.1, 0.2, 0.4])
MASSES, LENGTHS, CENTERS, INERTIAS = (2.0, 3.0), (0.5, 0.4), (0.3, 0.1), (0.2, 0.05)


def links(count: int) -> Dynamics:
    """Links that hang along -y, each turned about z by a coordinate of its own."""
    joints, bodies = [], []
    for i in range(count):
        parent = f"link{i - 1}" if i else "ground"
        at = (0.0, -LENGTHS[i - 1] if i else 0.0, 0.0)
        turn = models.axes([f"angle{i}"], [Z])
        joints.append(models.joint(parent, f"link{i}", turn, at=at, kind="pin"))
        link = models.body(f"link{i}", MASSES[i], (0.0, -CENTERS[i], 0.0))
        bodies.append(replace(link, inertia=INERTIAS[i] * np.eye(3)))
    return Dynamics(Skeleton(models.model(*joints, bodies=bodies)))


def flier(
    *, kind: JointKind = "free", center: tuple[float, float, float] = (0.0, 0.0, 0.0)
) -> Dynamics:
    """A body of 2 kg that is free to move."""
    turns, slides = models.axes("abc", (X, Y, Z)), models.axes("xyz", (X, Y, Z))
    joint = models.joint("ground", "body", turns, slides, kind=kind)
    body = replace(models.body("body", 2.0, center), inertia=INERTIA)
    return Dynamics(Skeleton(models.model(joint, bodies=[body])))


def moving_person(path: Path, *, frames: int) -> tuple[Skeleton, list[torch.Tensor]]:
    skeleton = Skeleton(read_model(path))
    random = np.random.default_rng(0)
    shape = (frames, len(skeleton.coordinates.names))
    motion = [torch.as_tensor(random.uniform(-1, 1, shape)) for _ in range(3)]
    motion[0] = 0.5 + 0.3 * motion[0]
    return skeleton, motion


def test_the_mass_matrix_is_symmetric_and_positive(rajagopal: Path) -> None:
    skeleton, (q, _, _) = moving_person(rajagopal, frames=1)
    matrix = models.mass_matrix(Dynamics(skeleton), q)
    torch.testing.assert_close(matrix, matrix.mT)
    assert bool((torch.linalg.eigvalsh(matrix) > 0).all())


def test_exact_dynamics_follow_from_energy(rajagopal: Path) -> None:
    """By Lagrange, whose equations know nothing of axes and accelerations."""
    skeleton, (q, qd, qdd) = moving_person(rajagopal, frames=1)
    dynamics = Dynamics(skeleton, as_opensim=False)
    gravity = torch.tensor(skeleton.spec.gravity, dtype=torch.float64)

    def momentum(q: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = models.mass_matrix(dynamics, q) @ qd[0]
        return found

    def lagrangian(q: torch.Tensor) -> torch.Tensor:
        center = skeleton.center_of_mass(skeleton.place(q))[0]
        kinetic: torch.Tensor = 0.5 * qd[0] @ models.mass_matrix(dynamics, q) @ qd[0]
        return kinetic + skeleton.spec.mass * gravity @ center

    _, change = torch.autograd.functional.jvp(momentum, q, qd)
    slope = torch.autograd.functional.jacobian(lagrangian, q)[0]
    expected = models.mass_matrix(dynamics, q) @ qdd[0] + change - slope
    tau = dynamics.inverse(q, qd, qdd)[0]
    torch.testing.assert_close(tau, expected, atol=1e-10, rtol=1e-10)
    # OpenSim's is another by what its knees leave out.
    theirs = Dynamics(skeleton).inverse(q, qd, qdd)[0]
    assert 1e-3 < float((theirs - tau).abs().max()) < 1.0


def test_what_is_known_already_is_not_computed_again(rajagopal: Path) -> None:
    skeleton, motion = moving_person(rajagopal, frames=3)
    pose = skeleton.place(motion[0])
    jacobians = skeleton.axes.jacobians(motion[0], pose)
    dynamics = Dynamics(skeleton)
    tau = dynamics.inverse(*motion, pose=pose, jacobians=jacobians)
    torch.testing.assert_close(tau, dynamics.inverse(*motion))


def test_gradients_hold() -> None:
    curve = FunctionSpec(kind="polynomial", coefficients=(0.3, -0.2, 0.5, 0.0))
    turns = models.axes("kkt", (Z, X, Y))
    turns = (turns[0], replace(turns[1], function=curve), turns[2])
    slide = replace(turns[2], coordinate="k", function=curve)
    knee = models.joint("body", "shank", turns, (slide,), name="knee")
    thigh = flier(center=(0.1, 0.2, -0.1)).skeleton.spec
    shank = replace(models.body("shank", 1.0, (0.1, -0.2, 0.0)), inertia=INERTIA)
    spec = models.model(*thigh.joints, knee, bodies=(*thigh.bodies, shank))
    skeleton = Skeleton(spec)
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


def test_single_precision_is_good_to_a_hundredth_of_a_newton_metre(
    rajagopal: Path,
) -> None:
    skeleton, motion = moving_person(rajagopal, frames=20)
    double = Dynamics(skeleton).inverse(*motion)
    single = Dynamics(Skeleton(skeleton.spec, dtype=torch.float32))
    tau = single.inverse(*(x.float() for x in motion))
    assert tau.dtype == torch.float32
    torch.testing.assert_close(tau.double(), double, atol=1e-2, rtol=1e-4)
