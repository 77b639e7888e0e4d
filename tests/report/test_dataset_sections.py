"""Parts of a data card, made from tables whose answers are known."""

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from bige_osim.report.formatting import MISSING, NO_CHECK
from bige_osim.report.page import Block, Cell, Note, Paragraph, Pictures, Table
from bige_osim.report.sections.dataset_contents import (
    markers_section,
    participants_section,
    sources_section,
)
from bige_osim.report.sections.dataset_distributions import distributions_section
from bige_osim.report.sections.dataset_physics import muscles_section, physics_section

ROW = {
    "person": "ada",
    "session": "one",
    "trial": "squats",
    "exercise": "lunge",
    "side": "left",
    "kind": "recorded",
    "derived_from": "",
    "sex": "female",
    "licence": "MIT",
    "engine": "fast",
    "ground": "estimated",
    "height_m": 1.7,
    "mass_kg": 60.0,
    "depth": np.radians(90.0),
    "duration": 2.0,
    "marker_error": np.nan,
}


def rows(*changes: Mapping[str, object]) -> pd.DataFrame:
    return pd.DataFrame([{**ROW, **change} for change in changes])


def tables(blocks: tuple[Block, ...]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


def made(count: int, **changes: object) -> list[dict[str, object]]:
    """Repetitions made from 1 to 2 s."""
    return [
        {"kind": "made", "person": "synth", "duration": float(duration)} | changes
        for duration in np.linspace(1.0, 2.0, count)
    ]


def test_recorded_participants_come_first_and_copies_say_of_whom() -> None:
    (table,) = participants_section(
        rows(
            {"kind": "copies", "person": "aaa", "derived_from": "ada", "sex": ""},
            {},
            {"depth": np.radians(100.0), "session": "two"},
        )
    ).blocks
    assert table.rows == (
        ("ada", "female", "1.70", "60.0", "recorded", MISSING, "2", "2", "90 to 100"),
        ("aaa", MISSING, "1.70", "60.0", "copies", "ada", "1", "1", "90 to 90"),
    )
    assert not table.folded


def test_more_than_thirty_participants_are_folded() -> None:
    (table,) = tables(
        participants_section(rows(*({"person": f"p{i}"} for i in range(31)))).blocks
    )
    assert table.folded
    assert table.caption == "Participants (31)"


def test_what_has_no_licence_is_named_with_what_to_do() -> None:
    blocks = sources_section(
        rows(
            {"licence": ""},
            {"session": "two"},
            {
                "kind": "copies",
                "derived_from": "bob",
                "licence": "copies of a recording (licence not stated)",
            },
        )
    ).blocks
    notes = [block.text for block in blocks if isinstance(block, Note)]
    assert notes == [
        "No licence is stated for one: write licence: into their sessionMetadata.yaml, "
        "or collect them with bige collect --licence.",
        "Copies of bob were made from recordings without a licence: write licence: "
        "into the sessionMetadata.yaml of these, and make the copies again.",
    ]


def test_a_trial_has_one_marker_error_however_many_repetitions_it_has() -> None:
    blocks = markers_section(
        rows(
            *[{"trial": "a", "marker_error": 0.010}] * 8,
            {"trial": "b", "marker_error": 0.014},
            {"trial": "c", "marker_error": 0.021},
            {"session": "two"},
        )
    ).blocks
    assert tables(blocks)[0].rows == (
        ("one", "3", "14.0", "21.0", Cell("2 of 3", "mixed")),
    )
    assert isinstance(blocks[1], Note)
    assert blocks[1].text.startswith("Not known of 1 recorded repetition:")


def test_residuals_of_plates_and_of_estimates_are_told_apart() -> None:
    small = {"residual_force": 0.01, "force_rms": 0.005}
    small |= {"residual_moment": 0.002, "moment_rms": 1.0}
    blocks = physics_section(
        rows(
            small,
            small | {"ground": "measured", "residual_force": 0.06, "force_rms": 0.03},
            small | {"ground": "measured", "force_rms": 0.01},
            small | {"kind": "made"},
        )
    ).blocks
    one, both = Cell("1 of 1", "none"), Cell("2 of 2", "good")
    half = Cell("1 of 2", "mixed")
    assert tables(blocks)[0].rows == (
        ("recorded", "measured by plates", "2", "2.00, 3.00", half, "1.0, 1.0", both),
        ("recorded", NO_CHECK, "1", "0.50, 0.50", one, "1.0, 1.0", one),
        ("made", NO_CHECK, "1", "0.50, 0.50", one, "1.0, 1.0", one),
    )


def test_without_marker_errors_there_is_a_note() -> None:
    (note,) = markers_section(rows({})).blocks
    assert isinstance(note, Note)
    assert note.text.startswith("Not known:")


def test_recorded_durations_outside_of_what_was_made_are_counted() -> None:
    recorded: list[dict[str, object]] = [
        {"duration": 1.5},
        {"duration": 1.5, "person": "bob"},
        {"duration": 1.5, "person": "bob"},
        {"duration": 3.0},
    ]
    blocks = distributions_section(rows(*recorded, *made(41))).blocks
    ranges, distances = tables(blocks)
    assert ranges.rows == (
        ("knee flexion at the bottom (deg)",
         "90, 90, 90", "90, 90, 90", "100%"),
        ("duration (s)", "1.50, 1.50, 3.00", "1.00, 1.50, 2.00", "75%"),
    )  # fmt: skip
    assert distances.rows == (
        ("recorded, another participant", "4", "0.00"),
        ("made", "41", "0.00"),
    )
    pictures = next(block for block in blocks if isinstance(block, Pictures))
    assert [picture.alt for picture in pictures.pictures][1] == (
        "Distribution of lunge, duration (s); least, median, most: recorded 1.50, "
        "1.50, 3.00; made 1.00, 1.50, 2.00"
    )


@pytest.mark.parametrize(("duration", "said"), [(5.0, "farther"), (2.95, "nearer")])
def test_the_page_says_whether_made_ones_are_nearer_than_other_participants(
    duration: float, said: str
) -> None:
    recorded: list[dict[str, object]] = [
        {"duration": 2.0},
        {"duration": 3.0, "person": "bob"},
    ]
    blocks = distributions_section(
        rows(*recorded, *made(2, duration=2.05), *made(2, duration=duration))
        if said == "nearer"
        else rows(*recorded, *made(2, duration=duration))
    ).blocks
    (text,) = (block.text for block in blocks if isinstance(block, Paragraph))
    assert f"Those that are made are {said}" in text


def test_nobody_is_covered_by_copies_of_themselves() -> None:
    recorded: list[dict[str, object]] = [
        {"duration": 2.0},
        {"duration": 3.0, "person": "bob"},
    ]
    own: list[dict[str, object]] = [
        {"kind": "copies", "person": "x", "derived_from": "ada", "duration": 2.0},
        {"kind": "copies", "person": "y", "derived_from": "bob", "duration": 3.0},
    ]
    ranges, distances = tables(distributions_section(rows(*recorded, *own)).blocks)
    assert ranges.rows[1][-1] == "0%"
    assert distances.rows[1][0] == "copies of other participants"
    # 1 s, where the standard deviation is half of one
    assert distances.rows[1][-1] == "2.00"


def test_squats_that_could_not_be_measured_are_counted() -> None:
    unknown: dict[str, object] = dict.fromkeys(
        ("descent", "ascent", "pause", "stance_width", "toe_out", "trunk_lean", "arms",
         "right_load"), np.nan,
    )  # fmt: skip
    (note,) = distributions_section(rows({"exercise": "squat"} | unknown)).blocks
    assert isinstance(note, Note)
    assert note.text.startswith("squat: 1 repetition could not be measured")


def test_muscles_that_are_saturated_are_named() -> None:
    peaks = pd.DataFrame({"weak": [1.0, 1.0, 0.9, 1.0], "strong": [0.1, 0.2, 0.3, 0.4]})
    kinds = pd.Series(["recorded", "recorded", "made", "made"])
    table, text = muscles_section(peaks, kinds).blocks
    assert isinstance(table, Table)
    assert table.rows[0] == ("weak", "1.00, 1.00", "0.95, 0.99", "75%")
    assert table.rows[1][0] == "strong"
    assert isinstance(text, Paragraph)
    assert re.match("In most repetitions weak is saturated", text.text)
