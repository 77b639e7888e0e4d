"""Motions with planted feet: both flat on the floor, in one place all along."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.physics.planted_skeleton import feet_of, scatter, skeleton_of, squats

from bige_osim.motion import FOOT_BODIES
from bige_osim.physics.ground.foot_layout import contact_feet
from bige_osim.physics.ground.stance import (
    Footprints,
    measure_footprints,
    place_feet,
    plant_feet,
)
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import Conditions, plant
from bige_osim.physics.planted_motion import COMPLIANCE, MISSED, plant_motion

KNEES = list(np.radians([4.0, 30.0, 80.0, 100.0, 60.0, 4.0]))


@pytest.fixture(scope="module")
def skeleton(rajagopal: Path) -> Skeleton:
    return skeleton_of(rajagopal)


def stances() -> Footprints:
    """Two stances: feet straight ahead, and wide, turned outwards and to the left."""
    ankles = [[[0.0, 0.1], [0.0, -0.1]], [[0.03, 0.2], [-0.02, -0.15]]]
    return Footprints(
        torch.tensor(ankles).double(), torch.tensor([[0.0, 0.0], [-0.1, 0.5]]).double()
    )


def off_the_floor(skeleton: Skeleton) -> torch.Tensor:
    """Two motions (2, 6, I) whose feet slide and sink."""
    q = squats(skeleton, KNEES)
    heights = feet_of(skeleton, q)[:, :, 1, 3].mean(dim=1)
    q[:, skeleton.coordinate_names.index("pelvis_ty")] -= heights - 0.03
    return scatter(skeleton, q.repeat(2, 1), size=0.05).unflatten(0, (2, 6))


def test_feet_are_where_they_are_put_in_every_frame(skeleton: Skeleton):
    found = plant_motion(skeleton, off_the_floor(skeleton), stances())
    assert float(found.missed.max()) < 1e-6
    feet = feet_of(skeleton, found.q)
    wanted = place_feet(skeleton, stances())[:, None].expand_as(feet)
    torch.testing.assert_close(feet, wanted, atol=1e-6, rtol=0)


def test_feet_stand_on_the_floor(skeleton: Skeleton):
    found = plant_motion(skeleton, off_the_floor(skeleton), stances())
    pose = skeleton.pose(found.q, skeleton.coordinate_names)
    heels = [
        i for i, name in enumerate(skeleton.contact_bodies) if name.startswith("calcn")
    ]
    lowest = skeleton.foot_points(pose)[..., heels, 1].amin(dim=-1)
    assert float(lowest.min()) > -1e-6
    assert float(lowest.max()) < 0.01


def test_what_is_not_named_stays(skeleton: Skeleton):
    motion = off_the_floor(skeleton)
    found = plant_motion(skeleton, motion, stances())
    for name in ("mtp_angle_r", "arm_flex_l", "pelvis_rotation"):
        column = skeleton.coordinate_names.index(name)
        torch.testing.assert_close(found.q[..., column], motion[..., column])


def test_footprints_measured_are_those_it_was_planted_on(skeleton: Skeleton):
    found = plant_motion(skeleton, off_the_floor(skeleton), stances())
    pose = skeleton.pose(found.q, skeleton.coordinate_names)
    measured = measure_footprints(skeleton, pose)
    # Ankles move a little over planted feet, as subtalar joints turn.
    torch.testing.assert_close(measured.ankles, stances().ankles, atol=1e-3, rtol=0)
    torch.testing.assert_close(measured.turns, stances().turns, atol=1e-6, rtol=0)


def test_both_ways_of_placing_feet_agree(skeleton: Skeleton):
    one = stances()
    stance = plant_feet(
        skeleton, ankles=one.ankles[1].numpy(), turns=one.turns[1].numpy()
    )
    np.testing.assert_allclose(stance.feet, place_feet(skeleton, one)[1].numpy())
    assert stance.toe_joint > stance.heel


def test_gradients_reach_motion_and_footprints(skeleton: Skeleton):
    motion = off_the_floor(skeleton).requires_grad_()
    turns = stances().turns.requires_grad_()
    ankles = stances().ankles

    def hips(turned: torch.Tensor) -> torch.Tensor:
        found = plant_motion(
            skeleton, motion, Footprints(ankles, turned), tolerance=1e-12
        )
        return found.q[..., skeleton.coordinate_names.index("hip_rotation_r")].sum()

    by_motion, by_turns = torch.autograd.grad(hips(turns), (motion, turns))
    assert bool(torch.isfinite(by_motion).all())
    step = torch.zeros_like(turns)
    step[1, 0] = 1e-5
    with torch.no_grad():
        difference = (hips(turns + step) - hips(turns - step)) / 2e-5
    assert float(by_turns[1, 0]) == pytest.approx(float(difference), rel=1e-5)


def test_nearly_straight_legs_are_searched_once_more_from_bent_ones(skeleton: Skeleton):
    # A straight knee does not say which way it bends.
    standing = squats(skeleton, [0.07] * 40)
    motion = scatter(skeleton, standing, size=0.1)[:1]
    pose = skeleton.pose(standing[:1], skeleton.coordinate_names)
    one = measure_footprints(skeleton, pose)
    prints = Footprints(one.ankles[None], one.turns[None])
    conditions = Conditions(place_feet(skeleton, prints))
    first = plant(skeleton, motion, conditions, compliance=COMPLIANCE)
    assert float(first.missed.max()) > MISSED
    found = plant_motion(skeleton, motion[None], prints)
    assert float(found.missed.max()) < 1e-6


def test_tilted_feet_are_measured_and_touch_the_floor(skeleton: Skeleton):
    flat = stances()
    tilts = torch.tensor([[0.1, -0.05], [-0.15, 0.08]]).double()
    tilted = Footprints(flat.ankles[0], flat.turns[0], tilts)
    feet = place_feet(skeleton, tilted)
    start = skeleton.default_pose()
    centres = skeleton.sphere_centres(start)
    bodies = contact_feet(skeleton, skeleton.contact_bodies)
    for i, name in enumerate(FOOT_BODIES):
        rotation, origin = start.body(name)
        own = [k for k, body in enumerate(bodies) if body == name]
        local = (centres[own] - origin) @ rotation
        moved = local @ feet[i, :3, :3].T + feet[i, :3, 3]
        # A sphere's lowest point is below its centre however its foot is tilted.
        lowest = moved[:, 1] - skeleton.contact_radius[own]
        assert abs(float(lowest.min())) < 1e-12
    motion = off_the_floor(skeleton)[:1]
    placed = plant_motion(
        skeleton,
        motion,
        Footprints(tilted.ankles[None], tilted.turns[None], tilts[None]),
        tolerance=1e-12,
    )
    pose = skeleton.pose(placed.q, skeleton.coordinate_names)
    measured = measure_footprints(skeleton, pose)
    assert measured.tilts is not None
    torch.testing.assert_close(measured.tilts[0], tilts, atol=1e-6, rtol=0)
    torch.testing.assert_close(measured.turns[0], tilted.turns, atol=1e-6, rtol=0)
