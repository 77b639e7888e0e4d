"""Curves of both legs: every repetition thin, mean and SD; or everything over time.

The right leg is blue and solid, the left one orange and dashed, everywhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bige_osim.report.course import Course
from bige_osim.report.figures.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    WIDE,
    drawing,
    panels,
)
from bige_osim.report.quantities import Pair
from bige_osim.report.reference import Reference, Spread

SIDE_STYLES = {"right": (BLUE, "-"), "left": (ORANGE, (0, (4, 1.5)))}
"""Colour and line style of each leg."""

THIN: dict[str, Any] = {"lw": 0.6, "alpha": 0.45}
BAND: dict[str, Any] = {"alpha": 0.16, "lw": 0}
BEHIND: dict[str, Any] = {"color": INK, "alpha": 0.13, "lw": 0}
"""How repetitions, their SD and a reference are drawn."""

STRIP = 0.06
"""Height of the strip of a side in which saturation is hatched, of the axes."""

ROWS = 5
"""Panels in a row of muscle groups."""


def pair_figure(
    pairs: Sequence[Pair], course: Course, *, reference: Reference | None = None
) -> Figure:
    """Draw quantities side by side, each on its own scale.

    Parameters
    ----------
    pairs : one panel each, in the unit of each; R and F are the course's
    course : horizontal axis
    reference : whose mean ± SD is shaded behind

    Examples
    --------
    >>> from bige_osim.report.course import over_time
    >>> course = over_time(0.0, 1.0)
    >>> knee = Pair("k", "knee flexion", "deg", {"right": np.zeros((1, 400))})
    >>> pair_figure([knee], course).axes[0].get_title(loc="left")
    'knee flexion'
    """
    with drawing():
        figure, all_axes = panels(
            len(pairs), height=2.5, columns=len(pairs), width=WIDE
        )
        for pair, axes in zip(pairs, all_axes, strict=True):
            draw_pair(axes, pair, course, reference=reference)
            axes.set_title(pair.title, loc="left")
            axes.set_xlabel(course.label)
            axes.set_ylabel(pair.unit)
        add_legend(figure, pairs, course, reference=reference)
    return figure


def group_figure(
    pairs: Sequence[Pair], course: Course, *, reference: Reference | None = None
) -> Figure:
    """Draw activations of muscle groups on one scale; saturation is hatched on top.

    Parameters
    ----------
    pairs : one panel each, 0 to 1; R and F are the course's
    course, reference : as for :func:`pair_figure`

    Examples
    --------
    >>> from bige_osim.report.course import over_time
    >>> never = np.zeros((1, 400))
    >>> soleus = Pair("s", "soleus", "0 to 1", {"right": never}, {"right": never > 0})
    >>> group_figure([soleus], over_time(0.0, 1.0)).axes[0].get_title(loc="left")
    'soleus'
    """
    top = max(float(values.max()) for pair in pairs for values in pair.sides.values())
    hatched = any(full.any() for pair in pairs for full in pair.saturated.values())
    columns = min(ROWS, len(pairs))
    with drawing():
        figure, all_axes = panels(len(pairs), height=1.75, columns=columns, width=WIDE)
        for i, (pair, axes) in enumerate(zip(pairs, all_axes, strict=True)):
            draw_pair(axes, pair, course, reference=reference)
            _hatch(axes, pair.saturated, course)
            axes.set_title(_wrap(pair.title), loc="left", fontsize=8.5)
            axes.set_ylim(0, 1.18 if hatched else min(1.0, 1.1 * top) or 1.0)
            if hatched:
                axes.set_yticks([0, 0.25, 0.5, 0.75, 1.0])
            if i % columns:
                axes.tick_params(labelleft=False)
            else:
                axes.set_ylabel("activation (0 to 1)")
            if i + columns < len(pairs):
                axes.tick_params(labelbottom=False)
            else:
                axes.set_xlabel(course.label)
        add_legend(figure, pairs, course, reference=reference)
    return figure


def residual_figure(
    sizes: Mapping[str, Float[np.ndarray, "R F"]],
    accepted: Mapping[str, float],
    course: Course,
) -> Figure:
    """Draw sizes of the pelvis residuals, each with the line up to which it is accepted.

    Parameters
    ----------
    sizes : title with unit -> (R, F) in that unit
    accepted : the same -> largest accepted value
    course : horizontal axis

    Examples
    --------
    >>> from bige_osim.report.course import over_time
    >>> sizes, course = {"force (N)": np.ones((1, 400))}, over_time(0.0, 1.0)
    >>> residual_figure(sizes, {"force (N)": 40.0}, course).axes[0].get_ylabel()
    'force (N)'
    """
    with drawing():
        figure, all_axes = panels(
            len(sizes), height=2.3, columns=len(sizes), width=WIDE
        )
        for (label, values), axes in zip(sizes.items(), all_axes, strict=True):
            _draw_rows(axes, values, course, colour=INK, style="-")
            axes.axhline(accepted[label], color=GREEN, lw=1.4, ls=":")
            axes.set_ylim(0, 1.08 * max(float(values.max()), accepted[label]))
            _set_ends(axes, course)
            axes.set_xlabel(course.label)
            axes.set_ylabel(label)
        line = Line2D([], [], color=GREEN, lw=1.4, ls=":")
        line.set_label("accepted up to here (Hicks et al. 2015)")
        keys = [line, Line2D([], [], color=INK, label=_what(course))]
        figure.legend(handles=keys, loc="outside lower center", ncols=2)
    return figure


def draw_pair(
    axes: Axes, pair: Pair, course: Course, *, reference: Reference | None = None
) -> None:
    """Draw both legs into axes, and the reference behind them."""
    if reference is not None:
        spreads = [reference.find(pair.key, side) for side in pair.sides]
        for spread in _differing([one for one in spreads if one is not None]):
            middle, width = spread
            ends = (middle - width, middle + width)
            axes.fill_between(course.position, *ends, **BEHIND)
    for side, values in pair.sides.items():
        colour, style = SIDE_STYLES[side]
        _draw_rows(axes, values, course, colour=colour, style=style)
    _set_ends(axes, course)


def add_legend(
    figure: Figure,
    pairs: Sequence[Pair],
    course: Course,
    *,
    reference: Reference | None = None,
) -> None:
    """Say once below a figure what its lines, bands and hatches are."""
    shown = [side for side in SIDE_STYLES if any(side in p.sides for p in pairs)]
    keys: list[Artist] = []
    for side in shown:
        colour, style = SIDE_STYLES[side]
        label = f"{side}, {_what(course)}" if len(course.times) > 1 else side
        keys.append(Line2D([], [], color=colour, ls=style, label=label))
    if len(course.times) > 1:
        keys.append(Line2D([], [], color=INK, label="single repetitions", **THIN))
    if any(full.any() for pair in pairs for full in pair.saturated.values()):
        keys.append(
            Patch(fill=False, hatch="/////", ec=INK, lw=0.4, label="a muscle saturated")
        )
    if reference is not None and any(p.key in reference.spreads for p in pairs):
        keys.append(Patch(label=f"mean ± SD of {reference.label}", **BEHIND))
    figure.legend(handles=keys, loc="outside lower center", ncols=3)


def _draw_rows(
    axes: Axes,
    values: Float[np.ndarray, "R F"],
    course: Course,
    *,
    colour: str,
    style: Any,
) -> None:
    """Draw repetitions thin and their mean ± SD, or a single row as it is."""
    if len(values) > 1:
        middle, width = values.mean(axis=0), values.std(axis=0, ddof=1)
        axes.plot(course.position, values.T, color=colour, **THIN)
        ends = (middle - width, middle + width)
        axes.fill_between(course.position, *ends, color=colour, **BAND)
    else:
        middle = values[0]
    axes.plot(course.position, middle, color=colour, ls=style)


def _hatch(
    axes: Axes, saturated: Mapping[str, Bool[np.ndarray, "R F"]], course: Course
) -> None:
    """Hatch where a muscle of any repetition is saturated, a strip for each side."""
    for level, side in enumerate(SIDE_STYLES):
        if side not in saturated or not saturated[side].any():
            continue
        top = 1.0 - level * STRIP
        axes.fill_between(
            course.position, top - STRIP, top, where=saturated[side].any(axis=0),
            transform=axes.get_xaxis_transform(), facecolor="none",
            edgecolor=SIDE_STYLES[side][0], hatch="/////", lw=0.0,
            step="mid", label=f"saturated {side}",
        )  # fmt: skip


def _set_ends(axes: Axes, course: Course) -> None:
    axes.set_xlim(course.position[0], course.position[-1])
    if course.cycle:
        axes.set_xticks([0, 25, 50, 75, 100])


def _differing(spreads: Sequence[Spread]) -> list[Spread]:
    """Spreads without those that are there already: both legs may share one."""
    kept: list[Spread] = []
    for one in spreads:
        if not any(np.array_equal(one[0], other[0]) for other in kept):
            kept.append(one)
    return kept


def _what(course: Course) -> str:
    count = len(course.times)
    return f"mean ± SD of {count} repetitions" if count > 1 else "of the trial"


def _wrap(title: str) -> str:
    """Break a title before its brackets, where a panel is narrow."""
    return title.replace(" (", "\n(", 1)
