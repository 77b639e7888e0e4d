"""Curves of muscle force: quintic Bezier corners, tabulated as functions of ``x``.

A curve is given by nodes, each a point and a slope. Between two neighbouring nodes it
bends once, from the tangent of the first to that of the second (Millard et al. 2013, J
Biomech Eng 135, 021005, appendix); outside its nodes it is straight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy.interpolate import BPoly, PPoly

from bige_osim.physics.kinematics.functions import Pieces

KNOTS = 256
"""Knots of the table in every bend: force curves are within 1e-12 of exact then."""

PARALLEL = float(np.sqrt(np.finfo(float).eps))
"""Slopes that differ by less meet halfway, not at the crossing of their tangents."""


@dataclass(frozen=True)
class Node:
    """Where two bends meet: a point and the slope in it, in the units of the curve."""

    x: float
    y: float
    slope: float


def tabulate(nodes: Sequence[Node], curviness: Sequence[float]) -> Pieces:
    """Write a curve of bends as polynomials in ``x``.

    A bend gives ``x`` and ``y`` as polynomials of a parameter, so ``y`` at an ``x``
    needs a root. Here value, slope and second derivative are computed once at knots
    even in the parameter, which are close where the curve bends sharply, and a
    polynomial of fifth degree joins them: twice continuously differentiable, as the
    curve is.

    Parameters
    ----------
    nodes : at increasing x
    curviness : of every bend, 0 (blunt) to 1 (sharp)

    Examples
    --------
    A quarter turn from flat to steep, and straight on:

    >>> turn = tabulate([Node(0.0, 0.0, 0.0), Node(1.0, 1.0, 2.0)], [0.5])
    >>> turn.breaks[[0, -1]].tolist(), turn.coefficients[-1, :2].round(9).tolist()
    ([0.0, 1.0], [1.0, 2.0])
    """
    corners = np.stack(
        [
            _corner(start, end, 0.1 + 0.8 * c)
            for (start, end), c in zip(pairwise(nodes), curviness, strict=True)
        ],
        axis=1,
    )
    bends = BPoly(corners, np.arange(len(nodes)))
    u = np.linspace(0, len(nodes) - 1, KNOTS * (len(nodes) - 1) + 1)
    x, y = bends(u).T
    x_u, y_u = bends(u, 1).T
    x_uu, y_uu = bends(u, 2).T
    slope = y_u / x_u
    second = (y_uu - slope * x_uu) / x_u**2
    joined = BPoly.from_derivatives(x, np.stack([y, slope, second], axis=1))
    inner = PPoly.from_bernstein_basis(joined).c[::-1].T
    ends = (y[0], nodes[0].slope), (y[-1], nodes[-1].slope)
    return Pieces.between(x, inner, ends=ends)


def _corner(start: Node, end: Node, part: float) -> Float[np.ndarray, "6 2"]:
    """Control points: the ends, and twice each a point towards the tangents' crossing.

    ``part`` is how far towards it.
    """
    turn = start.slope - end.slope
    if abs(turn) > PARALLEL:
        rise = end.y - start.y + start.x * start.slope - end.x * end.slope
        x = rise / turn
    else:
        x = (start.x + end.x) / 2
    crossing = np.array([x, end.y + end.slope * (x - end.x)])
    first, last = np.array([start.x, start.y]), np.array([end.x, end.y])
    leaving = first + part * (crossing - first)
    arriving = last + part * (crossing - last)
    return np.stack([first, leaving, leaving, arriving, arriving, last])
