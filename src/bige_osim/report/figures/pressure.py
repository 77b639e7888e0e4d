"""Vertical ground reaction, and the centre of pressure in the soles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from scipy.spatial import ConvexHull

from bige_osim.report.course import Course
from bige_osim.report.figures.both_legs import SIDE_STYLES, draw_pair, list_keys
from bige_osim.report.figures.style import INK, RULE, add_keys, drawing, wide_panels
from bige_osim.report.quantities import Pair
from bige_osim.report.reference import Reference

SOLE = 1.65
"""Width of what a sole takes, inches."""

CORNERS = 16
"""Points on the circle that stands for a contact sphere in an outline."""


@dataclass(frozen=True, eq=False)
class Sole:
    """A foot seen from above: ahead is up, the participant's right is right.

    Attributes
    ----------
    outline : (N, 2) cm, to the right and ahead, about the middle of the foot
    pressure : (R, F, 2) cm, centre of pressure; NaN where the foot bears little
    """

    outline: Float[np.ndarray, "N 2"]
    pressure: Float[np.ndarray, "R F 2"]


def make_outline(
    points: Float[np.ndarray, "P 2"], radii: Float[np.ndarray, " P"]
) -> Float[np.ndarray, "N 2"]:
    """Outline of circles, as a rope around them would lie.

    Parameters
    ----------
    points : middles, cm
    radii : of the circles, cm

    Examples
    --------
    >>> ends = np.array([[0.0, 0.0], [10.0, 0.0]])
    >>> outline = make_outline(ends, np.array([1.0, 1.0]))
    >>> outline.min(axis=0).round(9).tolist(), outline.max(axis=0).round(9).tolist()
    ([-1.0, -1.0], [11.0, 1.0])
    """
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    every = (points[:, None] + radii[:, None, None] * circle).reshape(-1, 2)
    return np.asarray(every[ConvexHull(every).vertices])


def ground_figure(
    force: Pair,
    soles: Mapping[str, Sole],
    course: Course,
    *,
    reference: Reference | None = None,
) -> Figure:
    """Draw the vertical force over the course, and both soles beside it.

    Parameters
    ----------
    force : of both feet
    soles : ``right`` and ``left``, where there is one
    course, reference : as for :func:`~bige_osim.report.figures.both_legs.pair_figure`
    """
    order = [side for side in ("left", "right") if side in soles]
    lines = list_keys([force], course, reference=reference)
    with drawing():
        figure, (axes, *others) = wide_panels(
            1 + len(order), columns=1 + len(order), height=2.3, keys=len(lines)
        )
        _place(figure, axes, others)
        draw_pair(axes, force, course, reference=reference)
        axes.set_title(force.title, loc="left")
        axes.set_ylabel(force.unit)
        axes.set_xlabel(course.label)
        axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        for beside, side in zip(others, order, strict=True):
            _draw_sole(beside, soles[side], side)
        if others:
            others[0].set_ylabel("ahead (cm)", labelpad=1)
        add_keys(figure, lines)
    return figure


def _place(figure: Figure, axes: Axes, others: Sequence[Axes]) -> None:
    """Give soles as little width as they need, and the curves the rest."""
    box = axes.get_position()
    left, bottom, height = box.x0, box.y0, box.height
    width = SOLE / figure.get_figwidth()
    for i, one in enumerate(reversed(others)):
        one.set_position(
            (1 - (i + 1) * width + 0.2 * width, bottom, 0.75 * width, height)
        )
    right = 1 - len(others) * width - (0.5 if others else 0.12) / figure.get_figwidth()
    axes.set_position((left, bottom, right - left, height))


def _draw_sole(axes: Axes, sole: Sole, side: str) -> None:
    colour, _ = SIDE_STYLES[side]
    axes.add_patch(Polygon(sole.outline, closed=True, fc="none", ec=INK, lw=0.8))
    places = sole.pressure.reshape(-1, 2)  # dots: noise would draw lines all over
    axes.plot(places[:, 0], places[:, 1], ls="", marker=".", ms=2, mew=0, color=colour)
    axes.set_aspect("equal")
    axes.set_title(f"{side} foot", loc="left")
    axes.set_xlabel("to the right (cm)")
    axes.grid(color=RULE)
    low, high = sole.outline.min(axis=0) - 2, sole.outline.max(axis=0) + 2
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(low[1], high[1])
    axes.set_xticks([-5, 0, 5])
