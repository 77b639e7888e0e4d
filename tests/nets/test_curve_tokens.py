"""Repetitions as rows of tokens."""

import torch

from bige_osim.nets.curve_tokens import CurveTokens
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling


def test_a_smooth_squat_comes_back_from_its_tokens(
    scaling: Scaling, standing_samples: Samples
) -> None:
    tokens = CurveTokens(scaling, points=32)
    described = tokens.describe(standing_samples)
    assert described.shape == (len(standing_samples), 32, tokens.channels)
    frames = standing_samples.motion.shape[1]
    made = tokens.restore(described, standing_samples.body, frames=frames)
    assert (made.motion - standing_samples.motion).abs().max() < 2e-3  # rad, m
    # A duration four SDs from the mean would be bent by a quarter.
    torch.testing.assert_close(
        made.duration, standing_samples.duration, rtol=0.05, atol=0
    )


def test_the_duration_is_the_mean_over_the_tokens(
    scaling: Scaling, standing_samples: Samples
) -> None:
    tokens = CurveTokens(scaling, points=8)
    described = tokens.describe(standing_samples)
    changed = described.clone()
    changed[:, 0, -1] += 0.5
    changed[:, 1, -1] -= 0.5
    body = standing_samples.body
    first, second = (
        tokens.restore(given, body, frames=9).duration for given in (described, changed)
    )
    torch.testing.assert_close(first, second)
