"""Curves of a report in a real browser, opened as a file."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from tests.opened_page import open_file

from bige_osim.report.blocks import Download
from bige_osim.report.course import Course
from bige_osim.report.curves_csv import write_curves
from bige_osim.report.formatting import MISSING
from bige_osim.report.page import Headline, Page, Section, write_page

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with the curves of two repetitions."""
    position = np.linspace(0, 100, 101)
    course = Course(np.stack([position, position + 200]), position, "", cycle=True)
    once, rising = np.ones((2, 101)), np.stack([position, position])
    columns = {
        "knee_flexion right (deg)": rising,
        "knee_flexion left (deg)": 2 * rising,
        "activation soleus_r (0 to 1)": 0.25 * once,
        "centre of pressure right foot ahead (cm)": np.nan * once,
    }
    table = Download("a.csv", write_curves(columns, course), "Table", drawn=True)
    page = Page("A", Headline("", "none"), (Section("B", "b", (table,)),))
    path = tmp_path_factory.mktemp("page") / "page.html"
    write_page(path, page)
    return path


@pytest.fixture(scope="module")
def shown(file: Path, chromium_installed: None) -> Iterator["Tab"]:
    size = {"width": 900, "height": 700}
    with open_file(file, ready=".curves canvas", **size) as (page, asked, said):
        page.asked, page.said = asked, said  # type: ignore[attr-defined]
        yield page


def point_at(page: "Tab", part: float) -> dict[str, str]:
    """What the legend says at a part of the axis: value by name."""
    box = page.locator(".u-over").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] / 2)
    page.wait_for_timeout(100)
    rows = page.evaluate(
        """() => [...document.querySelectorAll(".u-legend .u-series")].map((row) =>
          [".u-label", ".u-value"].map((one) => row.querySelector(one).textContent))"""
    )
    return dict(rows)


def test_both_legs_are_one_choice_and_values_are_read_off(shown: "Tab") -> None:
    assert shown.locator(".curves option").all_inner_texts() == [
        "knee flexion (deg)",
        "activation soleus (0 to 1)",
        "centre of pressure foot ahead (cm)",
    ]
    values = point_at(shown, 0.5)
    assert float(values["right, mean"]) == pytest.approx(50, abs=1)
    assert float(values["left 2"]) == pytest.approx(100, abs=2)


def test_another_choice_draws_another_curve(shown: "Tab") -> None:
    def picture() -> np.ndarray:
        image = Image.open(BytesIO(shown.locator(".curves canvas").screenshot()))
        return np.asarray(image.convert("RGB")).astype(int)

    before = picture()
    shown.locator(".curves select").select_option("activation soleus (0 to 1)")
    assert np.abs(picture() - before).max() > 50
    assert float(point_at(shown, 0.3)["right 1"]) == 0.25
    assert "left 1" not in point_at(shown, 0.3)


def test_gaps_are_no_numbers(shown: "Tab") -> None:
    name = "centre of pressure foot ahead (cm)"
    shown.locator(".curves select").select_option(name)
    assert point_at(shown, 0.5)["right 1"] == MISSING


def test_nothing_is_asked_of_the_network_and_paper_shows_no_choice(
    shown: "Tab", file: Path
) -> None:
    assert shown.asked == [file.as_uri()]  # type: ignore[attr-defined]
    assert shown.said == []  # type: ignore[attr-defined]
    shown.emulate_media(media="print")
    assert not shown.locator(".curves").is_visible()
