"""Figures of systems that make motions, each against the reference.

Every function returns a figure (:mod:`bige_osim.report.figures.style`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from bige_osim.evaluation.compared_curves import CurveComparison, CurveQuantity
from bige_osim.evaluation.compared_values import ColumnStatistics, Difference
from bige_osim.report.figures.agreement_figures import BAND, DIFFERING, STYLES
from bige_osim.report.figures.style import (
    BLUE,
    INK,
    WIDE,
    add_keys,
    drawing,
    wide_panels,
)

MOST_ACROSS = 5
"""Systems that stand side by side in a figure."""

MOST_EFFECT = 5.0
"""Effect size beyond which a point is drawn at the edge."""

_LABEL = 0.33  # inches from a panel to its label, with ticks between

_POINT: dict[str, Any] = {"color": BLUE, "ms": 4.5, "clip_on": False}


def compared_curves_figure(
    curves: Sequence[CurveComparison], titles: Mapping[str, str]
) -> Figure:
    """Draw mean ± SD over participants: quantities below each other, systems abreast.

    Parameters
    ----------
    curves : one or more; each in its quantity's unit
    titles : system -> what it is called, at most :data:`MOST_ACROSS` of those that
        curves are of
    """
    rows = {one.quantity.key: one.quantity for one in curves}
    found = {(one.quantity.key, one.system): one for one in curves}
    most = max(len(one.participants) for one in curves)
    with drawing():
        figure, all_axes = wide_panels(
            len(rows) * len(titles),
            columns=len(titles), height=1.02, across=0.14, title=0.2,
        )  # fmt: skip
        places = [(row, system) for row in rows for system in titles]
        for i, (place, axes) in enumerate(zip(places, all_axes, strict=True)):
            row, column = divmod(i, len(titles))
            if place in found:
                _draw_both(axes, found[place])
            else:
                axes.text(0.5, 0.5, "none", transform=axes.transAxes, ha="center")
            own = [one for key, one in found.items() if key[0] == place[0]]
            axes.set_ylim(*_find_span(own))
            axes.set_xlim(0, 100)
            axes.xaxis.set_major_locator(MaxNLocator(4, prune="upper"))
            axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
            if row == 0:
                axes.set_title(titles[place[1]], loc="left")
            if column:
                axes.tick_params(labelleft=False)
            else:
                axes.set_ylabel(_write_label(rows[place[0]]), fontsize=7.5)
                axes.tick_params(axis="y", labelsize=7.5)
                width = axes.get_position().width * WIDE
                axes.yaxis.set_label_coords(-_LABEL / width, 0.5)
            if row + 1 < len(rows):
                axes.tick_params(labelbottom=False)
            else:
                axes.set_xlabel("repetition (%)")
        mean = f": mean ± SD, n = {most}" if most > 1 else ""
        keys = [
            Line2D([], [], color=colour, ls=style, label=name + mean)
            for name, (colour, style) in zip(
                ("reference", "system"), STYLES, strict=False
            )
        ]
        if any(one.test is not None and one.test.clusters for one in curves):
            keys.append(Line2D([], [], label="p < 0.05", **DIFFERING))
        add_keys(figure, [keys])
    return figure


def effects_figure(
    columns: Sequence[ColumnStatistics], titles: Mapping[str, str]
) -> Figure:
    """Draw the effect size of every column, with its interval, systems abreast.

    Parameters
    ----------
    columns : one or more, of which a system has an effect size, a ratio
    titles : system -> what it is called, at most :data:`MOST_ACROSS`
    """
    every = [
        [(i, d) for i, one in enumerate(columns) for d in one.differences
         if d.system == system and d.effect is not None]
        for system in titles
    ]  # fmt: skip
    sizes = [abs(d.effect) for own in every for _, d in own if d.effect is not None]
    reach = float(np.clip(1.4 * max(sizes, default=1.0), 1.0, MOST_EFFECT))
    names = [one.column.title for one in columns]
    with drawing():
        figure, all_axes = wide_panels(
            len(titles) + 1,
            columns=len(titles) + 1, height=0.35 + 0.2 * len(names), across=0.14,
        )  # fmt: skip
        all_axes[0].set_axis_off()  # room for the names of the columns
        for i, (title, own) in enumerate(zip(titles.values(), every, strict=True)):
            axes = all_axes[i + 1]
            axes.axvline(0.0, color=INK, lw=0.8)
            for row, one in own:
                _draw_effect(axes, row, one, reach)
            axes.set_title(title, loc="left")
            axes.set_yticks(range(len(names)), names if i == 0 else [""] * len(names))
            axes.set_ylim(len(names) - 0.5, -0.5)
            axes.set_xlim(-reach, reach)
            axes.xaxis.set_major_locator(MaxNLocator(6, prune="both"))
            axes.set_xlabel("d_z")
        keys = [
            Line2D([], [], ls="-", marker="o", lw=1.2, label="d_z and 95 % interval",
                   **_POINT),
            Line2D([], [], ls="", marker=">", label="beyond the axis", **_POINT),
        ]  # fmt: skip
        add_keys(figure, [keys])
    return figure


def _draw_both(axes: Axes, one: CurveComparison) -> None:
    position = np.linspace(0.0, 100.0, one.reference.shape[1])
    for curves, (colour, style) in zip(
        (one.reference, one.compared), STYLES, strict=False
    ):
        middle, width = _summarise(curves)
        ends = middle - width, middle + width
        axes.fill_between(position, *ends, color=colour, **BAND)
        axes.plot(position, middle, color=colour, ls=style)
    for cluster in one.test.clusters if one.test is not None else ():
        ends = cluster.start, cluster.stop
        axes.plot(ends, [0.03, 0.03], transform=axes.get_xaxis_transform(), **DIFFERING)


def _summarise(
    curves: Float[np.ndarray, "N F"],
) -> tuple[Float[np.ndarray, " F"], Float[np.ndarray, " F"]]:
    """Mean and SD of curves; a single one has none."""
    middle = curves.mean(axis=0)
    several = len(curves) > 1
    return middle, curves.std(axis=0, ddof=1) if several else np.zeros_like(middle)


def _find_span(curves: Sequence[CurveComparison]) -> tuple[float, float]:
    """Lowest and highest value of a row of panels, with room for what differs."""
    if not curves:
        return 0.0, 1.0
    low, high = [], []
    for one in curves:
        for values in (one.reference, one.compared):
            middle, width = _summarise(values)
            low.append(float((middle - width).min()))
            high.append(float((middle + width).max()))
    bottom = min(low) if curves[0].quantity.kind == "angle" else max(min(low), 0.0)
    room = max(max(high) - bottom, 1e-3)
    return bottom - 0.14 * room, max(high) + 0.06 * room


def _draw_effect(axes: Axes, row: int, one: Difference, reach: float) -> None:
    if one.effect is None:
        return
    if one.effect_interval is not None:
        low, high = (float(np.clip(end, -reach, reach)) for end in one.effect_interval)
        axes.plot([low, high], [row, row], color=BLUE, lw=1.2)
    at = float(np.clip(one.effect, -reach, reach))
    beyond = ">" if one.effect > 0 else "<"
    axes.plot(at, row, marker="o" if at == one.effect else beyond, **_POINT)


def _write_label(quantity: CurveQuantity) -> str:
    """Write a quantity with its unit in two lines, which stand beside a low panel."""
    first, comma, rest = quantity.title.partition(", ")
    if comma:
        return f"{first},\n{rest} ({quantity.unit})"
    return f"{first}\n({quantity.unit})"
