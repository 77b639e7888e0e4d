"""Labelled arrays of many repetitions, and their file."""

from pathlib import Path

import h5py
import numpy as np
import pytest
import xarray as xr
from tests.dataset.conftest import make_spec, sample

from bige_osim.dataset.dataset import UNITS, content_hash, make_dataset, read_models
from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.dataset.netcdf_write import DatasetWriter
from bige_osim.errors import DatasetError, MissingFileError
from bige_osim.spec import spec_to_json


def two_people() -> xr.Dataset:
    return make_dataset([sample("ada"), sample("bob")], cutoff=6.0)


def test_a_dataset_states_dimensions_units_and_origin():
    dataset = two_people()
    assert dict(dataset.sizes) == {
        "repetition": 2,
        "frame": 21,
        "coordinate": 8,
        "muscle": 2,
        "residual": 6,
        "foot": 2,
        "axis": 3,
        "osim": 1,
    }
    assert {name: dataset[name].attrs["units"] for name in UNITS} == UNITS
    assert dataset["person"].values.tolist() == ["ada", "bob"]
    assert dataset["duration"].values.tolist() == [2.0, 2.0]
    assert dataset["cycle"].values[[0, -1]].tolist() == [0.0, 100.0]
    np.testing.assert_array_equal(
        dataset["residuals"], dataset["moments"].isel(coordinate=slice(6))
    )


def test_models_travel_in_the_dataset():
    (spec,) = read_models(two_people()).values()
    assert spec_to_json(spec) == spec_to_json(make_spec())


def test_a_dataset_survives_its_file(tmp_path: Path):
    dataset = two_people()
    with DatasetWriter(tmp_path / "a.nc") as writer:
        writer.append(dataset)
    again = read_dataset(tmp_path / "a.nc")
    xr.testing.assert_identical(dataset.drop_attrs(), again.drop_attrs())
    assert again.attrs["content_hash"] == content_hash(again)
    assert again["motion"].attrs["units"] == "rad or m"


def test_the_file_is_plain_hdf5_for_other_programs(tmp_path: Path):
    with DatasetWriter(tmp_path / "a.nc") as writer:
        writer.append(two_people())
    with h5py.File(tmp_path / "a.nc") as file:
        assert file["motion"].shape == (2, 21, 8)
        letters = file["muscle"][:]
        assert [b"".join(row) for row in letters] == [b"vasmed_r", b"soleus_l"]


def test_the_hash_changes_with_a_value_and_not_with_the_versions():
    dataset = two_people()
    other = dataset.copy(deep=True)
    other.attrs["versions"] = "{}"
    assert content_hash(other) == content_hash(dataset)
    other["motion"][0, 0, 0] += 1e-6
    assert content_hash(other) != content_hash(dataset)


def test_models_with_other_coordinates_do_not_mix():
    first = sample("ada")
    motion = first.motion.select(first.motion.names[:-1])
    other = type(first)(**{**first.__dict__, "motion": motion})
    with pytest.raises(DatasetError) as error:
        make_dataset([first, other], cutoff=6.0)
    assert str(error.value) == (
        "The coordinates of session_ada and session_ada differ (without "
        "knee_angle_l); collect sessions of one model family into one dataset."
    )


def test_a_missing_dataset_is_named(tmp_path: Path):
    with pytest.raises(MissingFileError, match="run bige collect first"):
        read_dataset(tmp_path / "none.nc")


def test_a_file_that_is_no_dataset_is_named(tmp_path: Path):
    path = tmp_path / "a.nc"
    path.write_text("no NetCDF")
    with pytest.raises(DatasetError) as error:
        read_dataset(path)
    assert (
        str(error.value) == f"{path} is not a readable NetCDF file; collect it again."
    )
