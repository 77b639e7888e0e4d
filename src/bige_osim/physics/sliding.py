"""Points of contact that slide along a cylinder until the path hardly kinks there.

OpenSim 4.6 does so for paths over several cylinders, and stops at a kink of 0.1 degree:
the path is then not quite the shortest, and moment arms differ by up to 0.2 mm from
those of the shortest. Here every step is repeated, so that the result is the same.
"""

import math
from dataclasses import dataclass, fields
from typing import Any

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

Rows = Any
"""(N,) numbers in NumPy, where the many small steps take a fifth of the time, or in
torch, where they can be differentiated."""


@dataclass(frozen=True)
class Tangents:
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

    def values(self) -> list[Rows]:
        """List everything, in order."""
        return [getattr(self, field.name) for field in fields(self)]


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
    """
    given = [*tangents.values(), first, second]
    if torch.is_grad_enabled() and any(value.requires_grad for value in given):
        for _ in range(STEPS):
            first, second, moving = _step(tangents, first, second, torch)
            if not moving.any():
                break
        return first, second
    *lines, low, high = (value.numpy(force=True) for value in given)
    low, high = _slide_all(Tangents(*lines), low.copy(), high.copy())
    return torch.from_numpy(low).to(first), torch.from_numpy(high).to(second)


def _slide_all(
    lines: Tangents, first: Float[np.ndarray, " N"], second: Float[np.ndarray, " N"]
) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, " N"]]:
    """Step in NumPy, always with those lines only that still move."""
    rows = np.arange(len(first))
    for _ in range(STEPS):
        first[rows], second[rows], moving = _step(lines, first[rows], second[rows], np)
        if not moving.any():
            break
        rows = rows[moving]
        lines = Tangents(*(value[moving] for value in lines.values()))
    return first, second


def _step(
    lines: Tangents, first: Rows, second: Rows, lib: Any
) -> tuple[Rows, Rows, Rows]:
    """Move both points of contact once; and say where one of them had to be moved."""
    rise = second - first
    pieces = lib.floor(lib.hypot(lines.around, rise) / SAMPLE)
    sampled = pieces >= 2
    part = 1 / lib.where(sampled, pieces, 2.0)
    bend = lines.around / lines.radius * part
    sample = lines.radius * lib.sin(bend), lines.radius * (1 - lib.cos(bend))
    chord = lib.hypot(*sample)
    climb = part * rise
    move1 = _kinks(first - lines.start, lines.before, climb, chord) & sampled
    goal = _aim(lines.before, lines.start, sample, first + climb)
    moved1 = lib.where(move1, first + STRIDE * (goal - first), first)
    # OpenSim has moved the first point by now, and takes the old rise from there.
    last = moved1 + (rise - climb)
    move2 = _kinks(second - lines.end, lines.after, last - second, chord) & sampled
    goal = _aim(lines.after, lines.end, sample, last)
    moved2 = lib.where(move2, second + STRIDE * (goal - second), second)
    return moved1, moved2, move1 | move2


def _kinks(drop: Rows, straight: Rows, climb: Rows, chord: Rows) -> Rows:
    """Say where straight line and helix meet at too large an angle."""
    across = drop * chord - climb * straight
    return abs(across) > KINK * (drop * climb + straight * chord)


def _aim(straight: Rows, base: Rows, sample: tuple[Rows, Rows], height: Rows) -> Rows:
    """Height at which the line to a point of the helix is nearest to the contact.

    Parameters
    ----------
    straight, base : length, seen along the axis, and end of the straight line
    sample, height : the point, ahead and inward of the contact, and its height
    """
    ahead, inward = sample
    reach = straight + ahead
    return base + straight * reach / (reach**2 + inward**2) * (height - base)
