"""Squats of several systems side by side: postures, trail of the hips, pelvis tilt."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bige_osim.report.figures.body_rows import (
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
    ORANGE,
    Band,
    add_keys,
    drawing,
)

MINUS = "\N{MINUS SIGN}"

INSIDE, OUTSIDE, TRAIL = BLUE, ORANGE, GREEN
"""Colours of a pelvis that is tilted as recorded ones are, of another, of the trail."""


@dataclass(frozen=True, eq=False, kw_only=True)
class SequenceRow:
    """A squat of a system.

    Attributes
    ----------
    title, note : of the system, and what stands below it
    views : of the body at N moments, equally far apart from start to end
    tilts : (N,) deg, of the pelvis
    trail : (F, 2) m, of the hips through the whole cycle, ahead and up
    """

    title: str
    note: str
    views: Sequence[SideView]
    tilts: Float[np.ndarray, " N"]
    trail: Float[np.ndarray, "F 2"]


def squat_sequence_figure(rows: Sequence[SequenceRow], *, accepted: Band) -> Figure:
    """Draw squats one below the other, on one scale, with the trails of their hips.

    Bodies are displaced along the row evenly with time, and the trail likewise, so that
    it goes through the hips of all of them.

    Parameters
    ----------
    rows : of the same number of moments
    accepted : deg, tilts as recorded ones are; a pelvis outside is of another colour
    """
    heads = []
    for row in rows:
        low, high = find_span(row.views)
        heads.append(
            Head(title=row.title, note=row.note, numbers="pelvis tilt", low=low,
                 high=high)
        )  # fmt: skip
    with drawing():
        figure, all_axes = make_rows(heads, keys=2)
        for row, axes in zip(rows, all_axes, strict=True):
            _draw_row(axes, row, accepted)
        write_length(figure)
        count = len(rows[0].views)
        write_beside(all_axes[-1], "cycle", line=1)
        for i, place in enumerate(_find_places(count)):
            share = 100 * i / (count - 1)
            write_below(all_axes[-1], place, f"{share:.0f} %", line=1)
        least, most = (_tell(value) for value in accepted)
        within = f"pelvis tilt as recorded, {least} to {most} (negative: anterior)"
        add_keys(
            figure,
            [
                [Patch(color=INSIDE, label=within)],
                [
                    Patch(color=OUTSIDE, label="outside this range"),
                    Line2D([], [], color=TRAIL, lw=1.3, marker="o", ms=3.5,
                           label="hip joint centre through the whole cycle"),
                ],
            ],
        )  # fmt: skip
    return figure


def is_outside(tilt: float, accepted: Band) -> bool:
    """Say whether a tilt (deg) is beyond a range, both to 0.1 deg as they are written.

    Examples
    --------
    >>> is_outside(-31.0, (-30.0, 5.0)), is_outside(5.04, (-30.0, 5.0))
    (True, False)
    """
    low, high = (round(end, 1) for end in accepted)
    return not low <= round(tilt, 1) <= high


def _find_places(count: int) -> Float[np.ndarray, " N"]:
    """Middles of equal parts of the row, m."""
    return (np.arange(count) + 0.5) / count * width_in_metres()


def _draw_row(axes: Axes, row: SequenceRow, accepted: Band) -> None:
    places = _find_places(len(row.views))
    ends = [view.find_ends() for view in row.views]
    middle = (min(one[0] for one in ends) + max(one[1] for one in ends)) / 2
    for place, view, tilt in zip(places, row.views, row.tilts, strict=True):
        outside = is_outside(float(tilt), accepted)
        colour = OUTSIDE if outside else INSIDE
        draw_side_view(axes, view, at=place - middle, pelvis=colour)
        if outside:
            write_below(axes, place, _tell(tilt), color=OUTSIDE, fontweight="bold")
        else:
            write_below(axes, place, _tell(tilt))
    along = np.linspace(places[0], places[-1], len(row.trail)) - middle
    x = row.trail[:, 0] + along
    axes.plot(x, row.trail[:, 1], color=TRAIL, lw=1.3, zorder=4)
    hips = np.stack([view.hip for view in row.views])
    axes.plot(hips[:, 0] + places - middle, hips[:, 1], "o", color=TRAIL, ms=3.2,
              mec="white", mew=0.5, zorder=5)  # fmt: skip


def _tell(degrees: float) -> str:
    """Say an angle, with a minus that is one and no negative zero."""
    return f"{round(float(degrees), 1) + 0.0:.1f}°".replace("-", MINUS)
