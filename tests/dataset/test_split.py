"""Nobody is on two sides of a split."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from bige_osim.dataset.split import split_participants
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
    split = split_participants(dataset(*people), test=test, seed=seed)
    used = [*split.train, *split.validation, *split.test]
    assert sorted(used) == names
    assert set(split.test) == set(test)
    assert split.train


def test_one_person_left_trains_and_the_split_says_so():
    split = split_participants(dataset("ada", "bob"), test=["bob"])
    assert (split.train, split.validation) == (("ada",), ())
    assert split.warnings == (
        "Only ada can be trained on, which leaves nobody for validation; "
        "the training loss chooses the weights.",
    )


def test_validation_can_be_done_without():
    split = split_participants(dataset("ada", "bob", "cem"), validation_share=0.0)
    assert (split.train, split.validation, split.warnings) == (
        ("ada", "bob", "cem"),
        (),
        (),
    )


def with_copies(**copied: str) -> xr.Dataset:
    """Three recorded people, and others who move like one of them."""
    people = {"ada": "", "bob": "", "cem": ""} | copied
    return dataset(*people).assign(
        derived_from=("repetition", np.array(list(people.values()), dtype=object))
    )


def test_copies_of_a_test_persons_motions_are_not_used():
    made = with_copies(dan="ada", eve="ada", fay="bob")
    split = split_participants(made, test=["ada"])
    assert split.test == ("ada",)
    assert set(split.train) | set(split.validation) == {"bob", "cem", "fay"}
    assert split.warnings == (
        "dan, eve copy a held-out participant, and are left out.",
    )


def test_who_was_copied_is_not_used_when_the_copy_is_held_out():
    split = split_participants(with_copies(dan="ada"), test=["dan"])
    assert split.test == ("dan",)
    assert set(split.train) | set(split.validation) == {"bob", "cem"}
    assert split.warnings == ("ada copies a held-out participant, and is left out.",)


@pytest.mark.parametrize("seed", range(5))
def test_copies_choose_the_weights_only_with_whom_they_move_like(seed: int):
    made = with_copies(dan="ada", eve="bob", fay="cem")
    split = split_participants(made, validation_share=0.4, seed=seed)
    origin = {"dan": "ada", "eve": "bob", "fay": "cem"}
    assert split.train
    assert split.validation
    assert not {origin.get(n, n) for n in split.train} & {
        origin.get(n, n) for n in split.validation
    }


def test_an_unknown_test_person_is_named():
    with pytest.raises(UnknownNameError) as error:
        split_participants(dataset("ada", "bob"), test=["bib"])
    assert str(error.value) == (
        "The dataset has no participant named bib; did you mean bob?"
    )


def test_holding_everybody_out_is_refused():
    with pytest.raises(DatasetError, match="nobody is left to train on"):
        split_participants(dataset("ada"), test=["ada"])
