"""Codes of motions, and the transformer that writes them."""

from pathlib import Path

import pytest
import torch
import xarray as xr

from bige_osim.dataset.split import Split
from bige_osim.errors import DatasetError
from bige_osim.nets.checkpoint import load
from bige_osim.nets.code_writer import CodeWriter, WriterConfig
from bige_osim.nets.kinds.t2mgpt import (
    CodesLoss,
    CodesLossWeights,
    CodesSettings,
    T2mgptSettings,
    WriterLoss,
)
from bige_osim.nets.motion_codes import CodesConfig, MotionCodes
from bige_osim.nets.net import FittingConfig
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaling
from bige_osim.nets.train import train

CODES = CodesConfig(points=16, width=16, blocks=1, codes=8, code_width=8)
SMALL = WriterConfig(width=16, heads=2, layers=1, codes=CODES)


@pytest.fixture
def net(
    scaling: Scaling, names: tuple[str, ...], standing_samples: Samples
) -> CodeWriter:
    """A small untrained one, in evaluation mode; its codebook has seen a batch."""
    torch.manual_seed(0)
    made = CodeWriter(
        SMALL,
        coordinate_names=names,
        frames=33,
        scaling=scaling,
        exercises=("squat",),
    )
    MotionCodes.train(made.codes)
    made.codes(standing_samples)
    return made.eval()


def test_codes_decode_to_tokens_of_as_many_points(
    net: CodeWriter, standing_samples: Samples
) -> None:
    codes = net.codes.encode(standing_samples)
    assert codes.shape == (len(standing_samples), 8)
    assert codes.max() < 8
    assert net.codes.decode(codes).shape == (
        len(standing_samples),
        16,
        net.codes.tokens.channels,
    )


def test_points_that_cannot_be_halved_are_refused(
    scaling: Scaling, names: tuple[str, ...]
) -> None:
    config = CODES.model_copy(update={"points": 18, "halvings": 2})
    with pytest.raises(DatasetError, match=r"halved 2 times, got 18; choose a multi"):
        MotionCodes(config, coordinate_names=names, frames=33, scaling=scaling)


def test_encoding_changes_no_codebook(
    net: CodeWriter, standing_samples: Samples
) -> None:
    book = {k: v.clone() for k, v in net.codes.book.state_dict().items()}
    net.train()
    net.codes.encode(standing_samples)
    for name, value in net.codes.book.state_dict().items():
        assert torch.equal(value, book[name]), name


def test_a_code_depends_on_those_before_it_only(
    net: CodeWriter, standing_samples: Samples
) -> None:
    codes = torch.arange(8)[None]
    changed = codes.clone()
    changed[0, 4] = 0
    condition = net.condition(standing_samples.take(torch.tensor([0])))
    first, second = (net(given, condition) for given in (codes, changed))
    assert first.shape == (1, 8, 8)
    torch.testing.assert_close(first[:, :5], second[:, :5])
    assert not torch.allclose(first[:, 5:], second[:, 5:])


def test_scores_of_a_part_are_those_of_the_whole(
    net: CodeWriter, standing_samples: Samples
) -> None:
    codes = torch.arange(8)[None]
    condition = net.condition(standing_samples.take(torch.tensor([0])))
    torch.testing.assert_close(
        net(codes[:, :3], condition), net(codes, condition)[:, :4]
    )


def test_one_seed_draws_one_motion_for_each_body(
    net: CodeWriter, standing_samples: Samples
) -> None:
    body = standing_samples.body[:3]
    first, second, other = (
        net.draw(body, random=torch.Generator().manual_seed(seed)) for seed in (4, 4, 5)
    )
    assert first.motion.shape == (3, 33, len(net.coordinate_names))
    assert torch.equal(first.motion, second.motion)
    assert not torch.equal(first.motion, other.motion)


def test_a_writer_that_knows_nothing_has_the_entropy_of_its_codes(
    net: CodeWriter, standing_samples: Samples
) -> None:
    torch.nn.init.zeros_(net.leave.weight)
    torch.nn.init.zeros_(net.leave.bias)
    loss = WriterLoss(net, corruption=0.5)(standing_samples)["total"]
    torch.testing.assert_close(loss, torch.tensor(8.0).log())


def test_the_vq_vaes_total_is_the_weighted_sum_of_its_parts(
    net: CodeWriter, standing_samples: Samples
) -> None:
    weights = CodesLossWeights()
    losses = dict(CodesLoss(net.codes, weights=weights)(standing_samples))
    total = losses.pop("total")
    expected = sum(getattr(weights, name) * part for name, part in losses.items())
    torch.testing.assert_close(total, expected)


def test_both_are_trained_one_after_the_other_and_loaded(
    dataset: xr.Dataset, tmp_path: Path, split: Split
) -> None:
    fitting = FittingConfig(epochs=3, batch_size=6, draws=12, save_every=1)
    settings = T2mgptSettings(
        net=SMALL, codes=CodesSettings(fitting=fitting), fitting=fitting
    )
    seen: list[tuple[int, int]] = []
    trained = train(
        "t2mgpt",
        dataset,
        config=settings,
        folder=tmp_path,
        split=split,
        progress=lambda epoch, total, _: seen.append((epoch, total)),
    )
    assert seen == [(epoch, 6) for epoch in range(1, 7)]
    assert trained.record.metrics["codes_used"] >= 1
    loaded = load(tmp_path, "t2mgpt")
    codes = load_codes_weights(trained.net), load_codes_weights(loaded)
    assert torch.equal(*codes)
    seen.clear()
    again = train("t2mgpt", dataset, config=settings, folder=tmp_path, split=split)
    assert seen == []
    assert again.record.epoch == trained.record.epoch


def load_codes_weights(net: CodeWriter) -> torch.Tensor:
    """All weights of the VQ-VAE in a row."""
    values = net.codes.state_dict().values()
    return torch.cat([value.flatten().float() for value in values])
