"""Distances of sets of motions that are known by hand."""

import math
from dataclasses import astuple

import numpy as np
import pytest
from scipy.stats import wasserstein_distance
from tests import models
from tests.doll import NAMES, UNEVEN, move_doll

from bige_osim.errors import BigeError
from bige_osim.evaluation.distribution import (
    Cycles,
    SetComparison,
    SlicedDistance,
    compare_quantiles,
    mean_pairwise_distance,
    sample_cycles,
)

TRANSLATIONS = models.TRANSLATIONS
ROTATIONS = tuple(name for name in NAMES if name not in TRANSLATIONS)


def scatter(count: int, size: int = 30, *, seed: int = 0) -> np.ndarray:
    """Points of unequal spreads."""
    random = np.random.default_rng(seed)
    return random.normal(size=(count, size)) * np.linspace(0.1, 3.0, size)


def make_cycles(count: int = 12, *, seed: int = 0) -> Cycles:
    """Curves over five frames: six rotations, deg, and three translations, cm."""
    random = np.random.default_rng(seed)
    spreads = np.linspace(5.0, 30.0, 6), np.array([4.0, 10.0, 2.0])
    turned, moved = (random.normal(size=(count, 5, len(s))) * s for s in spreads)
    return Cycles(turned, moved)


def double(cycles: Cycles, *, sds: float = 0.0) -> Cycles:
    """The same motions, and again, moved by so many SDs of every coordinate."""
    both = (
        np.concatenate([values, values + sds * values.std(axis=(0, 1))])
        for values in (cycles.rotations, cycles.translations)
    )
    return Cycles(*both)


