"""The page in a real browser, over a studio that runs."""

import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from tests.studio.conftest import run_studio

from bige_osim.report.viewer import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.opensim, pytest.mark.browser, pytest.mark.slow]

PATIENCE = 900_000
"""Longest that a job may take on a busy machine, ms."""


@pytest.fixture(scope="module")
def browser(chromium_installed: None) -> Iterator["Page"]:
    """An empty page, where there is a browser."""
    pytest.importorskip("nicegui")
    with chromium.open_browser(width=1300, height=950) as page:
        page.set_default_timeout(chromium.PATIENCE)
        yield page


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the studio puts its results."""
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="module")
def address(session: Path, output: Path) -> Iterator[str]:
    """A studio over one participant."""
    with run_studio(session, output=output) as address:
        yield address


def visible(folder: Path) -> list[str]:
    """Names in a folder, without the hidden folder of what bodies do."""
    return sorted(p.name for p in folder.iterdir() if p.name != ".bodies")


def commands_of_jobs(output: Path) -> list[int]:
    """Numbers of the processes that work in the studio's folder."""
    places = psutil.process_iter(["pid", "cwd"])
    return [
        process.info["pid"]
        for process in places
        if (process.info["cwd"] or "").startswith(str(output))
    ]


def open_ready(page: "Page", address: str) -> None:
    """Open the page, and wait until the body was looked at."""
    page.goto(address)
    page.get_by_text("squats drawn for this body").wait_for(timeout=PATIENCE)


def set_range(page: "Page", low: float, high: float) -> None:
    """Set the range of activation by the keyboard, a step of 0.05 at a time."""
    # The range of depth may be on the page before.
    activation = page.locator(".range").filter(has_text="Peak activation").first
    caption = activation.locator(".caption")
    for place, wanted in ((0, low), (1, high)):
        activation.locator(".q-slider__thumb").nth(place).focus()
        for _ in range(60):
            now = float(caption.inner_text().split()[2 + 2 * place])
            if abs(now - wanted) < 0.01:
                break
            page.keyboard.press("ArrowRight" if wanted > now else "ArrowLeft")
            page.wait_for_timeout(200)
    assert f"Peak activation {low:.2f} to {high:.2f}" in caption.inner_text()


def test_what_is_infeasible_is_said_before_anything_is_computed(
    browser: "Page", address: str, output: Path
) -> None:
    asked: list[str] = []
    browser.on("request", lambda request: asked.append(request.url))
    open_ready(browser, address)
    browser.get_by_role("checkbox", name="Depth").click()
    browser.get_by_text("80° to 110°").wait_for()
    set_range(browser, 0.00, 0.05)
    browser.get_by_text("0 of 64 squats drawn for this body").wait_for()
    browser.get_by_text("never 0.00 to 0.05").wait_for()
    assert visible(output) == []
    local = (address, address.replace("http", "ws"), "data:", "blob:")
    assert [url for url in asked if not url.startswith(local)] == []


def test_a_job_that_is_cancelled_leaves_nothing(
    browser: "Page", address: str, output: Path
) -> None:
    open_ready(browser, address)
    browser.get_by_role("button", name="Find squats").click()
    browser.get_by_text("Step 1 of").wait_for()
    time.sleep(2)
    assert commands_of_jobs(output) != []
    assert browser.get_by_role("button", name="Find squats").is_disabled()
    browser.get_by_role("button", name="Cancel").click()
    browser.get_by_text("Cancelled; nothing was written.").wait_for()
    assert commands_of_jobs(output) == []
    assert visible(output) == []


def test_a_motion_is_found_and_saved_and_opensim_loads_it(
    browser: "Page", address: str, output: Path, tmp_path: Path
) -> None:
    import opensim

    open_ready(browser, address)
    browser.get_by_role("button", name="1", exact=True).click()
    set_range(browser, 0.10, 0.90)
    browser.get_by_role("button", name="Find squats").click()
    browser.get_by_text("1 motion passes when simulated again.").wait_for(
        timeout=PATIENCE
    )
    with browser.expect_download() as download:
        browser.get_by_role("link", name=".mot").click()
    motion = tmp_path / "found.mot"
    download.value.save_as(motion)
    with browser.expect_download() as download:
        browser.get_by_role("link", name="OpenSim folder").click()
    download.value.save_as(tmp_path / "folder.zip")
    with zipfile.ZipFile(tmp_path / "folder.zip") as archive:
        archive.extractall(tmp_path)
    model = opensim.Model(str(next((tmp_path / "opensim_01").glob("*.osim"))))
    model.initSystem()
    stored, states = opensim.Storage(str(motion)), opensim.Storage()
    model.getSimbodyEngine().convertDegreesToRadians(stored)
    model.formStateStorage(stored, states)  # as OpenSim's window loads a motion
    trajectory = opensim.StatesTrajectory.createFromStatesStorage(model, states)
    assert stored.getSize() == trajectory.getSize() == 196
    knee = model.getCoordinateSet().get("knee_angle_r")
    bent = [knee.getValue(trajectory.get(i)) for i in range(196)]
    assert 0.6 < max(bent) < 2.2
    assert (tmp_path / "opensim_01" / "setup_so.xml").is_file()
    viewer = browser.frame_locator("iframe")
    viewer.locator("body[data-ready]").wait_for()
    assert viewer.get_by_text("squats1").count() >= 1  # the own squat beside it
    job = next(path for path in output.iterdir() if path.name != ".bodies")
    assert {"goal.toml", "guide.json", "01.mot", "report.html", "view.html"} <= {
        path.name for path in job.iterdir()
    }


@pytest.mark.parametrize(
    "path",
    [
        "jobs/..%2f..%2fetc/passwd",
        "jobs/.bodies/x.json",
        "jobs/{job}/..%2fstudio.json",
        "jobs/{job}/opensim_99.zip",
        "jobs/{job}/opensim",
    ],
)
def test_only_listed_files_are_handed_out(
    address: str, output: Path, path: str
) -> None:
    job = next((p.name for p in output.iterdir() if p.name != ".bodies"), "none")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(address + path.format(job=job))
    assert caught.value.code == 404
    caught.value.close()


def test_names_are_shown_and_never_run(browser: "Page", tmp_path: Path) -> None:
    name = "<img src=x onerror=document.title='run'>"
    model = tmp_path / "models" / f"{name}.osim"
    model.parent.mkdir()
    model.write_text("<b onclick=alert(1)>no model</b>")
    with run_studio(model.parent, output=tmp_path / "studio") as address:
        browser.goto(address)
        browser.get_by_text(name).first.wait_for()
        browser.get_by_text("Looking at").first.wait_for()
        assert browser.title() == "bige studio"
        assert browser.locator("img[src=x]").count() == 0
