"""Squats that the ground cannot carry are balanced, changed as little as that takes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from bige_osim.guidance.balance import (
    BALANCING,
    REST,
    ROUNDS,
    Balanced,
    balance,
    measure_change,
    put_at_rest,
)
from bige_osim.guidance.project import FRAMES
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.standing import BENT
from bige_osim.solving.contacts import skeleton_with_feet
from bige_osim.solving.motion_physics import MotionPhysics
from bige_osim.solving.residuals import MOMENT_LIMIT
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def skeleton(generic_man: Path) -> Skeleton:
    return skeleton_with_feet(read_model(generic_man))


@pytest.fixture(scope="module")
def squat(skeleton: Skeleton) -> Motion:
    """A squat from 0 s that is cut out in motion, its trunk swung by 4 deg at 2 Hz."""
    made = SquatMaker(skeleton).motion(
        SquatStyle(repetitions=1), rate=100.0, rng=np.random.default_rng(0)
    )
    middle = made.select(skeleton.coordinate_names).between(
        made.time[0] + 0.6, made.time[-1] - 0.6
    )
    time = middle.time - middle.time[0]
    values = middle.values.copy()
    shaken = np.radians(4) * np.sin(2 * np.pi * 2 * time)
    values[:, middle.index("lumbar_extension")] += shaken
    return Motion(time, values, middle.names)


def peak_moment(skeleton: Skeleton, motion: Motion) -> float:
    """Peak residual moment over what is accepted."""
    physics = MotionPhysics(skeleton, frames=len(motion.time))
    found = physics(
        torch.from_numpy(motion.values)[None], torch.tensor([motion.duration]).double()
    )
    peak = float(found.ground.force.sum(-2).norm(dim=-1).max())
    height = float(found.center_of_mass[..., 1].mean())
    return float(found.residual_moment.max()) / (MOMENT_LIMIT * peak * height)


@pytest.fixture(scope="module")
def balanced(skeleton: Skeleton, squat: Motion) -> Balanced:
    def accept(_: int, motion: Motion) -> bool:
        return peak_moment(skeleton, motion) < 1

    (found,) = balance(skeleton, [squat], accept=accept)
    return found


def test_a_shaken_squat_is_carried_by_the_ground_afterwards(
    skeleton: Skeleton, squat: Motion, balanced: Balanced
) -> None:
    assert peak_moment(skeleton, squat) > 1.5
    assert peak_moment(skeleton, balanced.motion) < 1
    assert balanced.settled
    assert balanced.steps > 0
    assert 0 < np.degrees(balanced.change) < 2


def test_it_starts_and_ends_standing_and_at_rest(balanced: Balanced) -> None:
    motion = balanced.motion
    assert len(motion.time) == FRAMES
    knees = motion.select(("knee_angle_r", "knee_angle_l")).values
    assert np.abs(knees[[0, -1]]).max() < BENT
    speed = np.gradient(knees, motion.time, axis=0)
    assert np.abs(speed[[0, -1]]).max() < 0.01 * np.abs(speed).max()


def test_repetitions_that_are_slowed_down_keep_their_postures(
    skeleton: Skeleton, squat: Motion
) -> None:
    quick = Motion(squat.time / 2, squat.values, squat.names)
    found = put_at_rest([squat, quick], skeleton, 21)
    expected = (1 + REST) * np.array([squat.duration, squat.duration / 2])
    np.testing.assert_allclose(found.duration.numpy(), expected)
    torch.testing.assert_close(found.motion[0], found.motion[1])
    np.testing.assert_allclose(
        found.motion[0, 10], squat.at(squat.time[[-1]] / 2).values[0]
    )


def test_repetitions_do_not_see_each_other(skeleton: Skeleton, squat: Motion) -> None:
    slow = Motion(1.5 * squat.time, squat.values, squat.names)
    config = replace(BALANCING, steps=3)
    one, two = (
        balance(skeleton, given, accept=lambda *_: True, config=config)[-1]
        for given in ([squat], [slow, squat])
    )
    np.testing.assert_allclose(one.motion.values, two.motion.values, atol=1e-9)


def test_what_is_not_accepted_is_refined_once_more_and_then_given_up(
    skeleton: Skeleton, squat: Motion
) -> None:
    asked: list[int] = []

    def refuse(place: int, motion: Motion) -> bool:
        asked.append(place)
        return False

    config = replace(BALANCING, steps=2)
    (found,) = balance(skeleton, [squat], accept=refuse, config=config)
    assert asked == [0] * len(ROUNDS)
    assert not found.settled
    assert found.steps == 2 * len(ROUNDS)


def test_change_counts_angles_alone(skeleton: Skeleton) -> None:
    names = skeleton.coordinate_names
    moved = torch.zeros(2, 5, len(names))
    moved[0, ..., names.index("pelvis_tx")] = 1.0
    moved[1] = 0.1
    found = measure_change(skeleton, moved).tolist()
    assert found == pytest.approx([0.0, 0.1])
