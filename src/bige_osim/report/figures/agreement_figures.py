"""Figures of several methods: curves over each other, differences over their means.

Every function takes plain arrays and returns a figure
(:mod:`bige_osim.report.figures.style`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import fill
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from bige_osim.evaluation.bland_altman import BlandAltman
from bige_osim.report.figures.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    add_keys,
    drawing,
    wide_panels,
)

STYLES: tuple[tuple[str, Any], ...] = (
    (BLUE, "-"),
    (ORANGE, (0, (4, 1.5))),
    (GREEN, "-."),
    (PURPLE, ":"),
)
"""Colour and line of the reference, and of up to three that are compared with it."""

MOST = len(STYLES) - 1
"""Methods that are told apart in one figure."""

ROWS, LETTERS = 5, 26
"""Panels in a row, and letters in a line above one."""

_ASIDE = re.compile(r" \([^)]*\)")

BAND: dict[str, Any] = {"alpha": 0.16, "lw": 0}
DIFFERING: dict[str, Any] = {"color": INK, "lw": 3.0, "solid_capstyle": "butt"}
INTERVAL: dict[str, Any] = {"color": ORANGE, "alpha": 0.16, "lw": 0}
"""How SD, stretches that differ, and confidence intervals are drawn."""


@dataclass(frozen=True, eq=False)
class Overlay:
    """One panel: a quantity as all methods have it.

    Attributes
    ----------
    title : for a reader
    position : (F,) on the horizontal axis, % or s
    curves : (N, F) of the reference, then of the methods that have it; ``None`` of
        others; activation, a row for each participant or trial
    differing : stretches in which the first method differs from the reference, as
        positions
    """

    title: str
    position: Float[np.ndarray, " F"]
    curves: tuple[Float[np.ndarray, "N F"] | None, ...]
    differing: tuple[tuple[float, float], ...] = field(default=())


def overlay_figure(
    panels: Sequence[Overlay],
    methods: Sequence[str],
    *,
    across: str,
    unit: str,
) -> Figure:
    """Draw the curves of all methods over each other, on one scale.

    Parameters
    ----------
    panels : one or more
    methods : what the curves are called, the reference first
    across : label of the horizontal axis, with its unit
    unit : label of the vertical axis, as ``activation (0 to 1)``

    Examples
    --------
    >>> line = np.linspace(0, 1, 101)[None]
    >>> panel = Overlay("soleus", 100 * line[0], (line, line))
    >>> figure = overlay_figure([panel], ["a", "b"], across="cycle (%)", unit="0 to 1")
    >>> figure.axes[0].get_title(loc="left")
    'soleus'
    """
    known = [c for panel in panels for c in panel.curves if c is not None]
    top = max(float(curves.mean(axis=0).max()) for curves in known)
    columns = min(ROWS, len(panels))
    several = max(len(curves) for curves in known)
    with drawing():
        figure, all_axes = wide_panels(
            len(panels), columns=columns, height=1.3, across=0.14, title=0.36
        )
        for i, (panel, axes) in enumerate(zip(panels, all_axes, strict=True)):
            _draw_curves(axes, panel)
            _set_title(axes, panel.title)
            axes.set_ylim(0, 1.15 * top or 1.0)
            axes.set_xlim(panel.position[0], panel.position[-1])
            axes.xaxis.set_major_locator(MaxNLocator(3, prune="upper"))
            axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
            if i % columns:
                axes.tick_params(labelleft=False)
            else:
                axes.set_ylabel(unit)
            if i + columns < len(panels):
                axes.tick_params(labelbottom=False)
            else:
                axes.set_xlabel(across)
        mean = f": mean ± SD, n = {several}" if several > 1 else ""
        keys = [
            Line2D([], [], color=colour, ls=style, label=name + mean)
            for name, (colour, style) in zip(methods, STYLES, strict=False)
        ]
        if any(panel.differing for panel in panels):
            keys.append(Line2D([], [], label="p < 0.05", **DIFFERING))
        add_keys(figure, [keys])
    return figure


def bland_altman_figure(
    peaks: Mapping[str, tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]],
    limits: Mapping[str, BlandAltman],
    *,
    what: str = "peaks",
    shared: bool = True,
) -> Figure:
    """Draw differences over means, with bias and limits of agreement.

    Parameters
    ----------
    peaks : title -> (N,) activation of the reference and of what is compared with it,
        or what each is in a unit of its own
    limits : the same titles -> what was found of them
    what : they are
    shared : whether all have one unit, and so one scale

    Examples
    --------
    >>> from bige_osim.evaluation.bland_altman import find_limits
    >>> both = np.array([0.2, 0.3, 0.4]), np.array([0.3, 0.3, 0.5])
    >>> figure = bland_altman_figure({"soleus": both}, {"soleus": find_limits(*both)})
    >>> figure.axes[0].get_ylabel()
    'difference of peaks'
    """
    columns = min(ROWS if shared else ROWS - 1, len(peaks))
    reaches = {t: _find_reach(both, limits[t]) for t, both in peaks.items()}
    widest = max(reaches.values())
    with drawing():
        figure, all_axes = wide_panels(
            len(peaks), columns=columns, height=1.3,
            title=0.6 if shared else 0.4, across=0.14 if shared else 0.6,
        )  # fmt: skip
        for i, ((title, both), axes) in enumerate(
            zip(peaks.items(), all_axes, strict=True)
        ):
            _draw_differences(axes, both, limits[title])
            _set_title(axes, title)
            reach = widest if shared else reaches[title]
            axes.set_ylim(-reach, reach)
            axes.margins(x=0.12)
            axes.xaxis.set_major_locator(MaxNLocator(3, prune="both"))
            if i % columns == 0:
                axes.set_ylabel(f"difference of {what}")
            elif shared:
                axes.tick_params(labelleft=False)
            if i + columns >= len(peaks):
                axes.set_xlabel(f"mean of {what}")
        keys = [
            Line2D([], [], color=BLUE, ls="", marker="o", ms=3.5, label="one each"),
            Line2D([], [], color=INK, lw=1.2, label="bias"),
            Line2D([], [], color=ORANGE, ls="--", lw=1.2, label="limits of agreement"),
            Patch(label="95 % confidence interval of a limit", **INTERVAL),
        ]
        add_keys(figure, [keys])
    return figure


def _find_reach(
    both: tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]], limits: BlandAltman
) -> float:
    """How far from 0 a panel has to reach for its points and limits."""
    ends = (*(both[1] - both[0]), limits.lower, limits.upper, 1e-3)
    return 1.15 * max(abs(float(end)) for end in ends)


def _set_title(axes: Axes, title: str) -> None:
    """Put a title above a panel, without what stands in brackets."""
    short = fill(_ASIDE.sub("", title), LETTERS)
    axes.set_title(short, loc="left", fontsize=8, y=0.98)


def _draw_curves(axes: Axes, panel: Overlay) -> None:
    for curves, (colour, style) in zip(panel.curves, STYLES, strict=False):
        if curves is None:
            continue
        middle = curves.mean(axis=0)
        if len(curves) > 1:
            width = curves.std(axis=0, ddof=1)
            ends = (middle - width, middle + width)
            axes.fill_between(panel.position, *ends, color=colour, **BAND)
        axes.plot(panel.position, middle, color=colour, ls=style)
    for stretch in panel.differing:
        axes.plot(
            stretch, [0.03, 0.03], transform=axes.get_xaxis_transform(), **DIFFERING
        )


def _draw_differences(
    axes: Axes,
    peaks: tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]],
    limits: BlandAltman,
) -> None:
    first, second = peaks
    axes.axhline(0.0, color=INK, lw=0.5, alpha=0.5)
    axes.axhline(limits.bias, color=INK, lw=1.2)
    for limit, interval in (
        (limits.lower, limits.lower_interval),
        (limits.upper, limits.upper_interval),
    ):
        axes.axhline(limit, color=ORANGE, ls="--", lw=1.2)
        axes.axhspan(*interval, **INTERVAL)
    axes.plot((first + second) / 2, second - first, "o", color=BLUE, ms=3.5)
