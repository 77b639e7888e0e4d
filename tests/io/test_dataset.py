"""A dataset's file says when it is not what was written."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import xarray as xr
from tests.data.conftest import sample

from bige_osim.data.dataset import make_dataset
from bige_osim.errors import DatasetError
from bige_osim.io.dataset import read_dataset, write_dataset


def made() -> xr.Dataset:
    return make_dataset([sample("ada"), sample("bob")], cutoff=6.0)


def unit_lost(dataset: xr.Dataset) -> xr.Dataset:
    del dataset["moments"].attrs["units"]
    return dataset


def activation_lost(dataset: xr.Dataset) -> xr.Dataset:
    dataset["activations"][1, 3, 0] = float("nan")
    return dataset


def value_changed(dataset: xr.Dataset) -> xr.Dataset:
    dataset["motion"][0, 0, 0] += 1e-6
    return dataset


def name_changed(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.assign_coords(muscle=["vasmed_r", "soleus_r"])


CHANGED = (
    "does not hold what its content_hash says, it was changed after it was made; "
    "collect it again."
)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (unit_lost, ", variable moments, states no units; collect it again."),
        (
            activation_lost,
            ", variable activations, repetition 1 holds a value that is not a number; "
            "collect that session again.",
        ),
        (value_changed, f" {CHANGED}"),
        (name_changed, f" {CHANGED}"),
    ],
)
def test_damage_is_one_sentence(
    tmp_path: Path, damage: Callable[[xr.Dataset], xr.Dataset], sentence: str
):
    path = tmp_path / "a.nc"
    write_dataset(damage(made()), path)
    with pytest.raises(DatasetError) as error:
        read_dataset(path)
    assert str(error.value) == f"{path}{sentence}"


def test_an_unknown_height_does_not_make_a_dataset_unreadable(tmp_path: Path):
    one = sample("ada")
    nobody = replace(one, labels=replace(one.labels, height_m=float("nan")))
    write_dataset(make_dataset([nobody], cutoff=6.0), tmp_path / "a.nc")
    read_dataset(tmp_path / "a.nc")


def test_the_same_dataset_gives_the_same_bytes(tmp_path: Path):
    for name in ("a.nc", "b.nc"):
        write_dataset(made(), tmp_path / name)
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()


def test_feet_in_another_order_do_not_mix():
    first = sample("ada")
    other = replace(first, ground=replace(first.ground, names=first.ground.names[::-1]))
    with pytest.raises(DatasetError) as error:
        make_dataset([first, other], cutoff=6.0)
    assert str(error.value) == (
        "The feet of session_ada and session_ada differ (in their order); collect "
        "sessions of one model family into one dataset."
    )
