"""Figures of methods over each other."""

import numpy as np
import pytest
from matplotlib.axes import Axes

from bige_osim.evaluation.bland_altman import find_limits
from bige_osim.report.figures.agreement_figures import (
    DIFFERING,
    Overlay,
    bland_altman_figure,
    overlay_figure,
)

CYCLE = np.linspace(0, 100, 101)


def lines(axes: Axes) -> list[np.ndarray]:
    return [np.asarray(line.get_ydata()) for line in axes.lines]


def test_curves_are_drawn_as_means_and_where_they_differ_is_marked() -> None:
    first = np.stack([CYCLE, CYCLE]) / 200
    panel = Overlay("soleus, right", CYCLE, (first, None, first + 0.1), ((40.0, 60.0),))
    figure = overlay_figure(
        [panel, panel], ["a", "b", "c"], across="repetition (%)", unit="0 to 1"
    )
    drawn = lines(figure.axes[0])
    assert drawn[0] == pytest.approx(CYCLE / 200)
    assert drawn[1] == pytest.approx(CYCLE / 200 + 0.1)
    assert [*figure.axes[0].lines[2].get_xdata()] == [40.0, 60.0]
    assert figure.axes[0].lines[2].get_linewidth() == DIFFERING["lw"]
    keys = [text.get_text() for text in figure.legends[0].get_texts()]
    assert keys == [*(f"{n}: mean ± SD, n = 2" for n in "abc"), "p < 0.05"]


def test_differences_are_drawn_with_their_bias_and_limits() -> None:
    both = np.array([0.2, 0.3, 0.4]), np.array([0.3, 0.35, 0.5])
    limits = find_limits(*both)
    figure = bland_altman_figure({"soleus": both}, {"soleus": limits})
    (axes,) = figure.axes
    _, bias, lower, upper, points = axes.lines
    assert bias.get_ydata()[0] == pytest.approx(limits.bias)
    assert lower.get_ydata()[0] == pytest.approx(limits.lower)
    assert upper.get_ydata()[0] == pytest.approx(limits.upper)
    assert points.get_xdata() == pytest.approx([0.25, 0.325, 0.45])
    assert points.get_ydata() == pytest.approx([0.1, 0.05, 0.1])
