"""Messages stay short, however many names there are and however long they are."""

from collections.abc import Callable

import numpy as np
import pytest

from bige_osim.errors import (
    BigeError,
    DataError,
    ModelError,
    UnknownNameError,
    cut_short,
    name_some,
)
from bige_osim.motion import Series
from bige_osim.osim.static_optimisation.log import run_error

NAMES = [f"a_muscle_with_a_name_that_goes_on_and_on_and_on_{i:03}" for i in range(500)]
LISTED = ", ".join(NAMES)


def repeat_columns() -> None:
    Series(np.zeros(1), np.zeros((1, 1000)), (*NAMES, *NAMES))


def look_up(name: str) -> None:
    Series(np.zeros(1), np.zeros((1, 500)), tuple(NAMES)).column(name)


FAULTS: dict[str, Callable[[], object]] = {
    "unknown": lambda: look_up("soleus"),
    "unknown and long": lambda: look_up(LISTED),
    "misspelt": lambda: look_up(NAMES[7] + "_"),
    "repeated": repeat_columns,
}
ERRORS = [
    UnknownNameError("muscle", LISTED, NAMES, where="a.mot"),
    UnknownNameError("muscle", "soleus", [], where="a.mot"),
    DataError("a.mot", column=LISTED, expected=LISTED, got=LISTED, remedy="rename it"),
    ModelError("m.osim", element=LISTED, problem=LISTED, remedy="use another"),
    run_error("[info] Loaded\n" + "\n".join(NAMES), model="m.osim"),
    run_error(LISTED, model="m.osim"),
    run_error("", model="m.osim"),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_message_about_many_names_is_short(fault: str):
    with pytest.raises(BigeError) as caught:
        FAULTS[fault]()
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_with_many_names_is_short(error: BigeError):
    assert len(str(error)) < 300


def test_a_list_of_nothing_is_no_gap_in_the_sentence():
    assert str(ERRORS[1]) == "a.mot has no muscle named soleus; it has none."


def test_only_what_is_repeated_is_named():
    with pytest.raises(BigeError) as caught:
        Series(np.zeros(1), np.zeros((1, 5)), ("a", "b", "c", "b", "b"))
    assert str(caught.value) == (
        "Column names must differ, got b more than once; rename the repeated ones."
    )


def test_lists_say_how_many_more_there_are():
    assert name_some(NAMES[:1]) == NAMES[0]
    assert name_some("abcdef") == "a, b, c, d, e, f"
    assert name_some("abcdefg") == "a, b, c, d, e, f, g"
    assert name_some("abcdefgh") == "a, b, c, d, e, f and 2 more"
    assert name_some(NAMES) == f"{NAMES[0]} and 499 more"
    assert name_some([LISTED]) == cut_short(LISTED)
    assert len(cut_short(LISTED)) == 100
