"""Squats are found by their motion alone."""

from pathlib import Path

import numpy as np
import pytest

from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import Motion
from bige_osim.repetitions.find import find_repetitions
from bige_osim.repetitions.repetition import Detection
from bige_osim.repetitions.signals import HIPS, KNEES

COLUMNS = (
    "pelvis_tx",
    "knee_angle_l",
    "pelvis_ty",
    "knee_angle_r",
    "hip_flexion_l",
    "pelvis_tz",
    "hip_flexion_r",
    "pelvis_tilt",
)
STAND, DOWN = 0.5, 2.0  # s
SQUATS = {
    "sessions/field_study_0/OpenSimData/IK/Squats_0.mot": 5,
    "sessions/field_study_0/OpenSimData/IK/Asym_0.mot": 5,
    "sessions/lab_s4/OpenSimData/Kinematics/squats1.mot": 5,
    "sessions/lab_s4/AddBiomechanics/squats1_ik.mot": 5,
    "sessions/lab_s6/OpenSimData/Kinematics/squats1.mot": 5,
    "sessions/lab_s6/OpenSimData/Kinematics/squatsAsym1.mot": 5,
    "sessions/video_s2/OpenSimData/Kinematics/squats1.mot": 5,
    "mocap/dls01/DLS01_ik.mot": 5,
}


def squats(count: int = 3, *, rate: float = 60.0, depth: float = 90.0) -> Motion:
    """Cosine squats of 2 s between stands of 0.5 s."""
    time = np.arange(0, STAND + count * (DOWN + STAND) + 1e-9, 1 / rate)
    phase = (time - STAND) % (DOWN + STAND)
    moving = (time >= STAND) & (phase <= DOWN)
    bend = np.where(moving, (1 - np.cos(2 * np.pi * phase / DOWN)) / 2, 0.0)
    knee = np.deg2rad(5 + (depth - 5) * bend)
    columns = {
        "pelvis_tx": -0.2 * bend,
        "knee_angle_l": knee,
        "pelvis_ty": 0.95 - 0.4 * bend,
        "knee_angle_r": knee,
        "hip_flexion_l": knee,
        "hip_flexion_r": knee,
        "pelvis_tz": 0 * bend,
        "pelvis_tilt": np.deg2rad(-25) * bend,
    }
    return Motion(time, np.stack([columns[n] for n in COLUMNS], axis=1), COLUMNS)


def with_column(motion: Motion, name: str, values: np.ndarray) -> Motion:
    changed = motion.values.copy()
    changed[:, motion.index(name)] = values
    return Motion(motion.time, changed, motion.names)


def reasons(found: Detection) -> list[tuple[str, ...]]:
    return [repetition.reasons for repetition in found.rejected]


@pytest.mark.parametrize("rate", [30.0, 60.0, 200.0])
def test_squats_are_found_with_their_boundaries_at_any_rate(rate: float) -> None:
    found = find_repetitions(squats(3, rate=rate))
    assert len(found.accepted) == 3
    assert found.rejected == ()
    for i, repetition in enumerate(found.accepted):
        begin = STAND + i * (DOWN + STAND)
        assert repetition.bottom == pytest.approx(begin + DOWN / 2, abs=0.04)
        # 5 % of a cosine rise lies 14 % of the half cycle from its foot.
        assert repetition.start == pytest.approx(begin + 0.14, abs=0.05)
        assert repetition.duration == pytest.approx(DOWN - 0.28, abs=0.08)
        assert np.rad2deg(repetition.depth) == pytest.approx(90, abs=1)
        assert 0 < repetition.quality <= 1


def test_a_repetition_cut_off_by_the_trial_is_rejected_with_a_reason() -> None:
    whole = squats(2)
    found = find_repetitions(whole.between(STAND + DOWN / 2, whole.time[-1]))
    assert len(found.accepted) == 1
    assert [r[:2] for r in reasons(found)] == [
        ("the trial starts within it", "it starts with the knees bent 90 deg")
    ]


def test_a_squat_that_ends_elsewhere_is_none() -> None:
    motion = squats(1)
    walked = with_column(motion, "pelvis_tx", np.linspace(0, 0.6, len(motion.time)))
    found = find_repetitions(walked)
    assert found.accepted == ()
    assert "the pelvis travels" in reasons(found)[0][0]


def test_bending_one_knee_is_no_squat() -> None:
    motion = squats(1, depth=110.0)
    left = motion.column("knee_angle_l")
    found = find_repetitions(with_column(motion, "knee_angle_l", 0.3 * left))
    assert reasons(found) == [("one knee bends 30 % as much as the other",)]


