"""How near made repetitions are to recorded ones."""

import numpy as np
import pytest

from bige_osim.synthetic.coverage import measure_coverage

RECORDED = np.array([[0.0], [1.0], [5.0], [6.0]])
PEOPLE = ["ada", "ada", "bob", "bob"]


def test_what_lies_within_the_made_range_is_counted() -> None:
    made = np.linspace(0.5, 5.5, 201)[:, None]
    assert measure_coverage(RECORDED, made, people=PEOPLE).within == (0.5,)


def test_distances_are_in_standard_deviations_of_the_recorded() -> None:
    found = measure_coverage(RECORDED, RECORDED + 0.1, people=PEOPLE)
    spread = RECORDED.std()
    assert found.to_made == pytest.approx(0.1 / spread)
    assert found.to_others == pytest.approx((4.0 + 5.0) / 2 / spread)
    assert found.closer_than_others


def test_with_one_person_there_are_no_others() -> None:
    found = measure_coverage(RECORDED, RECORDED, people=["ada"] * 4)
    assert np.isnan(found.to_others)
    assert not found.closer_than_others


def test_a_measure_that_is_the_same_for_all_divides_nothing_by_zero() -> None:
    recorded = np.array([[1.0, 2.0], [1.0, 3.0]])
    found = measure_coverage(
        recorded, recorded + np.array([1.0, 0.0]), people=["a", "b"]
    )
    assert found.to_made == 1.0


def test_nobody_is_compared_with_copies_of_themselves() -> None:
    found = measure_coverage(
        RECORDED, RECORDED, people=PEOPLE, copied_from=["ada", "ada", "bob", "bob"]
    )
    assert found.within == (0.0,)
    assert found.to_made == found.to_others


def test_with_copies_of_oneself_only_nothing_is_known() -> None:
    found = measure_coverage(
        RECORDED[:2], RECORDED[:2], people=PEOPLE[:2], copied_from=["ada", "ada"]
    )
    assert np.isnan([*found.within, found.to_made, found.to_others]).all()
