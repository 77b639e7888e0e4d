"""Pages made of folders of results."""

import json
import re
import shutil
from pathlib import Path

import pytest

from bige_osim.errors import DataError, MissingFileError
from bige_osim.report.formatting import MINUS, MISSING
from bige_osim.report.page import Note, Page, Section, render_page
from bige_osim.report.pages import page_from_folder


def section(page: Page, anchor: str) -> Section:
    return next(part for part in page.sections if part.anchor == anchor)


def text(folder: Path) -> str:
    return render_page(page_from_folder(folder))


def change(path: Path, **entries) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | entries), encoding="utf-8")


def test_the_verdict_stands_first(page: Page) -> None:
    headline = page.headline
    assert headline.text == "2 of 3 motions pass the check by simulation"
    assert headline.state == "mixed"
    assert headline.tiles[0].value == "5 of 6"
    assert headline.tiles[-1].label == (
        "peak pelvis residuals; accepted in 2 of 3 motions. Ground reaction "
        "estimated: not an independent check"
    )


def test_the_page_needs_nothing_from_elsewhere(html: str) -> None:
    assert not re.findall(r'\b(?:src|href)="(?!#)', html)
    assert not re.search(r"url\((?!#)", html)
    assert "@import" not in html
    assert "http" not in html


def test_no_two_elements_share_an_id(html: str) -> None:
    ids = re.findall(r'\bid="([^"]*)"', html)
    assert len(ids) == len(set(ids))


def test_values_are_those_of_the_results(made_folder: Path, html: str) -> None:
    content = json.loads((made_folder / "validated" / "validate.json").read_text())
    validation = content["validation"]
    assert f"{validation['overall']['rmse']:.3f}" in html
    for muscle in validation["muscles"]:
        assert f'<th scope="row">{muscle["muscle"]}</th>' in html
        assert f"{muscle['rmse']:.3f}" in html
    for motion in validation["motions"]:
        for reason in motion["reasons"]:
            assert reason.replace("'", "&#39;") in html


def test_the_goal_is_told_with_what_holds_by_surrogate_and_in_simulation(
    page: Page,
) -> None:
    table = section(page, "goal").blocks[4]
    activation, tilt, asymmetry, proximity = table.rows
    assert activation[1] == "peak of vasmed_r, vasmed_l between 0.35 and 0.45"
    assert [cell.text for cell in activation[2:4]] == ["3 of 3", "2 of 3"]
    assert tilt[1] == f"between {MINUS}35 and 0 deg"
    assert tilt[5] == f"{MINUS}28.4 deg"
    assert asymmetry[1] == "as small as possible"
    assert proximity[4:] == ("0.60 SD", MISSING)


def test_every_motion_shows_its_curves_with_a_description(page: Page) -> None:
    *cards, _ = section(page, "motions").blocks
    assert [card.title for card in cards] == ["Motion 01", "Motion 02", "Motion 03"]
    assert [card.badge.text for card in cards] == ["passes", "fails", "passes"]
    joints, muscles = cards[1].blocks[1].pictures
    assert "knee_angle_r 0 to 100 deg" in joints.alt
    assert "vasmed_r, surrogate, peaks at 0.41" in muscles.alt
    assert "vasmed_r, simulated, peaks at 0.52" in muscles.alt


def test_the_goal_section_says_how_the_goal_looked_for_the_body(page: Page) -> None:
    _, counts, text_, muscles, *_ = section(page, "goal").blocks
    assert counts.entries == (
        ("delivered", "3 of 4 motions"),
        (
            "drawn by the generator",
            "64 repetitions, of which 1 satisfied the goal as they were",
        ),
        ("refined", "5 repetitions"),
    )
    assert text_.text.startswith("64 repetitions drawn for this body (knees bent 61 ")
    assert muscles.rows == (
        (
            "vasmed_r",
            "peak between 0.35 and 0.45",
            "0.20 to 0.80",
            "9 of 64",
            "0.20 to 0.40 up to 70 deg; 0.30 to 0.60 up to 90 deg; "
            "0.50 to 0.80 up to 112 deg",
        ),
    )


