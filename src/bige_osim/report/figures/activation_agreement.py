"""Simulated activations and those of a surrogate: small multiples, muscle by system."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bige_osim.report.figures.body_rows import EDGE, PAGE
from bige_osim.report.figures.style import (
    BLUE,
    KEY,
    ORANGE,
    RIGHT,
    add_keys,
    drawing,
)

LEFT, ACROSS, TITLE, HEIGHT, BETWEEN, TICKS = 1.34, 0.09, 0.46, 0.74, 0.1, 0.4
"""Room for the titles of rows, between columns, for the titles of columns, of a panel,
between rows, for the ticks and label of the lowest row, inches."""

LETTER = 0.057
"""Width of a letter above a column, inches."""

SIMULATED: dict[str, Any] = {"color": BLUE, "lw": 1.5}
BAND: dict[str, Any] = {"color": BLUE, "alpha": 0.2, "lw": 0}
SURROGATE: dict[str, Any] = {"color": ORANGE, "lw": 1.4, "ls": (0, (3.5, 1.5))}
"""How means and SD are drawn; SD only between 0 and 1, where activations are."""

ROOM = 1.3
"""Height of the axes over what is drawn, so that RMSE stands above it."""


@dataclass(frozen=True, eq=False, kw_only=True)
class MuscleCurves:
    """Activations of a muscle in the motions of a system, over the cycle.

    Attributes
    ----------
    simulated : (N, F) activation, 0 to 1
    predicted : (N, F) activation by a surrogate, 0 to 1; NaN where there is none
    """

    simulated: Float[np.ndarray, "N F"]
    predicted: Float[np.ndarray, "N F"]

    @property
    def rmse(self) -> float | None:
        """Of the surrogate over motions and frames, 0 to 1; ``None`` without one."""
        known = self.known
        if not known.any():
            return None
        error = self.predicted[known] - self.simulated[known]
        return float(np.sqrt(np.mean(error**2)))

    @property
    def known(self) -> Bool[np.ndarray, " N"]:
        """(N,) whether a surrogate has predicted a motion."""
        return np.asarray(np.isfinite(self.predicted).all(axis=1))


@dataclass(frozen=True, eq=False, kw_only=True)
class AgreementRow:
    """A system: title, what stands below it, and the curves of each muscle."""

    title: str
    note: str
    muscles: Sequence[MuscleCurves]


def activation_agreement_figure(
    rows: Sequence[AgreementRow], *, muscles: Sequence[str]
) -> Figure:
    """Draw mean ± SD of simulated activations, and the surrogate's mean dashed.

    Parameters
    ----------
    rows : one or more systems
    muscles : what the muscles are called, in the order of the rows' curves
    """
    columns = len(muscles)
    top = max(_find_top(curves) for row in rows for curves in row.muscles)
    with drawing():
        figure, grid = _make_grid(len(rows), columns)
        for i, (row, line) in enumerate(zip(rows, grid, strict=True)):
            for j, (curves, axes) in enumerate(zip(row.muscles, line, strict=True)):
                _draw_panel(axes, curves)
                axes.set_ylim(0, ROOM * top)
                axes.set_xlim(0, 100)
                axes.set_xticks([0, 50, 100], ["0", "50", "100"])
                axes.set_yticks(_find_ticks(top))
                axes.tick_params(
                    labelleft=j == 0, labelbottom=i == len(rows) - 1, labelsize=7
                )
            _write_row(figure, line[0], row)
        letters = int(grid[0][0].get_position().width * PAGE / LETTER)
        for title, axes in zip(muscles, grid[0], strict=True):
            axes.set_title(fill(title, letters), loc="left", fontsize=7, pad=4)
        for axes in grid[-1]:
            axes.set_xlabel("cycle (%)", fontsize=8, labelpad=1)
            first, _, last = axes.get_xticklabels()
            first.set_horizontalalignment("left")
            last.set_horizontalalignment("right")
        _write_side(figure, grid)
        keys = [
            Line2D([], [], label="simulated: mean", **SIMULATED),
            Patch(label="± SD over motions", **BAND),
            Line2D([], [], label="surrogate: mean", **SURROGATE),
        ]
        add_keys(figure, [keys])
    return figure


def _make_grid(rows: int, columns: int) -> tuple[Figure, list[list[Axes]]]:
    """Make axes in fixed places, row by row."""
    total = TITLE + rows * HEIGHT + (rows - 1) * BETWEEN + TICKS + KEY
    figure = Figure(figsize=(PAGE, total))
    width = (PAGE - LEFT - RIGHT - (columns - 1) * ACROSS) / columns
    grid = []
    for i in range(rows):
        y = total - TITLE - HEIGHT - i * (HEIGHT + BETWEEN)
        boxes = [
            (
                (LEFT + j * (width + ACROSS)) / PAGE,
                y / total,
                width / PAGE,
                HEIGHT / total,
            )
            for j in range(columns)
        ]
        grid.append([figure.add_axes(box) for box in boxes])
    return figure, grid


def _find_top(curves: MuscleCurves) -> float:
    """Find the highest of what is drawn of a muscle."""
    middle = curves.simulated.mean(axis=0)
    ends = [np.minimum(middle + _find_spread(curves.simulated), 1.0)]
    if curves.known.any():
        ends.append(curves.predicted[curves.known].mean(axis=0))
    return max(0.05, *(float(one.max()) for one in ends))


def _find_ticks(top: float) -> list[float]:
    """Three ticks, or two, below the highest of what is drawn."""
    step = next(s for s in (0.05, 0.1, 0.2, 0.25, 0.5) if 3 * s > top or s == 0.5)
    return [step * i for i in range(int(top / step + 1e-9) + 1)]


def _find_spread(values: Float[np.ndarray, "N F"]) -> Float[np.ndarray, " F"]:
    """Find the standard deviation over motions; none of a single one."""
    if len(values) < 2:
        return np.zeros(values.shape[1])
    return np.asarray(values.std(axis=0, ddof=1))


def _draw_panel(axes: Axes, curves: MuscleCurves) -> None:
    cycle = np.linspace(0, 100, curves.simulated.shape[1])
    middle, spread = curves.simulated.mean(axis=0), _find_spread(curves.simulated)
    ends = np.clip([middle - spread, middle + spread], 0.0, 1.0)
    axes.fill_between(cycle, *ends, **BAND)
    axes.plot(cycle, middle, **SIMULATED)
    if (rmse := curves.rmse) is not None:
        axes.plot(cycle, curves.predicted[curves.known].mean(axis=0), **SURROGATE)
        axes.text(0.98, 0.97, f"RMSE {rmse:.3f}", transform=axes.transAxes,
                  ha="right", va="top", fontsize=6.5)  # fmt: skip


def _write_row(figure: Figure, axes: Axes, row: AgreementRow) -> None:
    """Write a title and a note to the left of a row."""
    top, total = axes.get_position().y1, figure.get_figheight()
    title = fill(row.title, 14)
    figure.text(EDGE / PAGE, top, title, va="top", fontsize=9, fontweight="bold")
    lower = 0.16 * (1 + title.count("\n")) / total
    figure.text(EDGE / PAGE, top - lower, row.note, va="top", fontsize=7,
                linespacing=1.3)  # fmt: skip


def _write_side(figure: Figure, grid: Sequence[Sequence[Axes]]) -> None:
    """Write what the vertical axes are, in the middle of all of them."""
    top, bottom = grid[0][0].get_position().y1, grid[-1][0].get_position().y0
    text = "activation (0 to 1)"
    figure.text((LEFT - 0.37) / PAGE, (top + bottom) / 2, text, rotation=90,
                ha="center", va="center", fontsize=8)  # fmt: skip
