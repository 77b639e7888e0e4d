"""Means over participants, and how far they are to be trusted."""

import math

import numpy as np
import pytest

from bige_osim.evaluation.estimate import Estimate, estimate


def test_one_participant_has_no_interval() -> None:
    found = estimate([2.0, math.nan])
    assert (found.mean, found.low, found.high, found.participants) == (2, None, None, 1)
    assert math.isnan(found.std)


def test_nobody_has_no_mean() -> None:
    found = estimate([math.nan])
    assert found.participants == 0
    assert math.isnan(found.mean)


def test_participants_who_agree_leave_no_room() -> None:
    assert estimate([0.25, 0.25, 0.25]) == Estimate(0.25, 0.0, 0.25, 0.25, 3)


def test_many_participants_have_the_interval_of_normal_theory() -> None:
    values = np.random.default_rng(0).normal(10.0, 2.0, size=200)
    found = estimate(values.tolist())
    half = 1.96 * values.std(ddof=1) / math.sqrt(200)
    assert found.low == pytest.approx(values.mean() - half, abs=0.05)
    assert found.high == pytest.approx(values.mean() + half, abs=0.05)


def test_a_seed_gives_the_same_interval_again() -> None:
    values = np.random.default_rng(1).normal(size=12).tolist()
    assert estimate(values, seed=3) == estimate(values, seed=3)
    assert estimate(values, seed=3) != estimate(values, seed=4)