def test_swinging_the_trunk_at_the_bottom_is_sitting() -> None:
    motion = squats(1)
    swing = np.deg2rad(20) * np.sin(2 * np.pi * 2 * motion.time)
    tilt = motion.column("pelvis_tilt") + swing
    found = find_repetitions(with_column(motion, "pelvis_tilt", tilt))
    assert len(found.rejected) == 1
    assert reasons(found)[0][0].endswith("as on a seat")


def test_a_walk_has_no_squats() -> None:
    time = np.arange(0, 4, 0.01)
    swing = np.deg2rad(35) * (1 + np.sin(2 * np.pi * time))
    other = np.deg2rad(35) * (1 - np.sin(2 * np.pi * time))
    still = np.zeros_like(time)
    columns = {
        "pelvis_tx": 1.2 * time,
        "knee_angle_l": other,
        "pelvis_ty": still + 0.95,
        "knee_angle_r": swing,
    }
    values = np.stack([columns.get(name, still) for name in COLUMNS], axis=1)
    assert find_repetitions(Motion(time, values, COLUMNS)).accepted == ()


def test_landing_on_the_spot_and_jumping_off_is_no_squat() -> None:
    """Legs meet the floor at 2 m/s, brake evenly by 0.35 m and leave it at 2 m/s."""
    speed, landing, contact = 2.0, 0.4, 0.7  # m/s, s, s
    time = np.arange(0, 1.5001, 0.01)
    since = np.clip(time - landing, 0, contact)
    flight = np.clip(landing - time, 0, None) + np.clip(time - landing - contact, 0, 1)
    down = speed * since * (1 - since / contact)
    knee = np.deg2rad(5 + 90 * down / down.max())
    columns = {
        "pelvis_ty": 0.95 - down + speed * flight,
        **{name: knee for name in (*KNEES, *HIPS)},
    }
    still = np.zeros_like(time)
    values = np.stack([columns.get(name, still) for name in COLUMNS], axis=1)
    found = find_repetitions(Motion(time, values, COLUMNS))
    assert found.accepted == ()
    (only,) = reasons(found)
    assert [" ".join(reason.split()[:5]) for reason in only] == [
        "it starts with the pelvis",
        "it ends with the pelvis",
    ]


def test_a_lunge_is_no_squat() -> None:
    motion = squats(1)
    rear = 0.1 * motion.column("hip_flexion_l")
    found = find_repetitions(with_column(motion, "hip_flexion_l", rear))
    assert reasons(found) == [("the hips bend 81 deg apart, as in a lunge",)]


def test_knees_that_count_flexion_negative_give_no_squats() -> None:
    """The stand between two squats is then the hump; it is not taken for one."""
    motion = squats(2)
    for name in KNEES:
        motion = with_column(motion, name, -motion.column(name))
    assert find_repetitions(motion).accepted == ()


def test_all_real_squats_are_found_and_nothing_else(recordings: Path) -> None:
    patterns = ("sessions/*/OpenSimData/Kinematics", "sessions/*/OpenSimData/IK")
    others = ("sessions/*/AddBiomechanics", "mocap/dls01")
    files = [f for p in (*patterns, *others) for f in recordings.glob(f"{p}/*.mot")]
    assert len(files) == 25
    found = {
        file.relative_to(recordings).as_posix(): len(
            find_repetitions(read_motion(file)).accepted
        )
        for file in files
    }
    assert {name: count for name, count in found.items() if count} == SQUATS


def test_the_limit_between_sitting_and_squatting_has_room(recordings: Path) -> None:
    """Real squats use 0.62 of the tilt limit at most, real seats 1.6 times it."""
    found = {}
    for trial in ("squats1", "squatsAsym1", "STS1", "STSAsym1"):
        folder = recordings / "sessions/lab_s6/OpenSimData/Kinematics"
        found[trial] = find_repetitions(read_motion(folder / f"{trial}.mot"))
    for trial in ("squats1", "squatsAsym1"):
        assert min(r.quality for r in found[trial].accepted) > 0.35
    for trial in ("STS1", "STSAsym1"):
        assert len(found[trial].rejected) == 6


@pytest.mark.parametrize("trial", ["lab_s4/DJ1", "lab_s4/DJ2", "lab_s6/DJ1"])
def test_a_real_drop_jump_is_no_squat_even_on_the_spot(
    sessions: Path, trial: str
) -> None:
    folder, name = trial.split("/")
    motion = read_motion(sessions / folder / f"OpenSimData/Kinematics/{name}.mot")
    for column in ("pelvis_tx", "pelvis_tz"):
        motion = with_column(motion, column, 0 * motion.time)
    assert find_repetitions(motion).accepted == ()
