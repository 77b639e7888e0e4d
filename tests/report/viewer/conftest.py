"""A page of two motions, where there is a browser to open it."""

import shutil
from pathlib import Path

import pytest
from tests.made_view import make_results

from bige_osim.report.viewer import chromium
from bige_osim.stages.view import ViewRequest, make_view


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of two motions."""
    if not any(map(shutil.which, chromium.NAMES)):
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    results = make_results(tmp_path_factory.mktemp("solved"), "before", "after")
    path = results / "view.html"
    path.write_text(make_view(ViewRequest(paths=[results])).html, encoding="utf-8")
    return path
