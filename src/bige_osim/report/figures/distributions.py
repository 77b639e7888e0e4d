"""Distributions: recorded repetitions against made ones and copies."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from bige_osim.report.figures.style import BLUE, GREEN, INK, ORANGE, drawing, panels

BINS = 16

SMALL = 3.0
"""Width of a figure that stands in a row of three, inches."""

MOST = 200.0
"""Residuals are drawn up to here, per cent of what is accepted."""

Kinds = Mapping[str, Float[np.ndarray, " _"]]
"""Values of each kind of repetitions, a key of :data:`KINDS`."""

KINDS: dict[str, dict[str, Any]] = {
    "recorded": {"color": BLUE, "ls": "-"},
    "made": {"color": ORANGE, "ls": "--"},
    "copies": {"color": GREEN, "ls": ":"},
}
"""Kinds of repetitions, and how their lines look."""


def distribution_figure(label: str, values: Kinds) -> Figure:
    """Draw a histogram of a measure for each kind of repetitions.

    Parameters
    ----------
    label : what is measured, with its unit
    values : finite, at least one of each kind that is there

    Examples
    --------
    >>> values = {"recorded": np.array([1.0, 2.0]), "made": np.array([1.5])}
    >>> figure = distribution_figure("duration (s)", values)
    >>> figure.axes[0].get_xlabel()
    'duration (s)'
    """
    edges = _edges(list(values.values()))
    with drawing():
        figure, (one,) = panels(1, height=1.9, width=SMALL)
        for kind in (kind for kind in KINDS if kind in values):
            shares = 100 * np.histogram(values[kind], edges)[0] / len(values[kind])
            look = KINDS[kind]
            one.stairs(shares, edges, color=look["color"], fill=True, alpha=0.2)
            one.stairs(shares, edges, label=kind, lw=1.4, **look)
        one.set(xlabel=label, ylabel="share (%)")
        _key(figure, len(values))
    return figure


def residual_shares_figure(label: str, shares: Kinds) -> Figure:
    """Draw how many repetitions have smaller residuals than each value.

    Parameters
    ----------
    label : of which residual
    shares : largest residuals, per cent of what is accepted; lines that end below
        100 % have larger ones

    Examples
    --------
    >>> figure = residual_shares_figure("force", {"made": np.array([10.0, 120.0])})
    >>> figure.axes[0].get_ylabel()
    'repetitions below'
    """
    with drawing():
        figure, (one,) = panels(1, height=2.2)
        for kind in (kind for kind in KINDS if kind in shares):
            one.ecdf(shares[kind], label=kind, **KINDS[kind])
        one.axvline(100.0, color=INK, lw=0.8)
        one.set(
            xlim=(-0.02 * MOST, MOST),
            ylim=(0.0, 1.03),
            xlabel=f"peak residual {label} (% of the accepted limit)",
            ylabel="repetitions below",
        )
        one.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        _key(figure, len(shares))
    return figure


def _key(figure: Figure, count: int) -> None:
    figure.legend(loc="outside upper center", ncols=count)


def _edges(values: Sequence[Float[np.ndarray, " _"]]) -> Float[np.ndarray, " E"]:
    everything = np.concatenate(list(values))
    low, high = float(everything.min()), float(everything.max())
    room = 0.5 if high == low else 0.0
    return np.linspace(low - room, high + room, BINS + 1)
