"""Axes of motion: known by hand, and as the pose changes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests import models
from tests.models import X, Y, Z

from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import AxisSpec, FunctionSpec, JointKind

MODELS = (
    "models/LaiUhlrich2022.osim",
    "mocap/dls01/final.osim",
    "sessions/field_study_0/OpenSimData/Model/"
    "LaiArnoldModified2017_poly_withArms_weldHand_scaled.osim",
    "sessions/lab_s4/AddBiomechanics/optimized_scale_and_markers.osim",
)


def one_body(
    *,
    turns: tuple[AxisSpec, ...] = (),
    slides: tuple[AxisSpec, ...] = (),
    kind: JointKind = "custom",
    at: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> Skeleton:
    """A body of 1 kg on ground, somewhere when nothing moves."""
    joint = models.joint("ground", "body", turns, slides, at=at, kind=kind)
    return Skeleton(models.model(joint))


def jacobian(skeleton: Skeleton, *values: float) -> torch.Tensor:
    q = torch.tensor([values], dtype=torch.float64)
    found: torch.Tensor = skeleton.axes.jacobians(q, skeleton.place(q)).J[0]
    return found


def test_a_pendulum_turns_about_its_hinge() -> None:
    pendulum = one_body(turns=models.axes(["angle"], [Z]), at=(0.0, 3.0, 0.0))
    # What is at the origin, 3 m below the hinge, moves forwards as it swings.
    expected = [[0.0, 0.0, 1.0, 3.0, 0.0, 0.0]]
    np.testing.assert_allclose(jacobian(pendulum, 0.7), expected, atol=1e-12)


def test_a_drawer_slides_without_turning() -> None:
    half = FunctionSpec(kind="linear", coefficients=(0.5, 0.0))
    drawer = one_body(
        slides=(AxisSpec(direction=X, coordinate="pull", function=half),),
        at=(0.0, 3.0, 0.0),
    )
    expected = [[0.0, 0.0, 0.0, 0.5, 0.0, 0.0]]
    np.testing.assert_allclose(jacobian(drawer, 1.3), expected, atol=1e-12)


def test_motions_of_one_coordinate_add_up() -> None:
    square = FunctionSpec(kind="polynomial", coefficients=(1.0, 0.0, 0.0))
    cam = one_body(
        turns=(AxisSpec(direction=Z, coordinate="angle"),),
        slides=(AxisSpec(direction=Y, coordinate="angle", function=square),),
    )
    # At 2 rad it is 4 m up, where it rises by 4 m and turns about itself per rad.
    expected = [[0.0, 0.0, 1.0, 4.0, 4.0, 0.0]]
    np.testing.assert_allclose(jacobian(cam, 2.0), expected, atol=1e-12)


def test_the_second_of_three_rotations_is_swung_by_the_first() -> None:
    gimbal = one_body(turns=models.axes("abc", (Z, X, Y)))
    about = jacobian(gimbal, np.pi / 2, 0.3, 0.2)[:, :3]
    np.testing.assert_allclose(about[:2], [Z, Y], atol=1e-12)
    np.testing.assert_allclose(about[2], [-np.cos(0.3), 0.0, np.sin(0.3)], atol=1e-12)


@pytest.mark.parametrize("kind", ["ball", "free"])
def test_speeds_of_free_and_ball_joints_are_angular_velocity(kind: JointKind) -> None:
    ball = one_body(turns=models.axes("abc", (X, Y, Z)), kind=kind)
    np.testing.assert_allclose(jacobian(ball, 0.4, -1.1, 2.0)[:, :3], np.eye(3))


def test_a_coordinate_moves_all_that_is_beyond_its_joint(rajagopal: Path) -> None:
    skeleton = Skeleton(read_model(rajagopal))
    row = skeleton.coordinates.names.index("knee_angle_r")
    moved = np.array(skeleton.body_names)[skeleton.axes.moved[row].numpy()]
    assert set(moved) == {"tibia_r", "talus_r", "calcn_r", "toes_r"}


def assert_axes_are_how_the_pose_changes(path: Path) -> None:
    spec = read_model(path)
    skeleton = Skeleton(spec)
    random = np.random.default_rng(0)
    everyone = [spec.coordinate(name) for name in skeleton.coordinates.names]
    low, high = ([getattr(c, e) for c in everyone] for e in ("minimum", "maximum"))
    q = torch.as_tensor(random.uniform(low, high)[None])

    def place(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        pose = skeleton.place(values)
        return pose.rotation[0], pose.position[0]

    pose = skeleton.place(q)
    turned, shifted = torch.autograd.functional.jacobian(place, q)
    J = skeleton.axes.jacobians(q, pose).J[0] * 1.0
    about, linear = J[:, None, :3], J[:, None, 3:]
    moved = skeleton.axes.moved[..., None]
    points = torch.linalg.cross(*torch.broadcast_tensors(about, pose.position)) + linear
    torch.testing.assert_close(
        shifted[:, :, 0].permute(2, 0, 1), moved * points, atol=1e-10, rtol=0
    )
    columns = torch.linalg.cross(
        *torch.broadcast_tensors(about[:, :, None], pose.rotation[0].mT)
    )
    torch.testing.assert_close(
        turned[:, :, :, 0].permute(3, 0, 2, 1),
        moved[..., None] * columns,
        atol=1e-10,
        rtol=0,
    )


def test_rajagopal_moves_as_its_axes_say(rajagopal: Path) -> None:
    assert_axes_are_how_the_pose_changes(rajagopal)


@pytest.mark.opensim
@pytest.mark.recordings
@pytest.mark.parametrize("model", MODELS)
def test_real_models_move_as_their_axes_say(recordings: Path, model: str) -> None:
    assert_axes_are_how_the_pose_changes(recordings / model)
