"""Deepest postures of systems in the order of their peak activation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bige_osim.evaluation.hip_depth import correlate
from bige_osim.report.figures.body_rows import (
    TINY,
    Head,
    find_span,
    make_rows,
    width_in_metres,
    write_below,
    write_beside,
    write_length,
)
from bige_osim.report.figures.side_view import SideView, draw_side_view
from bige_osim.report.figures.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    add_keys,
    drawing,
    wide_panels,
)

SHOWN = 8
"""Most bodies in a row; of more motions, those of equally spaced ranks."""

LEAST = 5
"""Least bodies for which a row has room."""

HALF: dict[str, Any] = {"color": ORANGE, "lw": 1.1, "ls": (0, (5, 3))}
"""How the line of half the standing height is drawn."""

COLUMNS = 4
"""Panels in a row."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PeakOrderRow:
    """Motions of a system, in any order.

    Attributes
    ----------
    title : of the system
    views : of the body at the deepest moment of each of N motions
    peaks : (N,) activation of the target muscles, 0 to 1
    depths : (N,) % of the standing height
    """

    title: str
    views: Sequence[SideView]
    peaks: Float[np.ndarray, " N"]
    depths: Float[np.ndarray, " N"]


def order_by_peak(
    peaks: Float[np.ndarray, " N"], *, most: int = SHOWN
) -> Int[np.ndarray, " K"]:
    """Order motions by their peak activation: which are shown, the least first.

    Parameters
    ----------
    peaks : (N,) activation, 0 to 1
    most : of so many, the least and the greatest, and ranks equally spaced in between

    Examples
    --------
    >>> order_by_peak(np.array([0.5, 0.2, 0.9, 0.3, 0.4]), most=3).tolist()
    [1, 4, 2]
    """
    order = np.argsort(peaks, kind="stable")
    if len(order) <= most:
        return order
    ranks = np.round(np.linspace(0, len(order) - 1, most)).astype(int)
    return np.asarray(order[ranks])


def peak_order_figure(
    rows: Sequence[PeakOrderRow], *, standing: float, muscles: str
) -> Figure:
    """Draw the deepest postures of systems, the least activation first, on one scale.

    Parameters
    ----------
    rows : one or more
    standing : height of the hip joint centres on straight legs, m
    muscles : what the target muscles are called
    """
    with drawing():
        heads = [_make_head(row) for row in rows]
        figure, all_axes = make_rows(heads, keys=2)
        count = max(LEAST, *(min(SHOWN, len(row.views)) for row in rows))
        for row, axes in zip(rows, all_axes, strict=True):
            _draw_row(axes, row, count=count, half=standing / 2)
        write_length(figure)
        said = "deepest postures, ordered by the peak activation (0 to 1) of "
        arrow = " \N{RIGHTWARDS ARROW}"
        write_beside(all_axes[-1], said + muscles + arrow, line=1)
        hip = Line2D([], [], color=GREEN, ls="", marker="o", ms=4.5)
        hip.set_label("hip joint centre")
        half = Line2D([], [], label=f"half of its height on straight legs "
                      f"({standing / 2:.2f} m): depth 50 %", **HALF)  # fmt: skip
        note = "r: correlation of peak activation with depth over all n motions"
        add_keys(figure, [[hip, half], [Line2D([], [], lw=0, label=note)]])
    return figure


def peak_depth_figure(rows: Sequence[PeakOrderRow], *, muscles: str) -> Figure:
    """Draw peak activations over depths, a panel for each system, on one scale.

    Parameters
    ----------
    rows : of all participants together; their views are not drawn
    muscles : what the target muscles are called
    """
    columns = min(COLUMNS, len(rows))
    depths = np.concatenate([row.depths for row in rows])
    top = 1.08 * max(float(row.peaks.max()) for row in rows)
    ends = float(min(depths.min(), 0.0)), float(max(depths.max(), 55.0)) + 3
    with drawing():
        figure, all_axes = wide_panels(
            len(rows), columns=columns, height=1.5, across=0.16, title=0.4
        )
        for i, (row, axes) in enumerate(zip(rows, all_axes, strict=True)):
            axes.plot(row.depths, row.peaks, "o", color=BLUE, ms=3, alpha=0.6, mew=0)
            axes.axvline(50.0, **HALF)
            axes.set_xlim(*ends)
            axes.set_ylim(0, top)
            axes.set_title(f"{row.title}\n{_tell_correlation(row)}", loc="left",
                           fontsize=8)  # fmt: skip
            if i % columns:
                axes.tick_params(labelleft=False)
            else:
                axes.set_ylabel("peak activation (0 to 1)", fontsize=8)
            if i + columns < len(rows):
                axes.tick_params(labelbottom=False)
            else:
                axes.set_xlabel("depth (% of standing height)", fontsize=8)
        half = Line2D([], [], label="depth 50 %", **HALF)
        dot = Line2D([], [], color=BLUE, ls="", marker="o", ms=4)
        dot.set_label(f"one motion; activation of {muscles}")
        add_keys(figure, [[dot, half]])
    return figure


def _make_head(row: PeakOrderRow) -> Head:
    shown = order_by_peak(row.peaks)
    low, high = find_span([row.views[i] for i in shown])
    note = _tell_correlation(row).replace(", ", "\n")
    if len(shown) < len(row.views):
        note += f" ({len(shown)} shown)"
    return Head(title=row.title, note=note, numbers="peak activation", low=low,
                high=high)  # fmt: skip


def _tell_correlation(row: PeakOrderRow) -> str:
    r = correlate(row.depths, row.peaks)
    said = "r undefined" if r is None else f"r = {r:.2f}"
    return f"{said}, n = {len(row.peaks)}".replace("-", "\N{MINUS SIGN}")


def _draw_row(axes: Axes, row: PeakOrderRow, *, count: int, half: float) -> None:
    wide = width_in_metres()
    places = (np.arange(count) + 0.5) / count * wide
    for place, i in zip(places, order_by_peak(row.peaks), strict=False):
        view = row.views[i]
        rear, front, _, _ = view.find_ends()
        at = place - (rear + front) / 2
        draw_side_view(axes, view, at=at, pelvis=BLUE)
        axes.plot(view.hip[0] + at, view.hip[1], "o", color=GREEN, ms=4.5, mec="white",
                  mew=0.6, zorder=5)  # fmt: skip
        write_below(axes, place, f"{row.peaks[i]:.2f}")
    axes.axhline(half, zorder=1, **HALF)
    axes.text(wide, half, " 50 %", color=INK, fontsize=TINY, va="center")
