"""AdamW and Muon as one optimiser."""

import pytest
import torch
from torch import nn

from bige_osim.nets.net import FittingConfig
from bige_osim.nets.optimiser import MUON_DECAY, MUON_RATE, make_optimiser


def test_a_first_step_of_muon_has_no_preferred_direction() -> None:
    # Steps are orthogonal matrices: singular values near 1, however uneven the
    # gradient's are. Newton-Schulz iterations leave them between 0.68 and 1.13
    # (Jordan 2024).
    torch.manual_seed(0)
    weight = nn.Parameter(torch.zeros(100, 100))
    weight.grad = torch.randn(100, 100) @ torch.diag(torch.linspace(0.2, 5, 100))
    config = FittingConfig(optimiser="muon", learning_rate=0.1)
    optimiser = make_optimiser([weight, nn.Parameter(torch.zeros(1))], config)
    optimiser.step()
    sizes = torch.linalg.svdvals(weight.detach()) / (0.1 * MUON_RATE)
    assert sizes.max() < 1.2
    assert sizes.median() > 0.6


def test_vectors_and_narrow_matrices_take_the_steps_of_adamw() -> None:
    torch.manual_seed(0)
    starts = [torch.randn(5), torch.randn(99, 300)]
    weights = {}
    for name in ("adamw", "muon"):
        own = [nn.Parameter(start.clone()) for start in starts]
        wide = nn.Parameter(torch.zeros(100, 100))
        optimiser = make_optimiser([*own, wide], FittingConfig(optimiser=name))
        for weight in (*own, wide):
            weight.grad = torch.ones_like(weight)
        optimiser.step()
        weights[name] = own
    for one, other in zip(weights["adamw"], weights["muon"], strict=True):
        assert torch.equal(one, other)


def test_rates_of_both_follow_the_training() -> None:
    wide, narrow = (nn.Parameter(torch.zeros(n, n)) for n in (100, 3))
    optimiser = make_optimiser([narrow, wide], FittingConfig(optimiser="muon"))
    optimiser.set_rate(0.5)
    rates = [part.param_groups[0]["lr"] for part in optimiser.parts]
    assert rates == [0.5, 0.5 * MUON_RATE]
    assert optimiser.rate == pytest.approx(0.5)
    assert optimiser.parts[1].param_groups[0]["weight_decay"] == MUON_DECAY
