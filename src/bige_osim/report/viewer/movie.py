"""A movie of the viewer's page."""

from io import BytesIO
from pathlib import Path

from bige_osim.errors import BigeError
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.report.viewer.chromium import open_browser

WIDTH, HEIGHT = 1280, 720
"""Of a picture, px."""

RATE = 25
"""Pictures a second."""


def write_movie(
    page: AnyPath, output: AnyPath, *, progress: Progress = silent
) -> float:
    """Play a page once, in real time, and write it as a movie (H.264).

    Parameters
    ----------
    page : that :func:`~bige_osim.report.viewer.page.make_page` made
    output : ``.mp4``

    Returns
    -------
    duration : of the movie, s

    Raises
    ------
    BigeError
        There is no Chromium, or Playwright or imageio-ffmpeg is not installed.
    """
    try:
        from imageio_ffmpeg import write_frames
    except ImportError as error:
        raise BigeError(
            "A movie needs imageio-ffmpeg, which is not installed; run pip install "
            "'bige-osim[movie]'."
        ) from error
    from PIL import Image

    with open_browser(width=WIDTH, height=HEIGHT) as shown:
        shown.goto(Path(page).resolve().as_uri() + "#movie")
        shown.wait_for_selector("body[data-ready]")
        duration = float(shown.evaluate("viewer.duration"))
        count = int(duration * RATE) + 1
        movie = write_frames(
            str(output), (WIDTH, HEIGHT), fps=RATE, quality=8, macro_block_size=2
        )
        movie.send(None)
        try:
            for i in range(count):
                shown.evaluate(f"viewer.seek({i / RATE})")
                picture = Image.open(BytesIO(shown.screenshot())).convert("RGB")
                movie.send(picture.tobytes())
                progress("pictures", i + 1, count)
        finally:
            movie.close()
    return count / RATE
