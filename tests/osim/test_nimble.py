"""This package's kinematics and dynamics against nimblephysics, a second opinion.

OpenSim only reads the ``.osim`` for this package here; nimblephysics reads it itself.
"""

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.models import mass_matrix

from bige_osim.errors import MissingFileError, ModelError, UnknownNameError
from bige_osim.osim.nimble import NimbleModel
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.dynamics.newton_euler import Dynamics
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.spec import ModelSpec

pytestmark = pytest.mark.nimble

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
EXACT = 1e-12
"""m and rad: nimblephysics agrees to rounding, in every joint."""

EXACT_MATRIX = 1e-11
"""As a fraction: this package takes moments about the origin of ground, so the 1e-3
kg m² of hands and toes are differences of 100 kg m²."""

ROUNDED = 1e-5
"""Either, for files of OpenSim before 4.0: updating them, OpenSim keeps six digits of
the orientation of joint frames, which nimblephysics reads in full. That turns knees,
ankles, subtalar and toe joints, elbows, forearms and wrists of Rajagopal2015 by up to
5e-6 rad."""

PENDULUM = """<?xml version="1.0" encoding="UTF-8" ?>
<OpenSimDocument Version="40000"><Model name="pendulum"><BodySet><objects>
<Body name="rod"><mass>2</mass><mass_center>0 -0.5 0</mass_center>
<inertia>0.1 0.2 0.3 0 0 0</inertia></Body></objects></BodySet>
<JointSet><objects><{kind} name="hinge">
<socket_parent_frame>ground_offset</socket_parent_frame>
<socket_child_frame>rod_offset</socket_child_frame>
<coordinates><Coordinate name="angle"><range>-3 3</range></Coordinate></coordinates>
<frames><PhysicalOffsetFrame name="ground_offset"><socket_parent>/ground</socket_parent>
<translation>0 1 0</translation><orientation>0 0 0</orientation></PhysicalOffsetFrame>
<PhysicalOffsetFrame name="rod_offset"><socket_parent>/bodyset/rod</socket_parent>
<translation>0 0 0</translation><orientation>0 0 0</orientation></PhysicalOffsetFrame>
</frames></{kind}></objects></JointSet></Model></OpenSimDocument>
"""


@pytest.fixture
def rajagopal() -> Path:
    """Rajagopal2015 of the nimblephysics wheel."""
    found = find_spec("nimblephysics")
    assert found is not None
    (package,) = found.submodule_search_locations or ()
    return Path(package, "models", "rajagopal_data", "Rajagopal2015.osim")


def without_other_bodies(spec: ModelSpec, bodies: tuple[str, ...]) -> ModelSpec:
    """Leave out the bodies that are not among these: no other may hang on them."""
    joints = tuple(joint for joint in spec.joints if joint.child in bodies)
    assert all(joint.parent in (*bodies, "ground") for joint in joints)
    kept = {joint.name for joint in joints}
    coordinates = tuple(c for c in spec.coordinates if c.joint in kept)
    names = {c.name for c in coordinates}
    return replace(
        spec,
        bodies=tuple(body for body in spec.bodies if body.name in bodies),
        joints=joints,
        coordinates=coordinates,
        couplers=tuple(c for c in spec.couplers if c.dependent in names),
        markers=(),
        contacts=(),
    )


def poses(
    spec: ModelSpec, nimble: NimbleModel, count: int
) -> Iterator[tuple[torch.Tensor, list[int]]]:
    """Place both models in random poses, within a metre of the origin.

    Models allow a hundred metres, where 1 kg m² is lost in 1e6 kg m².
    Gives coordinates (1, C) in the order of ``spec.independent_names`` and where in
    nimblephysics' order these are.
    """
    random = np.random.default_rng(0)
    names = spec.independent_names
    assert set(names) == set(nimble.coordinate_names)
    coordinates = [spec.coordinate(name) for name in names]
    reach = np.array([1.0 if c.translational else np.inf for c in coordinates])
    low = np.maximum([c.minimum for c in coordinates], -reach)
    high = np.minimum([c.maximum for c in coordinates], reach)
    for _ in range(count):
        q = random.uniform(low, high)
        nimble.place(dict(zip(names, q.tolist(), strict=True)))
        yield (
            torch.as_tensor(q)[None],
            [nimble.coordinate_names.index(n) for n in names],
        )


