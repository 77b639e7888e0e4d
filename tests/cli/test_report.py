"""``bige report`` of folders and of datasets."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bige_osim.cli import main
from bige_osim.stages.collect import collect
from bige_osim.synthetic.population import PopulationConfig, make_population

pytestmark = pytest.mark.opensim


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dataset and its report."""
    folder = tmp_path_factory.mktemp("collected")
    config = PopulationConfig(1, repetitions=1, asymmetric=False)
    make_population(folder / "people", config)
    collect([folder / "people" / "synth_000"], output=folder / "squats.nc")
    return folder


@pytest.fixture
def folder(collected: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "results"
    copy.mkdir()
    for name in ("squats.nc", "squats.collect.json"):
        shutil.copy(collected / name, copy)
    return copy


def test_a_datasets_card_is_written_beside_it(folder: Path) -> None:
    result = run(folder / "squats.nc", "--json")
    assert result.exit_code == 0, result.stderr
    card = folder / "squats.html"
    assert json.loads(result.stdout) == {
        "report": card.as_posix(),
        "bytes": card.stat().st_size,
    }
    text = card.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "1 repetition of 1 participant" in text


def test_a_card_is_not_overwritten_without_force(folder: Path) -> None:
    card = folder / "squats.html"
    card.write_text("mine")
    result = run(folder / "squats.nc")
    assert result.exit_code == 1
    assert "squats.html" in result.stderr
    assert card.read_text() == "mine"
    assert run(folder / "squats.nc", "--force").exit_code == 0
    assert card.read_text().startswith("<!DOCTYPE html>")


def test_a_folder_with_a_card_in_it_has_its_page_as_before(folder: Path) -> None:
    assert run(folder / "squats.nc").exit_code == 0
    result = run(folder)
    assert result.exit_code == 0, result.stderr
    assert "synth_000" in (folder / "report.html").read_text()


def test_another_file_has_no_page(tmp_path: Path) -> None:
    path = tmp_path / "squats.csv"
    path.write_text("no dataset")
    result = run(path)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {path}: expected a folder of results or a dataset (.nc), got another "
        "file; pass the folder that it is in.\n"
    )


@pytest.mark.parametrize("name", ["missing.nc", "missing"])
def test_what_is_not_there_is_an_error_that_leaves_nothing(
    name: str, tmp_path: Path
) -> None:
    result = run(tmp_path / name)
    assert result.exit_code == 1
    assert f" {tmp_path / name} does not exist" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_dataset_is_an_error_that_leaves_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "squats.nc"
    path.write_text("no dataset")
    result = run(path)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {path} is not a readable NetCDF file; collect it again.\n"
    )
    assert list(tmp_path.iterdir()) == [path]
