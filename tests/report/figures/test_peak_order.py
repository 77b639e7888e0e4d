"""Deepest postures in the order of their peaks."""

import numpy as np
import pytest
from tests.compared import make_skeleton, squat

from bige_osim.report.figures.peak_order import (
    SHOWN,
    PeakOrderRow,
    order_by_peak,
    peak_depth_figure,
    peak_order_figure,
)
from bige_osim.report.figures.side_view import take_side_views

DEPTHS = np.array([0.45, 0.18, 0.27])
"""m, of 0.9 m: 50, 20 and 30 %."""


def make_row(peaks: list[float]) -> PeakOrderRow:
    views = [
        take_side_views(squat(d), make_skeleton(), times=np.ones(1))[0] for d in DEPTHS
    ]
    return PeakOrderRow(
        title="A", views=views, peaks=np.array(peaks), depths=100 * DEPTHS / 0.9
    )


def test_bodies_stand_in_the_order_of_their_peaks_with_the_peaks_below() -> None:
    row = make_row([0.5, 0.2, 0.3])
    figure = peak_order_figure([row], standing=0.9, muscles="vastus medialis")
    (axes,) = figure.axes
    hips = [line for line in axes.lines if line.get_marker() == "o"]
    heights = [float(line.get_ydata()[0]) for line in hips]
    assert heights == pytest.approx([0.72, 0.63, 0.45])
    peaks = [text.get_text() for text in axes.texts if text.get_text()[:2] == "0."]
    assert peaks == ["0.20", "0.30", "0.50"]
    half = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert half[0].get_ydata()[0] == pytest.approx(0.45)
    assert "r = 1.00\nn = 3" in [text.get_text() for text in figure.texts]


def test_of_many_motions_the_least_and_the_greatest_are_shown() -> None:
    order = order_by_peak(np.arange(20)[::-1] / 20)
    assert len(order) == SHOWN
    assert (order[0], order[-1]) == (19, 0)
    assert (np.diff(order) < 0).all()


def test_peaks_over_depths_have_their_correlation_above() -> None:
    row = make_row([0.2, 0.5, 0.4])
    figure = peak_depth_figure([row], muscles="vastus medialis")
    (axes,) = figure.axes
    assert axes.get_title(loc="left") == "A\nr = \N{MINUS SIGN}1.00, n = 3"
    assert np.asarray(axes.lines[0].get_xydata()) == pytest.approx(
        np.array([[50.0, 0.2], [20.0, 0.5], [30.0, 0.4]])
    )
