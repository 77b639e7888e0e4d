"""The viewer's page in a real browser, opened as a file."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from tests.opened_page import open_file
from tests.report.viewer.pictures import changed

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.opensim, pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def shown(file: Path) -> Iterator["Page"]:
    """The page, opened once, with what it asked for and complained about."""
    size = {"width": 640, "height": 480}
    with open_file(file, ready="body[data-ready]", **size) as (page, asked, said):
        page.asked, page.said = asked, said  # type: ignore[attr-defined]
        yield page


def picture(page: "Page", time: float) -> np.ndarray:
    """What the stage looks like at a time (s), 0 to 255."""
    page.evaluate(f"viewer.seek({time})")
    image = Image.open(BytesIO(page.locator("#stage").screenshot()))
    return np.asarray(image.convert("RGB")).astype(int)


def test_the_skeleton_moves(shown: "Page") -> None:
    standing, again, squatting = (picture(shown, t) for t in (0.0, 0.0, 0.5))
    assert changed(standing, again) == 0.0
    assert changed(standing, squatting) > 0.01
    assert changed(standing, np.full_like(standing, 255)) > 0.05


def test_nothing_is_asked_of_the_network(shown: "Page", file: Path) -> None:
    assert [url for url in shown.asked if not url.startswith("data:")] == [
        file.as_uri()
    ]
    assert shown.said == []


def test_the_slider_seeks_and_the_button_plays(shown: "Page") -> None:
    shown.locator("#time").fill("0.5")
    assert shown.evaluate("viewer.time") == pytest.approx(0.5)
    assert shown.locator("#clock").inner_text() == "0.50 s · 50 %"
    shown.locator("#play").click()
    shown.wait_for_function("viewer.time !== 0.5")
    shown.locator("#play").click()


def test_muscles_are_red_where_they_are_active(shown: "Page") -> None:
    rest, active = shown.evaluate(
        """() => [0, 1].map((a) => BIGE.colour(a, new THREE.Color()).getHexString())"""
    )
    assert rest == "93a9c4"
    assert active == "70001a"
    value = shown.evaluate(
        """() => {
          viewer.seek(1);
          const { row, mesh, owners, sides } = viewer.bodies[0].muscles;
          const ring = owners.indexOf(row.names.indexOf("soleus_r"));
          return mesh.geometry.attributes.color.getX(ring * sides);
        }"""
    )
    assert value == pytest.approx(0.162, abs=0.01)  # 0x70 of sRGB, linear


def test_parts_and_motions_are_hidden(shown: "Page") -> None:
    whole = picture(shown, 0.0)
    for box in shown.locator("#parts input").all():
        box.uncheck()
    shown.locator('[data-layout="over"]').click()
    empty = picture(shown, 0.0)
    for box in shown.locator("#parts input").all():
        box.check()
    shown.locator('[data-layout="beside"]').click()
    assert changed(empty, whole) > 0.03
    assert changed(picture(shown, 0.0), whole) < 0.001


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 780)])
def test_bodies_fill_the_page(shown: "Page", width: int, height: int) -> None:
    shown.set_viewport_size({"width": width, "height": height})
    shown.wait_for_function(
        "viewer.stage.renderer.domElement.width === document.body.clientWidth"
    )
    wide = (
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    assert shown.evaluate(wide)
    places = np.array(
        shown.evaluate(
            """() => viewer.bodies.flatMap((body) => body.outline.map((p) => {
              const { x, y } = viewer.stage.project(p.clone().add(body.group.position));
              const { clientWidth, clientHeight } = viewer.stage.element;
              return [x / clientWidth, y / clientHeight];
            }))"""
        )
    )
    assert places.min() > 0
    assert places.max() < 1
    assert np.ptp(places, axis=0).max() > 0.75
