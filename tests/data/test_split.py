"""Nobody is on two sides of a split."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from bige_osim.data.split import split_people
from bige_osim.errors import DatasetError, UnknownNameError


def dataset(*people: str) -> xr.Dataset:
    return xr.Dataset({"person": ("repetition", np.array(people, dtype=object))})


@given(
    people=st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=30),
    seed=st.integers(0, 99),
    data=st.data(),
)
def test_nobody_is_used_twice_and_nobody_is_lost(
    people: list[str], seed: int, data: st.DataObject
):
    names = sorted(set(people))
    test = data.draw(st.lists(st.sampled_from(names), max_size=len(names) - 1))
    test = test[: len(names) - 1] if len(set(test)) == len(names) else test
    split = split_people(dataset(*people), test=test, seed=seed)
    used = [*split.train, *split.validation, *split.test]
    assert sorted(used) == names
    assert set(split.test) == set(test)
    assert split.train


def test_one_person_left_trains_and_the_split_says_so():
    split = split_people(dataset("ada", "bob"), test=["bob"])
    assert (split.train, split.validation) == (("ada",), ())
    assert split.warnings == (
        "Only ada can be trained on, so that nobody is left to choose the weights by; "
        "the training loss chooses them.",
    )


def test_validation_can_be_done_without():
    split = split_people(dataset("ada", "bob", "cem"), validation_share=0.0)
    assert (split.train, split.validation, split.warnings) == (
        ("ada", "bob", "cem"),
        (),
        (),
    )


def test_an_unknown_test_person_is_named():
    with pytest.raises(UnknownNameError) as error:
        split_people(dataset("ada", "bob"), test=["bib"])
    assert str(error.value) == (
        "The dataset has no person named bib; did you mean bob?"
    )


def test_holding_everybody_out_is_refused():
    with pytest.raises(DatasetError, match="nobody is left to train on"):
        split_people(dataset("ada"), test=["ada"])