def test_motions_say_what_refinement_changed(page: Page) -> None:
    card = section(page, "motions").blocks[0]
    assert card.blocks[0].entries == (
        ("joint angles changed by", "2.5 deg RMS (legs 3.0 deg and trunk 2.0 deg)"),
        ("duration", "3 s, before 2.9 s"),
    )


def test_what_was_not_delivered_is_listed_with_its_reason(page: Page) -> None:
    table = section(page, "motions").blocks[-1]
    assert table.caption == "Refined and not delivered"
    assert table.rows == (
        ("1", "8.5 deg", "vasmed_r peaks at 0.610 in simulation. (and 1 more reason)"),
    )


def test_nothing_delivered_makes_a_page_of_what_failed(results_folder: Path) -> None:
    shutil.rmtree(results_folder / "validated")
    change(results_folder / "guided" / "guide.json", motions=[])
    page = page_from_folder(results_folder)
    assert (page.headline.text, page.headline.state) == (
        "0 of 4 motions delivered",
        "bad",
    )
    (table,) = section(page, "motions").blocks
    assert table.caption == "Refined and not delivered"


def test_exact_activations_are_those_of_refinement_not_of_a_surrogate(
    results_folder: Path,
) -> None:
    path = results_folder / "validated" / "validate.json"
    validation = json.loads(path.read_text())["validation"]
    for motion in validation["motions"]:
        motion |= {"expected_by": "exact", "reasons": []}
    change(path, validation=validation)
    change(results_folder / "guided" / "guide.json", activations="exact")
    shutil.rmtree(results_folder / "generator")
    made = page_from_folder(results_folder)
    assert "surrogate" not in render_page(made)
    assert section(made, "agreement").title == "Refinement against simulation"
    *_, table, _ = section(made, "goal").blocks
    assert table.headings[2:4] == ("satisfied (refinement)", "satisfied (simulation)")


def test_a_changed_trial_is_named(results_folder: Path) -> None:
    path = results_folder / "guided" / "guide.json"
    content = json.loads(path.read_text())
    for key in ("asked", "drawn", "refined", "satisfied_when_drawn", "feasibility"):
        del content[key]
    content["failed"][0]["repetition"] = 3
    content["from"] = {"trial": "squats1.mot", "model": "s4.osim"}
    path.write_text(json.dumps(content))
    page = page_from_folder(results_folder)
    assert section(page, "goal").blocks[1].entries == (
        ("starts from", "squats1.mot"),
        ("delivered", "3 of 4 repetitions"),
    )
    assert section(page, "motions").blocks[-1].rows[0][0] == "3"


def test_a_moment_above_its_threshold_is_marked(page: Page) -> None:
    blocks = section(page, "limits").blocks
    moments = [row[4] for row in blocks[3].rows]
    assert [(cell.text, cell.state) for cell in moments] == [
        ("3.0", "none"),
        ("9.0", "bad"),
        ("3.0", "none"),
    ]


def test_people_of_every_use_are_named(page: Page) -> None:
    table = section(page, "training").blocks[0]
    assert table.rows == (
        ("generator", "a and b (20 repetitions)", "c (5 repetitions)", "s4"),
    )


def test_recordings_are_counted_by_person(page: Page) -> None:
    collected, solved = section(page, "people").blocks
    assert collected.rows[1] == (
        "s4", "1.68", "62.6", "measured", "2", "93 to 104", "1"
    )  # fmt: skip
    assert solved.rows == (
        ("squats1", "340 frames solved."),
        ("walk1", "The forces end too early; cut the motion."),
    )


def test_sessions_that_were_left_out_are_named_with_the_reason(
    results_folder: Path,
) -> None:
    failed = [{"source": "s9", "reason": "The model of s9 has no muscles."}]
    change(results_folder / "squats.collect.json", failed=failed)
    blocks = section(page_from_folder(results_folder), "people").blocks
    assert Note("Left out: s9. The model of s9 has no muscles.") in blocks


def test_results_of_synthetic_people_alone_say_so_at_the_top(
    page: Page, results_folder: Path
) -> None:
    said = "All participants and recordings here are synthetic: made by the program."
    assert said not in page.headline.details
    path = results_folder / "squats.collect.json"
    people = json.loads(path.read_text())["people"]
    change(path, people={"a": people["a"]})
    assert said in page_from_folder(results_folder).headline.details


