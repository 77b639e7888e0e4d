"""Figures as files for papers: PNG, and SVG whose text stays text."""

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from bige_osim.paths import AnyPath
from bige_osim.report.figures.style import drawing

DPI = 200
"""Dots per inch of a PNG."""

Write = Callable[[Figure, str], list[str]]
"""Writes a figure under a name without ending, and returns the names of its files."""


def write_into(folder: AnyPath) -> Write:
    """Make what writes figures into a folder, as ``NAME.png`` and ``NAME.svg``.

    The same figure gives the same files: they do not say when they were made.

    Parameters
    ----------
    folder : that is there
    """

    def write(figure: Figure, name: str) -> list[str]:
        png, svg = f"{name}.png", f"{name}.svg"
        made = "bige-osim"
        with drawing():
            figure.savefig(Path(folder, png), dpi=DPI, metadata={"Software": made})
            figure.savefig(Path(folder, svg), metadata={"Date": None, "Creator": made})
        return [png, svg]

    return write
