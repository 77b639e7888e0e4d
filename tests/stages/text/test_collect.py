"""What ``collect`` says of what it found, whatever the size of the sessions."""

from pathlib import Path
from typing import Any

from bige_osim.repetitions.exercises import EXERCISES
from bige_osim.stages.text.collect import count_rows, describe_nothing_found, text_of

LONG = "OpenCapData_2db17660-ae9d-44b4-85ee-ab3193511c6d"


def row(trial: str, depths: list[float], reasons: list[list[str]]) -> dict[str, Any]:
    """A trial's row with these repetitions and rejected candidates."""
    one = {"side": "both", "start_s": 1.0, "stop_s": 2.0}
    return {
        "session": LONG,
        "person": "p",
        "trial": trial,
        "exercise": "squat",
        "accepted": len(depths),
        "repetitions": [one | {"depth_deg": depth, "reasons": []} for depth in depths],
        "rejected": [one | {"depth_deg": 40.0, "reasons": r} for r in reasons],
    }


def summary(rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    exercises = count_rows(rows, ["squat"])
    return {"trials": rows, "exercises": exercises, "failed": [], **more}


def test_what_was_found_and_where_it_is_comes_first_then_reasons_by_number() -> None:
    rows = [
        row("squats1", [93.2, 104.4], [["the pelvis travels 19 cm"]]),
        row("walk1", [], [["the pelvis travels 65 cm", "one foot is up"]]),
    ]
    manifest = {"warnings": ["p squats1: 5 N m are lost."]}
    text = text_of(summary(rows, manifest=manifest), Path("d.nc"))
    assert text.splitlines() == [
        f"Found 2 squats in 2 trials of {LONG}.",
        "Written to d.nc.",
        "  squats: 2 in squats1; knee to 93 to 104 deg",
        "2 candidates were rejected, some for several reasons:",
        "  2 x the pelvis travels 19 to 65 cm, as in squats1 at 1.00 s",
        "  1 x one foot is up, in walk1 at 1.00 s",
        "Warning: p squats1: 5 N m are lost.",
        "-v shows every candidate with its reasons, as does d.collect.json.",
    ]


def test_a_huge_session_has_about_ten_lines_and_no_long_one() -> None:
    letters = "abcdefghij"
    reasons = [[f"{a}{b}{'x' * 300} is off by 3 cm" for a in letters] for b in letters]
    rows = [row(f"trial{i}", [90.0], reasons) for i in range(50)]
    warnings = [f"p trial{i}: {a}lost {'y ' * 300}" for i in range(50) for a in letters]
    lines = text_of(
        summary(rows, manifest={"warnings": warnings}), Path("d.nc")
    ).splitlines()
    assert len(lines) <= 12
    assert max(len(line) for line in lines) <= 300


def test_verbose_shows_every_candidate() -> None:
    reasons = [[f"the pelvis travels {i} cm"] for i in range(30)]
    text = text_of(summary([row("t", [90.0], reasons)]), Path("d.nc"), verbose=True)
    assert all(f"rejected: {reason}" in text for (reason,) in reasons)


def test_an_error_that_nothing_was_found_groups_its_reasons() -> None:
    reasons = [[f"it ends with the knees bent {i} deg"] for i in range(40, 100)]
    error = describe_nothing_found(
        [row("t", [], [*reasons, ["one foot is up"]])], [Path(LONG)], ["squat"]
    )
    assert error == (
        f"No squat was found in {LONG}; 61 candidates were rejected, mostly because it "
        "ends with the knees bent 40 to 99 deg (60), one foot is up (1); bige collect "
        "--dry-run -v shows all."
    )


def test_it_is_never_longer_than_300_characters() -> None:
    names = [Path(f"{LONG}_{i}") for i in range(500)]
    reasons = [[f"{letter * 400} is off" for letter in "abcdef"]]
    for exercises in (["squat"], list(EXERCISES)):
        error = describe_nothing_found([row("t", [], reasons)], names, exercises)
        assert len(error) <= 300
        assert error.endswith("; bige collect --dry-run -v shows all.")


def test_without_candidates_the_error_says_where_to_look() -> None:
    assert describe_nothing_found([], [Path("s")], ["squat"]) == (
        "No squat was found in s; look at the knee angles of its motions."
    )
