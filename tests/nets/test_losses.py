"""Losses of the nets."""

from dataclasses import replace

import pytest
import torch

from bige_osim.nets.losses import (
    GeneratorLoss,
    LossWeights,
    SurrogateLoss,
    derivative_losses,
)
from bige_osim.nets.samples import Samples
from bige_osim.nets.surrogate import Surrogate
from bige_osim.nets.vqvae import Vqvae

LENGTHS = torch.tensor([False, True])


def test_the_velocity_loss_scales_with_one_over_the_duration_squared() -> None:
    error = torch.randn(3, 20, 2)
    slow = derivative_losses(error, torch.full((3,), 2.0), LENGTHS)
    fast = derivative_losses(error, torch.full((3,), 1.0), LENGTHS)
    for name, factor in (("velocity", 4.0), ("acceleration", 16.0)):
        for kind in ("rotation", "translation"):
            torch.testing.assert_close(
                fast[f"{kind}_{name}"], factor * slow[f"{kind}_{name}"]
            )


def test_an_error_that_grows_by_a_radian_a_second_costs_one_squared() -> None:
    ramp = torch.linspace(0, 2, 21)[None, :, None] * torch.tensor([1.0, 0.5])
    losses = derivative_losses(ramp, torch.tensor([2.0]), LENGTHS)
    torch.testing.assert_close(losses["rotation_velocity"], torch.tensor(1.0))
    torch.testing.assert_close(losses["translation_velocity"], torch.tensor(0.25))
    assert losses["rotation_acceleration"] < 1e-6


def test_a_motion_without_translations_has_no_translation_loss() -> None:
    losses = derivative_losses(
        torch.randn(1, 20, 2), torch.tensor([1.0]), torch.tensor([False, False])
    )
    assert losses["translation_velocity"] == 0


def test_the_generators_total_is_the_weighted_sum_of_its_parts(
    generator: Vqvae, samples: Samples
) -> None:
    weights = LossWeights()
    losses = dict(GeneratorLoss(generator, weights=weights, pose=None)(samples))
    assert "joints" not in losses
    total, _ = losses.pop("total"), losses.pop("perplexity")
    expected = sum(getattr(weights, name) * part for name, part in losses.items())
    torch.testing.assert_close(total, expected)


def test_a_known_difference_has_a_known_reconstruction_loss(
    generator: Vqvae, samples: Samples
) -> None:
    loss = GeneratorLoss(generator, weights=LossWeights(), pose=None)
    std = generator.scaler.position_std * torch.where(
        generator.scaler.translational, samples.body[:, None, 2:], 1.0
    )

    class Offset(torch.nn.Module):
        """Answers everything two standard deviations too high."""

        scaler = generator.scaler

        def forward(self, *batch: torch.Tensor) -> object:
            quantised = generator(*batch)[2]
            return samples.motion + 2 * std, samples.duration, quantised

    loss.net = Offset()
    parts = loss(samples)
    torch.testing.assert_close(parts["reconstruction"], torch.tensor(4.0))
    torch.testing.assert_close(parts["duration"], torch.tensor(0.0))
    assert parts["rotation_velocity"] < 1e-6


def test_the_surrogate_trains_each_member_and_is_judged_by_their_mean(
    surrogate: Surrogate, samples: Samples
) -> None:
    loss = SurrogateLoss(surrogate)
    made = surrogate.each(samples.motion, samples.duration, samples.body)
    true = samples.known_activations
    judged = loss(samples)
    torch.testing.assert_close(
        judged["total"], (made.mean(dim=0) - true).square().mean()
    )
    torch.testing.assert_close(judged["rmse"], judged["total"].sqrt())
    for layer in surrogate.modules():
        if isinstance(layer, torch.nn.Dropout):
            layer.p = 0.0
    surrogate.train()
    trained = loss(samples)["total"]
    assert trained > judged["total"]  # the mean of squares exceeds that of the mean


def test_a_loss_without_activations_is_refused(
    surrogate: Surrogate, samples: Samples
) -> None:
    bare = replace(samples, activations=None)
    with pytest.raises(ValueError, match=r"^these samples were read without activ"):
        SurrogateLoss(surrogate)(bare)
