"""Muscle paths: known answers, and OpenSim's own on every model there is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests import models
from tests.models import point
from tests.physics.conftest import OpenSimModel

from bige_osim.errors import BigeError
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.muscles.paths import MusclePaths, PathState
from bige_osim.spec import (
    CylinderSpec,
    ModelSpec,
    UnsupportedSpec,
    WrapSpec,
)

ARMS, HEIGHT, RADIUS = (0.03, 0.06), 0.3, 0.05
LENGTH_TOLERANCE, ARM_TOLERANCE = 1e-12, 1e-10
SEVERAL_LENGTH, SEVERAL_ARM = 1e-8, 1e-8
"""Of paths over several cylinders, m: small steps add up rounding."""


def pulled_rod() -> ModelSpec:
    """A rod on a hinge, pulled by two straight muscles and one over a pulley."""
    hinge = models.joint("ground", "rod", models.axes(["angle"], [models.Z]))
    straight = [
        models.muscle(
            name, point("ground", arm, HEIGHT, 0.0), point("rod", arm, 0.0, 0.0)
        )
        for name, arm in zip(("near", "far"), ARMS, strict=True)
    ]
    pulled = models.muscle(
        "pulled",
        point("ground", -0.1, 0.2, 0.0),
        point("rod", 0.2, -0.25, 0.0),
        wraps=(WrapSpec(cylinder="pulley", first=0, last=1),),
    )
    return models.model(
        hinge,
        name="pendulum",
        muscles=(*straight, pulled),
        cylinders=(CylinderSpec(name="pulley", body="rod", radius=RADIUS, length=0.2),),
    )


class Moved:
    """A model's skeleton, its axes and its muscle paths."""

    def __init__(self, spec: ModelSpec) -> None:
        self.spec = spec
        self.skeleton = Skeleton(spec)
        self.names = self.skeleton.coordinates.names
        self.paths = MusclePaths(spec, names=self.names)

    def __call__(self, q: torch.Tensor) -> PathState:
        pose = self.skeleton.pose(q, self.spec.independent_names)
        jacobians = self.skeleton.axes.jacobians(self.values(q), pose)
        state: PathState = self.paths(pose, jacobians.J)
        return state

    def values(self, q: torch.Tensor) -> torch.Tensor:
        """Coordinates, coupled ones too."""
        return self.skeleton.coordinates(q, self.spec.independent_names)

    def arms(self, q: torch.Tensor) -> torch.Tensor:
        """Moment arms (B, M, I) about independent coordinates, what they drive too."""
        state, values = self(q), self.values(q)
        dense = values.new_zeros(*state.length.shape, len(self.names))
        dense[:, self.paths.pair_muscles, self.paths.pair_coordinates] = (
            state.moment_arm
        )
        fold = self.skeleton.coordinates.fold
        return torch.stack([fold(values, arm) for arm in dense.unbind(1)], dim=1)


def random_poses(spec: ModelSpec, count: int) -> torch.Tensor:
    """Poses anywhere in the ranges of all coordinates."""
    random = np.random.default_rng(0)
    coordinates = [spec.coordinate(name) for name in spec.independent_names]
    low, high = [c.minimum for c in coordinates], [c.maximum for c in coordinates]
    return torch.tensor(random.uniform(low, high, (count, len(coordinates))))


def test_two_muscles_on_one_hinge_have_the_arms_of_their_triangles() -> None:
    angle = torch.tensor([[-0.4], [0.0], [0.7]]).double()
    state = Moved(pulled_rod())(angle)
    for i, arm in enumerate(ARMS):
        end = arm * torch.cat([angle.cos(), angle.sin()], dim=1)
        pull = torch.tensor([arm, HEIGHT]) - end
        length = pull.norm(dim=1)
        torch.testing.assert_close(state.length[:, i], length)
        cross = end[:, 0] * pull[:, 1] - end[:, 1] * pull[:, 0]
        torch.testing.assert_close(state.moment_arm[:, i], cross / length)


def test_the_arm_of_a_pulley_is_its_radius() -> None:
    angle = torch.tensor([[-0.1], [0.0], [0.1]]).double()
    state = Moved(pulled_rod())(angle)
    radius = torch.full((3,), RADIUS).double()
    torch.testing.assert_close(state.moment_arm[:, 2].abs(), radius)
    run = -state.moment_arm[0, 2] * torch.tensor([0.1, 0.1]).double()
    torch.testing.assert_close(state.length[:, 2].diff(), run)


def test_muscles_lengthen_against_their_arms() -> None:
    moved = Moved(pulled_rod())
    state = moved(torch.tensor([[0.3]]).double())
    speed = moved.paths.lengthening_speed(state, torch.tensor([[2.0]]).double())
    torch.testing.assert_close(speed, -2 * state.moment_arm)
    assert moved.paths.pair_muscles.tolist() == [0, 1, 2]


def test_a_model_without_muscles_has_no_lengths() -> None:
    state = Moved(replace(pulled_rod(), muscles=()))(torch.zeros(4, 1).double())
    assert state.length.shape == state.moment_arm.shape == (4, 0)


