"""The sentences that say why a motion does not pass."""

import math
from dataclasses import replace

from bige_osim.evaluation.feet import FeetCheck
from bige_osim.evaluation.goal_check import MuscleRange, TermCheck
from bige_osim.evaluation.limits import Limits, RangeExcess, Residuals
from bige_osim.evaluation.verdict import (
    failure_reasons,
    feet_reasons,
    goal_reasons,
    range_reasons,
    residual_reasons,
)
from bige_osim.solving.residuals import ResidualSummary

RANGE = MuscleRange(
    ("vasmed_r", "vasmed_l"), 0.35, 0.45, "peak", (0.40, 0.41), (0.52, 0.44)
)
FINE = ResidualSummary(
    force_rms=9.0,
    force_max=20.0,
    moment_rms=2.0,
    moment_max=4.0,
    body_weight=800.0,
    center_height=0.875,
    external_max=800.0,
    offset=0.0,
    carried=(),
    source="estimated",
)


def test_the_muscle_that_leaves_its_range_is_named() -> None:
    term = TermCheck("activation", "activation", 0.4, 0.48, True, False, RANGE)
    assert list(goal_reasons([term])) == [
        "vasmed_r peaks at 0.520 in simulation (surrogate 0.400), outside the goal's "
        "0.35 to 0.45."
    ]


def test_muscles_judged_together_are_one_reason() -> None:
    muscles = ("vasint_r", "vaslat_r", "vasmed_r")
    peaks = (0.5, 0.6, 0.7)
    for over, value, who in (
        ("mean", 0.6, "The mean of"),
        ("max", 0.7, "The most active of"),
    ):
        asked = MuscleRange(muscles, 0.35, 0.45, "peak", (), peaks, over)
        term = TermCheck("activation", "activation", None, value, None, False, asked)
        assert list(goal_reasons([term])) == [
            f"{who} vasint_r, vaslat_r and 1 more peaks at {value:.3f} in simulation, "
            "outside the goal's 0.35 to 0.45."
        ]


def test_other_terms_are_told_with_both_values() -> None:
    term = TermCheck("depth", "deg", 95.04, 80.2, True, False)
    assert list(goal_reasons([term])) == [
        "The goal depth is not satisfied in simulation: 80.2 deg (surrogate 95 deg)."
    ]


def test_terms_that_hold_or_are_not_judged_are_no_reason() -> None:
    terms = [
        TermCheck("depth", "deg", 95.0, 95.0, True, True),
        TermCheck("asymmetry", "deg", 3.0, 3.0, None, None),
    ]
    assert list(goal_reasons(terms)) == []


def test_residuals_above_their_limits_are_told_with_the_limits() -> None:
    assert list(residual_reasons(Residuals(FINE, Limits()))) == []
    bad = replace(FINE, force_max=48.0, moment_max=9.04)
    assert list(residual_reasons(Residuals(bad, Limits()))) == [
        "The residual force peaks at 6.0 % of body weight (48 N), above the accepted "
        "40 N (5 % of the net external force).",
        "The residual moment peaks at 9.0 N m, above the accepted 7.0 N m (1 % of the "
        "net external force times the height of the centre of mass).",
    ]


def test_a_joint_out_of_range_is_told_with_amount_and_time() -> None:
    excess = RangeExcess("ankle_angle_r", math.radians(3.44), 1.5)
    assert list(range_reasons([excess])) == [
        "ankle_angle_r leaves the model's range by 3.4 deg at 1.50 s."
    ]


def test_sliding_sinking_and_floating_feet_are_told_apart() -> None:
    limits = Limits()
    assert list(feet_reasons(FeetCheck(0.1, 0.01, 0.01), limits)) == []
    assert list(feet_reasons(FeetCheck(None, 0.0, 0.0), limits)) == []
    assert list(feet_reasons(FeetCheck(0.131, 0.018, 0.02), limits)) == [
        "Standing feet slide at 0.131 m/s on average, more than 0.1 m/s.",
        "The lowest foot point is 1.8 cm below the floor on average, more than 1 cm.",
        "The lowest foot point is 2.0 cm above the floor on average, more than 1 cm.",
    ]


def test_failed_frames_are_counted() -> None:
    assert list(failure_reasons((), 50)) == []
    assert list(failure_reasons((1.2, 0.4), 50)) == [
        "The simulation found no solution at 2 of 50 frames, the first at 0.40 s."
    ]
