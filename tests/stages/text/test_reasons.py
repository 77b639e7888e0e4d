"""Sentences that say the same are one line, with a count."""

from bige_osim.errors import name_some
from bige_osim.stages.text.reasons import group_reasons, shorten, warning_lines


def test_numbers_names_sides_and_asides_make_no_sentence_another() -> None:
    said = [
        ("a", "knee_angle_r leaves its range by 3.0 deg (at 0.10 s)"),
        ("b", "knee_angle_l leaves its range by -11 deg (at 2 s, 3 s); bend it"),
        ("c", "the right foot stands on nothing"),
        ("d", "the left foot stands on nothing"),
        ("e", "the left foot slides"),
    ]
    groups = [(group.text, group.count, group.where) for group in group_reasons(said)]
    assert groups == [
        ("knee_angle_r, knee_angle_l leaves its range by -11 to 3.0 deg", 2, "a"),
        ("the right, left foot stands on nothing", 2, "c"),
        ("the left foot slides", 1, "e"),
    ]


def test_a_number_in_a_name_is_no_number() -> None:
    (one, two) = group_reasons([("", "squats1 is short"), ("", "squats2 is short")])
    assert (one.text, two.text) == ("squats1 is short", "squats2 is short")


def test_a_thousand_warnings_are_a_few_lines_of_no_more_than_300_characters() -> None:
    warnings = [f"s1 walk{i}: {'The forces end early. ' * 20}{i}" for i in range(998)]
    lines = warning_lines([*warnings, "s1 a: The plate is off.", "Nobody moves."], 2)
    assert [len(line) <= 300 for line in lines] == [True] * 3
    assert lines[0].startswith("Warning: s1 walk0: The forces end early. The forces")
    assert lines[0].endswith(" … (and 997 more like it)")
    assert lines[1:] == [
        "Warning: s1 a: The plate is off.",
        "1 more warning of other kinds.",
    ]


def test_many_names_are_the_first_and_a_count() -> None:
    assert name_some(["a", "b", "c"]) == "a, b, c"
    assert name_some(list("abcdef"), 2) == "a, b and 4 more"


def test_text_is_cut_between_words() -> None:
    assert shorten("one two three", 9) == "one two …"
