"""The movie of the viewer's page."""

from pathlib import Path

import numpy as np
import pytest
from tests.report.viewer.pictures import changed

from bige_osim.errors import BigeError
from bige_osim.report.viewer import chromium
from bige_osim.report.viewer.movie import RATE, write_movie


@pytest.mark.opensim
@pytest.mark.browser
@pytest.mark.slow
def test_a_movie_moves(file: Path, tmp_path: Path) -> None:
    from imageio_ffmpeg import read_frames

    output = tmp_path / "squat.mp4"
    assert write_movie(file, output) == pytest.approx(1.0 + 1 / RATE)
    frames = read_frames(str(output))
    width, height = next(frames)["source_size"]
    first, *_, middle = (next(frames) for _ in range(RATE // 2))
    frames.close()
    shape = (height, width, 3)
    pictures = [np.frombuffer(f, np.uint8).reshape(shape) for f in (first, middle)]
    assert changed(*(one.astype(int) for one in pictures)) > 0.01


def test_a_movie_without_chromium_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(chromium.VARIABLE, "/nowhere/chromium")
    with pytest.raises(BigeError) as error:
        chromium.find_chromium()
    assert str(error.value) == (
        "A movie is drawn by Chromium: BIGE_CHROMIUM names /nowhere/chromium, which is "
        "not installed; run apt-get install chromium, or name a browser made of it in "
        "BIGE_CHROMIUM."
    )
