"""Net joint moments of real models and motions, against OpenSim's solver."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import GroundReaction, Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.osim.tools.inverse_dynamics import inverse_dynamics
from bige_osim.physics.dynamics.newton_euler import Dynamics, Loads
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.ground.plates import PlateConfig, assign_plates
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres
from bige_osim.spec import ModelSpec

pytestmark = pytest.mark.opensim

TOLERANCE = 1e-6  # N m, N

OPENCAP = "sessions/OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d/OpenSimData"
FIELD = "sessions/field_study_0/OpenSimData"
WITH_ARMS = "LaiArnoldModified2017_poly_withArms_weldHand_scaled"
RECORDED = (
    (OPENCAP, "Model/LaiUhlrich2022_scaled.osim", "Kinematics/walking2_1.mot"),
    (FIELD, f"Model/{WITH_ARMS}.osim", "IK/Squats_0.mot"),
    (FIELD, f"Model/{WITH_ARMS}_adjustedMA_contacts.osim", "IK/Asym_0.mot"),
    ("sessions/lab_s4/OpenSimData", f"Model/{WITH_ARMS}.osim", "Kinematics/DJ1.mot"),
    (
        "sessions/lab_s4/AddBiomechanics",
        "optimized_scale_and_markers.osim",
        "squats1_ik.mot",
    ),
    ("sessions/lab_s6/OpenSimData", f"Model/{WITH_ARMS}.osim", "Kinematics/STS1.mot"),
    (
        "sessions/video_s2/OpenSimData",
        "Model/LaiArnoldModified2017_contacts.osim",
        "Kinematics/walking1.mot",
    ),
    ("mocap/dls01", "final.osim", "DLS01_ik.mot"),
)


def filtered(path: Path, skeleton: Skeleton, *, frames: int = 200) -> Motion:
    """The middle of a recording, low-passed, with every coordinate."""
    motion = read_motion(path, spec=skeleton.spec)
    free = [name for name in motion.names if name in skeleton.coordinate_names]
    smooth = skeleton.coordinates.complete(motion.select(free).filter(6.0))
    start = max(0, (len(smooth.time) - frames) // 2)
    return smooth.between(
        *smooth.time[[start, min(start + frames, len(smooth.time)) - 1]]
    )


def waves(spec: ModelSpec, *, frames: int = 100) -> Motion:
    """Every coordinate to and fro about the middle of its range, at its own pace."""
    random = np.random.default_rng(0)
    coordinates = [spec.coordinate(name) for name in spec.independent_names]
    low, high = (
        np.array([getattr(c, end) for c in coordinates])
        for end in ("minimum", "maximum")
    )
    time = np.arange(frames) / 100
    pace = random.uniform(2, 8, len(low))
    swing = np.sin(pace * time[:, None] + random.uniform(0, 6, len(low)))
    return Motion(
        time, (low + high) / 2 + 0.3 * (high - low) * swing, spec.independent_names
    )


def loads_of(ground: GroundReaction) -> Loads:
    arrays = (ground.force, ground.point, ground.moment)
    return Loads(ground.names, *(torch.tensor(array) for array in arrays))


def assert_as_opensim(
    model: Path,
    skeleton: Skeleton,
    motion: Motion,
    *,
    ground: GroundReaction | None = None,
) -> None:
    names = skeleton.coordinates.names
    motion = skeleton.coordinates.complete(motion).select(names)
    states = [motion.values, *motion.derivatives()]
    tau = Dynamics(skeleton).inverse(
        *(torch.tensor(np.ascontiguousarray(x)) for x in states),
        loads=None if ground is None else loads_of(ground),
    )
    theirs = inverse_dynamics(model, motion, ground=ground).select(names)
    np.testing.assert_allclose(tau.numpy(), theirs.values, atol=TOLERANCE, rtol=0)


def test_rajagopal_takes_the_moments_that_opensim_says(rajagopal: Path) -> None:
    skeleton = Skeleton(read_model(rajagopal))
    assert_as_opensim(rajagopal, skeleton, waves(skeleton.spec))


@pytest.mark.recordings
def test_a_generic_model_takes_the_moments_that_opensim_says(recordings: Path) -> None:
    path = recordings / "models" / "LaiUhlrich2022.osim"
    skeleton = Skeleton(read_model(path))
    assert_as_opensim(path, skeleton, waves(skeleton.spec))


@pytest.mark.recordings
@pytest.mark.parametrize(("folder", "model", "motion"), RECORDED)
def test_recorded_motions_take_the_moments_that_opensim_says(
    recordings: Path, folder: str, model: str, motion: str
) -> None:
    path = recordings / folder / model
    skeleton = Skeleton(read_model(path), fill=True)
    assert_as_opensim(path, skeleton, filtered(recordings / folder / motion, skeleton))


@pytest.mark.recordings
def test_measured_ground_forces_count_as_in_opensim(sessions: Path) -> None:
    folder = sessions / "lab_s4"
    path = folder / "OpenSimData" / "Model" / f"{WITH_ARMS}.osim"
    spec = read_model(path)
    skeleton = Skeleton(spec, contacts=contact_spheres(spec), fill=True)
    motion = filtered(folder / "OpenSimData" / "Kinematics" / "squats1.mot", skeleton)
    plates = read_ground_reaction(folder / "ForceData" / "squats1_forces.mot")
    feet = locate_feet(skeleton, motion)
    ground, _ = assign_plates(plates, feet, config=PlateConfig(cutoff=6.0))
    assert ground.force[..., 1].sum(axis=1).min() > 300.0
    assert_as_opensim(path, skeleton, motion, ground=ground)
