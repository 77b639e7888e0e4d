"""The data card of a dataset of made and copied squats."""

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from bige_osim.dataset.dataset import ROOT
from bige_osim.dataset.netcdf_read import read_blocks, read_dataset
from bige_osim.dataset.repetition_table import MEASURES, repetition_table
from bige_osim.errors import DatasetError
from bige_osim.report.formatting import MISSING
from bige_osim.report.page import Block, Cell, Note, Page, Table, render_page
from bige_osim.report.pages import page_from_dataset
from bige_osim.report.sections.dataset_physics import find_accepted
from bige_osim.stages.collect import collect
from bige_osim.synthetic.population import PopulationConfig, make_population

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two participants: one stands in for a recorded one, one is made."""
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


def blocks(page: Page, anchor: str) -> tuple[Block, ...]:
    (found,) = (s.blocks for s in page.sections if s.anchor == anchor)
    return found


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


def test_participants_sources_and_licences_are_named(page: Page) -> None:
    people = {row[0]: row for row in table(page, "Participants").rows}
    assert people["synth_000"][1] == "female"
    assert people["synth_000"][4] == "recorded"
    assert people["synth_001"][4] == "made"
    assert table(page, "Where").rows == (
        ("made", "not a recording", "fast", "1", "1", "2"),
        ("recorded", "CC BY 4.0", "fast", "1", "1", "2"),
    )
    assert not any(isinstance(block, Note) for block in blocks(page, "sources"))
    assert len(table(page, "Session by session").rows) == 2


def test_recorded_and_made_squats_are_compared_measure_by_measure(page: Page) -> None:
    ranges = table(page, "squat: least")
    assert ranges.headings[1:] == (
        "recorded",
        "made",
        "recorded within 95 % of made",
    )
    assert len(ranges.rows) == 9
    assert all(str(row[-1]).endswith("%") for row in ranges.rows)
    distances = table(page, "squat: from")
    assert [row[:2] for row in distances.rows] == [
        ("recorded, another participant", "2"),
        ("made", "2"),
    ]
    assert distances.rows[0][2] == MISSING


def test_the_page_says_whether_physics_holds(page: Page) -> None:
    rows = table(page, "Residuals").cells
    assert [(row[0].text, row[4], row[6]) for row in rows] == [
        (kind, Cell("2 of 2", "none"), Cell("2 of 2", "none"))
        for kind in ("recorded", "made")
    ]
    assert page.headline.tiles[-1].value == "4 of 4"
    assert page.headline.tiles[-1].state == "none"
    assert page.headline.tiles[-1].label.endswith(
        "ground reaction estimated: not an independent check"
    )


def test_a_dataset_of_an_older_version_is_to_be_collected_again(dataset: Path) -> None:
    blocks = (block.drop_vars("ground") for block in read_blocks(dataset))
    with pytest.raises(DatasetError, match=r"no variable ground, .* collect it again"):
        repetition_table(blocks)


def test_residuals_are_those_of_a_validation(dataset: Path) -> None:
    """Of a force that grows to 6 % of the ground reaction, 1.2 % RMS of body weight."""
    (block,) = read_blocks(dataset)
    push = np.zeros(block["residuals"].shape, np.float32)
    mass = float(block["mass_kg"][0])
    ground = np.linalg.norm(block["ground_force"].values.sum(axis=2), axis=2).max()
    push[0, 49:98, ROOT.index("pelvis_tz")] = 0.06 * ground
    rows = repetition_table(
        [block.assign(residuals=(block["residuals"].dims, push))]
    ).rows
    largest = np.linalg.norm(block["ground_force"][0].values.sum(axis=1), axis=1).max()
    assert rows["residual_force"][0] == pytest.approx(0.06 * ground / largest)
    assert rows["force_rms"][0] == pytest.approx(
        0.06 * ground / 2 / (mass * 9.80665), rel=2e-3
    )
    assert find_accepted(rows)["force"].tolist() == [False, True, True, True]
    assert find_accepted(rows)["moment"].all()


def test_the_most_active_muscles_come_first(page: Page) -> None:
    rows = table(page, "Peak activation").rows
    assert len(rows) == 10
    most = [max(float(str(cell).split(",")[0]) for cell in row[1:3]) for row in rows]
    assert most == sorted(most, reverse=True)
    assert 0.2 < most[-1] <= most[0] <= 1.0


def test_the_page_is_whole_and_stands_alone(page: Page) -> None:
    html = render_page(page)
    assert "4 repetitions of 2 participants" in html
    assert html.count("<svg") == 9 + 2
    assert "http" not in html
    assert not re.search(r"\bnan\b", html)


@pytest.mark.recordings
def test_a_recording_without_licence_is_named_with_what_to_do(
    sessions: Path, tmp_path: Path
) -> None:
    path = tmp_path / "squats.nc"
    collect([sessions / "lab_s4"], output=path)
    page = page_from_dataset(path)
    (row,) = table(page, "Where").rows
    assert row == ("recorded", "not stated", "fast", "1", "1", "5")
    assert Note(
        "No licence is stated for lab_s4: write licence: into their "
        "sessionMetadata.yaml, or collect them with bige collect --licence."
    ) in blocks(page, "sources")
    assert "all repetitions are recorded" in str(blocks(page, "distributions")[-1])
    # 93 to 104 degrees, as OpenCap's own lab data has them
    (person,) = table(page, "Participants").rows
    low, high = (float(text) for text in str(person[-1]).split(" to "))
    assert 85 < low < high < 110
