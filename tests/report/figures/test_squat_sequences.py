"""Squats side by side."""

from collections.abc import Sequence

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Polygon
from tests.compared import TIME, make_skeleton, squat

from bige_osim.report.figures.side_view import find_trail, take_side_views
from bige_osim.report.figures.squat_sequences import (
    INSIDE,
    OUTSIDE,
    TRAIL,
    SequenceRow,
    squat_sequence_figure,
)


def make_row(depth: float, tilts: Sequence[float]) -> SequenceRow:
    motion, skeleton = squat(depth), make_skeleton()
    times = np.linspace(TIME[0], TIME[-1], len(tilts))
    return SequenceRow(
        title="A",
        note="motion 01",
        views=take_side_views(motion, skeleton, times=times),
        tilts=np.array(tilts),
        trail=find_trail(motion, skeleton, times=TIME),
    )


def list_colours(axes: Axes) -> list[str]:
    pelves = [patch for patch in axes.patches if isinstance(patch, Polygon)]
    return [to_hex(patch.get_facecolor()).upper() for patch in pelves]


def test_pelves_are_red_exactly_where_they_are_outside_the_range() -> None:
    row = make_row(0.3, [-40.1, -40.0, 0.0, 5.0, 5.1])
    figure = squat_sequence_figure([row], accepted=(-40.0, 5.0))
    (axes,) = figure.axes
    assert list_colours(axes) == [OUTSIDE, INSIDE, INSIDE, INSIDE, OUTSIDE]
    said = [text.get_text() for text in axes.texts]
    minus = "\N{MINUS SIGN}"
    for text in (f"{minus}40.1°", f"{minus}40.0°", "0.0°", "5.0°", "5.1°"):
        assert text in said
    bold = {t.get_text() for t in axes.texts if t.get_fontweight() == "bold"}
    assert bold == {f"{minus}40.1°", "5.1°"}
    (first, _) = [text.get_text() for legend in figure.legends[:1]
                  for text in legend.get_texts()] + [""]  # fmt: skip
    assert f"{minus}40.0° to 5.0°" in first


def test_the_trail_goes_through_the_hips_of_all_postures() -> None:
    figure = squat_sequence_figure([make_row(0.3, [0.0] * 5)], accepted=(-1.0, 1.0))
    _, trail, hips = figure.axes[0].lines
    assert trail.get_color() == hips.get_color() == TRAIL
    path = np.asarray(trail.get_xydata())[:: (len(TIME) - 1) // 4]
    assert path == pytest.approx(np.asarray(hips.get_xydata()))
    assert path[:, 1] == pytest.approx([0.9, 0.75, 0.6, 0.75, 0.9])
    assert np.ptp(np.diff(path[:, 0])) == pytest.approx(0.0, abs=1e-9)


def test_rows_have_the_same_scale_however_high_they_are() -> None:
    rows = [make_row(0.0, [0.0] * 3), make_row(-0.5, [0.0] * 3)]
    figure = squat_sequence_figure(rows, accepted=(-1.0, 1.0))
    scales = []
    for axes in figure.axes:
        box, (wide, high) = axes.get_position(), figure.get_size_inches()
        scales.append(box.width * wide / np.ptp(axes.get_xlim()))
        scales.append(box.height * high / np.ptp(axes.get_ylim()))
    assert scales == pytest.approx([scales[0]] * 4)
