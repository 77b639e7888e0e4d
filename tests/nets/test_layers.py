"""The layers that the nets share."""

import numpy as np
import torch

from bige_osim.nets.layers import ResidualBlock, SplineUpsampling
from bige_osim.splines import spline_basis


def test_a_spline_of_49_points_follows_a_squat_closely() -> None:
    cycle = np.linspace(0, 1, 196)
    squat = 100 * np.sin(np.pi * cycle) ** 2 + 5 * np.sin(14 * np.pi * cycle)  # deg
    basis = spline_basis(49, 196)
    points = np.linalg.lstsq(basis, squat, rcond=None)[0]
    assert np.abs(basis @ points - squat).max() < 0.05


def test_splines_start_and_end_at_their_first_and_last_point() -> None:
    points = torch.rand(2, 12, 3)
    frames = SplineUpsampling(points=12, frames=48)(points)
    torch.testing.assert_close(frames[:, [0, -1]], points[:, [0, -1]])


def test_equal_points_give_a_constant() -> None:
    frames = SplineUpsampling(points=12, frames=48)(torch.full((1, 12, 1), 3.0))
    torch.testing.assert_close(frames, torch.full((1, 48, 1), 3.0))


def test_a_block_sees_neither_other_samples_nor_only_its_own_frame() -> None:
    torch.manual_seed(0)
    block = ResidualBlock(8, dilation=3, dropout=0.0)
    x, body = torch.randn(3, 8, 20), torch.randn(3, 8)
    changed = x.clone()
    changed[0, :, 5] += 1
    before, after = block(x, body), block(changed, body)
    assert torch.equal(before[1:], after[1:])
    assert not torch.allclose(before[0, :, 8], after[0, :, 8])
