"""Height of the floor from the lowest points of a motion, or of many at once."""

import numpy as np
import pytest
import torch

from bige_osim.physics.ground.floor import (
    find_standing_heights,
    fit_floor,
    fit_floors,
)


def test_the_floor_is_where_a_walker_stands_whatever_the_other_foot_does():
    time = np.arange(200) / 100
    right = np.where(time % 1.0 < 0.6, 0.02, 0.12)
    left = np.where(time % 1.0 < 0.4, 0.15, 0.02)
    assert fit_floor(np.stack([right, left], axis=1)) == pytest.approx(0.02)


def test_the_floor_is_not_the_box_that_a_jumper_starts_from():
    heights = np.concatenate([np.full(60, 0.3), np.full(5, 0.5), np.full(35, 0.01)])
    assert fit_floor(heights[:, None]) == pytest.approx(0.01)


def test_a_drift_of_centimetres_leaves_the_floor_in_its_middle():
    heights = 0.02 + 0.014 * np.sin(np.linspace(0, 6 * np.pi, 301))
    assert fit_floor(heights[:, None]) == pytest.approx(0.02, abs=0.002)


def test_floors_of_many_motions_are_those_of_each():
    random = np.random.default_rng(0)
    heights = random.normal(size=(5, 3, 98)) * 0.02
    each = [[fit_floor(row[:, None]) for row in rows] for rows in heights]
    assert fit_floors(torch.from_numpy(heights)).tolist() == each
    lowest = heights[0, 0]  # what NumPy makes of the definition
    base = np.quantile(lowest, 0.1)
    assert each[0][0] == np.median(lowest[lowest <= base + 0.03])


def test_a_foot_that_never_stands_has_the_standing_height_of_the_other():
    heights = torch.tensor([[[0.02, 0.3]] * 9, [[0.02, 0.03]] * 9], dtype=torch.float64)
    assert find_standing_heights(heights).tolist() == [[0.02, 0.02], [0.02, 0.03]]
