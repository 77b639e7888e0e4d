"""Every exercise is found in a motion made of it, and refused for a stated reason."""

from dataclasses import replace

import numpy as np
import pytest
from tests.repetitions import exercise_motions as made
from tests.repetitions.test_find import squats, with_column

from bige_osim.errors import UnknownNameError
from bige_osim.motion import Motion
from bige_osim.repetitions.exercises import EXERCISES
from bige_osim.repetitions.features import Movement
from bige_osim.repetitions.find import find_all, find_repetitions
from bige_osim.repetitions.rules import Rule

MADE = {
    "squat": squats(2),
    "single-leg-squat": made.single_leg_squats(2),
    "lunge": made.lunges(2),
    "sit-to-stand": made.sit_to_stands(2),
    "drop-jump": made.drop_jump(),
    "gait-cycle": made.walk(4),
}
COUNTS = {
    "squat": 2,
    "single-leg-squat": 2,
    "lunge": 2,
    "sit-to-stand": 2,
    "drop-jump": 1,
    "gait-cycle": 6,
}


def refused(motion: Motion, exercise: str) -> list[str]:
    """All reasons why there is no repetition."""
    found = find_repetitions(motion, exercise=exercise)
    assert found.accepted == ()
    assert found.rejected
    assert all(one.quality == 0 for one in found.rejected)
    return [reason for one in found.rejected for reason in one.reasons]


@pytest.mark.parametrize("exercise", MADE)
def test_a_motion_holds_its_exercise_and_no_other(exercise: str) -> None:
    counts = {
        name: len(find_repetitions(MADE[exercise], exercise=name).accepted)
        for name in EXERCISES
    }
    assert counts == dict.fromkeys(EXERCISES, 0) | {exercise: COUNTS[exercise]}


@pytest.mark.parametrize("rate", [50.0, 200.0])
@pytest.mark.parametrize("exercise", MADE)
def test_the_rate_of_the_motion_does_not_matter(exercise: str, rate: float) -> None:
    own = find_repetitions(MADE[exercise], exercise=exercise).accepted
    other = find_repetitions(MADE[exercise].resample(rate), exercise=exercise).accepted
    assert [one.side for one in other] == [one.side for one in own]
    bottoms = [one.bottom for one in own]
    assert [one.bottom for one in other] == pytest.approx(bottoms, abs=0.05)


def test_a_still_person_does_nothing() -> None:
    still = made.make_motion(thighs=(np.zeros(200),) * 2, knees=(np.zeros(200),) * 2)
    for detection in find_all(still).values():
        assert (detection.accepted, detection.rejected) == ((), ())


def test_the_leg_that_stands_leads_or_strides_is_told() -> None:
    squat = find_repetitions(MADE["single-leg-squat"], exercise="single-leg-squat")
    lunge = find_repetitions(MADE["lunge"], exercise="lunge")
    walk = find_repetitions(MADE["gait-cycle"], exercise="gait-cycle")
    assert [one.side for one in squat.accepted] == ["right", "right"]
    assert [one.side for one in lunge.accepted] == ["left", "left"]
    assert [one.side for one in walk.accepted] == ["right", "left"] * 3


def test_a_drop_jump_lasts_from_landing_to_take_off() -> None:
    (jump,) = find_repetitions(MADE["drop-jump"], exercise="drop-jump").accepted
    assert jump.start == pytest.approx(0.3, abs=0.02)
    assert jump.stop == pytest.approx(0.8, abs=0.02)
    assert np.rad2deg(jump.depth) == pytest.approx(95, abs=2)


def test_a_sit_to_stand_starts_with_the_trunk_and_ends_upright() -> None:
    first, _ = find_repetitions(MADE["sit-to-stand"], exercise="sit-to-stand").accepted
    # The trunk swings about 1.45 s by a bell of 0.2 s; the pelvis rises from 1.6 s on.
    assert first.start == pytest.approx(1.45 - 2.45 * 0.2, abs=0.06)
    assert 1.6 < first.bottom < 1.9
    assert 2.2 < first.stop < 2.6


def test_a_stride_is_a_period_of_the_walk() -> None:
    found = find_repetitions(made.walk(4, period=1.2), exercise="gait-cycle")
    assert len(found.accepted) == 6
    for one in found.accepted:
        assert one.duration == pytest.approx(1.2, abs=0.02)
    sides = [one.side for one in found.rejected]
    assert sides == ["right", "left", "right", "left"]
    told = {reason for one in found.rejected for reason in one.reasons}
    assert {"the trial starts within it", "the trial ends within it"} <= told


CUT = [
    ("single-leg-squat", (1.6, 2.8), "the trial starts within it"),
    ("single-leg-squat", (0.0, 1.6), "the trial ends within it"),
    ("lunge", (1.6, 2.8), "the trial starts within it"),
    ("lunge", (0.0, 1.6), "the trial ends within it"),
    ("sit-to-stand", (1.9, 3.0), "the trial starts within it"),
    ("sit-to-stand", (0.0, 2.1), "the trial ends within it"),
    ("drop-jump", (0.4, 1.2), "the trial starts within it"),
    ("drop-jump", (0.0, 0.6), "the trial ends within it"),
    ("gait-cycle", (0.5, 1.4), "the trial starts within it"),
]


