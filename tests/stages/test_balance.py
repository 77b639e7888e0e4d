"""A dataset's squats, moved until they stand on their own, and solved anew."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from bige_osim.dataset.dataset import content_hash, read_models
from bige_osim.dataset.netcdf_read import read_dataset
from bige_osim.dataset.netcdf_write import DatasetWriter
from bige_osim.errors import DatasetError, ExistingOutputError
from bige_osim.evaluation.certificate import Certificate
from bige_osim.evaluation.certify import certify
from bige_osim.guidance.balance import REST, Accept, Balanced
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.stages.balance import balance
from bige_osim.stages.balanced_repetitions import WANTED
from bige_osim.stages.collect import collect
from bige_osim.stages.result import StageResult
from bige_osim.synthetic.population import PopulationConfig, make_population

pytestmark = pytest.mark.opensim

KEPT = (
    "person", "session", "trial", "exercise", "side", "source", "derived_from", "sex",
    "licence", "model", "start", "quality", "height_m", "mass_kg", "leg_length_m",
    "marker_error",
)  # fmt: skip

Write = Callable[[xr.Dataset, str], Path]


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    folder = tmp_path_factory.mktemp("data")

    def make(dataset: xr.Dataset, name: str) -> Path:
        with DatasetWriter(folder / name) as writer:
            writer.append(dataset)
        return folder / name

    return make


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    """Two squats of one participant, the trunk of the second swung; a third as lunge.

    They say that they are of somebody whom they are derived from.
    """
    folder = tmp_path_factory.mktemp("people")
    make_population(folder, PopulationConfig(1, repetitions=3, asymmetric=False))
    collect([folder / "synth_000"], output=folder / "squats.nc", licence="CC0")
    dataset = read_dataset(folder / "squats.nc")
    names = [str(name) for name in dataset["coordinate"].values]
    time = dataset["cycle"].values / 100 * float(dataset["duration"][1])
    swing = np.radians(4) * np.sin(2 * np.pi * 2 * time)
    dataset["motion"][1, :, names.index("lumbar_extension")] += swing
    dataset["exercise"][2] = "lunge"
    dataset["derived_from"][:] = "ada"
    return dataset


@pytest.fixture(scope="module")
def result(
    collected: xr.Dataset, write: Write, tmp_path_factory: pytest.TempPathFactory
) -> tuple[StageResult, Path]:
    output = tmp_path_factory.mktemp("balanced") / "balanced.nc"
    return balance(write(collected, "squats.nc"), output=output), output


def certificate(dataset: xr.Dataset, place: int, engine: Engine) -> Certificate:
    """Certify a motion as it is stored."""
    values = dataset["motion"].values[place].astype(float)
    time = np.linspace(0.0, float(dataset["duration"][place]), len(values))
    names = tuple(str(name) for name in dataset["coordinate"].values)
    return certify(Motion(time, values, names), WANTED, engine)


def test_what_is_stored_passes_though_it_did_not(
    collected: xr.Dataset, result: tuple[StageResult, Path]
) -> None:
    balanced = read_dataset(result[1])
    (spec,) = read_models(balanced).values()
    engine = make_engine("fast", model="", spec=spec)
    assert not certificate(collected, 1, engine).passed
    assert certificate(balanced, 0, engine).reasons == ()
    assert certificate(balanced, 1, engine).reasons == ()


def test_where_a_repetition_comes_from_is_kept(
    collected: xr.Dataset, result: tuple[StageResult, Path]
) -> None:
    balanced = read_dataset(result[1])
    given = collected.isel(repetition=[0, 1])
    for name in KEPT:
        np.testing.assert_array_equal(balanced[name], given[name], err_msg=name)
    assert balanced["engine"].values.tolist() == ["fast", "fast"]
    assert set(balanced.variables) == set(collected.variables)
    assert balanced.sizes["coordinate"] == collected.sizes["coordinate"]
    expected = (1 + REST) * given["duration"]
    np.testing.assert_allclose(balanced["duration"], expected, rtol=0.02)
    np.testing.assert_allclose(balanced["depth"], given["depth"], atol=0.05)


def test_it_says_that_it_is_balanced_and_by_how_much(
    collected: xr.Dataset, result: tuple[StageResult, Path]
) -> None:
    found, path = result
    balanced = read_dataset(path)
    change = np.degrees(balanced["balance_change"].values)
    assert collected["balance_change"].isnull().all()
    assert balanced["balance_change"].attrs["units"] == "rad"
    assert 0 < change[0] < change[1] < 2
    assert balanced.attrs["history"] == (
        f"bige balance of the content {content_hash(collected)}"
    )
    assert balanced.attrs["content_hash"] == found.summary["content_hash"]
    rows = found.summary["trials"]
    assert [row["change_deg"] for row in rows] == np.round(change, 2).tolist()
    assert found.summary["repetitions"] == {
        "settled": 2, "left_out": 0, "other_exercises": {"lunge": 1},
    }  # fmt: skip
    report = json.loads(path.with_suffix(".balance.json").read_text())
    assert report["trials"] == rows
    assert report["manifest"]["command"] == "balance"
    assert "Balanced 2 of 2 squats" in found.text
    assert "Repetitions of other exercises were left out: 1 of lunge." in found.text


def test_nothing_is_overwritten_unasked(result: tuple[StageResult, Path]) -> None:
    with pytest.raises(ExistingOutputError):
        balance("squats.nc", output=result[1])


def test_what_cannot_be_balanced_is_one_sentence(
    collected: xr.Dataset, result: tuple[StageResult, Path], write: Write
) -> None:
    lunge = write(collected.isel(repetition=[2]), "lunge.nc")
    sentences = {
        result[1]: f"{result[1]} holds repetitions that are balanced already; balance "
        "what bige collect made, and join the results.",
        lunge: f"{lunge} has no squat to balance (repetitions: 1 of lunge); feet have "
        "to stay where they stand.",
    }
    for path, sentence in sentences.items():
        with pytest.raises(DatasetError) as caught:
            balance(path, output=path.with_name("none.nc"))
        assert str(caught.value) == sentence
        assert not path.with_name("none.nc").exists()


def test_squats_that_do_not_settle_are_left_out_and_listed(
    collected: xr.Dataset,
    write: Write,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def leave(
        _: Skeleton, motions: Sequence[Motion], *, accept: Accept
    ) -> list[Balanced]:
        return [
            Balanced(motion=one, settled=accept(place, one), change=0.01, steps=0)
            for place, one in enumerate(motions)
        ]

    monkeypatch.setattr("bige_osim.stages.balanced_repetitions.balance", leave)
    data, output = write(collected, "left.nc"), tmp_path / "some.nc"
    found = balance(data, output=output)
    assert found.summary["repetitions"]["left_out"] == 1
    assert read_dataset(output)["start"].values == collected["start"].values[:1]
    kept, left = found.summary["trials"]
    assert kept["reasons"] == []
    assert left["reasons"][0].startswith("The residual moment peaks at")
    assert "1 was left out:\n  1 x The residual moment peaks at" in found.text
