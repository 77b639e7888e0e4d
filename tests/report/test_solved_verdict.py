"""Green, amber or red."""

from typing import Any

import pytest

from bige_osim.report.sections.solved_verdict import (
    judge_trial,
    make_solved_headline,
    verdict_section,
)


def row(**changes: Any) -> dict[str, Any]:
    """A trial that nothing stands against."""
    return {
        "trial": "squats1", "ground": "measured", "failure": None, "failed_s": [],
        "frames": 600, "saturated": {}, "warnings": [], "kinematics": [],
        "written": True, "notes": [], **changes,
    }  # fmt: skip


MOMENT = "Pelvis residual moments reach 44 N m (RMS 23 N m), more than accepted."
CHAIR = "Missing external force (a chair?) of up to 90% of body weight."


def test_what_has_nothing_against_it_is_green() -> None:
    verdict = judge_trial(row())
    assert verdict.state == "good"
    assert "Hicks et al. 2015" in verdict.reasons[0]
    assert verdict.ground == "measured on force plates"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"warnings": [MOMENT]}, MOMENT),
        ({"kinematics": ["knee_angle_r jumps"]}, "Kinematics: knee_angle_r jumps."),
        (
            {"failed_s": [0.1, 0.2]},
            "Static optimisation failed in 2 of 600 frames.",
        ),
        (
            {"saturated": {"soleus_r": 0.06, "soleus_l": 0.04}},
            "1 muscle saturated in more than 5 % of the frames.",
        ),
    ],
)
def test_what_asks_for_care_is_amber(changes: dict[str, Any], reason: str) -> None:
    verdict = judge_trial(row(**changes))
    assert verdict.state == "mixed"
    assert verdict.reasons == (reason,)


def test_a_missing_force_is_said_before_residuals() -> None:
    assert judge_trial(row(warnings=[MOMENT, CHAIR])).reasons == (CHAIR, MOMENT)


def test_what_was_noted_of_a_file_asks_for_no_care() -> None:
    note = "a.mot has columns that are no coordinates, which are left out."
    assert judge_trial(row(warnings=[note], notes=[note])).state == "good"


def test_implausible_residuals_and_trials_without_solution_are_red() -> None:
    failed = judge_trial(row(failure="pelvis residual forces are 82% of body weight"))
    assert failed.state == "bad"
    assert failed.reasons[0].startswith("Pelvis residual forces are 82%")
    assert judge_trial({"trial": "a", "error": "It is empty."}).state == "bad"


def test_an_estimated_ground_reaction_is_said() -> None:
    headline = make_solved_headline([row(ground="estimated")])
    assert headline.text == "squats1: accepted"
    assert headline.details[-1] == "Ground reaction estimated from the motion."


def test_the_headline_counts_verdicts_and_the_table_explains_them() -> None:
    rows = [row(), row(warnings=[MOMENT]), {"trial": "b", "error": "It is empty."}]
    headline = make_solved_headline(rows)
    assert headline.text == "3 trials: 1 accepted, 1 use with care, 1 not usable"
    assert headline.state == "mixed"
    (table,) = verdict_section(rows).blocks
    assert [cells[1].state for cells in table.cells] == ["good", "mixed", "bad"]
