"""Outlines of feet, and which foot a body belongs to."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bige_osim.errors import ModelError
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.ground.feet import Feet, locate_feet, runs
from bige_osim.physics.ground.foot_layout import contact_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import contact_spheres

FLAT = np.array([[-0.12, 0.12], [-0.05, 0.05]])


def turned(angle: float) -> Feet:
    """One frame: both feet at the origin, turned about the vertical."""
    heading = [np.cos(angle), np.sin(angle)]
    return Feet(
        names=("calcn_r", "calcn_l"),
        time=np.zeros(1),
        centres=np.zeros((1, 2, 3)),
        headings=np.array([[heading, heading]]),
        reaches=np.tile(FLAT, (1, 2, 1, 1)),
        heights=np.zeros((1, 2)),
        speeds=np.zeros((1, 2)),
        hips=np.zeros((1, 2, 3)),
        floor=0.0,
        points=np.zeros((1, 2, 3)),
        sides=np.array([0, 1]),
        compliance=np.ones(2),
        standing=np.zeros(2),
    )


def test_a_point_ahead_of_the_toes_is_as_far_out_as_it_is_ahead():
    assert turned(0.0).outside(np.array([[0.2, 0.5, 0.0]])) == pytest.approx(0.08)
    assert turned(np.pi / 2).outside(np.array([[0.0, 0.5, 0.2]])) == pytest.approx(0.08)
    assert turned(0.3).outside(np.zeros((1, 3))) == pytest.approx(0.0)


def test_runs_are_the_stretches_in_which_a_flag_holds():
    flags = np.array([True, False, True, True, False, True])
    assert list(runs(flags)) == [slice(0, 1), slice(2, 4), slice(5, 6)]
    assert list(runs(np.zeros(3, dtype=bool))) == []


def stand(path: Path) -> tuple[Skeleton, Motion]:
    """Default pose for 20 frames, of which the left hip is raised in the last ten."""
    spec = read_model(path)
    skeleton = Skeleton(spec, contacts=contact_spheres(spec))
    defaults = [spec.coordinate(n).default for n in skeleton.coordinate_names]
    motion = Motion(
        np.arange(20) / 100, np.tile(defaults, (20, 1)), skeleton.coordinate_names
    )
    motion.values[10:, motion.index("hip_flexion_l")] += 0.8
    motion.values[10:, motion.index("knee_angle_l")] += 0.8
    return skeleton, motion


@pytest.mark.opensim
def test_the_feet_of_a_model_are_found_with_their_hips(rajagopal: Path):
    skeleton, motion = stand(rajagopal)
    feet = locate_feet(skeleton, motion)
    right, left = feet.centres[0]
    assert right[2] > 0 > left[2]  # z points to the right
    assert right == pytest.approx(left * [1, 1, -1], abs=0.01)
    np.testing.assert_allclose(feet.headings[0], [[1, 0], [1, 0]], atol=0.2)
    spans = np.diff(feet.reaches[0], axis=-1)[..., 0]
    assert np.all((spans > [0.15, 0.04]) & (spans < [0.35, 0.15]))
    assert feet.hips[0, 0] == pytest.approx(feet.hips[0, 1] * [1, 1, -1], abs=0.01)
    assert feet.hips[0, 0, 1] - feet.floor > 0.7
    np.testing.assert_allclose(feet.heights[:10], 0.0, atol=1e-6)
    assert feet.heights[15, 0] == pytest.approx(0.0, abs=1e-6)
    assert feet.heights[15, 1] > 0.1
    assert feet.speeds[10, 1] > 1.0 > feet.speeds[5, 1]


@pytest.mark.opensim
def test_toes_belong_to_their_foot_and_a_foot_without_contacts_is_told(
    rajagopal: Path,
):
    spec = read_model(rajagopal)
    assert contact_feet(Skeleton(spec), ["toes_l", "calcn_r", "pelvis"]) == [
        "calcn_l",
        "calcn_r",
        None,
    ]
    spheres = [s for s in contact_spheres(spec) if s.body.endswith("_r")]
    _, motion = stand(rajagopal)
    lame = Skeleton(replace(spec, name="lame"), contacts=spheres)
    with pytest.raises(ModelError) as caught:
        locate_feet(lame, motion)
    assert str(caught.value) == (
        "lame, body calcn_l: it has no contact points, so its load is unknown; add "
        "contact spheres to the model, or pass them with --contacts."
    )
