"""A motion as it is shown: where it stands, what it is coloured by, what is missing."""

from dataclasses import replace

import numpy as np
import pytest
from tests.made_view import DEPTH, make_ground, make_squat

from bige_osim.motion import Activations, Motion
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.report.trial import make_skeleton
from bige_osim.report.viewer.bones import Bones, find_bones
from bige_osim.report.viewer.scene import make_scene
from bige_osim.report.viewer.shown_motion import Material, show_motion
from bige_osim.spec import pendulum

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def material() -> Material:
    spec = read_model(generic_model())
    motion = make_squat(spec)
    return Material(
        name="squat",
        skeleton=make_skeleton(spec),
        bones=find_bones(generic_model()),
        motion=motion,
        ground=make_ground(motion.time),
    )


def test_a_motion_starts_at_the_origin_faces_forward_and_stands(
    material: Material,
) -> None:
    shown = show_motion(material)
    assert shown.frames == 31
    assert np.abs(shown.root[0, [0, 2]]).max() < 1e-12
    pelvis = list(shown.bones).index("pelvis")
    x, y, z, w = shown.rotation[0, pelvis]
    ahead = [1 - 2 * (y * y + z * z), 2 * (x * z - y * w)]
    assert ahead == pytest.approx([1.0, 0.0])


def test_ground_forces_turn_with_the_body(material: Material) -> None:
    ground = show_motion(material).ground
    assert ground is not None
    # recorded at z = ±0.1 m, where the body faced -z: now before and behind it
    assert ground.point[0, :, 0] == pytest.approx([-0.1, 0.1])
    assert ground.force[0, :, 1].tolist() == [400.0, 400.0]


def test_the_depth_line_is_half_way_down(material: Material) -> None:
    line = show_motion(material).depth_line()
    assert line is not None
    top, half, bottom = line
    assert top - bottom == pytest.approx(DEPTH)
    assert half == pytest.approx((top + bottom) / 2)


def test_hips_that_hardly_sink_have_no_depth_line(material: Material) -> None:
    motion = make_squat(material.skeleton.spec, depth=0.05)
    assert show_motion(replace(material, motion=motion)).depth_line() is None


def test_activations_are_not_known_where_nothing_was_solved(material: Material) -> None:
    time = np.linspace(0.4, 0.6, 5)
    half = Activations(time, np.full((5, 1), 0.5), ("soleus_r",))
    shown = show_motion(replace(material, activations=half))
    found = {muscle.name: muscle.activation for muscle in shown.muscles}
    assert found["soleus_r"][15] == pytest.approx(0.5)
    assert np.isnan(found["soleus_r"][[0, 30]]).all()
    assert np.isnan(found["soleus_l"]).all()


def test_what_is_not_there_is_said(material: Material) -> None:
    bare = replace(material, bones=Bones({}, missing=("r_femur.vtp",)), ground=None)
    assert show_motion(bare).notes == (
        "Sticks stand for bodies without a mesh: pelvis, femur_r, tibia_r, patella_r, "
        "talus_r, calcn_r and 16 more.",
        "Meshes that were not found are not drawn: r_femur.vtp (--geometry names a "
        "folder that has them).",
        "Muscles are grey: their activations are not known.",
        "There are no ground forces: they are not known.",
    )


def test_a_model_fixed_to_ground_stays_where_it_is() -> None:
    spec = pendulum(muscle=True)
    motion = Motion(np.arange(3) / 10, np.zeros((3, 1)), ("angle",))
    shown = show_motion(
        Material(
            name="pendulum", skeleton=make_skeleton(spec), bones=Bones(), motion=motion
        )
    )
    assert shown.position[:, 0].tolist() == [[0.0, 0.0, 0.0]] * 7
    assert not shown.hips.size


def test_motions_of_one_model_share_its_meshes(material: Material) -> None:
    one = make_scene([show_motion(material)], layout="beside")["packed"]
    two = make_scene([show_motion(material)] * 2, layout="beside")["packed"]
    assert len(two) < 1.4 * len(one)
