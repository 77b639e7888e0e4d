"""Curves of both legs: mean and SD, hatches, the reference's band."""

import numpy as np
import pytest

from bige_osim.repetitions.repetition import Repetition
from bige_osim.report.course import Course, over_cycle, over_time
from bige_osim.report.figures.both_legs import (
    SINGLE,
    group_figure,
    pair_figure,
    residual_figure,
)
from bige_osim.report.figures.style import BLUE, inline_svg
from bige_osim.report.quantities import Pair
from bige_osim.report.reference import Reference

COURSE = over_cycle(
    [Repetition(2.0 * i, 2.0 * i + 1.5, 1.0, 1.5, "squat", 0.8) for i in range(3)]
)


def constant(*levels: float) -> np.ndarray:
    """A repetition at each level."""
    return np.repeat(np.array(levels, dtype=float)[:, None], 101, axis=1)


def legend(figure) -> list[str]:
    return [text.get_text() for key in figure.legends for text in key.get_texts()]


def test_repetitions_are_thin_and_their_mean_and_sd_are_known() -> None:
    pair = Pair("k", "knee flexion", "deg", {"right": constant(80.0, 90.0, 100.0)})
    axes = pair_figure([pair], COURSE).axes[0]
    *thin, mean = axes.lines
    assert [line.get_ydata()[0] for line in thin] == [80.0, 90.0, 100.0]
    assert max(line.get_linewidth() for line in thin) < mean.get_linewidth()
    assert mean.get_ydata()[50] == 90.0
    (band,) = axes.collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (80.0, 100.0)  # SD of 80, 90, 100 is 10


def test_a_legend_says_once_what_is_drawn() -> None:
    pairs = [
        Pair(key, key, "deg", {"right": constant(1, 2, 3), "left": constant(1, 2, 3)})
        for key in ("hip", "knee")
    ]
    assert legend(pair_figure(pairs, COURSE)) == [
        "right: mean ± SD, n = 3", "left: mean ± SD, n = 3", SINGLE,
    ]  # fmt: skip


def test_a_trial_without_repetitions_is_one_line_over_time() -> None:
    pair = Pair("k", "knee flexion", "deg", {"left": np.ones((1, 400))})
    figure = pair_figure([pair], over_time(0.0, 4.0))
    assert len(figure.axes[0].lines) == 1
    assert figure.axes[0].get_xlabel() == "time (s)"
    assert legend(figure) == ["left"]


def test_the_reference_is_shaded_once_and_labelled_by_what_it_is() -> None:
    spread = (np.full(101, 70.0), np.full(101, 5.0))
    label = "47 squats of 5 recorded participants (labs.nc)"
    reference = Reference(label, {"k": {"right": spread, "left": spread}})
    pair = Pair(
        "k",
        "knee flexion",
        "deg",
        {"right": constant(1, 2, 3), "left": constant(1, 2, 3)},
    )
    figure = pair_figure([pair], COURSE, reference=reference)
    bands = figure.axes[0].collections
    assert len(bands) == 3  # that of the reference and an SD of each leg
    heights = bands[0].get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (65.0, 75.0)
    assert legend(figure)[-1] == f"mean ± SD of {label}"
    assert "normative" not in " ".join(legend(figure))


def test_a_quantity_that_the_reference_lacks_has_no_band() -> None:
    pair = Pair("k", "knee flexion", "deg", {"right": constant(1, 2, 3)})
    figure = pair_figure([pair], COURSE, reference=Reference("none", {}))
    assert len(figure.axes[0].collections) == 1


def test_saturated_frames_are_hatched_and_no_others() -> None:
    full = np.zeros((3, 101), dtype=bool)
    full[1, 40:61] = True  # one repetition is enough
    sides = {"right": constant(0.2, 0.9, 0.3), "left": constant(0.2, 0.2, 0.2)}
    pair = Pair("s", "soleus", "0 to 1", sides, {"right": full, "left": full & False})
    figure = group_figure([pair], COURSE)
    (hatched,) = [c for c in figure.axes[0].collections if c.get_hatch()]
    where = hatched.get_paths()[0].vertices[:, 0]
    assert (where.min(), where.max()) == pytest.approx((40, 60), abs=0.5)
    assert legend(figure)[-1] == "a muscle saturated"
    assert "pattern" in inline_svg(figure, key="f1")


def test_nothing_is_hatched_where_no_muscle_is_saturated() -> None:
    never = {"right": np.zeros((3, 101), dtype=bool)}
    pair = Pair("s", "soleus", "0 to 1", {"right": constant(0.1, 0.2, 0.3)}, never)
    figure = group_figure([pair], COURSE)
    assert not [c for c in figure.axes[0].collections if c.get_hatch()]
    assert "a muscle saturated" not in legend(figure)


def test_the_accepted_line_of_residuals_is_in_sight() -> None:
    course = Course(np.zeros((1, 2)), np.array([0.0, 1.0]), "time (s)", cycle=False)
    figure = residual_figure(
        {"force (N)": np.ones((1, 2))}, {"force (N)": 40.0}, course
    )
    *_, line = figure.axes[0].lines
    assert line.get_ydata()[0] == 40.0
    assert figure.axes[0].get_ylim()[1] > 40.0
    assert BLUE not in [line.get_color() for line in figure.axes[0].lines]
