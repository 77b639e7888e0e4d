"""The diffusion transformer."""

from pathlib import Path

import pytest
import torch
import xarray as xr

from bige_osim.dataset.split import Split
from bige_osim.nets.checkpoint import load
from bige_osim.nets.diffusion import DiffusionConfig, MotionDiffusion
from bige_osim.nets.foot_contact import FootContact
from bige_osim.nets.kinds.mdm import MdmLoss, MdmSettings
from bige_osim.nets.net import FittingConfig
from bige_osim.nets.samples import Samples, list_models
from bige_osim.nets.scaling import Scaling
from bige_osim.nets.train import train

SMALL = DiffusionConfig(points=12, width=16, heads=2, layers=1, draw_steps=4)


@pytest.fixture
def net(scaling: Scaling, names: tuple[str, ...]) -> MotionDiffusion:
    """A small untrained one, in evaluation mode."""
    torch.manual_seed(0)
    return MotionDiffusion(
        SMALL,
        coordinate_names=names,
        frames=33,
        scaling=scaling,
        exercises=("squat",),
    ).eval()


def test_one_seed_draws_one_motion_for_each_body(
    net: MotionDiffusion, standing_samples: Samples
) -> None:
    body = standing_samples.body[:3]
    first, second, other = (
        net.draw(body, random=torch.Generator().manual_seed(seed)) for seed in (4, 4, 5)
    )
    assert first.motion.shape == (3, 33, len(net.coordinate_names))
    assert torch.equal(first.motion, second.motion)
    assert not torch.equal(first.motion, other.motion)
    assert (first.duration > 0).all()


def test_samples_do_not_see_each_other_and_tokens_do(
    net: MotionDiffusion, standing_samples: Samples
) -> None:
    pair = standing_samples.take(torch.tensor([0, 7]))
    noisy = net.tokens.describe(pair).requires_grad_()
    step = torch.tensor([10, 500])
    made = net(noisy, step, net.condition(pair))
    made[0, 0].sum().backward()
    assert noisy.grad is not None
    assert noisy.grad[1].abs().max() == 0
    assert (noisy.grad[0].abs().amax(dim=-1) > 0).all()


def test_what_is_not_told_does_not_matter(
    net: MotionDiffusion, standing_samples: Samples
) -> None:
    one = standing_samples.take(torch.tensor([0, 0]))
    noisy, step = net.tokens.describe(one), torch.tensor([10, 10])
    told = net.condition(one)
    changed = told + 1
    untold = torch.tensor([True, False])
    first, second = (net(noisy, step, given, untold) for given in (told, changed))
    torch.testing.assert_close(first[0], second[0])
    assert not torch.allclose(first[1], second[1])


def test_a_net_that_knows_the_truth_draws_it(
    net: MotionDiffusion, standing_samples: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the noise, the schedule ends at what is predicted."""
    three = standing_samples.take(torch.arange(3))
    truth = net.tokens.describe(three)
    monkeypatch.setattr(
        net, "forward", lambda noisy, *_: truth.repeat(len(noisy) // 3, 1, 1)
    )
    made = net.draw(three.body, random=torch.Generator().manual_seed(0))
    expected = net.tokens.restore(truth, three.body, frames=33)
    torch.testing.assert_close(made.motion, expected.motion, atol=1e-4, rtol=0)


def test_noise_to_motion_is_differentiable(
    net: MotionDiffusion, standing_samples: Samples
) -> None:
    noise = torch.randn(1, 12, net.tokens.channels, requires_grad=True)
    made = net.denoise(noise, standing_samples.body[:1])
    made.motion.sum().backward()
    assert noise.grad is not None
    assert noise.grad.isfinite().all()
    assert noise.grad.abs().max() > 0


def test_in_evaluation_the_loss_is_the_same_every_time(
    net: MotionDiffusion, dataset: xr.Dataset, standing_samples: Samples
) -> None:
    contact = FootContact(list_models(dataset), names=net.coordinate_names, most=1)
    loss = MdmLoss(net, settings=MdmSettings(), contact=contact)
    with torch.no_grad():
        first, second = (loss(standing_samples)["total"] for _ in range(2))
    assert torch.equal(first, second)


def test_it_learns_trains_on_and_is_loaded(
    dataset: xr.Dataset, tmp_path: Path, split: Split
) -> None:
    def settings(epochs: int) -> MdmSettings:
        fitting = FittingConfig(epochs=epochs, batch_size=6, draws=12, save_every=1)
        return MdmSettings(net=SMALL, fitting=fitting, contacts=1)

    whole = train(
        "mdm", dataset, config=settings(6), folder=tmp_path / "a", split=split
    )
    losses = [epoch["train_total"] for epoch in whole.history]
    assert losses[-1] < losses[0]
    assert whole.record.metrics["speed_ratio"] > 0
    loaded = load(tmp_path / "a", "mdm")
    drawn = [
        net.draw(torch.tensor([[1.7, 70.0, 0.85]]), random=torch.Generator())
        for net in (whole.net, loaded)
    ]
    assert torch.equal(drawn[0].motion, drawn[1].motion)
