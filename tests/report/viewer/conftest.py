"""A page of two motions, where there is a browser to open it."""

from pathlib import Path

import pytest
from tests.made_view import make_results

from bige_osim.stages.view import ViewRequest, make_view


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory, chromium_installed: None) -> Path:
    """The page of two motions."""
    results = make_results(tmp_path_factory.mktemp("solved"), "before", "after")
    path = results / "view.html"
    path.write_text(make_view(ViewRequest(paths=[results])).html, encoding="utf-8")
    return path
