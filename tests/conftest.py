"""Fixtures shared by all tests."""

import os
import shutil
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the commands do; before torch loads

import pytest

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that take longest, so that no core waits at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Folder of the real recordings, which are not part of this project."""
    if not RECORDINGS.is_dir():
        pytest.skip("the real recordings (../shared/data) are not beside the project")
    return RECORDINGS


@pytest.fixture(scope="session")
def chromium_installed() -> None:
    """Skip what needs a browser where there is none."""
    from bige_osim.report.viewer.chromium import NAMES

    if not any(map(shutil.which, NAMES)):
        pytest.skip("Chromium is not installed (apt-get install chromium)")


@pytest.fixture(scope="session")
def sessions(recordings: Path) -> Path:
    """Folder of the real OpenCap-shaped sessions."""
    return recordings / "sessions"


@pytest.fixture(scope="session")
def generic_man(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generic man's model, with free subtalar joints as planted feet need."""
    from bige_osim.osim.anthropometry import SUBTALAR, generic_model
    from bige_osim.osim.tools.scaling import scale_model

    path = tmp_path_factory.mktemp("man") / "man.osim"
    scale_model(generic_model(), factors={}, mass=75.337, path=path, unlocked=SUBTALAR)
    return path
