"""One straight piece of a muscle's path over one cylinder.

The rules are those of OpenSim 4.6's ``WrapCylinder``: which side of the cylinder, and
where the path touches it, decide about moment arms as much as the length does.

Frames come last here, so that every row of memory is one quantity at all frames.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float

from bige_osim.physics.constants import Constants
from bige_osim.physics.muscles.helices import Tangents, slide

STAND_IN = [[[[-2.0]], [[2.0]]], [[[0.5]], [[0.5]]], [[[0.0]], [[0.0]]]]
"""Ends (3, 2, 1, 1), in radii, of a line that has contact with any cylinder."""


class Surfaces(Constants):
    """S cylinders about the z axes of their frames.

    Parameters
    ----------
    radius, half_length : (S, 1) m
    side : (3, S, 1) axis on whose side paths may run, zero where all sides are allowed

    Attributes
    ----------
    free : (S, 1) whether all sides are allowed
    sided : whether there is a cylinder on which not all are

    Examples
    --------
    >>> Surfaces(*torch.tensor([[[0.05]], [[0.1]]]), torch.zeros(3, 1, 1)).sided
    False
    """

    def __init__(
        self,
        radius: Float[torch.Tensor, "S 1"],
        half_length: Float[torch.Tensor, "S 1"],
        side: Float[torch.Tensor, "3 S 1"],
    ) -> None:
        super().__init__()
        free = (side == 0).all(dim=0)
        self.sided = not bool(free.all())
        self.keep(
            radius=radius,
            half_length=half_length,
            side=side,
            free=free,
        )


@dataclass(frozen=True)
class Wrap:
    """Lines over cylinders, in the cylinders' frames.

    Attributes
    ----------
    possible : the line may run over the cylinder; otherwise the rest has no meaning
    mandatory : it has to, for it would run through it
    first, second : (3, S, B) m, where it touches down and where it leaves
    arc : (S, B) m, from the one to the other around the cylinder
    length : (S, B) m, from end to end
    """

    possible: Bool[torch.Tensor, "S B"]
    mandatory: Bool[torch.Tensor, "S B"]
    first: Float[torch.Tensor, "3 S B"]
    second: Float[torch.Tensor, "3 S B"]
    arc: Float[torch.Tensor, "S B"]
    length: Float[torch.Tensor, "S B"]


def wrap_lines(
    ends: Float[torch.Tensor, "3 2 S B"],
    surfaces: Surfaces,
    *,
    sliding: Bool[torch.Tensor, "S B"] | None = None,
) -> Wrap:
    """Lead lines over cylinders.

    Seen along the axis, a line touches the circle at tangents, on the side that the
    quadrant allows or the shorter way. Along the axis, the points of contact lie in
    the plane through both ends that is level across the bisector of their directions,
    from where they may slide to where the kink of the path is negligible.

    Parameters
    ----------
    ends : (3, 2, S, B) m, starts and ends of the lines in the cylinders' frames
    surfaces : S cylinders
    sliding : lines whose points of contact slide, if they have any

    Examples
    --------
    A line 0.03 m from the axis of a cylinder of 0.05 m has to run over it:

    >>> surface = Surfaces(*torch.tensor([[[0.05]], [[0.1]]]), torch.zeros(3, 1, 1))
    >>> ends = torch.tensor([[-0.2, 0.2], [0.03, 0.03], [0.0, 0.0]])[..., None, None]
    >>> wrap = wrap_lines(ends, surface)
    >>> bool(wrap.mandatory), round(float(wrap.length), 3)
    (True, 0.402)
    """
    radius = surfaces.radius
    round_ = radius * radius
    possible, mandatory = _contact(ends.detach(), surfaces)
    # Lines without contact are replaced by one that has it: gradients stay finite.
    x, y, z = torch.where(possible, ends, radius * ends.new_tensor(STAND_IN))
    square = x * x + y * y
    tangent = (square - round_).sqrt()
    ccw = _counterclockwise((x, y, z, square, tangent), surfaces)
    turn = torch.where(ccw, radius, -radius)
    # Seen from its end, a line leaves the cylinder the other way round.
    turn = torch.stack([turn, -turn])
    along, across = round_ / square, turn * tangent / square
    u, v = along * x - across * y, along * y + across * x
    inward_x, inward_y = u - x, v - y
    outward = u.sum(dim=0) * inward_x.sum(dim=0) + v.sum(dim=0) * inward_y.sum(dim=0)
    far = (outward < 0) & ~surfaces.free
    # OpenSim 4.6 adds the angle of a long way that runs counterclockwise to a full turn
    # instead of taking it off; so it is here.
    (u1, u2), (v1, v2) = u, v
    angle = torch.atan2(u1 * v2 - v1 * u2, u1 * u2 + v1 * v2)
    around = radius * torch.where(far, 2 * torch.pi - angle, angle.abs())
    reach = square.sqrt()
    (nx1, nx2), (ny1, ny2) = x / reach, y / reach
    nx, ny = nx2 - nx1, ny2 - ny1
    level = (x[1] - x[0]) * nx + (y[1] - y[0]) * ny
    fraction = inward_x * nx + inward_y * ny
    w = _in_plane(z, torch.stack([fraction[0], -fraction[1]]), level)
    possible = possible & ~(w.abs() > surfaces.half_length).all(dim=0)
    if sliding is not None:
        w = _slide(
            w, sliding & possible, radius=radius, tangent=tangent, around=around, z=z
        )
    arc = _root(around**2 + (w[1] - w[0]) ** 2)
    before, after = (tangent**2 + (w - z) ** 2).sqrt()
    contact = torch.stack([u, v, w])
    return Wrap(
        possible,
        mandatory & possible,
        contact[:, 0],
        contact[:, 1],
        arc,
        before + arc + after,
    )


def _slide(
    heights: Float[torch.Tensor, "2 S B"],
    lines: Bool[torch.Tensor, "S B"],
    *,
    radius: Float[torch.Tensor, "S 1"],
    tangent: Float[torch.Tensor, "2 S B"],
    around: Float[torch.Tensor, "S B"],
    z: Float[torch.Tensor, "2 S B"],
) -> Float[torch.Tensor, "2 S B"]:
    """Heights of the points of contact after those of some lines have slid."""
    parts = torch.cat(
        [radius.expand_as(around)[None], tangent, around[None], z, heights]
    )
    rows = lines.flatten().nonzero()[:, 0]
    *line, first, second = parts.flatten(1).index_select(1, rows)
    moved = torch.stack(slide(Tangents(*line), first, second))
    return heights.flatten(1).index_copy(1, rows, moved).reshape(heights.shape)


def _contact(
    ends: Float[torch.Tensor, "3 2 S B"], surfaces: Surfaces
) -> tuple[Bool[torch.Tensor, "S B"], ...]:
    """Whether lines may, and whether they must wrap."""
    square = surfaces.radius * surfaces.radius
    x, y, _ = ends
    outside = (x * x + y * y > square).all(dim=0)
    start, run = ends[:, 0], ends[:, 1] - ends[:, 0]
    (x1, y1, _), (dx, dy, _) = start, run
    length = dx * dx + dy * dy
    fraction = -(x1 * dx + y1 * dy) / torch.where(length > 0, length, 1.0)
    nearest = torch.addcmul(start, fraction, run)
    distance = nearest[0] * nearest[0] + nearest[1] * nearest[1]
    crosses = outside & (distance < square) & (fraction > 0) & (fraction < 1)
    if not surfaces.sided:
        return crosses, crosses
    free = surfaces.free
    allowed1, allowed2 = (surfaces.side[:, None] * ends).sum(dim=0) > 0
    either = allowed1 | allowed2
    beside = (surfaces.side * nearest).sum(dim=0) > 0
    pulled = (allowed1 != allowed2) & ~beside
    constrained = outside & (~either | crosses | pulled)
    return torch.where(free, crosses, constrained), crosses & (free | either)


def _counterclockwise(
    ends: tuple[torch.Tensor, ...], surfaces: Surfaces
) -> Bool[torch.Tensor, "S B"]:
    """Which way round the axis paths go between ``(x, y, z, x² + y², tangent)``.

    Parameters
    ----------
    ends : five of (2, S, B), of starts and ends
    surfaces : S cylinders
    """
    x, y, z, square, tangent = (part.detach() for part in ends)
    shorter = x[0] * y[1] > y[0] * x[1]
    if not surfaces.sided:
        return shorter
    radius, (sx, sy, sz) = surfaces.radius, surfaces.side
    # Of every end the two tangents touch at base + off and base - off.
    base = radius * (sx * x + sy * y) + sz * z * square / radius
    off = tangent * (sy * x - sx * y)
    (ahead1, ahead2), (back1, back2) = base + off > 0, base - off > 0
    undecided = ~ahead2 & (ahead1 | back2 | ~shorter)
    allowed = torch.where(ahead1 == back1, undecided, ahead1)
    return torch.where(surfaces.free, shorter, allowed)


def _in_plane(
    heights: Float[torch.Tensor, "2 S B"],
    fraction: Float[torch.Tensor, "2 S B"],
    level: Float[torch.Tensor, "S B"],
) -> Float[torch.Tensor, "2 S B"]:
    """Heights of points of contact in the plane; where too far, at their ends'."""
    fits = (fraction > 0) & (fraction < 2 * level)
    part = torch.where(fits, fraction, 0.0) / torch.where(fits, level, 1.0)
    return torch.addcmul(heights, part, heights.flip(0) - heights)


def _root(square: torch.Tensor) -> torch.Tensor:
    """Square root with a finite gradient at zero."""
    positive = square > 0
    return torch.where(positive, square, 1.0).sqrt() * positive
