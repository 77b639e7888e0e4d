"""A dataset's file says when it is not what was written."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from tests.dataset.conftest import sample

from bige_osim.dataset.dataset import make_dataset
from bige_osim.dataset.netcdf_read import read_blocks, read_dataset
from bige_osim.dataset.netcdf_write import DatasetWriter
from bige_osim.errors import DatasetError


def made() -> xr.Dataset:
    return make_dataset([sample("ada"), sample("bob")], cutoff=6.0)


def write(*datasets: xr.Dataset, path: Path) -> str:
    with DatasetWriter(path) as writer:
        for dataset in datasets:
            writer.append(dataset)
    return writer.content_hash


def person_lost(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.drop_vars("person")


def hash_lost(dataset: xr.Dataset) -> xr.Dataset:
    del dataset.attrs["content_hash"]
    return dataset


def unit_lost(dataset: xr.Dataset) -> xr.Dataset:
    del dataset["moments"].attrs["units"]
    return dataset


def activation_lost(dataset: xr.Dataset) -> xr.Dataset:
    dataset["activations"][1, 3, 0] = float("nan")
    return dataset


def motion_lost(dataset: xr.Dataset) -> xr.Dataset:
    dataset["motion"][1] = float("nan")
    return dataset


def value_changed(dataset: xr.Dataset) -> xr.Dataset:
    dataset["motion"][0, 0, 0] += 1e-6
    return dataset


def name_changed(dataset: xr.Dataset) -> xr.Dataset:
    return dataset.assign_coords(muscle=["vasmed_r", "soleus_r"])


def model_lost(dataset: xr.Dataset) -> xr.Dataset:
    dataset["model"][0] = "another"
    return dataset


CHANGED = (
    "does not hold what its content_hash says, it was changed after it was made; "
    "collect it again."
)
NO_NUMBER = "holds a value that is not a number; collect that session again."


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (person_lost, " has no variable person; collect it again."),
        (hash_lost, " has no attribute content_hash; collect it again."),
        (unit_lost, ", variable moments, states no units; collect it again."),
        (activation_lost, f", variable activations, repetition 1 {NO_NUMBER}"),
        (motion_lost, f", variable motion, repetition 1 {NO_NUMBER}"),
        (value_changed, f" {CHANGED}"),
        (name_changed, f" {CHANGED}"),
        (
            model_lost,
            " lacks the model another, on which repetitions were solved; collect it "
            "again.",
        ),
    ],
)
def test_damage_is_one_sentence(
    tmp_path: Path, damage: Callable[[xr.Dataset], xr.Dataset], sentence: str
):
    path = tmp_path / "a.nc"
    write(made(), path=path)
    damage(read_dataset(path)).to_netcdf(tmp_path / "b.nc", engine="h5netcdf")
    (tmp_path / "b.nc").replace(path)
    for read in (read_dataset, lambda path: list(read_blocks(path, size=1))):
        with pytest.raises(DatasetError) as error:
            read(path)
        assert str(error.value) == f"{path}{sentence}"


def test_a_file_that_was_cut_off_is_one_sentence(tmp_path: Path):
    path = tmp_path / "a.nc"
    write(made(), path=path)
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(DatasetError, match="is not a readable NetCDF file"):
        read_dataset(path)


def test_repetitions_may_come_in_blocks_of_any_size(tmp_path: Path):
    people = [
        make_dataset([sample(name)], cutoff=6.0) for name in ("ada", "bob", "cem")
    ]
    whole = make_dataset([sample(name) for name in ("ada", "bob", "cem")], cutoff=6.0)
    write(*people, path=tmp_path / "a.nc")
    write(whole, path=tmp_path / "b.nc")
    write(*read_blocks(tmp_path / "b.nc", size=2), path=tmp_path / "c.nc")
    first = read_dataset(tmp_path / "a.nc")
    for name in ("b.nc", "c.nc"):
        other = read_dataset(tmp_path / name)
        xr.testing.assert_identical(first, other)
        assert other.attrs["content_hash"] == whole.attrs["content_hash"]


def test_text_of_any_length_and_script_survives(tmp_path: Path):
    texts = ("", "Zoë", "日本語", "x" * 300)
    one = sample("ada")
    samples = [replace(one, labels=replace(one.labels, trial=t)) for t in texts]
    write(*(make_dataset([s], cutoff=6.0) for s in samples), path=tmp_path / "a.nc")
    assert tuple(read_dataset(tmp_path / "a.nc")["trial"].values) == texts


def test_versions_of_all_parts_are_kept(tmp_path: Path):
    old = made()
    old.attrs["versions"] = json.dumps({"numpy": "1.0"})
    path = tmp_path / "a.nc"
    write(old, made(), path=path)
    found = json.loads(read_dataset(path).attrs["versions"])["numpy"]
    assert found == f"1.0, {version('numpy')}"


def test_names_decide_and_not_their_order(tmp_path: Path):
    other = made().isel(
        coordinate=slice(None, None, -1), muscle=[1, 0], foot=slice(None, None, -1)
    )
    write(made(), other, path=tmp_path / "a.nc")
    write(made(), made(), path=tmp_path / "b.nc")
    xr.testing.assert_identical(
        read_dataset(tmp_path / "a.nc"), read_dataset(tmp_path / "b.nc")
    )


def test_coordinates_that_only_later_models_have_are_dropped_and_named(tmp_path: Path):
    with DatasetWriter(tmp_path / "a.nc") as writer:
        writer.append(made().isel(coordinate=slice(0, 7)))
        assert writer.append(made()) == ["knee_angle_l"]
    found = read_dataset(tmp_path / "a.nc")
    assert found["motion"].shape == (4, 21, 7)
    np.testing.assert_array_equal(found["motion"][:2], found["motion"][2:])


def test_coordinates_that_are_missing_are_an_error(tmp_path: Path):
    with pytest.raises(DatasetError) as error:
        write(made(), made().isel(coordinate=slice(0, 7)), path=tmp_path / "a.nc")
    assert str(error.value) == (
        "The model of session_ada has no knee_angle_l, the model of session_ada has; "
        "collect session_ada before session_ada, and the dataset leaves them out."
    )


def test_coordinates_of_other_names_are_an_error(tmp_path: Path):
    other = made().assign_coords(coordinate=[*made()["coordinate"].values[:7], "knee"])
    with pytest.raises(DatasetError) as error:
        write(made(), other, path=tmp_path / "a.nc")
    assert "(without knee_angle_l; with knee)" in str(error.value)


def test_motions_of_another_low_pass_do_not_mix(tmp_path: Path):
    other = made()
    other.attrs["cutoff_hz"] = 4.0
    with pytest.raises(DatasetError) as error:
        write(made(), other, path=tmp_path / "a.nc")
    assert str(error.value) == (
        "The motions of session_ada and session_ada were low-passed at 4 and 6 Hz; "
        "collect them with the same --cutoff."
    )


@pytest.mark.skipif(shutil.which("octave") is None, reason="Octave is not installed")
def test_octave_reads_numbers_names_and_units(tmp_path: Path):
    path = tmp_path / "a.nc"
    write(made(), path=path)
    script = (
        f"pkg load netcdf; f = '{path}'; size(ncread(f, 'motion')), "
        "deblank(cellstr(ncread(f, 'person')')){2}, cellstr(ncread(f, 'muscle')'){1}, "
        "ncreadatt(f, 'motion', 'units')"
    )
    run = subprocess.run(
        ["octave-cli", "--eval", script], capture_output=True, text=True, check=True
    )
    lines = [line for line in run.stdout.splitlines() if line.strip()]
    assert lines[1].split() == ["8", "21", "2"]
    assert lines[2:] == ["ans = bob", "ans = vasmed_r", "ans = rad or m"]


def test_pandas_reads_a_row_for_each_repetition(tmp_path: Path):
    write(made(), path=tmp_path / "a.nc")
    with xr.open_dataset(tmp_path / "a.nc") as opened:
        frame = opened[["person", "exercise", "duration"]].to_dataframe()
    assert frame["person"].tolist() == ["ada", "bob"]
    assert frame["duration"].tolist() == [2.0, 2.0]


def test_an_unknown_height_does_not_make_a_dataset_unreadable(tmp_path: Path):
    one = sample("ada")
    nobody = replace(one, labels=replace(one.labels, height_m=float("nan")))
    write(make_dataset([nobody], cutoff=6.0), path=tmp_path / "a.nc")
    dataset = read_dataset(tmp_path / "a.nc")
    assert dataset["person"].values.tolist() == ["ada"]
    assert np.isnan(dataset["height_m"].values).tolist() == [True]
    np.testing.assert_array_equal(dataset["mass_kg"].values, [one.labels.mass_kg])


def test_the_same_dataset_gives_the_same_bytes(tmp_path: Path):
    for name in ("a.nc", "b.nc"):
        write(made(), path=tmp_path / name)
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
