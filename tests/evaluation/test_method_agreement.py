"""A method over trials and participants of which the difference is known."""

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.evaluation.method_agreement import MethodAgreement, summarise_method
from bige_osim.evaluation.paired_curves import PairedCurves
from bige_osim.evaluation.pairing import pair_curves
from bige_osim.motion import Series

TIME = np.linspace(0, 2, 101)
MUSCLES = ("vasmed_r", "vaslat_r")


def wave(size: float) -> np.ndarray:
    return size * np.sin(np.pi * TIME / 2) ** 2


def trial(name: str, whose: str, size: float, more: float) -> PairedCurves:
    """A trial in which the compared method has ``more`` of the first muscle."""
    first = Series(TIME, np.stack([wave(size), wave(size)], 1), MUSCLES)
    second = Series(TIME, np.stack([wave(size + more), wave(size)], 1), MUSCLES)
    return pair_curves(first, second, trial=name, participant=whose)


def summarise(pairs: list[PairedCurves], *, envelopes: bool = False) -> MethodAgreement:
    groups = {"vasti_r": MUSCLES}
    return summarise_method("b", pairs, groups=groups, weights={}, envelopes=envelopes)


def people(count: int) -> list[PairedCurves]:
    """Two trials of each, with the differences 0.1 and 0.2, a little more of others."""
    return [
        trial(f"squats{k}", f"p{i}", 0.4 + 0.02 * i, 0.1 * k + 0.01 * i)
        for i in range(count)
        for k in (1, 2)
    ]


def test_trials_of_several_participants_are_averaged_before_they_count() -> None:
    found = summarise(people(6))
    assert (found.unit, found.units) == ("participant", 6)
    one = found.muscles.statistics["vasmed_r"]
    assert one.limits is not None
    assert one.limits.count == 6
    assert one.limits.bias == pytest.approx(0.15 + 0.01 * 2.5)
    assert one.limits.sd == pytest.approx(0.01 * np.std(range(6), ddof=1))
    assert one.effect == pytest.approx(one.limits.bias / one.limits.sd)
    assert one.test.count == 6
    assert one.test.p == 2 / 2**6
    other = found.muscles.statistics["vaslat_r"]
    assert other.test.clusters == ()
    assert other.effect is None


def test_trials_of_one_participant_count_each() -> None:
    found = summarise([trial(f"t{i}", "", 0.4, 0.1 + 0.01 * i) for i in range(4)])
    assert (found.unit, found.units) == ("trial", 4)
    assert found.muscles.statistics["vasmed_r"].test.count == 4


def test_two_participants_are_too_few_for_statistics() -> None:
    found = summarise(people(2))
    assert found.units == 2
    assert found.muscles.statistics == {}


def test_a_group_has_half_of_the_difference_that_one_of_its_two_muscles_has() -> None:
    found = summarise([trial("t", "", 0.4, 0.1)])
    muscle, group = found.muscles.pooled["vasmed_r"], found.groups.pooled["vasti_r"]
    assert muscle.peak_difference == pytest.approx(0.1)
    assert group.peak_difference == pytest.approx(0.05)
    assert group.rmse == pytest.approx(muscle.rmse / 2)
    assert found.overall.rmse == pytest.approx(muscle.rmse / np.sqrt(2))


def test_envelopes_in_another_unit_agree_in_shape() -> None:
    loud = [
        pair_curves(
            Series(TIME, 250 * pair.reference, MUSCLES),
            Series(TIME, pair.compared, MUSCLES),
            participant=pair.participant,
        )
        for pair in people(6)
    ]
    found = summarise(loud, envelopes=True)
    one = found.muscles.pooled["vasmed_r"]
    assert one.rmse == pytest.approx(0, abs=1e-12)
    assert one.correlation == pytest.approx(1)
    assert found.muscles.bursts["vasmed_r"].onset == pytest.approx(0)
    statistics = found.muscles.statistics["vasmed_r"]
    assert (statistics.limits, statistics.effect) == (None, None)


def test_muscles_that_a_trial_lacks_are_left_out_over_all() -> None:
    pairs = [trial("a", "", 0.4, 0.1), trial("b", "", 0.4, 0.1).select(["vaslat_r"])]
    found = summarise(pairs)
    assert [*found.muscles.pooled] == ["vaslat_r"]
    assert len(found.muscles.rows) == 3
    assert found.groups.pooled == {}


def test_trials_without_a_common_muscle_are_an_error() -> None:
    one = trial("a", "", 0.4, 0.1)
    with pytest.raises(BigeError) as error:
        summarise([one.select(["vasmed_r"]), one.select(["vaslat_r"])])
    assert str(error.value) == (
        "The trials of b have no muscle in common; compare them one by one."
    )
