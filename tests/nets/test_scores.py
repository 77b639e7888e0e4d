"""How well a trained net does."""

import math

import pytest
import torch

from bige_osim.nets.samples import Samples
from bige_osim.nets.scores import (
    calibrate,
    generator_scores,
    predict,
    r_squared,
    surrogate_scores,
)
from bige_osim.nets.surrogate import Surrogate
from bige_osim.nets.vqvae import Vqvae


def test_r_squared_of_the_mean_is_0_and_of_the_truth_1() -> None:
    true = torch.tensor([1.0, 2.0, 3.0])
    assert r_squared(true, true) == 1.0
    assert r_squared(torch.full((3,), 2.0), true) == 0.0
    assert math.isnan(r_squared(true, torch.ones(3)))


def test_scores_of_a_surrogate_name_every_muscle(
    surrogate: Surrogate, samples: Samples, muscles: tuple[str, ...]
) -> None:
    scores = surrogate_scores(surrogate, samples)
    assert tuple(scores["muscles"]) == muscles
    squares = [muscle["rmse"] ** 2 for muscle in scores["muscles"].values()]
    assert scores["rmse"] ** 2 == pytest.approx(sum(squares) / len(squares), rel=1e-4)


def test_batches_do_not_change_the_prediction(
    surrogate: Surrogate, samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = predict(surrogate, samples)
    monkeypatch.setattr("bige_osim.nets.scores.BATCH", 5)
    torch.testing.assert_close(
        predict(surrogate, samples).mean, whole.mean, atol=1e-5, rtol=0
    )


def test_a_calibrated_surrogate_states_the_error_it_makes(
    surrogate: Surrogate, samples: Samples
) -> None:
    surrogate.start_at(samples.known_activations)
    calibrate(surrogate, samples)
    scores = surrogate_scores(surrogate, samples)
    assert surrogate.spread >= 1
    assert scores["stated_error"] == pytest.approx(
        max(scores["rmse"], scores["stated_error"] / float(surrogate.spread)), rel=1e-3
    )


def test_scores_of_a_generator_are_in_radians_metres_and_seconds(
    generator: Vqvae, samples: Samples
) -> None:
    scores = generator_scores(generator, samples)
    motion, duration, quantised = generator(
        samples.motion, samples.duration, samples.body
    )
    lengths = generator.scaler.translational
    error = (motion - samples.motion).detach()
    assert scores == pytest.approx(
        {
            "rotation_rmse": error[..., ~lengths].square().mean().sqrt().item(),
            "translation_rmse": error[..., lengths].square().mean().sqrt().item(),
            "duration_rmse": (duration - samples.duration)
            .square()
            .mean()
            .sqrt()
            .item(),
            "perplexity": quantised.perplexity.item(),
        },
        rel=1e-4,
    )
