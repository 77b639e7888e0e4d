"""Curves: joint angles and activations over the cycle, losses over the epochs.

Every function takes plain arrays and returns a figure
(:mod:`bige_osim.report.figures.style`).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bige_osim.report.figures.style import (
    ACCEPTED,
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PURPLE,
    Band,
    band_key,
    drawing,
    panels,
)

Curve = tuple[Float[np.ndarray, " _"], Float[np.ndarray, " _"]]
"""Positions in the cycle (%) and values at them, each curve at its own."""

JOINTS = (
    ("knee_angle", "knee flexion", BLUE),
    ("hip_flexion", "hip flexion", ORANGE),
    ("ankle_angle", "ankle dorsiflexion", GREEN),
    ("pelvis_tilt", "pelvis tilt", PURPLE),
)
"""Coordinates of the joint-angle figure: name without side, what it is, colour."""


UNSURE: dict[str, Any] = {"color": ORANGE, "alpha": 0.18, "lw": 0}
"""How one standard deviation of the surrogate is shaded."""


def joint_figure(curves: Mapping[str, Curve]) -> Figure:
    """Joint angles over the cycle: colour is the joint, line style the side.

    Parameters
    ----------
    curves : coordinate name -> cycle (%) and angle (deg); coordinates that are not
        among :data:`JOINTS` are left out

    Examples
    --------
    >>> cycle = np.linspace(0, 100, 11)
    >>> figure = joint_figure({"knee_angle_r": (cycle, cycle)})
    >>> figure.axes[0].get_ylabel()
    'angle (deg)'
    """
    with drawing():
        figure, (axes,) = panels(1, height=3.2)
        keys: list[Line2D] = []
        for stem, label, colour in JOINTS:
            shown = [n for n in (stem, f"{stem}_r", f"{stem}_l") if n in curves]
            for name in shown:
                axes.plot(
                    *curves[name], color=colour, ls="--" if name.endswith("_l") else "-"
                )
            if shown:
                keys.append(Line2D([], [], color=colour, label=label))
        keys += [
            Line2D([], [], color=INK, ls=style, label=label)
            for style, label in (("-", "right, middle"), ("--", "left"))
        ]
        _over_cycle(axes)
        axes.set_ylabel("angle (deg)")
        figure.legend(handles=keys, loc="outside lower center", ncols=3)
    return figure


def activation_figure(
    surrogate: Mapping[str, Curve],
    simulated: Mapping[str, Curve],
    *,
    bands: Mapping[str, Band] | None = None,
    spread: Mapping[str, Curve] | None = None,
    expected: str = "surrogate",
) -> Figure:
    """Activation of each target muscle, expected against simulated, over the cycle.

    Parameters
    ----------
    surrogate, simulated : muscle -> cycle (%) and activation (0 to 1); either may
        lack muscles
    bands : muscle -> what the goal allows, shaded
    spread : muscle -> cycle (%) and standard deviation that the surrogate states, at
        the same places as ``surrogate``
    expected : what ``surrogate`` is called

    Examples
    --------
    >>> cycle = np.linspace(0, 100, 11)
    >>> curve = {"vasmed_r": (cycle, cycle / 200)}
    >>> figure = activation_figure(curve, curve, bands={"vasmed_r": (0.3, 0.4)})
    >>> figure.axes[0].get_title(loc="left")
    'vasmed_r'
    """
    bands, spread = bands or {}, spread or {}
    muscles = tuple(dict.fromkeys([*simulated, *surrogate]))
    # one scale for all, so that muscles can be compared
    top = max(
        [float(c[1].max()) for c in (*surrogate.values(), *simulated.values())]
        + [high for _, high in bands.values() if high < 1],
        default=1.0,
    )
    with drawing():
        columns = min(len(muscles), 2)
        height = 3.2 if len(muscles) <= 2 else 1.9
        figure, all_axes = panels(len(muscles), height=height, columns=columns)
        for i, (muscle, axes) in enumerate(zip(muscles, all_axes, strict=True)):
            _shade(axes, bands.get(muscle))
            if muscle in simulated:
                axes.plot(*simulated[muscle], color=BLUE)
            if muscle in surrogate:
                axes.plot(*surrogate[muscle], color=ORANGE, ls="--")
            if muscle in surrogate and muscle in spread:
                (cycle, middle), (_, width) = surrogate[muscle], spread[muscle]
                axes.fill_between(cycle, middle - width, middle + width, **UNSURE)
            _over_cycle(axes, label=i + columns >= len(muscles))
            axes.set_title(muscle, loc="left")
            axes.set_ylim(0, min(1.02, 1.08 * top) or 1.02)  # none may be active
            if i % columns == 0:
                axes.set_ylabel("activation (0 to 1)")
            else:
                axes.tick_params(labelleft=False)
        handles: list[Line2D | Patch] = [
            Line2D([], [], color=BLUE, label="simulated"),
            Line2D([], [], color=ORANGE, ls="--", label=expected),
        ]
        if spread:
            handles.append(Patch(label=f"{expected} ± 1 SD", **UNSURE))
        figure.legend(
            handles=handles + band_key(bands), loc="outside lower center", ncols=4
        )
    return figure


def training_figure(
    epochs: Float[np.ndarray, " E"],
    losses: Mapping[str, Float[np.ndarray, " E"]],
    *,
    best: float | None = None,
    label: str = "loss",
) -> Figure:
    """Losses over the epochs of a training, on a logarithmic scale.

    Parameters
    ----------
    epochs : (E,) numbers of the epochs, which have no unit
    losses : what -> (E,) in the unit of ``label``, NaN where not measured; at most four
    best : epoch of the checkpoint that is kept, no unit either
    label : what is on the vertical axis, with its unit

    Examples
    --------
    >>> figure = training_figure(np.arange(3.0), {"training": np.array([3.0, 2, 1])})
    >>> figure.axes[0].get_xlabel()
    'epoch'
    """
    styles = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"))
    with drawing():
        figure, (axes,) = panels(1, height=2.6)
        for (name, values), (colour, style) in zip(
            losses.items(), styles, strict=False
        ):
            seen = np.isfinite(values)
            axes.plot(epochs[seen], values[seen], color=colour, ls=style, label=name)
        if best is not None:
            axes.axvline(best, color=INK, lw=0.8, ls=":", label=f"kept, {best:g}")
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter("{x:g}")
        axes.set_xlabel("epoch")
        axes.set_ylabel(label)
        figure.legend(loc="outside lower center", ncols=3)
    return figure


def _over_cycle(axes: Axes, *, label: bool = True) -> None:
    axes.set_xlim(0, 100)
    axes.set_xticks([0, 25, 50, 75, 100])
    if label:
        axes.set_xlabel("squat cycle (%)")
    else:
        axes.tick_params(labelbottom=False)


def _shade(axes: Axes, band: Band | None) -> None:
    if band is not None:
        axes.axhspan(*band, **ACCEPTED)
