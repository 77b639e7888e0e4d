"""Which system is nearest to the reference, and how the table is written."""

import math

import pytest

from bige_osim.evaluation.comparison import (
    COLUMNS,
    Column,
    ComparedSystem,
    Comparison,
    Role,
    tell,
    write_latex,
)
from bige_osim.evaluation.estimate import Estimate

TILT, SLIDING = (
    next(column for column in COLUMNS if column.key == key)
    for key in ("pelvis_tilt", "foot_sliding")
)


def system(key: str, role: Role, **values: float) -> ComparedSystem:
    known = {k: Estimate(v, 0.5, None, None, 3) for k, v in values.items()}
    return ComparedSystem(key, key.upper(), role, 4, known, {"ada": values})


def compare(*systems: ComparedSystem) -> Comparison:
    reference = system("reference", "reference", pelvis_tilt=-20.0, foot_sliding=0.01)
    return Comparison((reference, *systems))


def test_the_nearest_to_the_reference_is_found_on_either_side() -> None:
    found = compare(
        system("below", "generated", pelvis_tilt=-26.0),
        system("above", "generated", pelvis_tilt=-15.0),
    )
    assert found.find_nearest(TILT) == ("above",)


def test_recordings_do_not_compete() -> None:
    found = compare(
        system("mocap", "recorded", pelvis_tilt=-20.0),
        system("net", "generated", pelvis_tilt=-10.0),
    )
    assert found.find_nearest(TILT) == ("net",)


def test_of_what_should_be_zero_the_least_is_marked() -> None:
    found = compare(
        system("slides", "generated", foot_sliding=0.012),
        system("stands", "generated", foot_sliding=0.0),
    )
    assert found.find_nearest(SLIDING) == ("stands",)


def test_systems_that_do_not_differ_as_shown_are_both_marked() -> None:
    found = compare(
        system("one", "generated", foot_sliding=1e-9),
        system("other", "generated", foot_sliding=2e-9),
        system("third", "generated", foot_sliding=0.1),
    )
    assert found.find_nearest(SLIDING) == ("one", "other")
    assert found.count_nearest() == {"one": 1, "other": 1, "third": 0}


@pytest.mark.parametrize("column", [TILT, Column("seconds", "time", "s", best="")])
def test_without_values_nothing_is_marked(column: Column) -> None:
    found = compare(system("net", "generated", seconds=1.0, pelvis_tilt=math.nan))
    assert found.find_nearest(column) == ()


def test_values_are_told_with_their_spread() -> None:
    assert tell(Estimate(1.234, math.nan, None, None, 1), 1) == "1.2"
    assert tell(Estimate(math.nan, math.nan, None, None, 0), 1) == "-"


def test_the_table_for_a_paper_has_the_nearest_in_bold_and_signs_escaped() -> None:
    found = compare(
        system("a_b", "generated", pelvis_tilt=-19.0, passed=50.0),
        system("c", "generated", pelvis_tilt=-1.0),
    )
    text = write_latex(found)
    assert r"A\_B & \textbf{-19.0 $\pm$ 0.5}" in text
    assert r"C & -1.0 $\pm$ 0.5" in text
    assert r"\%" in text
    assert text.count(r"\\") == 2 + 3


def test_plain_data_has_every_participant() -> None:
    plain = compare(system("net", "generated", pelvis_tilt=-10.0)).to_dict()
    row = plain["systems"][1]
    assert row["participants"] == 1
    assert row["each_participant"] == {"ada": {"pelvis_tilt": -10.0}}
    assert plain["columns"][0]["nearest"] == ["net"]
