"""What inverse kinematics got wrong is named, and what people do is not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.session.read import read_session
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.contacts import find_contacts
from bige_osim.solving.kinematics_check import judge_kinematics

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def skeleton(generic_man: Path) -> Skeleton:
    spec = read_model(generic_man)
    return Skeleton(spec, contacts=find_contacts(spec).spheres, fill=True)


@pytest.fixture(scope="module")
def standing(skeleton: Skeleton) -> Motion:
    """Two seconds of standing on the floor with slightly bent knees, at 100 Hz."""
    time = np.arange(200) / 100
    names = skeleton.spec.independent_names
    values = np.tile([skeleton.spec.coordinate(n).default for n in names], (200, 1))
    sway = 0.01 * np.sin(2 * np.pi * time)
    for side in "rl":
        values[:, names.index(f"knee_angle_{side}")] = 0.1 + sway
        values[:, names.index(f"hip_flexion_{side}")] = 0.05 + sway / 2
        values[:, names.index(f"ankle_angle_{side}")] = 0.05 + sway / 2
    motion = Motion(time, values, names)
    low = skeleton.foot_points(skeleton.pose_of(motion)).numpy()[..., 1].min(axis=1)
    values[:, names.index("pelvis_ty")] -= low
    return motion


def changed(motion: Motion, change: Callable[[np.ndarray, Motion], None]) -> Motion:
    values = motion.values.copy()
    change(values, motion)
    return Motion(motion.time, values, motion.names)


def test_a_person_who_stands_is_told_nothing_of(
    standing: Motion, skeleton: Skeleton
) -> None:
    assert judge_kinematics(standing, skeleton) == ()


def test_jumps_are_named_with_their_size_and_time(
    standing: Motion, skeleton: Skeleton
) -> None:
    def jump(values: np.ndarray, motion: Motion) -> None:
        values[100:, motion.index("hip_rotation_r")] += np.radians(30)
        values[100:, motion.index("lumbar_bending")] += np.radians(20)

    assert judge_kinematics(changed(standing, jump), skeleton) == (
        "hip_rotation_r jumps by 30 deg within a frame at 0.99 s, and 1 other "
        "coordinate jumps",
    )


def test_arms_may_be_faster_than_legs_and_stay_stretched(
    standing: Motion, skeleton: Skeleton
) -> None:
    def swing(values: np.ndarray, motion: Motion) -> None:
        values[:100, motion.index("elbow_flex_r")] = 0.0
        values[100:, motion.index("elbow_flex_r")] = np.radians(25)

    assert judge_kinematics(changed(standing, swing), skeleton) == ()


def test_a_knee_that_stays_at_its_end_is_named(
    standing: Motion, skeleton: Skeleton
) -> None:
    def stick(values: np.ndarray, motion: Motion) -> None:
        values[:120, motion.index("knee_angle_l")] = 0.0

    assert judge_kinematics(changed(standing, stick), skeleton) == (
        "knee_angle_l stays at 0 deg in 60% of the frames",
    )


def test_a_coordinate_that_never_moves_is_not_stuck(
    standing: Motion, skeleton: Skeleton
) -> None:
    def lock(values: np.ndarray, motion: Motion) -> None:
        values[:, motion.index("pro_sup_r")] = 0.0

    assert judge_kinematics(changed(standing, lock), skeleton) == ()


def test_a_knee_that_bends_backwards_is_beyond_its_range(
    standing: Motion, skeleton: Skeleton
) -> None:
    def mirror(values: np.ndarray, motion: Motion) -> None:
        values[:, motion.index("knee_angle_r")] *= -4

    (found,) = judge_kinematics(changed(standing, mirror), skeleton)
    assert found == "knee_angle_r is 25 deg beyond the model's range"


def test_feet_off_the_floor_and_drifting_are_named(
    standing: Motion, skeleton: Skeleton
) -> None:
    def float_up(values: np.ndarray, motion: Motion) -> None:
        values[:, motion.index("pelvis_ty")] += 0.15

    def sink(values: np.ndarray, motion: Motion) -> None:
        values[:, motion.index("pelvis_ty")] -= 0.04 * motion.time

    def slide(values: np.ndarray, motion: Motion) -> None:
        values[:, motion.index("pelvis_tx")] += 0.1 * motion.time

    assert judge_kinematics(changed(standing, float_up), skeleton) == (
        "the feet stand 15 cm above the floor (y = 0)",
    )
    assert judge_kinematics(changed(standing, sink), skeleton) == (
        "the standing feet sink by 6 cm over the trial",
    )
    assert judge_kinematics(changed(standing, slide), skeleton) == (
        "the standing feet slide by 20 cm over the trial",
    )


def test_swapped_sides_and_a_body_upside_down_are_named(
    standing: Motion, skeleton: Skeleton
) -> None:
    def cross(values: np.ndarray, motion: Motion) -> None:
        for side in "rl":
            values[:, motion.index(f"hip_adduction_{side}")] = np.radians(18)

    def turn(values: np.ndarray, motion: Motion) -> None:
        values[:, motion.index("pelvis_list")] = np.pi

    crossed = judge_kinematics(changed(standing, cross), skeleton)
    assert any("right foot is on the left of the left one" in t for t in crossed)
    turned = judge_kinematics(changed(standing, turn), skeleton)
    assert any("hips are below the feet" in text for text in turned)


def test_a_step_down_from_a_box_is_no_drift(
    standing: Motion, skeleton: Skeleton
) -> None:
    def step(values: np.ndarray, motion: Motion) -> None:
        fall = np.clip((motion.time - 0.5) / 0.3, 0.0, 1.0)
        values[:, motion.index("pelvis_ty")] += 0.3 * (1 - fall)

    assert judge_kinematics(changed(standing, step), skeleton) == ()


GOOD = {
    "field_study_0": None,
    "lab_s4": {"STS1", "STSAsym1", "squats1", "walking1", "walking2", "walkingTS1"},
    "lab_s6": None,
    "video_s2": None,
}


@pytest.mark.recordings
@pytest.mark.parametrize("folder", GOOD)
def test_good_recordings_are_told_nothing_of(folder: str, sessions: Path) -> None:
    session = read_session(sessions / folder)
    spec = read_model(session.model)
    skeleton = Skeleton(spec, contacts=find_contacts(spec).spheres, fill=True)
    for trial in session.motions:
        if GOOD[folder] is None or trial.name in GOOD[folder]:
            motion = read_motion(trial.motion, spec=spec)
            assert judge_kinematics(motion, skeleton) == (), trial.name


@pytest.mark.recordings
def test_every_bad_walk_is_named(sessions: Path) -> None:
    session = read_session(next(sessions.glob("OpenCapData_*")))
    spec = read_model(session.model)
    skeleton = Skeleton(spec, contacts=find_contacts(spec).spheres, fill=True)
    for trial in session.motions:
        motion = read_motion(trial.motion, spec=spec)
        assert judge_kinematics(motion, skeleton), trial.name
