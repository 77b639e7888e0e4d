"""The page of ``bige agreement`` in a browser."""

from pathlib import Path

import numpy as np
import pytest
from tests.opened_page import open_file

from bige_osim.io.opensim_files.series import write_series
from bige_osim.motion import Activations
from bige_osim.stages.agreement import AgreementRequest, agreement

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MUSCLES = ("vasint_r", "vaslat_r", "vasmed_r", "soleus_r")


def write(path: Path, size: float) -> None:
    time = np.arange(0, 2.001, 0.02)
    curve = size * np.sin(np.pi * time / 2) ** 2
    path.parent.mkdir(parents=True, exist_ok=True)
    write_series(path, Activations(time, np.stack([curve] * 4, 1), MUSCLES))


def test_it_needs_no_network_and_fits_a_phone(
    tmp_path: Path, chromium_installed: None
) -> None:
    for i in range(6):
        write(tmp_path / "a" / f"p{i}" / "squats1_activations.sto", 0.4 + 0.01 * i)
        write(tmp_path / "b" / f"p{i}" / "squats1_activations.sto", 0.5 + 0.02 * i)
    request = AgreementRequest(sources=[tmp_path / "a", tmp_path / "b"], groups=True)
    agreement(request, output=tmp_path / "out")
    page = tmp_path / "out" / "agreement.html"
    with open_file(page, ready="figure svg", width=390, height=800) as (
        tab,
        asked,
        said,
    ):
        assert asked == [page.as_uri()]
        assert said == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        assert tab.locator("figure svg").count() == 2
        rows = tab.locator("#method1 table").first.locator("tbody th")
        assert rows.all_inner_texts() == [
            "vasti (medialis, lateralis, intermedius), right",
            "soleus, right",
        ]