def test_equal_sets_are_no_distance_apart() -> None:
    some = scatter(9)
    distance = SlicedDistance(np.vstack([some, some]))
    assert distance.between(range(9), range(9, 18)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("size", [1, 30, 400])
def test_a_shift_is_as_far_as_its_root_mean_square(size: int) -> None:
    some, shift = scatter(9, size), np.linspace(-1.0, 4.0, size)
    distance = SlicedDistance(np.vstack([some, some + shift]))
    expected = math.sqrt(np.mean(shift**2))
    assert distance.between(range(9), range(9, 18)) == pytest.approx(expected)


def test_twice_the_spread_is_as_far_as_the_spread() -> None:
    some = scatter(9) - scatter(9).mean(axis=0)
    distance = SlicedDistance(np.vstack([some, 2 * some]))
    expected = math.sqrt(np.mean(some**2))
    assert distance.between(range(9), range(9, 18)) == pytest.approx(expected)


def test_what_goes_together_counts_where_each_coordinate_alone_is_the_same() -> None:
    x = np.linspace(-1.0, 1.0, 20)
    together, against = np.stack([x, x], axis=1), np.stack([x, -x], axis=1)
    distance = SlicedDistance(np.vstack([together, against]))
    assert distance.between(range(20), range(20, 40)) > 0.4


def test_the_order_of_motions_changes_nothing() -> None:
    points = scatter(20)
    order = np.random.default_rng(3).permutation(20)
    plain, mixed = SlicedDistance(points), SlicedDistance(points[order])
    some = [int(i) for i in np.flatnonzero(order < 8)]
    others = [int(i) for i in np.flatnonzero(order >= 8)]
    expected = plain.between(range(8), range(8, 20))
    assert plain.between(range(7, -1, -1), range(19, 7, -1)) == expected
    assert mixed.between(some, others) == pytest.approx(expected)


def test_a_set_counts_as_one_that_has_every_point_twice() -> None:
    some, others = scatter(5), scatter(7, seed=1)
    distance = SlicedDistance(np.vstack([some, others]))
    twice = distance.between([*range(5), *range(5)], range(5, 12))
    assert twice == pytest.approx(distance.between(range(5), range(5, 12)))


def test_quantiles_of_unequal_counts_are_those_of_scipy() -> None:
    some, others = np.sort(scatter(5, 1), axis=0), np.sort(scatter(7, 1), axis=0) + 9
    far = others.mean() - some.mean()
    assert wasserstein_distance(some[:, 0], others[:, 0]) == pytest.approx(far)
    squares = compare_quantiles(some, others)
    steps = np.arange(0.5, 35) / 35
    dense = some[(steps * 5).astype(int), 0] - others[(steps * 7).astype(int), 0]
    assert squares == pytest.approx([np.mean(dense**2)])


def test_points_that_are_all_the_same_have_no_distance() -> None:
    distance = SlicedDistance(np.ones((4, 3)))
    assert distance.between([0, 1], [2]) == 0
    assert math.isnan(distance.between([0], []))


def test_a_set_moved_by_two_sds_is_two_sds_away() -> None:
    both = double(make_cycles(), sds=2.0)
    rows, reference = range(12, 24), range(12)
    found = SetComparison(both, reference=reference).measure(rows, against=reference)
    assert found.fidelity_rotations == pytest.approx(2)
    assert found.fidelity_translations == pytest.approx(2)
    spread = make_cycles().rotations.std(axis=(0, 1))
    degrees = 2 * math.sqrt(np.mean(spread**2))
    assert found.fidelity_rotations_deg == pytest.approx(degrees)


def test_what_the_reference_hardly_moves_is_divided_by_a_degree() -> None:
    still = Cycles(np.zeros((2, 5, 1)), np.zeros((2, 5, 1)))
    moved = Cycles(np.r_[still.rotations, still.rotations + 3.0], np.zeros((4, 5, 1)))
    found = SetComparison(moved, reference=[0, 1]).measure([2, 3], against=[0, 1])
    assert found.fidelity_rotations == pytest.approx(3)
    assert found.fidelity_translations == 0


def test_the_reference_has_the_scale_whatever_else_there_is() -> None:
    wild = Cycles(
        np.r_[make_cycles().rotations, 50 * make_cycles(4, seed=1).rotations],
        np.r_[make_cycles().translations, make_cycles(4, seed=1).translations],
    )
    alone, beside = (
        SetComparison(cycles, reference=range(12)).measure(range(6), against=range(12))
        for cycles in (make_cycles(), wild)
    )
    assert astuple(beside) == pytest.approx(astuple(alone), rel=0.1)


def test_without_a_reference_only_diversity_is_known() -> None:
    found = SetComparison(make_cycles()).measure(range(12), against=())
    assert found.diversity > 0
    assert math.isnan(found.fidelity_rotations)
    one = SetComparison(make_cycles()).measure([0], against=())
    assert math.isnan(one.diversity)


def test_diversity_is_the_mean_distance_of_pairs() -> None:
    bent = [move_doll(knee_angle_r=np.radians(angle)) for angle in (0.0, 10.0, 40.0)]
    cycles = sample_cycles(
        bent, rotations=ROTATIONS, translations=TRANSLATIONS, floors=[0.0] * 3
    )
    found = SetComparison(cycles).measure(range(3), against=())
    pairs = (10 + 40 + 30) / 3
    assert found.diversity == pytest.approx(pairs / math.sqrt(len(ROTATIONS)))


def test_tempo_and_place_do_not_count() -> None:
    half = UNEVEN / UNEVEN[-1]
    walk = move_doll(knee_angle_r=half, pelvis_tx=half)
    slow = move_doll(2 * UNEVEN + 7, knee_angle_r=half, pelvis_tx=half + 5)
    raised = move_doll(knee_angle_r=half, pelvis_tx=half, pelvis_ty=1.4)
    cycles = sample_cycles(
        [walk, slow, raised],
        rotations=ROTATIONS,
        translations=TRANSLATIONS,
        floors=[0.0, 0.0, 0.4],
    )
    for values in (cycles.rotations, cycles.translations):
        assert values[1:] == pytest.approx(values[[0, 0]], abs=1e-6)
    assert mean_pairwise_distance(cycles.rotations.reshape(3, -1)) < 1e-6


def test_sets_without_motions_are_refused() -> None:
    with pytest.raises(BigeError, match="compared by their motions, got none"):
        sample_cycles([], rotations=ROTATIONS, translations=TRANSLATIONS, floors=[])
