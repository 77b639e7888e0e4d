"""Repetitions in the real recordings, counted by eye and by force plates."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.exercises import EXERCISES
from bige_osim.repetitions.find import find_all, find_repetitions
from bige_osim.repetitions.repetition import Detection, Repetition
from bige_osim.solving.contacts import contact_spheres

pytestmark = pytest.mark.recordings

OTHERS = {
    "lab_s4/STS1": ("sit-to-stand", 5),
    "lab_s4/STSAsym1": ("sit-to-stand", 5),
    "lab_s4/DJ1": ("drop-jump", 1),
    "lab_s4/DJ2": ("drop-jump", 1),
    "lab_s4/DJAsym1": ("drop-jump", 1),
    # These walks are cut to little more than one stride of the right leg; no left one
    # is whole.
    "lab_s4/walking1": ("gait-cycle", 1),
    "lab_s4/walking2": ("gait-cycle", 1),
    "lab_s4/walkingTS1": ("gait-cycle", 1),
    "lab_s6/STS1": ("sit-to-stand", 5),
    "lab_s6/STSAsym1": ("sit-to-stand", 5),
    "lab_s6/DJ1": ("drop-jump", 1),
    "lab_s6/walking1": ("gait-cycle", 1),
    # The trial starts 0.1 s after the right foot strikes.
    "video_s2/walking1": (None, 0),
}
SQUATS = (
    "lab_s4/squats1",
    "lab_s6/squats1",
    "lab_s6/squatsAsym1",
    "field_study_0/Squats_0",
    "field_study_0/Asym_0",
    "video_s2/squats1",
)
COUNTS = {**OTHERS, **dict.fromkeys(SQUATS, ("squat", 5))}


def motion_of(sessions: Path, trial: str) -> Motion:
    session, name = trial.split("/")
    folders = ("Kinematics", "IK")
    paths = [sessions / session / f"OpenSimData/{f}/{name}.mot" for f in folders]
    return read_motion(next(path for path in paths if path.is_file()))


@cache
def skeleton_of(session: Path) -> Skeleton:
    (model, *_) = sorted((session / "OpenSimData/Model").glob("*.osim"))
    spec = read_model(model)
    return Skeleton(spec, contacts=contact_spheres(spec), fill=True)


def counts(found: dict[str, Detection]) -> dict[str, int]:
    return {name: len(each.accepted) for name, each in found.items() if each.accepted}


@pytest.mark.parametrize("trial", COUNTS)
@pytest.mark.parametrize("known", ["angles", "skeleton"])
def test_every_trial_holds_its_exercise_and_no_other(
    sessions: Path, trial: str, known: str
) -> None:
    skeleton = skeleton_of(sessions / trial.split("/", maxsplit=1)[0])
    motion = motion_of(sessions, trial)
    exercise, count = COUNTS[trial]
    found = find_all(motion, skeleton=skeleton if known == "skeleton" else None)
    assert counts(found) == ({exercise: count} if exercise else {})


@pytest.mark.parametrize("trial", ["lab_s4/STS1", "lab_s6/squatsAsym1", "lab_s4/DJ2"])
def test_a_trial_says_which_exercise_it_is_of(sessions: Path, trial: str) -> None:
    found = find_all(motion_of(sessions, trial))
    accepted = {name for name, detection in found.items() if detection.accepted}
    assert accepted == {COUNTS[trial][0]}


def test_no_two_exercises_accept_the_same_movement_even_when_asked_alone(
    sessions: Path,
) -> None:
    for trial, (exercise, count) in COUNTS.items():
        motion = motion_of(sessions, trial)
        for name in EXERCISES:
            found = find_repetitions(motion, exercise=name)
            assert len(found.accepted) == (count if name == exercise else 0)


def test_walks_whose_kinematics_failed_hold_nothing(sessions: Path) -> None:
    """Four phone walks with knees stuck at their limits and jumps of the pelvis."""
    folder = next(sessions.glob("OpenCapData_*"))
    files = sorted((folder / "OpenSimData/Kinematics").glob("*.mot"))
    assert len(files) == 4
    for file in files:
        motion = read_motion(file)
        assert counts(find_all(motion)) == {}
        assert counts(find_all(motion, skeleton=skeleton_of(folder))) == {}


@pytest.mark.parametrize("trial", ["STS1", "STSAsym1"])
def test_the_pelvis_leaves_the_seat_when_the_feet_take_the_weight(
    sessions: Path, trial: str
) -> None:
    """Plates reach 60 % of the weight while the trunk swings, just before seat-off."""
    plates = read_ground_reaction(sessions / f"lab_s4/ForceData/{trial}_forces.mot")
    total = plates.force[..., 1].sum(axis=1)
    loaded = total > 0.6 * np.median(total[total > 300])
    taken = plates.time[1:][np.diff(loaded.astype(int)) == 1]
    found = find_repetitions(
        motion_of(sessions, f"lab_s4/{trial}"), exercise="sit-to-stand"
    )
    for one in found.accepted:
        within = [t for t in taken if one.start < t < one.bottom]
        assert within
        assert one.bottom - within[0] < 0.2


LANDINGS = {"DJ1": (1.41, 2.15), "DJ2": (1.50, 2.21), "DJAsym1": (1.37, 1.95)}
"""First touch and last lift-off of the plates (20 N), s."""


@pytest.mark.parametrize("trial", LANDINGS)
@pytest.mark.parametrize(("known", "within"), [("angles", 0.07), ("skeleton", 0.04)])
def test_a_drop_jump_lands_and_leaves_as_the_plates_say(
    sessions: Path, trial: str, known: str, within: float
) -> None:
    skeleton = skeleton_of(sessions / "lab_s4") if known == "skeleton" else None
    motion = motion_of(sessions, f"lab_s4/{trial}")
    (one,) = find_repetitions(motion, exercise="drop-jump", skeleton=skeleton).accepted
    assert (one.start, one.stop) == pytest.approx(LANDINGS[trial], abs=within)


STRIKES = {"walking1": 1.06, "walking2": 1.07, "walkingTS1": 1.18}
"""When the right foot's second strike reaches 20 N on a plate, s."""


@pytest.mark.parametrize("trial", STRIKES)
def test_a_stride_ends_within_four_frames_of_the_strike_on_the_plate(
    sessions: Path, trial: str
) -> None:
    found = find_repetitions(
        motion_of(sessions, f"lab_s4/{trial}"), exercise="gait-cycle"
    )
    (one,) = found.accepted
    assert one.side == "right"
    assert 0 <= STRIKES[trial] - one.stop < 0.04
    assert sides(found.rejected) == ["left", "left", "right"]


def sides(found: Sequence[Repetition]) -> list[str]:
    return [one.side for one in found]


SEATED = [trial for trial, (name, _) in COUNTS.items() if name == "sit-to-stand"]


@pytest.mark.parametrize("trial", [*SQUATS, *SEATED])
def test_the_limit_between_seat_and_squat_has_room(sessions: Path, trial: str) -> None:
    exercise, _ = COUNTS[trial]
    assert exercise is not None
    skeleton = skeleton_of(sessions / trial.split("/", maxsplit=1)[0])
    found = find_repetitions(
        motion_of(sessions, trial), exercise=exercise, skeleton=skeleton
    )
    assert min(one.quality for one in found.accepted) > 0.25
