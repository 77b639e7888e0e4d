"""Systems whose differences from the reference are known, each participant a pair."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from bige_osim.evaluation.compared_values import (
    ColumnStatistics,
    Values,
    compare_values,
)
from bige_osim.evaluation.comparison import Column

SPEED = Column("speed", "speed", "deg/s")
SLIDING = Column("sliding", "sliding", "m/s", best="least")
DIVERSITY = Column("diversity", "diversity", "deg", best="")
REFERENCE = np.array([50.0, 55.0, 48.0, 61.0, 58.0, 52.0, 49.0, 57.0])


def make_values(column: Column = SPEED, **systems: Sequence[float]) -> Values:
    """A value of each participant, the reference's from ``REFERENCE`` unless given."""
    return {
        name: {f"p{i}": {column.key: float(v)} for i, v in enumerate(values)}
        for name, values in ({"reference": REFERENCE} | systems).items()
    }


def compare(values: Values, column: Column = SPEED) -> ColumnStatistics:
    generated = [name for name in values if name != "reference"]
    (found,) = compare_values(values, generated=generated, columns=[column])
    return found


def test_a_planted_difference_is_found_with_its_limits_and_effect() -> None:
    more = np.array([1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 3.0, 2.0])
    (found,) = compare(make_values(bige=REFERENCE + more)).differences
    sd = more.std(ddof=1)
    assert found.difference.mean == pytest.approx(2.0)
    assert found.limits is not None
    assert (found.limits.lower, found.limits.upper) == pytest.approx(
        (2 - 1.96 * sd, 2 + 1.96 * sd)
    )
    assert found.effect == pytest.approx(2 / sd)
    assert found.effect_interval is not None
    assert found.effect_interval[0] > 0
    assert found.distance.mean == pytest.approx(2.0)


def test_a_system_that_is_equal_on_average_has_no_effect() -> None:
    either = np.array([1.0, -1.0] * 4)
    (found,) = compare(make_values(bige=REFERENCE + either)).differences
    assert found.difference.mean == pytest.approx(0.0)
    assert found.effect == pytest.approx(0.0)
    assert found.effect_interval is not None
    assert found.effect_interval[0] == pytest.approx(-found.effect_interval[1])
    # and yet it is one apart on every participant
    assert found.distance.mean == pytest.approx(1.0)


def test_the_reference_itself_differs_by_nothing() -> None:
    found = compare(make_values(bige=REFERENCE, mdm=REFERENCE))
    own = found.differences[0]
    assert (own.difference.mean, own.difference.low, own.difference.high) == (0, 0, 0)
    assert own.limits is not None
    assert (own.limits.lower, own.limits.upper) == (0, 0)
    assert own.effect is None  # 0 / 0
    (nearness,) = found.nearness
    assert (nearness.nearer, nearness.farther) == (0, 0)
    assert nearness.verdict == "not told apart"


def test_the_guided_system_is_nearer_where_it_is_so_on_every_participant() -> None:
    values = make_values(bige=REFERENCE - 1, mdm=REFERENCE + 4 + 0.1 * np.arange(8))
    found = compare(values)
    (nearness,) = found.nearness
    assert (nearness.other, nearness.nearer, nearness.farther) == ("mdm", 8, 0)
    assert nearness.difference.mean == pytest.approx(1 - 4.35)
    assert nearness.difference.high is not None
    assert nearness.difference.high < 0
    assert nearness.p == pytest.approx(2 / 2**8)
    assert nearness.verdict == "nearer"
    assert found.list_nearest() == ("bige",)


def test_it_is_said_where_the_guided_system_is_farther() -> None:
    values = make_values(bige=REFERENCE + 4 + 0.1 * np.arange(8), mdm=REFERENCE - 1)
    assert compare(values).nearness[0].verdict == "farther"
    assert compare(values).list_nearest() == ("mdm",)


def test_systems_that_are_nearer_in_turns_are_not_told_apart() -> None:
    turns = np.array([1.0, 2.0] * 4)
    values = make_values(bige=REFERENCE + turns, mdm=REFERENCE + 3 - turns)
    (nearness,) = compare(values).nearness
    assert (nearness.nearer, nearness.farther) == (4, 4)
    assert nearness.difference.mean == pytest.approx(0.0)
    assert nearness.verdict == "not told apart"


def test_the_interval_of_the_distances_has_the_true_mean_nearly_always(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bige_osim.evaluation.estimate.RESAMPLES", 999)
    rng = np.random.default_rng(0)
    within = []
    for _ in range(20):
        noise = rng.normal(0.0, 0.5, (2, 20))
        zero = np.zeros(20)
        values = make_values(reference=zero, bige=5 + noise[0], mdm=7 + noise[1])
        found = compare(values).nearness[0].difference
        assert found.low is not None
        assert found.high is not None
        within.append(found.low <= -2 <= found.high)
    # of 95 % each, 17 or more in 99 of 100 such tests
    assert sum(within) >= 17


@pytest.mark.parametrize("count", [1, 2, 5])
def test_fewer_than_six_participants_decide_nothing(count: int) -> None:
    own = REFERENCE[:count]
    values = make_values(reference=own, bige=own + 1, mdm=own + 9)
    found = compare(values)
    assert found.nearness[0].nearer == count
    assert found.nearness[0].verdict == "too few"
    assert (found.differences[0].limits is None) == (count == 1)


def test_what_should_be_zero_is_compared_with_zero() -> None:
    reference, own = np.full(8, 0.3), np.full(8, 0.1)
    values = make_values(SLIDING, reference=reference, bige=own, mdm=reference)
    found = compare(values, SLIDING)
    assert [d.distance.mean for d in found.differences] == pytest.approx([0.1, 0.3])
    assert found.differences[1].difference.mean == pytest.approx(0.0)
    assert found.list_nearest() == ("bige",)


def test_differences_that_are_not_shown_are_none() -> None:
    values = make_values(SLIDING, bige=np.full(8, 0.0100), mdm=np.full(8, 0.0104))
    found = compare(values, Column("sliding", "sliding", "m/s", "least", digits=3))
    (nearness,) = found.nearness
    assert (nearness.nearer, nearness.verdict) == (0, "not told apart")
    assert found.list_nearest() == ("bige", "mdm")


def test_nothing_is_nearest_of_what_has_no_best() -> None:
    values = make_values(DIVERSITY, bige=REFERENCE, mdm=REFERENCE + 1)
    found = compare(values, DIVERSITY)
    assert found.nearness == ()
    assert found.list_nearest() == ()


def test_participants_without_a_value_are_left_out() -> None:
    values = make_values(bige=[math.nan, *REFERENCE[1:]], mdm=REFERENCE[:4])
    found = compare(values)
    assert [d.difference.participants for d in found.differences] == [7, 4]
    assert found.nearness[0].difference.participants == 3


def test_columns_without_a_pair_are_left_out() -> None:
    values = make_values(bige=[math.nan] * 8)
    assert compare_values(values, generated=["bige"], columns=[SPEED]) == ()


def test_keys_of_plain_data_have_their_units() -> None:
    plain = compare(make_values(bige=REFERENCE + 1, mdm=REFERENCE + 2)).to_dict()
    assert plain["column"] == "speed"
    (one, _) = plain["against_reference"]
    assert one["difference_deg_per_s"]["mean"] == pytest.approx(1.0)
    assert one["limits_deg_per_s"]["pairs"] == 8
    (other,) = plain["guided_against_others"]
    assert other["distance_difference_deg_per_s"]["mean"] == pytest.approx(-1.0)
