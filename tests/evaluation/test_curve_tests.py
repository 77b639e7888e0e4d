"""Where curves differ, in data in which that is known."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d
from scipy.stats import permutation_test, ttest_rel

from bige_osim.errors import BigeError
from bige_osim.evaluation.curve_tests import compare_paired_curves


def smooth_noise(count: int, seed: int, frames: int = 101) -> np.ndarray:
    """Smooth noise with a standard deviation of about 1."""
    noise = np.random.default_rng(seed).normal(size=(count, frames))
    smooth = gaussian_filter1d(noise, 5, axis=1)
    return np.asarray(smooth / smooth.std())


def bump(start: int, stop: int, size: float, frames: int = 101) -> np.ndarray:
    return np.where((np.arange(frames) >= start) & (np.arange(frames) <= stop), size, 0)


def test_a_planted_difference_is_found_where_it_is() -> None:
    first = smooth_noise(10, seed=1)
    second = first + 0.3 * smooth_noise(10, seed=2) + bump(40, 60, 2.0)
    found = compare_paired_curves(first, second)
    (cluster,) = found.clusters
    assert (cluster.start, cluster.stop) == (40, 60)
    assert cluster.t > found.threshold
    assert cluster.p <= 0.05
    assert found.exact
    assert found.permutations == 2**9


def test_differences_of_either_sign_are_two_clusters() -> None:
    first = smooth_noise(10, seed=1)
    second = first + 0.2 * smooth_noise(10, seed=2)
    second += bump(20, 39, 2.0) - bump(40, 59, 2.0)
    found = compare_paired_curves(first, second)
    assert [(c.start, c.stop, np.sign(c.t)) for c in found.clusters] == [
        (20, 39, 1),
        (40, 59, -1),
    ]


def test_nothing_is_found_in_noise() -> None:
    found = compare_paired_curves(smooth_noise(10, seed=3), smooth_noise(10, seed=4))
    assert found.clusters == ()
    assert found.p > 0.05


def test_noise_is_taken_for_a_difference_once_in_twenty_times() -> None:
    wrong = [
        bool(
            compare_paired_curves(np.zeros((7, 51)), smooth_noise(7, seed, 51)).clusters
        )
        for seed in range(400)
    ]
    # 5 %, with a standard error of 1.1 %
    assert 0.02 <= np.mean(wrong) <= 0.08


def test_t_is_that_of_a_paired_test_at_every_point() -> None:
    first, second = smooth_noise(8, seed=5), smooth_noise(8, seed=6)
    expected = ttest_rel(second, first).statistic
    assert compare_paired_curves(first, second).t == pytest.approx(expected)


def test_a_single_point_has_the_p_of_an_exact_permutation_test() -> None:
    first, second = smooth_noise(8, 7)[:, :1], smooth_noise(8, 8)[:, :1] + 1
    expected = permutation_test(
        (second[:, 0], first[:, 0]),
        lambda a, b: np.mean(a - b),
        permutation_type="samples",
        n_resamples=np.inf,
    )
    found = compare_paired_curves(first, second)
    assert found.p == pytest.approx(expected.pvalue)


def test_five_pairs_cannot_differ_at_five_per_cent() -> None:
    first = smooth_noise(5, seed=9)
    found = compare_paired_curves(first, first + 5 + 0.01 * smooth_noise(5, seed=10))
    assert found.p == 2 / 2**5
    assert found.clusters == ()


def test_many_pairs_are_drawn_and_a_seed_draws_the_same() -> None:
    first = smooth_noise(20, seed=11)
    second = first + 0.3 * smooth_noise(20, seed=12) + bump(40, 60, 1.0)
    once, again = (compare_paired_curves(first, second, seed=1) for _ in range(2))
    assert not once.exact
    assert once.permutations == 10_000
    assert once.threshold == again.threshold
    assert [(c.start, c.stop) for c in once.clusters] == [(40, 60)]


def test_curves_that_are_equal_do_not_differ() -> None:
    same = smooth_noise(6, seed=13)
    found = compare_paired_curves(same, same)
    assert (found.p, found.clusters) == (1, ())
    assert not found.t.any()


def test_a_constant_difference_without_any_noise_is_found_everywhere() -> None:
    same = smooth_noise(6, seed=14)
    (cluster,) = compare_paired_curves(same, same + 0.1).clusters
    assert (cluster.start, cluster.stop, cluster.p) == (0, 100, 2 / 2**6)


def test_one_pair_is_no_test() -> None:
    with pytest.raises(BigeError, match="two pairs or more, got 1"):
        compare_paired_curves(np.zeros((1, 5)), np.ones((1, 5)))
