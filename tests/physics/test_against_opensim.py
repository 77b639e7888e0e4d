"""Whole bodies of real models, in random and recorded poses, against OpenSim."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Pose, Skeleton
from bige_osim.solving.contacts import contact_spheres
from bige_osim.spec import ModelSpec

pytestmark = pytest.mark.opensim

TOLERANCE = 1e-10  # m

MODELS = (
    "models/LaiUhlrich2022.osim",
    "mocap/dls01/final.osim",
    "sessions/OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d/OpenSimData/Model/"
    "LaiUhlrich2022_scaled.osim",
    "sessions/field_study_0/OpenSimData/Model/"
    "LaiArnoldModified2017_poly_withArms_weldHand_scaled.osim",
    "sessions/field_study_0/OpenSimData/Model/"
    "LaiArnoldModified2017_poly_withArms_weldHand_scaled_adjustedMA_contacts.osim",
    "sessions/lab_s4/OpenSimData/Model/"
    "LaiArnoldModified2017_poly_withArms_weldHand_scaled.osim",
    "sessions/lab_s4/AddBiomechanics/optimized_scale_and_markers.osim",
    "sessions/lab_s6/OpenSimData/Model/"
    "LaiArnoldModified2017_poly_withArms_weldHand_scaled.osim",
    "sessions/video_s2/OpenSimData/Model/LaiArnoldModified2017_contacts.osim",
)
MOTIONS = (
    ("mocap/dls01", "final.osim", "*.mot"),
    ("sessions/field_study_0/OpenSimData", "Model/*_scaled.osim", "IK/Asym_0.mot"),
    ("sessions/lab_s4/OpenSimData", "Model/*.osim", "*/squats1*.mot"),
    ("sessions/lab_s4/AddBiomechanics", "*.osim", "*.mot"),
    ("sessions/video_s2/OpenSimData", "Model/*.osim", "*/squats1*.mot"),
)


def random_poses(spec: ModelSpec, count: int) -> np.ndarray:
    random = np.random.default_rng(0)
    coordinates = [spec.coordinate(name) for name in spec.independent_names]
    low = np.array([c.minimum for c in coordinates])
    high = np.array([c.maximum for c in coordinates])
    return random.uniform(low, high, (count, len(coordinates)))


def assert_as_opensim(
    model: Any, skeleton: Skeleton, q: np.ndarray, names: tuple[str, ...]
) -> None:
    """Compare bodies, joints, markers and centre of mass, pose by pose."""
    values = torch.as_tensor(q)
    pose = skeleton.pose(values, names)
    joints, markers = skeleton.joint_centres(pose), skeleton.markers(pose)
    center = skeleton.center_of_mass(pose)
    everything = skeleton.coordinates(values, names)
    for i in range(len(q)):
        model.place(dict(zip(skeleton.coordinates.names, everything[i], strict=True)))
        rotation, position = model.bodies(skeleton.body_names)
        for ours, theirs in (
            (pose.rotation, rotation),
            (pose.position, position),
            (joints, model.joint_centres(skeleton.joint_names)),
            (markers, model.markers(skeleton.marker_names)),
            (center, model.center_of_mass()),
        ):
            np.testing.assert_allclose(ours[i].numpy(), theirs, atol=TOLERANCE, rtol=0)


def test_rajagopal_stands_as_in_opensim(
    rajagopal: Path, in_opensim: Callable[[Path], Any]
) -> None:
    spec = read_model(rajagopal)
    skeleton, q = Skeleton(spec), random_poses(spec, 20)
    assert_as_opensim(in_opensim(rajagopal), skeleton, q, spec.independent_names)


@pytest.mark.recordings
@pytest.mark.parametrize("model", MODELS)
def test_real_models_stand_as_in_opensim(
    recordings: Path, in_opensim: Callable[[Path], Any], model: str
) -> None:
    spec = read_model(recordings / model)
    q = random_poses(spec, 10)
    reference = in_opensim(recordings / model)
    assert_as_opensim(reference, Skeleton(spec), q, spec.independent_names)


@pytest.mark.recordings
@pytest.mark.parametrize(("folder", "model", "motion"), MOTIONS)
def test_real_motions_move_as_in_opensim(
    recordings: Path,
    in_opensim: Callable[[Path], Any],
    folder: str,
    model: str,
    motion: str,
) -> None:
    path = next((recordings / folder).glob(model))
    spec = read_model(path)
    recorded = read_motion(next((recordings / folder).glob(motion)), spec=spec)
    q = recorded.values[:: len(recorded.values) // 10]
    skeleton = Skeleton(spec, fill=True)
    assert_as_opensim(in_opensim(path), skeleton, q, recorded.names)


def test_gradients_hold_for_the_whole_body(rajagopal: Path) -> None:
    spec = read_model(rajagopal)
    skeleton = Skeleton(spec, contacts=contact_spheres(spec))
    q = torch.tensor(0.3 * random_poses(spec, 1)[0], requires_grad=True)

    def outputs(values: torch.Tensor) -> tuple[torch.Tensor, ...]:
        pose: Pose = skeleton.pose(values, spec.independent_names)
        return (
            pose.rotation,
            skeleton.joint_centres(pose),
            skeleton.center_of_mass(pose),
            skeleton.foot_points(pose),
        )

    assert torch.autograd.gradcheck(outputs, q)


def test_single_precision_is_good_to_a_hundredth_of_a_millimetre(
    rajagopal: Path,
) -> None:
    spec = read_model(rajagopal)
    q = torch.as_tensor(random_poses(spec, 20))
    q[:, 3:6] *= 0.1  # within a metre of the origin, where people are recorded
    double = Skeleton(spec).pose(q, spec.independent_names)
    single = Skeleton(spec, dtype=torch.float32).pose(q, spec.independent_names)
    assert single.position.dtype == torch.float32
    torch.testing.assert_close(
        single.position.double(), double.position, atol=1e-5, rtol=0
    )


def test_the_leg_length_is_thigh_plus_shank(rajagopal: Path) -> None:
    skeleton = Skeleton(read_model(rajagopal))
    centres = skeleton.joint_centres(skeleton.default_pose())
    hip, knee, ankle = (
        centres[skeleton.joint_names.index(name)]
        for name in ("hip_r", "walker_knee_r", "ankle_r")
    )
    expected = (hip - knee).norm() + (knee - ankle).norm()
    assert skeleton.leg_length() == pytest.approx(float(expected))
    assert 0.75 < skeleton.leg_length() < 0.85


@pytest.mark.parametrize("gravity", [(0.0, -9.81, 0.0), (3.0, -8.0, 2.0)])
def test_the_root_wrench_of_a_still_pose_carries_the_weight(
    rajagopal: Path,
    in_opensim: Callable[[Path], Any],
    gravity: tuple[float, float, float],
) -> None:
    spec = read_model(rajagopal)
    skeleton, names = Skeleton(spec), spec.independent_names
    q = torch.as_tensor(random_poses(spec, 1)[0])
    everything = skeleton.coordinates(q[None], names)[0].tolist()
    tau = in_opensim(rajagopal).static_forces(
        dict(zip(skeleton.coordinates.names, everything, strict=True)), gravity
    )
    root = torch.tensor([tau[name] for name in skeleton.root_names()])
    force, moment = skeleton.root_wrench(q, names, root.double())
    pose = skeleton.pose(q, names)
    weight = -spec.mass * torch.tensor(gravity, dtype=torch.float64)
    lever = skeleton.center_of_mass(pose) - pose.body("pelvis")[1]
    torch.testing.assert_close(force, weight)
    torch.testing.assert_close(moment, torch.linalg.cross(lever, weight))
