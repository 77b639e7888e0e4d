"""Errors stay short, however many names there are."""

from bige_osim.errors import UnknownNameError, some


def test_an_unknown_name_is_told_a_few_of_many_known_ones() -> None:
    sessions = [
        f"OpenCapData_2db17660-ae9d-44b4-85ee-ab319351{i:04d}" for i in range(99)
    ]
    error = str(UnknownNameError("person", "s4", sessions, where="The dataset"))
    assert error.startswith(
        "The dataset has no person named s4; it has OpenCapData_2db"
    )
    assert error.endswith(" ….")
    assert len(error) < 300


def test_a_few_known_names_are_all_told() -> None:
    error = str(UnknownNameError("person", "s4", ["b", "a"], where="The dataset"))
    assert error == "The dataset has no person named s4; it has a, b."


def test_one_name_more_than_are_shown_is_counted() -> None:
    assert some(["a", "b", "c", "d"]) == "a, b, c and 1 more"
