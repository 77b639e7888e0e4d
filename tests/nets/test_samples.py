"""Repetitions as tensors, by person."""

import numpy as np
import pytest
import torch
import xarray as xr

from bige_osim.errors import DatasetError
from bige_osim.nets.samples import read_samples


def test_only_the_named_people_are_read(dataset: xr.Dataset) -> None:
    samples = read_samples(dataset, ["bob"], activations=False)
    assert len(samples) == 6
    assert samples.activations is None
    np.testing.assert_allclose(samples.motion, dataset["motion"][6:12], atol=1e-6)
    assert samples.body[0].tolist() == pytest.approx([1.80, 80.0, 0.88])


def test_each_sample_knows_its_model(dataset: xr.Dataset) -> None:
    people = ["ada", "bob", "cem"]
    samples = read_samples(dataset, people, activations=False)
    # in the order of the hashes: leg0.780, leg0.830, leg0.880
    assert samples.model.tolist() == [0] * 6 + [2] * 6 + [1] * 6


def test_repetitions_with_missing_activations_are_left_out(
    dataset: xr.Dataset,
) -> None:
    damaged = dataset.copy(deep=True)
    damaged["activations"][2, 10, 3] = np.nan
    assert len(read_samples(damaged, ["ada"], activations=True)) == 5
    assert len(read_samples(damaged, ["ada"], activations=False)) == 6


def test_a_motion_that_is_not_a_number_is_an_error(dataset: xr.Dataset) -> None:
    damaged = dataset.copy(deep=True)
    damaged["motion"][8, 0, 0] = np.nan
    with pytest.raises(DatasetError) as error:
        read_samples(damaged, ["bob"], activations=False)
    assert str(error.value) == (
        "The dataset's motion has a value that is not a number in repetition 2 of "
        "participant bob; collect that session again."
    )


def test_batches_cover_all_samples_once_in_order(dataset: xr.Dataset) -> None:
    samples = read_samples(dataset, ["ada"], activations=True)
    order = torch.tensor([5, 3, 1, 0, 2, 4])
    batches = samples.batches(4, order=order)
    assert [len(batch) for batch in batches] == [4, 2]
    together = torch.cat([batch.duration for batch in batches])
    assert torch.equal(together, samples.duration[order])


def test_a_sample_may_be_drawn_more_than_once(dataset: xr.Dataset) -> None:
    samples = read_samples(dataset, ["ada"], activations=False)
    order = torch.tensor([2] * 20 + [4])
    batches = samples.batches(8, order=order)
    assert [len(batch) for batch in batches] == [8, 8, 5]
    together = torch.cat([batch.duration for batch in batches])
    assert torch.equal(together, samples.duration[order])


def test_nobody_gives_no_samples(dataset: xr.Dataset) -> None:
    assert len(read_samples(dataset, [], activations=True)) == 0
