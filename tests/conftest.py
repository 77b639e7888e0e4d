"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

RECORDINGS = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Folder of the real recordings, which are not part of this project."""
    if not RECORDINGS.is_dir():
        pytest.skip("the real recordings (../shared/data) are not beside the project")
    return RECORDINGS


@pytest.fixture(scope="session")
def sessions(recordings: Path) -> Path:
    """Folder of the real OpenCap-shaped sessions."""
    return recordings / "sessions"
