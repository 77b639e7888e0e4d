"""Comparison figures: every motion, or every muscle, against what is accepted.

Every function takes plain arrays and returns a figure
(:mod:`bige_osim.report.figures.style`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bige_osim.report.figures.style import (
    ACCEPTED,
    BLUE,
    GREEN,
    INK,
    ORANGE,
    Band,
    band_key,
    drawing,
    panels,
)

_MARK: dict[str, Any] = {"ls": "", "clip_on": False}
FILLED = {**_MARK, "marker": "D", "color": BLUE, "ms": 5}
HOLLOW = {**_MARK, "marker": "o", "mfc": "none", "color": ORANGE, "ms": 6, "mew": 1.4}
SQUARE = {**_MARK, "marker": "s", "color": GREEN, "ms": 4.5}
SIDES = {"r": FILLED, "l": HOLLOW, "": SQUARE}
"""How the right, the left and a muscle of no side are marked."""


def goal_figure(
    motions: Sequence[str],
    surrogate: Mapping[str, Float[np.ndarray, " N"]],
    simulated: Mapping[str, Float[np.ndarray, " N"]],
    *,
    bands: Mapping[str, Band],
    statistic: str = "peak",
    expected: str = "surrogate",
) -> Figure:
    """Draw what each motion reaches, as expected and simulated, beside the goal.

    Parameters
    ----------
    motions : names of the N motions, drawn from the top
    surrogate, simulated : muscle -> value per motion (0 to 1)
    bands : muscle -> what the goal allows, shaded
    statistic : what the values are, for the axis: ``peak`` or ``mean``
    expected : what ``surrogate`` is called

    Examples
    --------
    >>> one = {"vasmed_r": np.array([0.4])}
    >>> figure = goal_figure(["01"], one, one, bands={"vasmed_r": (0.3, 0.5)})
    >>> figure.axes[0].get_xlabel()
    'peak activation (0 to 1)'
    """
    muscles = tuple(simulated)
    drawn = [*surrogate.values(), *simulated.values()]
    top = max([float(v.max()) for v in drawn] + [h for _, h in bands.values() if h < 1])
    rows = np.arange(len(motions))
    with drawing():
        columns = min(len(muscles), 2)
        height = 0.9 + 0.22 * len(motions)
        figure, all_axes = panels(len(muscles), height=height, columns=columns)
        for i, (muscle, axes) in enumerate(zip(muscles, all_axes, strict=True)):
            if muscle in bands:
                axes.axvspan(*bands[muscle], **ACCEPTED)
            ends = surrogate[muscle], simulated[muscle]
            axes.hlines(rows, *ends, color=INK, lw=0.8, alpha=0.5)
            axes.plot(ends[0], rows, **HOLLOW)
            axes.plot(ends[1], rows, **FILLED)
            axes.set_title(muscle, loc="left")
            axes.set_yticks(rows, motions if i % columns == 0 else [""] * len(motions))
            axes.set_ylim(len(motions) - 0.5, -0.5)
            axes.set_xlim(0, 1.08 * top or 1.0)  # no muscle may be active
            if i % columns == 0:
                axes.set_ylabel("motion")
            if i >= len(muscles) - columns:
                axes.set_xlabel(f"{statistic} activation (0 to 1)")
        handles: list[Line2D | Patch] = [
            Line2D([], [], label="simulated", **FILLED),
            Line2D([], [], label=expected, **HOLLOW),
        ]
        figure.legend(
            handles=handles + band_key(bands), loc="outside lower center", ncols=3
        )
    return figure


def agreement_figure(
    rmse: Mapping[str, float],
    *,
    targets: Sequence[str] = (),
    expected: str = "surrogate",
) -> Figure:
    """RMSE of every muscle, worst first; the two sides of a muscle share a row.

    Parameters
    ----------
    rmse : muscle -> root mean square difference, activation
    targets : muscles of the goal, whose rows are named in bold
    expected : whose activations are compared with the simulated ones

    Examples
    --------
    >>> figure = agreement_figure({"soleus_r": 0.02, "soleus_l": 0.03})
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['soleus']
    """
    rows: dict[str, dict[str, float]] = {}
    for muscle, value in rmse.items():
        stem, side = _stem(muscle)
        rows.setdefault(stem, {})[side] = value
    stems = sorted(rows, key=lambda stem: max(rows[stem].values()), reverse=True)
    bold = {_stem(muscle)[0] for muscle in targets}
    with drawing():
        figure, (axes,) = panels(1, height=1.0 + 0.17 * len(stems))
        for i, stem in enumerate(stems):
            values = list(rows[stem].values())
            axes.plot([min(values), max(values)], [i, i], color=INK, lw=0.8, alpha=0.5)
            for side, value in rows[stem].items():
                axes.plot(value, i, **SIDES[side])
        axes.set_yticks(range(len(stems)), stems)
        for tick, stem in zip(axes.get_yticklabels(), stems, strict=True):
            tick.set_fontweight("bold" if stem in bold else "normal")
        axes.set_ylim(len(stems) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"RMSE, {expected} against simulated (activation, 0 to 1)")
        axes.set_ylabel("muscle")
        handles = [
            Line2D([], [], label=label, **SIDES[side])
            for side, label in (("r", "right"), ("l", "left"))
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=2)
    return figure


def residual_figure(
    motions: Sequence[str],
    force: Float[np.ndarray, " N"],
    moment: Float[np.ndarray, " N"],
) -> Figure:
    """Peak residuals of each motion, in percent of what Hicks et al. 2015 accept.

    Parameters
    ----------
    motions : names of the N motions
    force, moment : peak residual as % of its threshold

    Examples
    --------
    >>> figure = residual_figure(["01"], np.array([20.0]), np.array([140.0]))
    >>> figure.axes[0].get_xlabel()
    'peak residual (% of threshold)'
    """
    rows = np.arange(len(motions))
    with drawing():
        figure, (axes,) = panels(1, height=1.1 + 0.26 * len(motions))
        axes.axvspan(0, 100, **ACCEPTED)
        axes.axvline(100, color=INK, lw=1)
        axes.plot(force, rows, **FILLED)
        axes.plot(moment, rows, **HOLLOW)
        axes.set_yticks(rows, motions)
        axes.set_ylim(len(motions) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.set_xlabel("peak residual (% of threshold)")
        axes.set_ylabel("motion")
        handles = [
            Line2D([], [], label="force", **FILLED),
            Line2D([], [], label="moment", **HOLLOW),
            Patch(label="accepted", **ACCEPTED),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


def _stem(muscle: str) -> tuple[str, str]:
    """Split ``soleus_r`` into ``soleus`` and ``r``; a muscle of no side has ``""``."""
    stem, _, side = muscle.rpartition("_")
    return (stem, side) if stem and side in ("r", "l") else (muscle, "")
