"""A page in a browser, with what it asks for and complains about."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bige_osim.report.viewer import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page


@contextmanager
def open_file(
    path: Path, *, ready: str, width: int, height: int
) -> Iterator[tuple["Page", list[str], list[str]]]:
    """Open a file and wait for ``ready`` (CSS): page, addresses asked for, errors."""
    asked: list[str] = []
    said: list[str] = []
    with chromium.open_browser(width=width, height=height) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_selector(ready, timeout=chromium.PATIENCE)
        yield page, asked, said