def test_a_muscle_that_only_opensim_can_simulate_is_named() -> None:
    problem = UnsupportedSpec(
        element="muscle far", problem="it wraps over ball, a WrapSphere"
    )
    spec = replace(
        pulled_rod(),
        unsupported=(UnsupportedSpec(element="Spring s", problem="no"), problem),
    )
    with pytest.raises(BigeError) as caught:
        MusclePaths(spec, names=["angle"])
    assert str(caught.value) == (
        "Model pendulum, muscle far: it wraps over ball, a WrapSphere; use --engine "
        "opensim."
    )


def test_the_pose_of_another_model_is_refused() -> None:
    moved = Moved(pulled_rod())
    pose = moved.skeleton.pose(torch.zeros(1, 1).double(), ["angle"])
    with pytest.raises(BigeError) as caught:
        moved.paths(replace(pose, body_names=("stick",)), torch.zeros(1, 1, 6).double())
    assert str(caught.value) == (
        "Muscle paths need the pose of a skeleton of their own model, with 1 bodies "
        "(rod), got 1 (stick); make both from one model."
    )


class InOpenSim(OpenSimModel):
    """A model open in OpenSim, with its muscles."""

    muscles = True

    def lengths(self, names: tuple[str, ...]) -> list[float]:
        muscles = self.model.getMuscles()
        return [muscles.get(name).getLength(self.state) for name in names]

    def arm(self, muscle: str, coordinate: str) -> float:
        about = self.model.getCoordinateSet().get(coordinate)
        arm: float = (
            self.model.getMuscles().get(muscle).computeMomentArm(self.state, about)
        )
        return arm


def assert_as_opensim(path: Path, *, poses: int, arm_poses: int) -> None:
    """Compare all lengths, and those moment arms that are not always zero."""
    spec = read_model(path)
    moved, reference = Moved(spec), InOpenSim(path)
    q = random_poses(spec, poses)
    values, lengths, arms = moved.values(q), moved(q).length, moved.arms(q)
    several = np.array([len(m.path.wraps) > 1 for m in spec.muscles])
    pairs = np.argwhere((arms != 0).any(dim=0).numpy())
    error = np.zeros((poses, len(spec.muscles)))
    arm_error = np.zeros((arm_poses, len(pairs)))
    for i in range(poses):
        reference.place(dict(zip(moved.names, values[i].tolist(), strict=True)))
        error[i] = lengths[i].numpy() - reference.lengths(spec.muscle_names)
        if i < arm_poses:
            arm_error[i] = [
                float(arms[i, m, c])
                - reference.arm(spec.muscle_names[m], spec.independent_names[c])
                for m, c in pairs
            ]
    assert np.abs(error[:, ~several]).max(initial=0) < LENGTH_TOLERANCE, path
    assert np.abs(error[:, several]).max(initial=0) < SEVERAL_LENGTH, path
    over = several[pairs[:, 0]]
    assert np.abs(arm_error[:, ~over]).max(initial=0) < ARM_TOLERANCE, path
    assert np.abs(arm_error[:, over]).max(initial=0) < SEVERAL_ARM, path


@pytest.mark.opensim
def test_rajagopals_muscles_run_as_in_opensim(rajagopal: Path) -> None:
    assert_as_opensim(rajagopal, poses=60, arm_poses=10)


@pytest.mark.opensim
@pytest.mark.recordings
def test_the_muscles_of_all_real_models_run_as_in_opensim(recordings: Path) -> None:
    folders = (recordings / "sessions", recordings / "mocap")
    models = [path for f in folders for path in sorted(f.rglob("*.osim"))]
    models += sorted((recordings / "models").glob("*.osim"))
    assert len(models) >= 8
    for model in models:
        assert_as_opensim(model, poses=60, arm_poses=5)


@pytest.mark.opensim
def test_lengths_of_straight_muscles_fall_by_their_moment_arms(rajagopal: Path) -> None:
    moved = Moved(read_model(rajagopal))
    q = random_poses(moved.spec, 4).requires_grad_()
    arms, length = moved.arms(q), moved(q).length
    for i, each in enumerate(moved.spec.muscles):
        if not each.path.wraps:
            (slope,) = torch.autograd.grad(length[:, i].sum(), q, retain_graph=True)
            torch.testing.assert_close(arms[:, i], -slope, atol=1e-12, rtol=1e-9)


@pytest.mark.opensim
def test_gradients_hold_for_all_muscles(rajagopal: Path) -> None:
    moved = Moved(read_model(rajagopal))
    q = random_poses(moved.spec, 3)
    direction = torch.randn(q.shape, generator=torch.Generator().manual_seed(0))

    def outputs(share: torch.Tensor) -> torch.Tensor:
        state = moved(q + share[:, None] * direction)
        return torch.cat([state.length, state.moment_arm], dim=1)

    start = torch.zeros(3).double().requires_grad_()
    assert torch.autograd.gradcheck(outputs, start, fast_mode=True)
