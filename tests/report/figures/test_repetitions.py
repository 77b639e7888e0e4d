"""Figures of trials shade what was found and say why the rest was not."""

from pathlib import Path

from matplotlib.figure import Figure
from tests.repetitions.exercise_motions import lunges, sit_to_stands, walk

from bige_osim.motion import Motion
from bige_osim.repetitions.find import find_all
from bige_osim.repetitions.signals import make_signals
from bige_osim.report.figures.repetitions import repetition_figure, write_png


def draw(motion: Motion, *exercises: str) -> Figure:
    found = find_all(motion, exercises=exercises)
    return repetition_figure(make_signals(motion), found, title="ada walking1")


def texts(figure: Figure) -> str:
    return "\n".join(text.get_text() for axes in figure.axes for text in axes.texts)


def test_repetitions_are_shaded_and_axes_have_units() -> None:
    figure = draw(sit_to_stands(2), "sit-to-stand")
    panel = figure.axes[0]
    assert panel.get_title(loc="left") == "sit-to-stands: 2"
    assert (panel.get_xlabel(), panel.get_ylabel()) == (
        "time (s)",
        "pelvis\nheight (cm)",
    )
    assert len(panel.patches) == 2
    assert all(patch.get_hatch() is None for patch in panel.patches)
    assert figure.legends


def test_rejected_candidates_are_hatched_and_numbered_with_their_reasons() -> None:
    figure = draw(lunges(2), "squat")
    assert [p.get_hatch() for p in figure.axes[0].patches] == ["///", "///"]
    told = texts(figure)
    assert "1  0.74 to 2.46 s: the hips bend 110 deg apart, as in a lunge" in told
    assert "2  3.34 to 5.06 s" in told


def test_strides_of_the_left_foot_lie_above_those_of_the_right() -> None:
    panel = draw(walk(4), "gait-cycle").axes[0]
    assert {round(patch.get_y(), 2) for patch in panel.patches} == {0.0, 0.84}  # type: ignore[attr-defined]


def test_of_all_exercises_those_found_have_a_panel() -> None:
    figure = draw(lunges(2), "squat", "lunge", "gait-cycle")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert [title for title in titles if title] == ["lunges: 2"]


def test_a_figure_is_written_as_png(tmp_path: Path) -> None:
    write_png(draw(lunges(1), "lunge"), tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
