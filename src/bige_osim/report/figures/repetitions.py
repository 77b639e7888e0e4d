"""A trial with its repetitions, to check by eye what was found and what was not."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from bige_osim.paths import AnyPath
from bige_osim.repetitions.candidates import STRIDE
from bige_osim.repetitions.exercises import EXERCISES
from bige_osim.repetitions.repetition import Detection, Repetition
from bige_osim.repetitions.signals import Signals
from bige_osim.report.figures.style import ACCEPTED, BLUE, INK, ORANGE, drawing

WIDTH = 8.0
"""Inches; a trial is longer than a cycle."""

PANEL, LINE = 1.9, 0.16
"""Heights of a panel and of a line of text below it, inches."""

LETTERS = 132
"""In a line below a panel."""

REJECTED: dict[str, Any] = {
    "facecolor": "none", "edgecolor": ORANGE, "hatch": "///", "lw": 0, "alpha": 0.45,
}  # fmt: skip
"""How the time of a candidate is hatched that was rejected."""


def repetition_figure(
    signals: Signals, found: Mapping[str, Detection], *, title: str
) -> Figure:
    r"""Draw the signal by which each exercise is found, over time.

    Repetitions are shaded, with their quality; rejected candidates are hatched and
    numbered, with the reasons below. Where an exercise has repetitions, those that have
    none get no panel. Strides of the left foot are in the strip above.

    Parameters
    ----------
    signals : of the trial
    found : exercise -> what was found of it
    title : of the figure, such as session and trial

    Examples
    --------
    >>> import numpy as np
    >>> from bige_osim.repetitions.signals import HIPS, KNEES, PELVIS, make_signals
    >>> from bige_osim.motion import Motion
    >>> names = (*KNEES, *HIPS, "pelvis_tilt", *PELVIS)
    >>> still = make_signals(Motion(np.arange(50) / 50, np.zeros((50, 8)), names))
    >>> one = Repetition(0.1, 0.6, 0.3, 1.5, "squat", 0.8)
    >>> figure = repetition_figure(still, {"squat": Detection((one,), ())}, title="a")
    >>> figure.axes[0].get_ylabel()
    'mean knee\nflexion (deg)'
    """
    shown = {name: d for name, d in found.items() if d.accepted}
    shown = shown or {name: d for name, d in found.items() if d.rejected}
    shown = shown or dict(list(found.items())[:1])
    notes = [_notes(detection.rejected) for detection in shown.values()]
    heights = [
        height for lines in notes for height in (PANEL, LINE * len(lines) + 0.05)
    ]
    with drawing():
        figure = Figure(figsize=(WIDTH, sum(heights) + 0.7), layout="constrained")
        grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
        for row, ((name, detection), lines) in enumerate(
            zip(shown.items(), notes, strict=True)
        ):
            axes = figure.add_subplot(grid[2 * row])
            _draw(axes, signals, name, detection)
            below = figure.add_subplot(grid[2 * row + 1])
            below.axis("off")
            below.text(0, 1, "\n".join(lines), va="top", fontsize=7, linespacing=1.35)
        figure.suptitle(title, fontsize=10)
        figure.legend(
            handles=[
                Patch(label="repetition, with its quality", **ACCEPTED),
                Patch(label="rejected, for the reason of its number", **REJECTED),
            ],
            loc="outside lower center", ncols=2,
        )  # fmt: skip
    return figure


def write_png(figure: Figure, path: AnyPath) -> None:
    """Write a figure as PNG, whatever the file is called."""
    path = Path(path)
    with drawing():
        figure.savefig(path, format="png", dpi=130)


def _draw(axes: Axes, signals: Signals, name: str, detection: Detection) -> None:
    signal = EXERCISES[name].signal
    curves = signal.curves(signals)
    for (what, values), (colour, style) in zip(
        curves.items(), ((BLUE, "-"), (ORANGE, "--")), strict=False
    ):
        axes.plot(signals.time, values, color=colour, ls=style, label=what)
    if len(curves) > 1:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 0.98), ncols=2)
    low = min(float(values.min()) for values in curves.values())
    high = max(float(values.max()) for values in curves.values())
    room = 0.3 * max(high - low, 1.0)
    axes.set_ylim(low - 0.1 * room, high + 1.6 * room)
    strips = signal is STRIDE
    for one in detection.accepted:
        _mark(axes, one, f"{one.quality:.2f}{_side(one)}", ACCEPTED, strips=strips)
    for number, one in enumerate(detection.rejected, start=1):
        _mark(axes, one, str(number), REJECTED, strips=strips)
    axes.set_title(f"{EXERCISES[name].plural}: {len(detection.accepted)}", loc="left")
    axes.set_xlim(signals.time[0], signals.time[-1])
    axes.set_xlabel("time (s)")
    axes.set_ylabel(signal.label)


def _mark(
    axes: Axes, one: Repetition, text: str, fill: dict[str, Any], *, strips: bool
) -> None:
    """Shade a time; the left leg's in a strip above, where sides overlap."""
    strip = strips and one.side == "left"
    bottom, top = (0.84, 1.0) if strip else (0.0, 0.82)
    axes.axvspan(one.start, one.stop, ymin=bottom, ymax=top, **fill)
    axes.annotate(
        text, ((one.start + one.stop) / 2, top - 0.08),
        xycoords=("data", "axes fraction"), ha="center", va="center", fontsize=8,
        color=INK, bbox={"facecolor": "white", "alpha": 0.8, "lw": 0, "pad": 1},
        annotation_clip=False,
    )  # fmt: skip


def _notes(rejected: Sequence[Repetition]) -> list[str]:
    lines = []
    for number, one in enumerate(rejected, start=1):
        span = f"{one.start:.2f} to {one.stop:.2f} s{_side(one)}"
        text = f"{number}  {span}: {'; '.join(one.reasons)}"
        lines += wrap(text, LETTERS, subsequent_indent="    ")
    return lines


def _side(one: Repetition) -> str:
    return "" if one.side == "both" else f" {one.side}"
