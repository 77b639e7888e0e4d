"""What figures of compared systems show."""

import numpy as np
import pytest

from bige_osim.evaluation.compared_curves import (
    CurveComparison,
    compare_system_curves,
)
from bige_osim.evaluation.compared_values import compare_values
from bige_osim.evaluation.comparison import Column
from bige_osim.motion import Activations, Motion
from bige_osim.report.figures.compared_figures import (
    compared_curves_figure,
    effects_figure,
)

TITLES = {"mdm": "MDM", "bige": "BIGE"}


def make_motion(size: float) -> tuple[Motion, Activations]:
    time = np.linspace(0, 2, 101)
    curve = size * np.sin(np.pi * time[:, None] / 2)
    return (
        Motion(time, np.radians(curve), ("knee_angle_r",)),
        Activations(time, curve / 200, ("soleus_r",)),
    )


def compare(count: int, **more: float) -> tuple[CurveComparison, ...]:
    motions = {
        name: {f"p{i}": [make_motion(80 + i + add)] for i in range(count)}
        for name, add in {"reference": 0.0, **more}.items()
    }
    return compare_system_curves(motions, generated=[*more])


def test_every_system_is_a_column_and_every_quantity_a_row() -> None:
    figure = compared_curves_figure(compare(6, mdm=20.0, bige=1.0), TITLES)
    knee, other, soleus, _ = figure.axes
    assert (knee.get_title(loc="left"), other.get_title(loc="left")) == ("MDM", "BIGE")
    assert knee.get_ylabel() == "knee angle\n(deg)"
    assert soleus.get_ylabel() == "soleus\n(0 to 1)"
    reference, system, differs = knee.lines
    assert np.max(reference.get_ydata()) == pytest.approx(82.5)
    assert np.max(system.get_ydata()) == pytest.approx(102.5)
    assert differs.get_xdata()[0] > 0
    assert knee.get_ylim() == other.get_ylim()
    keys = [text.get_text() for text in figure.legends[0].get_texts()]
    assert keys == [
        "reference: mean ± SD, n = 6", "system: mean ± SD, n = 6", "p < 0.05",
    ]  # fmt: skip


def test_a_system_without_a_quantity_leaves_its_place_empty() -> None:
    titles = {**TITLES, "t2mgpt": "T2M-GPT"}
    figure = compared_curves_figure(compare(2, mdm=1.0, bige=2.0), titles)
    empty = figure.axes[2]
    assert [text.get_text() for text in empty.texts] == ["none"]
    assert not empty.lines


def test_effects_beyond_the_axis_are_drawn_at_its_end() -> None:
    values = {
        name: {f"p{i}": {"a": 10.0 + add + 0.1 * (-1) ** i} for i in range(8)}
        for name, add in (("mdm", 5.0), ("bige", 0.0))
    } | {"reference": {f"p{i}": {"a": 10.0} for i in range(8)}}
    found = compare_values(
        values, generated=["mdm", "bige"], columns=[Column("a", "asymmetry", "deg")]
    )
    figure = effects_figure(found, TITLES)
    _, mdm, bige = figure.axes
    assert [label.get_text() for label in mdm.get_yticklabels()] == ["asymmetry"]
    assert mdm.lines[-1].get_xdata() == [5.0]
    assert mdm.lines[-1].get_marker() == ">"
    assert bige.lines[-1].get_xdata() == pytest.approx([0.0])
    assert bige.lines[-1].get_marker() == "o"