def test_small_residuals_are_green_only_of_plates(results_folder: Path) -> None:
    path = results_folder / "validated" / "validate.json"

    def state(ground: str) -> str:
        validation = json.loads(path.read_text())["validation"]
        for motion in validation["motions"]:
            motion["residuals"] |= {"ground": ground, "moment_holds": True}
        change(path, validation=validation)
        return page_from_folder(results_folder).headline.tiles[-1].state

    assert (state("estimated"), state("measured")) == ("none", "good")


def test_muscles_judged_together_are_shown_together(results_folder: Path) -> None:
    path = results_folder / "validated" / "validate.json"
    validation = json.loads(path.read_text())["validation"]
    for motion in validation["motions"]:
        motion["terms"][0]["range"]["over"] = "mean"
    change(path, validation=validation)
    page = page_from_folder(results_folder)
    (picture,) = section(page, "goal").blocks[-1].pictures
    assert picture.alt.startswith("Peak activation of mean of vasmed_r and vasmed_l in")
    assert "goal 0.35 to 0.45" in picture.alt


def test_missing_steps_are_one_line_each_and_no_error(results_folder: Path) -> None:
    (results_folder / "validated" / "validate.json").unlink()
    (results_folder / "generator" / "generator.json").unlink()
    page = page_from_folder(results_folder)
    assert page.headline.text == "3 of 4 motions delivered"
    assert "there is no validate.json here" in render_page(page)
    (note,) = section(page, "training").blocks
    assert note.text == (
        "Nothing was trained in this folder, so there are no curves to show."
    )


def test_missing_curves_are_said_beside_their_motion(results_folder: Path) -> None:
    (results_folder / "validated" / "02_simulated.sto").unlink()
    (results_folder / "guided" / "03.mot").write_text("damaged")
    cards = section(page_from_folder(results_folder), "motions").blocks
    assert "02_simulated.sto does not exist" in cards[1].blocks[2].text
    assert "03.mot" in cards[2].blocks[2].text
    assert len(cards[1].blocks[1].pictures) == 2
    assert len(cards[2].blocks[1].pictures) == 1


def test_a_validation_without_goal_and_surrogate_makes_a_page(
    results_folder: Path,
) -> None:
    path = results_folder / "validated" / "validate.json"
    validation = json.loads(path.read_text())["validation"]
    for motion in validation["motions"]:
        motion.update(muscles=[], terms=[], overall=None, feet=None)
    change(path, validation=validation | {"muscles": [], "overall": None})
    (results_folder / "guided" / "guide.json").unlink()
    page = text(results_folder)
    assert "The goal is not known" in page
    assert "without expected activations" in page


def test_warnings_of_steps_are_shown(results_folder: Path) -> None:
    path = results_folder / "guided" / "guide.json"
    manifest = json.loads(path.read_text())["manifest"]
    change(path, manifest=manifest | {"warnings": ["Only 3 motions differ."]})
    blocks = section(page_from_folder(results_folder), "provenance").blocks
    assert Note("guided/guide.json: Only 3 motions differ.") in blocks


def test_versions_stand_in_one_column_until_they_differ(results_folder: Path) -> None:
    def headings() -> tuple[str, ...]:
        blocks = section(page_from_folder(results_folder), "provenance").blocks
        return blocks[1].headings

    assert headings() == ("program", "version")
    path = results_folder / "guided" / "guide.json"
    manifest = json.loads(path.read_text())["manifest"]
    change(path, manifest=manifest | {"versions": {"python": "3.12.0"}})
    assert headings() == ("program", "solve", "collect", "guide", "validate")


def test_a_folder_without_results_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError) as error:
        page_from_folder(tmp_path)
    assert str(error.value) == (
        f"The result {tmp_path / 'validate.json'} does not exist; run bige guide and "
        "bige validate into this folder first."
    )


def test_a_damaged_result_is_an_error_that_names_it(results_folder: Path) -> None:
    path = results_folder / "guided" / "guide.json"
    path.write_text("{")
    with pytest.raises(DataError, match=r"guide\.json: expected JSON"):
        page_from_folder(results_folder)
