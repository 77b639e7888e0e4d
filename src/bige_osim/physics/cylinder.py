"""One straight piece of a muscle's path over one cylinder.

The rules are those of OpenSim 4.6's ``WrapCylinder``: which side of the cylinder, and
where the path touches it, decide about moment arms as much as the length does.

Frames come last here, so that every row of memory is one quantity at all frames.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float

from bige_osim.physics.sliding import Tangents, slide


@dataclass(frozen=True)
class Surfaces:
    """S cylinders about the z axes of their frames.

    Attributes
    ----------
    radius, half_length : (S, 1) m
    side : (3, S, 1) axis on whose side paths may run, zero where all sides are allowed
    """

    radius: Float[torch.Tensor, "S 1"]
    half_length: Float[torch.Tensor, "S 1"]
    side: Float[torch.Tensor, "3 S 1"]


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
    start: Float[torch.Tensor, "3 S B"],
    end: Float[torch.Tensor, "3 S B"],
    surfaces: Surfaces,
    *,
    sliding: Bool[torch.Tensor, "S B"] | None = None,
) -> Wrap:
    """Lead lines over cylinders.

    Seen along the axis, a line touches the circle at tangents, on the side that the
    quadrant allows or the shorter way. Along the axis, the points of contact lie in
    the plane through both ends that is level across the bisector of their directions,
    from where they may slide to where the path hardly kinks.

    Parameters
    ----------
    start, end : (3, S, B) m, ends of the lines in the cylinders' frames
    surfaces : S cylinders
    sliding : lines whose points of contact slide, if they have any
    """
    radius = surfaces.radius
    possible, mandatory = _contact(start.detach(), end.detach(), surfaces)
    # Lines without contact are replaced by one that has it: gradients stay finite.
    x1, y1, z1 = _replaced(start, possible, radius, (-2.0, 0.5, 0.0))
    x2, y2, z2 = _replaced(end, possible, radius, (2.0, 0.5, 0.0))
    square1, square2 = x1 * x1 + y1 * y1, x2 * x2 + y2 * y2
    tangent1 = (square1 - radius * radius).sqrt()
    tangent2 = (square2 - radius * radius).sqrt()
    ccw = _counterclockwise(
        (x1, y1, z1, square1, tangent1), (x2, y2, z2, square2, tangent2), surfaces
    )
    turn = torch.where(ccw, radius, -radius)
    along1, along2 = radius * radius / square1, radius * radius / square2
    across1, across2 = turn * tangent1 / square1, turn * tangent2 / square2
    u1, v1 = along1 * x1 - across1 * y1, along1 * y1 + across1 * x1
    u2, v2 = along2 * x2 + across2 * y2, along2 * y2 - across2 * x2
    outward = (u1 + u2) * (u1 - x1 + u2 - x2) + (v1 + v2) * (v1 - y1 + v2 - y2)
    far = (outward < 0) & (surfaces.side != 0).any(dim=0)
    # OpenSim 4.6 adds the angle of a long way that runs counterclockwise to a full turn
    # instead of taking it off; so it is here.
    angle = torch.atan2(u1 * v2 - v1 * u2, u1 * u2 + v1 * v2)
    around = radius * torch.where(far, 2 * torch.pi - angle, angle.abs())
    reach1, reach2 = square1.sqrt(), square2.sqrt()
    nx, ny = x2 / reach2 - x1 / reach1, y2 / reach2 - y1 / reach1
    level = (x2 - x1) * nx + (y2 - y1) * ny
    w1 = _in_plane(z1, z2, (u1 - x1) * nx + (v1 - y1) * ny, level)
    w2 = _in_plane(z2, z1, (x2 - u2) * nx + (y2 - v2) * ny, level)
    half = surfaces.half_length
    possible = possible & ~((w1.abs() > half) & (w2.abs() > half))
    if sliding is not None:
        size, sliding = radius.expand_as(w1), sliding & possible
        lines = (size, tangent1, tangent2, around, z1, z2)
        tangents = Tangents(*(value[sliding] for value in lines))
        moved = slide(tangents, w1[sliding], w2[sliding])
        w1, w2 = (
            old.masked_scatter(sliding, new)
            for old, new in zip((w1, w2), moved, strict=True)
        )
    arc = _root(around**2 + (w2 - w1) ** 2)
    before = (tangent1**2 + (w1 - z1) ** 2).sqrt()
    after = (tangent2**2 + (w2 - z2) ** 2).sqrt()
    return Wrap(
        possible,
        mandatory & possible,
        torch.stack([u1, v1, w1]),
        torch.stack([u2, v2, w2]),
        arc,
        before + arc + after,
    )


def _contact(
    start: Float[torch.Tensor, "3 S B"],
    end: Float[torch.Tensor, "3 S B"],
    surfaces: Surfaces,
) -> tuple[Bool[torch.Tensor, "S B"], ...]:
    """Whether lines may, and whether they must wrap."""
    square = surfaces.radius * surfaces.radius
    (x1, y1, _), (x2, y2, _) = start, end
    outside = (x1 * x1 + y1 * y1 > square) & (x2 * x2 + y2 * y2 > square)
    dx, dy = x2 - x1, y2 - y1
    run = dx * dx + dy * dy
    share = -(x1 * dx + y1 * dy) / torch.where(run > 0, run, 1.0)
    nearest = torch.addcmul(start, share, end - start)
    distance = nearest[0] * nearest[0] + nearest[1] * nearest[1]
    crosses = outside & (distance < square) & (share > 0) & (share < 1)
    if not surfaces.side.any():
        return crosses, crosses
    free = (surfaces.side == 0).all(dim=0)
    allowed1, allowed2 = _allowed(start, surfaces), _allowed(end, surfaces)
    either = allowed1 | allowed2
    pulled = (allowed1 != allowed2) & ~_allowed(nearest, surfaces)
    constrained = outside & (~either | crosses | pulled)
    return torch.where(free, crosses, constrained), crosses & (free | either)


def _counterclockwise(
    start: tuple[torch.Tensor, ...], end: tuple[torch.Tensor, ...], surfaces: Surfaces
) -> Bool[torch.Tensor, "S B"]:
    """Which way round the axis paths go from ``(x, y, z, x² + y², tangent)`` to it."""
    x1, y1, z1, square1, tangent1 = (t.detach() for t in start)
    x2, y2, z2, square2, tangent2 = (t.detach() for t in end)
    shorter = x1 * y2 > y1 * x2
    if not surfaces.side.any():
        return shorter
    radius, (sx, sy, sz) = surfaces.radius, surfaces.side
    # Of every end the two tangents touch at base + off and base - off.
    base1 = radius * (sx * x1 + sy * y1) + sz * z1 * square1 / radius
    base2 = radius * (sx * x2 + sy * y2) + sz * z2 * square2 / radius
    off1 = tangent1 * (sy * x1 - sx * y1)
    off2 = tangent2 * (sy * x2 - sx * y2)
    ahead1, back1 = base1 + off1 > 0, base1 - off1 > 0
    ahead2, back2 = base2 + off2 > 0, base2 - off2 > 0
    undecided = ~ahead2 & (ahead1 | back2 | ~shorter)
    allowed = torch.where(ahead1 == back1, undecided, ahead1)
    return torch.where((surfaces.side == 0).all(dim=0), shorter, allowed)


def _replaced(
    point: Float[torch.Tensor, "3 S B"],
    keep: Bool[torch.Tensor, "S B"],
    radius: Float[torch.Tensor, "S 1"],
    other: tuple[float, float, float],
) -> list[Float[torch.Tensor, "S B"]]:
    """Components of a point, elsewhere those of another one in radii."""
    return [
        torch.where(keep, part, factor * radius)
        for part, factor in zip(point, other, strict=True)
    ]


def _in_plane(
    near: torch.Tensor, other: torch.Tensor, share: torch.Tensor, level: torch.Tensor
) -> torch.Tensor:
    """Height of a point of contact in the plane; at its end's where that is too far."""
    fits = (share > 0) & (share < 2 * level)
    part = torch.where(fits, share, 0.0) / torch.where(fits, level, 1.0)
    return torch.addcmul(near, part, other - near)


def _allowed(
    point: Float[torch.Tensor, "3 S B"], surfaces: Surfaces
) -> Bool[torch.Tensor, "S B"]:
    return (surfaces.side * point).sum(dim=0) > 0


def _root(square: torch.Tensor) -> torch.Tensor:
    """Square root with a finite gradient at zero."""
    positive = square > 0
    return torch.where(positive, square, 1.0).sqrt() * positive
