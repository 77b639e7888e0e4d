"""Figures have axes with units, and show what they were given."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from bige_osim.report.figures.comparison_figures import (
    agreement_figure,
    goal_figure,
    residual_figure,
)
from bige_osim.report.figures.curves import (
    activation_figure,
    joint_figure,
    training_figure,
)

CYCLE = np.linspace(0, 100, 51)
BUMP = 0.4 * np.sin(np.pi * CYCLE / 100)
MUSCLES = ("vasmed_r", "vasmed_l", "soleus_r")
CURVES = {muscle: (CYCLE, BUMP) for muscle in MUSCLES}
BAND = {"vasmed_r": (0.35, 0.45)}
PEAKS = {"vasmed_r": np.array([0.4, 0.5])}

FIGURES = {
    "joints": joint_figure({"knee_angle_r": (CYCLE, 100 * BUMP)}),
    "activations": activation_figure(CURVES, CURVES, bands=BAND, spread=CURVES),
    "goal": goal_figure(["01", "02"], PEAKS, PEAKS, bands=BAND),
    "agreement": agreement_figure({"soleus_r": 0.1, "soleus_l": 0.2, "diaphragm": 0.0}),
    "residuals": residual_figure(["01"], np.array([10.0]), np.array([120.0])),
    "training": training_figure(
        np.arange(1.0, 4.0), {"training": np.array([3.0, 2.0, 1.0])}, best=2.0
    ),
}
UNITS = {
    "joints": ("squat cycle (%)", "angle (deg)"),
    "activations": ("squat cycle (%)", "activation (0 to 1)"),
    "goal": ("peak activation (0 to 1)", "motion"),
    "agreement": ("RMSE, surrogate against simulated (activation, 0 to 1)", "muscle"),
    "residuals": ("peak residual (% of threshold)", "motion"),
    "training": ("epoch", "loss"),
}


def labels(figure: Figure) -> tuple[set[str], set[str]]:
    across = {axes.get_xlabel() for axes in figure.axes}
    up = {axes.get_ylabel() for axes in figure.axes}
    return across - {""}, up - {""}


@pytest.mark.parametrize("name", FIGURES)
def test_axes_say_what_they_show_and_in_what_unit(name: str) -> None:
    across, up = UNITS[name]
    assert labels(FIGURES[name]) == ({across}, {up})


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_a_key(name: str) -> None:
    assert FIGURES[name].legends


def test_sides_of_a_joint_differ_in_line_style_and_not_in_colour() -> None:
    both = {f"knee_angle_{side}": (CYCLE, 100 * BUMP) for side in "rl"}
    right, left = joint_figure(both).axes[0].get_lines()
    assert right.get_color() == left.get_color()
    assert (right.get_linestyle(), left.get_linestyle()) == ("-", "--")


def test_the_goal_is_shaded_for_its_muscle_only() -> None:
    first, second, _ = FIGURES["activations"].axes
    (band,) = first.patches
    assert band.get_extents().y0 < band.get_extents().y1
    assert not second.patches


def test_a_muscle_that_only_one_side_knows_is_still_drawn() -> None:
    figure = activation_figure({}, {"vasmed_r": (CYCLE, BUMP)})
    assert len(figure.axes[0].get_lines()) == 1


def test_muscles_come_worst_first_with_both_sides_in_a_row() -> None:
    rmse = {"soleus_r": 0.1, "soleus_l": 0.2, "tibant_r": 0.3, "tibant_l": 0.0}
    ticks = agreement_figure(rmse, targets=["soleus_l"]).axes[0].get_yticklabels()
    assert [tick.get_text() for tick in ticks] == ["tibant", "soleus"]
    assert [tick.get_fontweight() for tick in ticks] == ["normal", "bold"]


def test_epochs_without_a_validation_loss_are_skipped() -> None:
    losses = {"validation": np.array([np.nan, 2.0, 1.0])}
    (line,) = training_figure(np.arange(1.0, 4.0), losses).axes[0].get_lines()
    assert list(line.get_xdata()) == [2.0, 3.0]


def test_muscles_that_are_never_active_are_drawn_on_a_scale_of_their_own() -> None:
    """The scale of a figure that is zero throughout must not be empty."""
    still = {"vasmed_r": (CYCLE, 0 * BUMP)}
    assert activation_figure(still, still).axes[0].get_ylim() == (0.0, 1.02)
    none = {"vasmed_r": np.zeros(1)}
    assert goal_figure(["01"], none, none, bands={}).axes[0].get_xlim() == (0.0, 1.0)
