"""Rows of bodies, one for each system, all on the same scale of metres per inch."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bige_osim.report.figures.side_view import SideView
from bige_osim.report.figures.style import INK, KEY

PAGE = 7.2
"""Width of a figure over both columns of a journal's page, inches."""

SCALE = 0.55
"""Inches of paper for a metre, in every figure."""

LEFT, RIGHT = 1.06, 0.36
"""Room for the titles of rows, and at the other side, inches."""

ABOVE, BELOW, LAST = 0.1, 0.26, 0.12
"""Room above a row, for the numbers below it, and for one line more below the last,
inches."""

LOWEST, HIGHEST = -0.6, 2.6
"""What is further from the floor is cut off, m."""

LETTERS = 15
"""In a line of a title."""

SMALL, TINY = 7.5, 7.0
"""Sizes of letters, points."""

EDGE = 0.06
"""Free to the left of titles, inches."""

MARGIN = 0.02
"""Above and below what is drawn, m."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands to the left of a row, and how high the row is.

    Attributes
    ----------
    title, note : of the system, and below it in small letters
    numbers : what the numbers below its bodies are
    low, high : lowest and highest place of its bodies, m
    """

    title: str
    note: str
    numbers: str
    low: float
    high: float


def find_span(views: Sequence[SideView]) -> tuple[float, float]:
    """Find the lowest and the highest place of bodies, m; the floor is in between."""
    ends = [view.find_ends() for view in views]
    low = min(0.0, *(one[2] for one in ends))
    high = max(one[3] for one in ends)
    return max(low, LOWEST), min(high, HIGHEST)


def width_in_metres() -> float:
    """Width of a row, m."""
    return (PAGE - LEFT - RIGHT) / SCALE


def make_rows(heads: Sequence[Head], *, keys: int) -> tuple[Figure, list[Axes]]:
    """Make a figure with axes in metres for every row, the first uppermost.

    Parameters
    ----------
    heads : of the rows
    keys : lines of legend at the bottom
    """
    heights = [SCALE * (h.high - h.low + 2 * MARGIN) for h in heads]
    total = sum(heights) + len(heads) * (ABOVE + BELOW) + LAST + KEY * keys
    figure = Figure(figsize=(PAGE, total))
    rows, y = [], total
    for head, height in zip(heads, heights, strict=True):
        y -= ABOVE + height
        wide = PAGE - LEFT - RIGHT
        axes = figure.add_axes((LEFT / PAGE, y / total, wide / PAGE, height / total))
        axes.set_xlim(0, width_in_metres())
        axes.set_ylim(head.low - MARGIN, head.high + MARGIN)
        axes.set_axis_off()
        axes.axhline(0.0, color=INK, lw=0.7, zorder=0)
        _write_head(figure, axes, head)
        y -= BELOW
        rows.append(axes)
    return figure, rows


def write_below(axes: Axes, x: float, text: str, *, line: int = 0, **more: Any) -> None:
    """Write below the body at ``x`` (m), in the first or the second line."""
    axes.annotate(
        text, (x, axes.get_ylim()[0]), xytext=(0, -3 - 13 * line), fontsize=SMALL,
        textcoords="offset points", ha="center", va="top", annotation_clip=False,
        **more,
    )  # fmt: skip


def write_beside(axes: Axes, text: str, *, line: int = 0) -> None:
    """Say to the left of a row what the numbers below it are."""
    axes.annotate(
        text, (0, axes.get_ylim()[0]), xytext=(72 * (EDGE - LEFT), -3.4 - 13 * line),
        textcoords="offset points", fontsize=TINY, ha="left", va="top",
        annotation_clip=False,
    )  # fmt: skip


def write_length(figure: Figure) -> None:
    """Draw a bar as long as half a metre in the lower left corner."""
    length, y = 0.5 * SCALE, 0.5 * KEY / figure.get_figheight()
    x = np.array([EDGE, EDGE + length]) / PAGE
    bar = Line2D(x, [y, y], color=INK, lw=1.6, solid_capstyle="butt")
    figure.add_artist(bar)
    text = (EDGE + length + 0.06) / PAGE
    figure.text(text, y, "0.5 m", fontsize=SMALL, va="center")


def _write_head(figure: Figure, axes: Axes, head: Head) -> None:
    """Write the title and the note beside the upper end of a row."""
    top = axes.get_position().y1
    title = fill(head.title, LETTERS)
    figure.text(EDGE / PAGE, top, title, va="top", fontsize=9, fontweight="bold")
    lower = 0.155 * (1 + title.count("\n")) / figure.get_figheight()
    figure.text(EDGE / PAGE, top - lower, head.note, va="top", fontsize=TINY,
                linespacing=1.35)  # fmt: skip
    write_beside(axes, head.numbers)
