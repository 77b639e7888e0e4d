"""Points of contact that slide along a cylinder until the path has next to no kink.

OpenSim 4.6 does so for paths over several cylinders, and stops at a kink of 0.1 degree:
the path is then not quite the shortest, and moment arms differ by up to 0.2 mm from
those of the shortest. Here every step is repeated, so that the result is the same.
"""

import math
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Float

KINK = math.tan(math.radians(0.1))
"""Tangent of the angle between straight line and helix that is small enough."""

SAMPLE = 0.002
"""Distance between the points by which OpenSim draws a helix, m: the helix's direction
is that to the first of them."""

STEPS, STRIDE = 100, 1.5
"""Most steps, and how far a step goes, in parts of the way to where it aims."""

FEWER = 0.75
"""Fraction of lines still moving below which it pays to go on with those alone."""

Rows = Any
"""(N,) numbers in NumPy, where the many small steps take a fifth of the time, or in
torch, where they can be differentiated."""


class Tangents(NamedTuple):
    """N lines that touch cylinders, seen along the axes.

    Attributes
    ----------
    radius : (N,) m
    before, after : (N,) m, from the ends of the line to where it touches
    around : (N,) m, from the one point of contact to the other around the circle
    start, end : (N,) m, heights of the ends along the axes
    """

    radius: Rows
    before: Rows
    after: Rows
    around: Rows
    start: Rows
    end: Rows


class _Lines(NamedTuple):
    """What stays of N lines while their points of contact slide.

    Attributes
    ----------
    before, after : (N,) m, as of :class:`Tangents`
    gap : (N,) m, from the height of the start to that of the end
    square : (N,) m², of the way around the circle
    half : (N,) rad, half the angle of that way
    width : (N,) m, of the cylinders
    """

    before: Rows
    after: Rows
    gap: Rows
    square: Rows
    half: Rows
    width: Rows


class _Helices(NamedTuple):
    """What follows from the pieces alone in which N helices are drawn.

    Attributes
    ----------
    pieces : (N,) how many there are
    part : (N,) one over their number
    chord : (N,) m, length of the first piece, seen along the axis
    limits : two of (N,) m², how much either point of contact may kink; infinite where
        there are too few pieces for it to slide
    fractions : two of (N,): on the line from either end to the far end of the piece
        next to it, the place nearest to the point of contact; in strides
    """

    pieces: Rows
    part: Rows
    chord: Rows
    limits: list[Rows]
    fractions: list[Rows]


def slide(
    tangents: Tangents,
    first: Float[torch.Tensor, " N"],
    second: Float[torch.Tensor, " N"],
) -> tuple[Float[torch.Tensor, " N"], Float[torch.Tensor, " N"]]:
    """Heights of both points of contact after sliding, m; differentiable.

    Parameters
    ----------
    tangents : the lines
    first, second : (N,) heights to begin with, m

    Examples
    --------
    A line that stays level has nowhere to slide:

    >>> one, none = torch.ones(1).double(), torch.zeros(1).double()
    >>> lines = Tangents(0.05 * one, 0.1 * one, 0.1 * one, 0.03 * one, none, none)
    >>> [float(height) for height in slide(lines, none, none)]
    [0.0, 0.0]
    """
    lines = _Lines(
        tangents.before,
        tangents.after,
        tangents.end - tangents.start,
        tangents.around**2,
        tangents.around / (2 * tangents.radius),
        2 * tangents.radius,
    )
    drops = first - tangents.start, second - tangents.end
    if torch.is_grad_enabled() and any(t.requires_grad for t in (*lines, *drops)):
        drop1, drop2 = _slide_traced(lines, *drops)
    else:
        stack = torch.stack([*lines, *drops]).numpy(force=True)
        drop1, drop2 = (torch.from_numpy(d).to(first) for d in _slide_all(stack))
    return tangents.start + drop1, tangents.end + drop2


def _slide_traced(
    lines: _Lines, drop1: Float[torch.Tensor, " N"], drop2: Float[torch.Tensor, " N"]
) -> tuple[Float[torch.Tensor, " N"], Float[torch.Tensor, " N"]]:
    """Step in torch, for gradients."""
    helices = None
    for _ in range(STEPS):
        drop1, drop2, moving, helices = _step(lines, drop1, drop2, helices, torch)
        if not moving.any():
            break
    return drop1, drop2


def _slide_all(rows: Float[np.ndarray, "8 N"]) -> Float[np.ndarray, "2 N"]:
    """Step in NumPy; drop lines that have come to rest once they are many."""
    drops, place = rows[6:].copy(), np.arange(rows.shape[1])
    lines, (drop1, drop2) = _Lines(*rows[:6]), drops
    helices = None
    for _ in range(STEPS):
        drop1, drop2, moving, helices = _step(lines, drop1, drop2, helices, np)
        count = np.count_nonzero(moving)
        if count < FEWER * len(moving) or not count:
            drops[:, place] = drop1, drop2
            if not count:
                return drops
            place = place[moving]
            lines, (drop1, drop2) = _Lines(*rows[:6, place]), drops[:, place]
            helices = None
    drops[:, place] = drop1, drop2
    return drops


def _step(
    lines: _Lines, drop1: Rows, drop2: Rows, helices: _Helices | None, lib: Any
) -> tuple[Rows, Rows, Rows, _Helices]:
    """Move both points of contact once.

    Parameters
    ----------
    lines : that slide
    drop1, drop2 : heights of the points of contact above the ends of the line
    helices : of the step before, which mostly has the same
    lib : NumPy or torch

    Returns
    -------
    drop1, drop2 : after the step
    moving : whether one of the points had to be moved
    helices : of this step
    """
    rise = drop2 - drop1 + lines.gap
    square = lines.square + rise * rise
    # How many there are has no gradient, but its root would have, of no length.
    square = square.detach() if isinstance(square, torch.Tensor) else square
    pieces = lib.floor(lib.sqrt(square) / SAMPLE)
    if helices is None or lib.count_nonzero(pieces != helices.pieces):
        helices = _helices(lines, pieces, lib)
    climb, chord = rise * helices.part, helices.chord
    (limit1, limit2), (fraction1, fraction2) = helices.limits, helices.fractions
    move1 = _kinks(drop1, lines.before, climb, chord, limit1)
    way = move1 * (fraction1 * (drop1 + climb) - STRIDE * drop1)
    # OpenSim has moved the first point by now, and takes the old rise from there.
    climb = way - climb
    move2 = _kinks(drop2, lines.after, climb, chord, limit2)
    back = move2 * (fraction2 * (drop2 + climb) - STRIDE * drop2)
    return drop1 + way, drop2 + back, move1 | move2, helices


def _helices(lines: _Lines, pieces: Rows, lib: Any) -> _Helices:
    """Draw the helices in so many pieces."""
    enough = pieces >= 2
    part = 1 / lib.where(enough, pieces, 2.0)
    bend = lines.half * part
    chord = lines.width * lib.sin(bend)
    ahead, square = chord * lib.cos(bend), chord * chord

    limits, fractions = [], []
    for straight in (lines.before, lines.after):
        reach = straight + ahead
        limits.append(lib.where(enough, KINK * straight * chord, lib.inf))
        fractions.append(
            STRIDE * straight * reach / (straight * (reach + ahead) + square)
        )
    return _Helices(pieces, part, chord, limits, fractions)


def _kinks(drop: Rows, straight: Rows, climb: Rows, chord: Rows, limit: Rows) -> Rows:
    """Say where straight line and helix meet at too large an angle."""
    return abs(drop * chord - climb * straight) > limit + KINK * drop * climb
