"""Feet that stand and slide."""

import torch
import xarray as xr

from bige_osim.nets.foot_contact import FootContact
from bige_osim.nets.samples import Samples, list_models


def test_feet_that_slide_with_the_pelvis_have_its_speed(
    dataset: xr.Dataset, standing_samples: Samples, names: tuple[str, ...]
) -> None:
    contact = FootContact(list_models(dataset), names=names, most=2)
    pair = standing_samples.take(torch.tensor([0, 7]))
    still = contact(pair.motion, pair.duration, pair)
    assert still < 1e-4  # (1 cm/s)²: the squats are planted
    sliding = pair.motion.clone()
    frames = sliding.shape[1]
    way = 0.2 * pair.duration[:, None] * torch.linspace(0, 1, frames)
    sliding[..., names.index("pelvis_tx")] += way
    slid = contact(sliding, pair.duration, pair)
    torch.testing.assert_close(slid, torch.tensor(0.04), atol=3e-3, rtol=0)


def test_only_so_many_repetitions_are_looked_at(
    dataset: xr.Dataset, standing_samples: Samples, names: tuple[str, ...]
) -> None:
    pair = standing_samples.take(torch.tensor([0, 7]))
    made = pair.motion.clone().requires_grad_()
    loss = FootContact(list_models(dataset), names=names, most=1)
    loss(made, pair.duration, pair).backward()
    assert made.grad is not None
    assert made.grad[0].abs().max() > 0
    assert made.grad[1].abs().max() == 0
    assert made.grad.isfinite().all()