def assert_stands_as_in_nimble(path: Path, tolerance: float) -> None:
    """Compare rotations, origins and centre of mass in random poses."""
    nimble = NimbleModel(path)
    whole = read_model(path)
    spec = without_other_bodies(whole, nimble.body_names)
    missing = {body.name for body in whole.bodies} - set(nimble.body_names)
    assert missing == {"patella_r", "patella_l"}  # driven by couplers
    assert nimble.mass == pytest.approx(spec.mass, rel=1e-12)
    skeleton = Skeleton(spec)
    order = [nimble.body_names.index(name) for name in skeleton.body_names]
    for q, _ in poses(spec, nimble, 10):
        pose = skeleton.pose(q, spec.independent_names)
        for ours, theirs in (
            (pose.rotation[0], nimble.rotations()[order]),
            (pose.position[0], nimble.origins()[order]),
            (skeleton.center_of_mass(pose)[0], nimble.center_of_mass()),
        ):
            np.testing.assert_allclose(ours.numpy(), theirs, atol=tolerance, rtol=0)


def assert_moves_as_in_nimble(path: Path, tolerance: float) -> None:
    """Compare mass matrices in random poses.

    Entries are taken relative to those on the diagonal, which spreads over six decades.
    """
    nimble = NimbleModel(path)
    spec = without_other_bodies(read_model(path), nimble.body_names)
    skeleton = Skeleton(spec)
    dynamics = Dynamics(skeleton)
    assert skeleton.coordinates.names == spec.independent_names  # no couplers are left
    for q, order in poses(spec, nimble, 10):
        ours = mass_matrix(dynamics, q).numpy()
        theirs = nimble.mass_matrix()[np.ix_(order, order)]
        scale = np.sqrt(np.diag(theirs))
        ours, theirs = (m / scale / scale[:, None] for m in (ours, theirs))
        np.testing.assert_allclose(ours, theirs, atol=tolerance, rtol=0)


def test_rajagopal_stands_as_in_nimble(rajagopal: Path) -> None:
    assert_stands_as_in_nimble(rajagopal, ROUNDED)


def test_rajagopal_moves_as_in_nimble(rajagopal: Path) -> None:
    assert_moves_as_in_nimble(rajagopal, ROUNDED)


@pytest.mark.recordings
@pytest.mark.parametrize("model", MODELS)
def test_real_models_stand_as_in_nimble(recordings: Path, model: str) -> None:
    assert_stands_as_in_nimble(recordings / model, EXACT)


@pytest.mark.recordings
@pytest.mark.parametrize("model", MODELS)
def test_real_models_move_as_in_nimble(recordings: Path, model: str) -> None:
    assert_moves_as_in_nimble(recordings / model, EXACT_MATRIX)


def test_a_pendulum_hangs_and_resists_as_it_must(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pendulum.osim").write_text(PENDULUM.format(kind="PinJoint"))
    model = NimbleModel(tmp_path / "pendulum.osim")
    model.place({"angle": np.pi / 2})
    assert model.coordinate_names == ("angle",)
    assert model.body_names == ("rod",)
    assert model.mass == 2.0
    turned = [[[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]]
    np.testing.assert_allclose(model.origins(), [[0.0, 1.0, 0.0]], atol=1e-15)
    np.testing.assert_allclose(model.rotations(), turned, atol=1e-15)
    np.testing.assert_allclose(model.center_of_mass(), [0.5, 1.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(model.mass_matrix(), [[0.3 + 2 * 0.5**2]], rtol=1e-15)
    assert capfd.readouterr() == ("", "")


def test_an_unknown_coordinate_is_named(rajagopal: Path) -> None:
    with pytest.raises(UnknownNameError) as error:
        NimbleModel(rajagopal).place({"knee_angel_r": 0.1})
    assert str(error.value) == (
        f"{rajagopal} has no coordinate named knee_angel_r; did you mean knee_angle_r?"
    )


def test_a_missing_file_is_named() -> None:
    with pytest.raises(MissingFileError) as error:
        NimbleModel("nowhere/model.osim")
    assert str(error.value) == (
        "The model nowhere/model.osim does not exist; pass the participant's .osim."
    )


def test_a_joint_that_nimble_does_not_know_is_named(tmp_path: Path) -> None:
    path = tmp_path / "slider.osim"
    path.write_text(PENDULUM.format(kind="SliderJoint"))
    with pytest.raises(ModelError) as error:
        NimbleModel(path)
    assert str(error.value) == (
        f"{path}, whole file: nimblephysics cannot read it (Nimble OpenSimParser "
        'doesn\'t yet support joint type "SliderJoint"); leave out the comparison with '
        "nimblephysics."
    )


def test_what_nimble_says_of_a_damaged_file_is_passed_on(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "damaged.osim"
    path.write_text("<OpenSimDocument")
    with pytest.raises(ModelError) as error:
        NimbleModel(path)
    assert "Failed parsing XML" in str(error.value)
    assert capfd.readouterr() == ("", "")
