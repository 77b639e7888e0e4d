"""How figures look, and a figure as SVG that stands inside a page.

Colours are those of Okabe and Ito (2008), "Color Universal Design", which colour-blind
readers tell apart; line style or marker always says the same thing as the colour.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

BLUE = "#0072B2"
ORANGE = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
INK = "#1b1f24"
RULE = "#c9d1d9"

_VARIABLES = {
    BLUE: "var(--blue)",
    ORANGE: "var(--orange)",
    GREEN: "var(--green)",
    PURPLE: "var(--purple)",
    INK: "currentColor",
    RULE: "var(--rule)",
}
"""What the page's style calls the colours, so that a dark page can use lighter ones."""

ACCEPTED: dict[str, Any] = {"color": GREEN, "alpha": 0.2, "lw": 0}
"""How the range is shaded that a goal or a limit allows."""

Band = tuple[float, float]
"""Lowest and highest value that a goal allows."""

WIDTH = 4.4
"""Width of a figure, inches: text stays legible when a phone shrinks it."""

WIDE = 8.4
"""Width of a figure that has a row of its own, inches."""

LEFT, RIGHT, BETWEEN, TICKS, KEY = 0.58, 0.12, 0.12, 0.5, 0.22
"""Of such a figure: room at its sides, between rows, for the ticks and label of the
lowest axes, and for a line of legend, inches."""

_SETTINGS: dict[Any, Any] = {
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "text.parse_math": False,  # names of muscles and files are not formulas
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "bige-osim",
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with this package's settings, whatever the user's own are.

    Examples
    --------
    >>> with drawing():
    ...     matplotlib.rcParams["font.size"]
    9.0
    """
    with matplotlib.rc_context(_SETTINGS):
        yield


def panels(
    count: int,
    *,
    height: float,
    columns: int = 1,
    width: float = WIDTH,
) -> tuple[Figure, list[Axes]]:
    """Make a figure of ``count`` axes, ``columns`` in a row.

    Parameters
    ----------
    height, width : inches; ``height`` is that of one row

    Returns
    -------
    figure : not known to pyplot, so nothing has to be closed
    axes : ``count`` of them, row by row

    Examples
    --------
    >>> figure, axes = panels(3, height=1.0, columns=2)
    >>> len(axes)
    3
    """
    rows = -(-count // columns)
    figure = Figure(figsize=(width, height * rows), layout="constrained")
    axes = [figure.add_subplot(rows, columns, i + 1) for i in range(count)]
    return figure, axes


def wide_panels(
    count: int,
    *,
    columns: int,
    height: float,
    across: float = 0.62,
    title: float = 0.28,
    keys: int = 1,
) -> tuple[Figure, list[Axes]]:
    """Make a figure of :data:`WIDE` with axes in fixed places: far faster to draw.

    Parameters
    ----------
    count, columns : of axes, and how many stand in a row
    height : of one, inches
    across : room between two of a row, inches
    title : room above each, inches
    keys : lines of legend below all (:func:`add_keys`)

    Examples
    --------
    >>> figure, axes = wide_panels(5, columns=3, height=1.0)
    >>> len(axes), f"{axes[0].get_position().height * figure.get_figheight():.3f}"
    (5, '1.000')
    """
    rows = -(-count // columns)
    below = TICKS + KEY * keys
    total = rows * (height + title) + (rows - 1) * BETWEEN + below
    figure = Figure(figsize=(WIDE, total))
    width = (WIDE - LEFT - RIGHT - (columns - 1) * across) / columns
    axes = []
    for i in range(count):
        row, column = divmod(i, columns)
        x = LEFT + column * (width + across)
        y = total - (row + 1) * (height + title) - row * BETWEEN
        box = (x / WIDE, y / total, width / WIDE, height / total)
        axes.append(figure.add_axes(box))
    return figure, axes


def add_keys(figure: Figure, lines: Sequence[Sequence[Artist]]) -> None:
    """Put lines of legend below the axes of :func:`wide_panels`, the first uppermost.

    Examples
    --------
    >>> figure, _ = wide_panels(1, columns=1, height=1.0, keys=2)
    >>> add_keys(figure, [[Patch(label="a")], [Patch(label="b")]])
    >>> [key.get_texts()[0].get_text() for key in figure.legends]
    ['a', 'b']
    """
    for i, handles in enumerate(lines):
        above = (len(lines) - i - 1) * KEY / figure.get_figheight()
        figure.legend(
            handles=list(handles), loc="lower center", ncols=len(handles),
            bbox_to_anchor=(0.5, above), borderpad=0.1, borderaxespad=0.1,
        )  # fmt: skip


def band_key(bands: Mapping[str, Band]) -> list[Patch]:
    """Legend entry of the shaded goal, where any muscle has one.

    Examples
    --------
    >>> [patch.get_label() for patch in band_key({"soleus_r": (0.1, 0.2)})]
    ['goal']
    """
    return [Patch(label="goal", **ACCEPTED)] if bands else []


def inline_svg(figure: Figure, *, key: str) -> str:
    """Turn a figure into an ``<svg>`` element for the inside of an HTML page.

    Text stays text; colours are the page's, so the figure follows a light or dark one;
    ids carry ``key``, so that figures do not share them.

    Parameters
    ----------
    figure : drawn with :func:`drawing`
    key : a word that no other figure of the page has

    Examples
    --------
    >>> figure, _ = panels(1, height=1.0)
    >>> text = inline_svg(figure, key="empty")
    >>> text.startswith("<svg"), "http" in text
    (True, False)
    """
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with drawing():
        figure.savefig(buffer, format="svg", metadata=nothing, transparent=True)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    # HTML needs no namespaces, and a <style> in here would apply to the whole page
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text, count=2)
    text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(r'<svg width="[^"]*" height="[^"]*"', "<svg", text, count=1)
    text = text.replace("xlink:href", "href").replace(
        "font-family: 'DejaVu Sans', sans-serif", "font-family: inherit"
    )
    text = text.replace("'DejaVu Sans', sans-serif", "sans-serif")
    for colour, variable in _VARIABLES.items():
        text = text.replace(colour.lower(), variable)
    text = re.sub(r"\s*\n\s*", " ", text)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    text = re.sub(
        r' id="([^"]+)"',
        lambda match: f' id="{key}-{match[1]}"' if match[1] in used else "",
        text,
    )
    return re.sub(r'(href="#|url\(#)', rf"\g<1>{key}-", text).strip()
