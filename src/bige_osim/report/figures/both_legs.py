"""Curves of both legs: every repetition thin, mean and SD; or everything over time.

The right leg is blue and solid, the left one orange and dashed, everywhere.
"""

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from bige_osim.report.course import Course
from bige_osim.report.figures.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    add_keys,
    drawing,
    wide_panels,
)
from bige_osim.report.quantities import Pair
from bige_osim.report.reference import Reference, Spread

SIDE_STYLES = {"right": (BLUE, "-"), "left": (ORANGE, (0, (4, 1.5)))}
"""Colour and line style of each leg."""

THIN: dict[str, Any] = {"lw": 0.6, "alpha": 0.45}
BAND: dict[str, Any] = {"alpha": 0.16, "lw": 0}
BEHIND: dict[str, Any] = {"color": INK, "alpha": 0.13, "lw": 0}
"""How repetitions, their SD and a reference are drawn."""

STRIP = 0.075
"""Height of the strip of a side in which saturation is hatched, of the axes."""

ROWS, LETTERS = 5, 26
"""Panels in a row of muscle groups, and letters in a line above one."""

SINGLE = "single repetitions"
"""What thin lines are."""


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
    lines = list_keys(pairs, course, reference=reference)
    with drawing():
        figure, all_axes = wide_panels(
            len(pairs), columns=len(pairs), height=1.9, keys=len(lines)
        )
        for pair, axes in zip(pairs, all_axes, strict=True):
            draw_pair(axes, pair, course, reference=reference)
            axes.set_title(pair.title, loc="left")
            axes.set_xlabel(course.label)
            axes.set_ylabel(pair.unit, labelpad=2)
        add_keys(figure, lines)
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
    lines = list_keys(pairs, course, reference=reference)
    with drawing():
        figure, all_axes = wide_panels(
            len(pairs), columns=columns, height=1.3, across=0.14, title=0.36,
            keys=len(lines),
        )  # fmt: skip
        for i, (pair, axes) in enumerate(zip(pairs, all_axes, strict=True)):
            draw_pair(axes, pair, course, reference=reference)
            _hatch(axes, pair.saturated, course)
            axes.set_title(fill(pair.title, LETTERS), loc="left", fontsize=8, y=0.98)
            axes.set_ylim(0, 1.2 if hatched else min(1.0, 1.1 * top) or 1.0)
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
                _spare_ends(axes, course)
        add_keys(figure, lines)
    return figure


def residual_figure(
    sizes: Mapping[str, Float[np.ndarray, "R F"]],
    accepted: Mapping[str, float],
    course: Course,
) -> Figure:
    """Draw sizes of the pelvis residuals, each with the line of what is accepted.

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
        figure, all_axes = wide_panels(
            len(sizes), columns=len(sizes), height=1.7, title=0.1
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
        keys = [Line2D([], [], color=INK, label=_what("residual", course)), line]
        if len(course.times) > 1:
            keys.insert(1, Line2D([], [], color=INK, label=SINGLE, **THIN))
        add_keys(figure, [keys])
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


def list_keys(
    pairs: Sequence[Pair], course: Course, *, reference: Reference | None = None
) -> list[list[Artist]]:
    """List what lines, bands and hatches are: lines of legend, the reference last."""
    keys: list[Artist] = [
        Line2D([], [], color=colour, ls=style, label=_what(side, course))
        for side, (colour, style) in SIDE_STYLES.items()
        if any(side in pair.sides for pair in pairs)
    ]
    if len(course.times) > 1:
        keys.append(Line2D([], [], color=INK, label=SINGLE, **THIN))
    if any(full.any() for pair in pairs for full in pair.saturated.values()):
        keys.append(
            Patch(fill=False, hatch="/////", ec=INK, lw=0.4, label="a muscle saturated")
        )
    lines = [keys]
    if reference is not None and any(p.key in reference.spreads for p in pairs):
        lines.append([Patch(label=f"mean ± SD of {reference.label}", **BEHIND)])
    return lines


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
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    if course.cycle:
        axes.set_xticks([0, 25, 50, 75, 100])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def _spare_ends(axes: Axes, course: Course) -> None:
    """Keep ticks of panels that are close to each other apart."""
    if course.cycle:
        axes.set_xticks([0, 25, 50, 75, 100], ["0", "", "50", "", ""])
        axes.text(
            1, -0.04, "100", ha="right", va="top", fontsize=8,
            transform=axes.transAxes,
        )  # fmt: skip
    else:
        axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10], prune="upper"))


def _differing(spreads: Sequence[Spread]) -> list[Spread]:
    """Spreads without those that are there already: both legs may share one."""
    kept: list[Spread] = []
    for one in spreads:
        if not any(np.array_equal(one[0], other[0]) for other in kept):
            kept.append(one)
    return kept


def _what(name: str, course: Course) -> str:
    count = len(course.times)
    return f"{name}: mean ± SD, n = {count}" if count > 1 else name
