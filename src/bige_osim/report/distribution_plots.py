"""Small multiples of distributions: recorded repetitions against made ones."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bige_osim.report.style import BLUE, GREEN, ORANGE, drawing, panels

BINS = 16

KINDS = {"recorded": BLUE, "made": ORANGE, "copies": GREEN}
"""Kinds of repetitions and their colours."""


def distribution_figure(
    measures: Mapping[str, Mapping[str, Float[np.ndarray, " _"]]],
    *,
    columns: int = 3,
) -> Figure:
    """Draw the share of each kind's repetitions over the values of each measure.

    Parameters
    ----------
    measures : label with unit -> kind (of :data:`KINDS`) -> finite values
    columns : panels in a row

    Examples
    --------
    >>> values = {"recorded": np.array([1.0, 2.0]), "made": np.array([1.5])}
    >>> figure = distribution_figure({"duration (s)": values})
    >>> figure.axes[0].get_xlabel()
    'duration (s)'
    """
    shown = [kind for kind in KINDS if any(kind in v for v in measures.values())]
    with drawing():
        figure, axes = panels(
            len(measures), height=1.7, columns=columns, width=2.5 * columns
        )
        for one, (label, kinds) in zip(axes, measures.items(), strict=True):
            edges = _edges([kinds[kind] for kind in shown if kind in kinds])
            for kind in (kind for kind in shown if kind in kinds):
                shares = np.histogram(kinds[kind], edges)[0] / len(kinds[kind])
                one.stairs(100 * shares, edges, color=KINDS[kind], fill=True, alpha=0.3)
                one.stairs(100 * shares, edges, color=KINDS[kind])
            one.set_xlabel(label)
        for one in axes[::columns]:
            one.set_ylabel("share (%)")
        figure.legend(
            handles=[Patch(color=KINDS[kind], alpha=0.6, label=kind) for kind in shown],
            loc="outside lower center",
            ncols=3,
        )
    return figure


def _edges(values: Sequence[Float[np.ndarray, " _"]]) -> Float[np.ndarray, " E"]:
    everything = np.concatenate(list(values))
    low, high = float(everything.min()), float(everything.max())
    room = 0.5 if high == low else 0.0
    return np.linspace(low - room, high + room, BINS + 1)
