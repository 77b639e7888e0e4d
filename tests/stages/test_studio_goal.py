"""The goal of the page, and whether it is within reach."""

import tomllib

import pytest

from bige_osim.errors import BigeError
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.terms.activation import ACTIVATION_TOLERANCE
from bige_osim.stages.studio_goal import (
    TOLERANCE,
    MuscleRange,
    StudioGoal,
    judge_reach,
)

NAMES = {"vasti": "vasti", "hamstrings": "hamstrings"}


def squat(knees: float, vasti: float, hamstrings: float = 0.1) -> dict[str, object]:
    """What was seen of a squat."""
    return {"knees_deg": knees, "peaks": {"vasti": vasti, "hamstrings": hamstrings}}


DRAWN = [squat(60, 0.2), squat(80, 0.4), squat(100, 0.6), squat(120, 0.8)]


def test_guide_reads_the_goal_as_it_was_chosen() -> None:
    goal = StudioGoal((MuscleRange("vasti", 0.3, 0.6),), depth=(80.0, 110.0))
    tables = Goal.from_dict(tomllib.loads(goal.to_toml())).to_dict()
    assert tables["activation"]["muscles"] == ["vasti"]
    assert (tables["activation"]["low"], tables["activation"]["high"]) == (0.3, 0.6)
    assert (tables["depth"]["min"], tables["depth"]["max"]) == (80, 110)
    assert "asymmetry" in tables
    assert TOLERANCE == ACTIVATION_TOLERANCE


def test_legs_need_not_do_alike() -> None:
    assert "asymmetry" not in StudioGoal(depth=(80.0, 110.0), even=False).to_toml()


@pytest.mark.parametrize(
    ("ranges", "depth", "said"),
    [
        ((), None, "asks for nothing"),
        ((MuscleRange("vasti", 0.5, 0.5),), None, "widen"),
        ((), (110.0, 80.0), "widen"),
        ((MuscleRange("vasti", 0.1, 0.5),) * 2, None, "twice"),
    ],
)
def test_a_goal_that_cannot_be_is_refused(
    ranges: tuple[MuscleRange, ...], depth: tuple[float, float] | None, said: str
) -> None:
    with pytest.raises(BigeError, match=said):
        StudioGoal(ranges, depth=depth)


def test_squats_within_the_goal_are_counted() -> None:
    goal = StudioGoal((MuscleRange("vasti", 0.3, 0.6),), depth=(70.0, 110.0))
    reach = judge_reach(goal, DRAWN, names=NAMES)
    assert (reach.within, reach.count, reach.level) == (2, 4, "likely")
    assert reach.sentences == (
        "2 of 4 squats drawn for this body are within the goal as they are.",
    )


def test_what_no_squat_comes_to_is_said() -> None:
    goal = StudioGoal((MuscleRange("vasti", 0.9, 1.0),))
    reach = judge_reach(goal, DRAWN, names=NAMES)
    assert reach.level == "unlikely"
    assert reach.sentences[1] == (
        "Peak activation of vasti is 0.20 to 0.80 in these squats, never 0.90 to 1.00."
    )


def test_what_no_squat_comes_to_at_once_is_said() -> None:
    goal = StudioGoal((MuscleRange("vasti", 0.7, 1.0),), depth=(50.0, 90.0))
    reach = judge_reach(goal, DRAWN, names=NAMES)
    assert reach.level == "unlikely"
    assert reach.sentences[1] == (
        "None has peak activation of vasti, knee flexion (deg) within their ranges at "
        "once."
    )
