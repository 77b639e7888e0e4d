"""Repetitions as rows of numbers."""

import torch

from bige_osim.nets.features import DURATION_LIMIT, RepetitionFeatures
from bige_osim.nets.footprints import join_footprints
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling


def make(scaling: Scaling, samples: Samples) -> RepetitionFeatures:
    features = RepetitionFeatures(scaling, points=20)
    features.start_at(samples)
    return features


def test_a_squat_comes_back_from_its_features(
    scaling: Scaling, standing_samples: Samples
) -> None:
    features = make(scaling, standing_samples)
    row = features.describe(standing_samples)
    assert row.shape == (18, features.count) == (18, 16 * 33 + 10 + 1)
    made = features.restore(row, standing_samples.body, frames=48)
    # sin² has an acceleration at its ends, which a curve at rest has not.
    assert (made.motion - standing_samples.motion).abs().max() < 0.06
    torch.testing.assert_close(
        join_footprints(made.footprints), standing_samples.known_footprints
    )
    assert (made.duration / standing_samples.duration - 1).abs().max() < 0.2


def test_what_starts_and_ends_at_rest_comes_back_exactly(
    scaling: Scaling, standing_samples: Samples
) -> None:
    features = make(scaling, standing_samples)
    row = torch.randn(3, features.count)
    row[:, -1] = 0.0
    body = standing_samples.body[:3]
    made = features.restore(row, body, frames=196)
    again = Samples(
        motion=made.motion,
        duration=made.duration,
        body=body,
        model=torch.zeros(3, dtype=torch.int64),
        footprints=join_footprints(made.footprints),
    )
    torch.testing.assert_close(features.describe(again), row, atol=2e-3, rtol=0)


def test_lengths_of_footprints_grow_with_the_legs(
    scaling: Scaling, standing_samples: Samples
) -> None:
    features = make(scaling, standing_samples)
    row = features.describe(standing_samples)[:1]
    small, tall = (
        features.restore(row, torch.tensor([[1.7, 70.0, leg]]), frames=20)
        for leg in (0.8, 0.88)
    )
    torch.testing.assert_close(
        tall.footprints.ankles, 1.1 * small.footprints.ankles, atol=1e-6, rtol=0
    )
    assert torch.equal(tall.footprints.turns, small.footprints.turns)


def test_no_duration_is_further_off_than_its_limit(
    scaling: Scaling, standing_samples: Samples
) -> None:
    features = make(scaling, standing_samples)
    row = torch.full((1, features.count), 1e3)
    longest = features.scaler.restore_duration(torch.tensor([DURATION_LIMIT]))
    made = features.restore(row, standing_samples.body[:1], frames=20)
    torch.testing.assert_close(made.duration, longest)
