"""The data card of a dataset of made and copied squats."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from bige_osim.cli import main
from bige_osim.data.population import PopulationConfig, make_population
from bige_osim.data.repetition_table import MEASURES, repetition_table
from bige_osim.io.dataset import read_blocks, read_dataset
from bige_osim.report.data_card import page_from_dataset
from bige_osim.report.page import Page, Table, render_page
from bige_osim.stages.collect import collect

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people: one stands in for a recorded one, one is made."""
    folder = tmp_path_factory.mktemp("card")
    make_population(folder, PopulationConfig(2, repetitions=2, asymmetric=False))
    metadata = folder / "synth_000" / "sessionMetadata.yaml"
    fields = yaml.safe_load(metadata.read_text())
    metadata.write_text(
        yaml.safe_dump(fields | {"synthetic": False, "licence": "CC BY 4.0"})
    )
    path = folder / "squats.nc"
    collect([folder / "synth_000", folder / "synth_001"], output=path)
    return path


@pytest.fixture(scope="module")
def page(dataset: Path) -> Page:
    return page_from_dataset(dataset)


def table(page: Page, caption: str) -> Table:
    (found,) = (
        block
        for section in page.sections
        for block in section.blocks
        if isinstance(block, Table) and block.caption.startswith(caption)
    )
    return found


def test_a_row_for_each_repetition_holds_what_the_dataset_holds(dataset: Path) -> None:
    whole = read_dataset(dataset)
    found = repetition_table(read_blocks(dataset, size=3))
    assert len(found.rows) == len(found.peaks) == 4
    for name in ("duration", "mass_kg", "quality"):
        np.testing.assert_array_equal(found.rows[name], whole[name])
    assert found.rows["person"].tolist() == whole["person"].values.tolist()
    np.testing.assert_array_equal(found.peaks, whole["activations"].max("frame"))
    assert np.isfinite(found.rows[list(MEASURES)]).all().all()
    # the depth of the detection, that of the resampled motion
    np.testing.assert_allclose(found.rows["depth"], whole["depth"], atol=0.01)
    assert (found.rows["residual_moment"] < 0.01).all()


def test_people_sources_and_licences_are_named(page: Page) -> None:
    people = {row[0]: row for row in table(page, "People").rows}
    assert people["synth_000"][1] == "female"
    assert people["synth_000"][4] == "recorded"
    assert people["synth_001"][4] == "made"
    sources = {(row[0], row[1], row[4]) for row in table(page, "Where").rows}
    assert sources == {
        ("recorded", "CC BY 4.0", "2"),
        ("made", "not a recording", "2"),
    }


def test_recorded_and_made_squats_are_compared_measure_by_measure(page: Page) -> None:
    ranges = table(page, "squat: least")
    assert ranges.headings[1:3] == ("recorded", "made")
    assert len(ranges.rows) == 9
    assert all(str(row[-1]).endswith("%") for row in ranges.rows)


def test_the_page_says_whether_physics_holds(page: Page) -> None:
    rows = table(page, "What the ground").cells
    assert [row[-1].state for row in rows] == ["good"] * 4
    assert {row[-2].text for row in rows} == {"5", "1"}


def test_the_page_is_whole_and_stands_alone(page: Page) -> None:
    html = render_page(page)
    assert "4 repetitions of 2 people" in html
    assert html.count("<svg") == 1
    assert "http://" not in html.replace("http://www.w3.org", "")


def test_the_command_writes_it_beside_the_dataset(
    dataset: Path, tmp_path: Path
) -> None:
    path = tmp_path / "squats.nc"
    shutil.copy(dataset, path)
    assert CliRunner().invoke(main, ["report", str(path)]).exit_code == 0
    assert (tmp_path / "squats.html").read_text().startswith("<!DOCTYPE html>")
    again = CliRunner().invoke(main, ["report", str(path)])
    assert again.exit_code == 1
    assert "squats.html" in again.stderr


def test_another_file_has_no_page(tmp_path: Path) -> None:
    path = tmp_path / "squats.csv"
    path.write_text("no dataset")
    result = CliRunner().invoke(main, ["report", str(path)])
    assert result.exit_code == 1
    assert "expected a folder of results or a dataset (.nc)" in result.stderr
