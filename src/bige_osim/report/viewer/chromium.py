"""The browser that draws movies, without a window."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bige_osim.errors import BigeError

if TYPE_CHECKING:
    from playwright.sync_api import Page

VARIABLE = "BIGE_CHROMIUM"
"""Environment variable that names the browser's program."""

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)

SWITCHES = (
    "--use-angle=swiftshader",  # draws in 3-D without a graphics card
    "--enable-unsafe-swiftshader",
    "--in-process-gpu",  # halves the time of a picture there
    "--disable-gpu-compositing",
)

PATIENCE = 300_000
"""Longest that a page may take to answer, on a busy machine, ms."""


def find_chromium() -> str:
    """Find Chromium, or a browser made of it.

    Raises
    ------
    BigeError
        There is none.
    """
    named = os.environ.get(VARIABLE)
    found = next(filter(None, map(shutil.which, [named] if named else NAMES)), None)
    if found is None:
        wanted = f"{VARIABLE} names {named}, which" if named else "Chromium"
        raise BigeError(
            f"A movie is drawn by Chromium: {wanted} is not installed; run apt-get "
            f"install chromium, or name a browser made of it in {VARIABLE}."
        )
    return found


@contextmanager
def open_browser(*, width: int, height: int) -> Iterator["Page"]:
    """Open an empty page of some size, px, in a browser without a window.

    Raises
    ------
    BigeError
        There is no Chromium, or Playwright, which steers it, is not installed.
    """
    program = find_chromium()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise BigeError(
            "A movie needs Playwright, which is not installed; run pip install "
            "'bige-osim[movie]'."
        ) from error
    with sync_playwright() as playwright:
        switches = [*SWITCHES, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(
            executable_path=program, args=switches, timeout=PATIENCE
        )
        try:
            page = browser.new_page(
                viewport={"width": width, "height": height},
                reduced_motion="reduce",  # the page does not play by itself
            )
            page.set_default_timeout(PATIENCE)
            yield page
        finally:
            browser.close()