@pytest.mark.parametrize(("exercise", "span", "reason"), CUT)
def test_what_the_trial_cuts_off_is_refused(
    exercise: str, span: tuple[float, float], reason: str
) -> None:
    assert reason in refused(MADE[exercise].between(*span), exercise)


def stepped(motion: Motion) -> Motion:
    return with_column(motion, "pelvis_tx", np.linspace(0, 1, len(motion.time)))


def up(motion: Motion) -> Motion:
    height = motion.column("pelvis_ty")
    return with_column(motion, "pelvis_ty", height + np.linspace(0, 0.5, len(height)))


ALIKE = made.bend(1)
REFUSED = [
    ("squat", squats(1, depth=35.0), "the knees bend by 30 deg only"),
    ("squat", up(squats(1)), "the pelvis ends +29 cm from its height at the start"),
    ("squat", MADE["lunge"], "the hips bend 110 deg apart, as in a lunge"),
    (
        "squat",
        made.single_leg_squats(1),
        "one foot starts and ends 49 % of a leg above the other",
    ),
    (
        "single-leg-squat",
        squats(1),
        "one foot starts or ends 0 % of a leg above the other only, as if it stood",
    ),
    (
        "single-leg-squat",
        stepped(made.single_leg_squats(1)),
        "the pelvis travels 54 cm",
    ),
    ("lunge", squats(1), "the hips bend 0 deg apart only"),
    ("lunge", made.lunges(1, depth=45.0), "the knees bend by 25 deg only"),
    (
        "lunge",
        made.make_motion(
            thighs=(-20 + 0 * ALIKE, 25 + 60 * ALIKE),
            knees=(70 + 0 * ALIKE, 10 + 80 * ALIKE),
            height=0.9 + 0 * ALIKE,
        ),
        "the pelvis goes down 0 cm only",
    ),
    (
        "sit-to-stand",
        made.sit_to_stands(1, seats=False),
        "the pelvis tilts 0 deg only while it is low, so it is on no seat",
    ),
    ("sit-to-stand", made.sit_to_stands(1, low=0.8), "the pelvis rises by 14 cm only"),
    (
        "sit-to-stand",
        made.sit_to_stands(1, low=0.6),
        "it ends with the knees bent 56 deg",
    ),
    (
        "drop-jump",
        made.drop_jump(fall=0.8),
        "it lands at 0.9 m/s only, which is no drop",
    ),
    (
        "drop-jump",
        made.drop_jump(leave=0.8),
        "it leaves the floor at 0.9 m/s only, which is no jump",
    ),
    ("drop-jump", squats(1), "the pelvis falls with 1.6 m/s² at most before it"),
    ("gait-cycle", made.walk(3, period=2.4), "it lasts 2.4 s"),
    ("gait-cycle", MADE["squat"], "the other foot strikes at 0 % of it"),
    ("gait-cycle", up(up(made.walk(3))), "the pelvis goes down 33 cm"),
]


@pytest.mark.parametrize(("exercise", "motion", "reason"), REFUSED)
def test_what_breaks_a_rule_is_refused_with_the_reason(
    exercise: str, motion: Motion, reason: str
) -> None:
    assert reason in refused(motion, exercise)


def test_a_movement_that_two_exercises_accept_goes_to_the_better_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lax = replace(
        EXERCISES["lunge"],
        rules=(Rule(Movement.rise, "shallow", "", least=1.4, room=99.0),),
    )
    monkeypatch.setitem(EXERCISES, "lunge", lax)
    assert len(find_repetitions(squats(2), exercise="lunge").accepted) == 2
    found = find_all(squats(2))
    assert len(found["squat"].accepted) == 2
    assert found["lunge"].accepted == ()
    for given in found["lunge"].rejected:
        assert given.reasons[0].startswith("it is a squat of higher quality (0.")


def test_rules_of_your_own_are_used() -> None:
    squat = EXERCISES["squat"]
    deeper = [
        replace(rule, least=2.0) if rule.feature is Movement.rise else rule
        for rule in squat.rules
    ]
    found = find_repetitions(squats(1), exercise=replace(squat, rules=tuple(deeper)))
    assert [one.reasons for one in found.rejected] == [
        ("the knees bend by 85 deg only",)
    ]


def test_an_unknown_exercise_is_named_with_what_there_is() -> None:
    with pytest.raises(
        UnknownNameError, match="exercise named squads; did you mean squat"
    ):
        find_repetitions(squats(1), exercise="squads")


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_rule_has_a_limit_and_a_reason(
    exercise: str,
) -> None:
    for rule in EXERCISES[exercise].rules:
        assert rule.why
        assert rule.least is not None or rule.most is not None
        assert "{" in rule.reason or rule.feature in (
            Movement.cut_start,
            Movement.cut_stop,
        )
