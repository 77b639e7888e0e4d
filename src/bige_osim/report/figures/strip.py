"""A strip of postures, from the beginning of a movement to its end."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bige_osim.report.figures.postures import COLOURS, Posture, draw_posture
from bige_osim.report.figures.style import WIDE, drawing

STRIP, BAR = 2.7, 0.95
"""Height of the strip, and width of what the bar of colours takes of it, inches."""

HEIGHT = 1.2
"""Of what is drawn, in heights of the tallest posture."""


def strip_figure(
    postures: Sequence[Posture],
    activations: Sequence[Mapping[str, float]],
    labels: Sequence[str],
) -> Figure:
    """Draw a body several times side by side, with the muscles of its right side.

    Parameters
    ----------
    postures : of the body, facing +x, feet about x = 0 and floor at y = 0, m
    activations : of its muscles in each posture, 0 to 1
    labels : what stands below each

    Returns
    -------
    one picture on one scale, with a bar of the colours
    """
    most = max((max(one.values(), default=0.0) for one in activations), default=0.0)
    most = max(np.ceil(10 * most) / 10, 0.1)
    ends = [_find_ends(posture) for posture in postures]
    tall = HEIGHT * max(top for _, _, top in ends)
    wide = tall * (WIDE - BAR) / STRIP
    free = wide - sum(front - rear for rear, front, _ in ends)
    at = gap = free / (len(postures) + 1)
    with drawing():
        figure = Figure(figsize=(WIDE, STRIP))
        axes = figure.add_axes((0, 0, 1 - BAR / WIDE, 1))
        for posture, muscles, label, (rear, front, _) in zip(
            postures, activations, labels, ends, strict=True
        ):
            draw_posture(axes, _shift(posture, at - rear), muscles, most=most)
            middle = at + (front - rear) / 2
            axes.text(middle, -0.04 * tall, label, ha="center", va="top")
            at += front - rear + gap
        axes.set_xlim(0, wide)
        axes.set_ylim(-0.13 * tall, 0.87 * tall)
        axes.set_axis_off()
        beside = figure.add_axes((1 - 0.78 / WIDE, 0.2, 0.13 / WIDE, 0.65))
        bar = ScalarMappable(Normalize(0, most), COLOURS)
        figure.colorbar(bar, cax=beside, label="activation (0 to 1)")
        beside.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    return figure


def face_forward(
    posture: Posture,
    *,
    heading: Float[np.ndarray, " 2"],
    origin: Float[np.ndarray, " 3"],
) -> Posture:
    """Move a body to the origin and turn it about the vertical until it faces +x.

    Parameters
    ----------
    posture : of the body, m
    heading : where it faces, along x and z; its length has no meaning and no unit
    origin : of ground, m: what becomes 0

    Examples
    --------
    >>> ahead = Posture([np.array([[1.0, 1.0, 5.0], [1.0, 1.0, 6.0]])], {})
    >>> turned = face_forward(
    ...     ahead, heading=np.array([0.0, 1.0]), origin=np.array([1.0, 1.0, 5.0]))
    >>> turned.bones[0].round(9).tolist()
    [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    forward = heading / np.linalg.norm(heading)
    axes = np.array(
        [[forward[0], 0.0, forward[1]], [0.0, 1.0, 0.0], [-forward[1], 0.0, forward[0]]]
    )

    def move(points: Float[np.ndarray, "P 3"]) -> Float[np.ndarray, "P 3"]:
        return np.asarray((points - origin) @ axes.T)

    head = posture.head
    return Posture(
        [move(bone) for bone in posture.bones],
        {name: move(path) for name, path in posture.muscles.items()},
        None if head is None else (move(head[0][None])[0], head[1]),
    )


def _shift(posture: Posture, by: float) -> Posture:
    """Move a body along x, m."""
    step = np.array([by, 0.0, 0.0])
    head = posture.head
    return replace(
        posture,
        bones=[bone + step for bone in posture.bones],
        muscles={name: path + step for name, path in posture.muscles.items()},
        head=None if head is None else (head[0] + step, head[1]),
    )


def _find_ends(posture: Posture) -> tuple[float, float, float]:
    """Rearmost, foremost and highest place of a body, m."""
    points = np.concatenate(posture.bones)
    rear, front = float(points[:, 0].min()), float(points[:, 0].max())
    top = float(points[:, 1].max())
    if posture.head is not None:
        (x, y, _), radius = posture.head
        rear, front = min(rear, x - radius), max(front, x + radius)
        top = max(top, y + radius)
    return rear, front, top
