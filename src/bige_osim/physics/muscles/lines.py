"""Muscle paths as lines to be drawn: points of the path, and arcs over cylinders."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import nn

from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.muscles.multiple_wraps import RepeatedWraps
from bige_osim.physics.muscles.path_layout import layout_of
from bige_osim.physics.muscles.path_points import PathPoints
from bige_osim.physics.muscles.single_wraps import Frames, SingleWraps
from bige_osim.spec import ModelSpec

Line = Float[np.ndarray, "B V 3"]

NEARLY_ROUND = 0.1
"""rad, by which an arc that is nearly a full turn is rounding of none at all."""


class MuscleLines(Constants):
    """Lines of all muscles whose paths are known, with their arcs over cylinders.

    In every pose a muscle has as many points, at the same places along its path: where
    it does not touch a cylinder they lie on the straight line. Cylinders that it
    touches in none of the poses have no points.

    Parameters
    ----------
    spec : the model
    arc : points of an arc, both points of contact included
    dtype : of the poses to come

    Attributes
    ----------
    names : muscles that have a line, in the model's order
    missing : muscles that have none: only OpenSim can lead them

    Examples
    --------
    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> spec = pendulum(muscle=True)
    >>> lines = MuscleLines(spec)(Skeleton(spec).place(torch.zeros(1, 1).double()))
    >>> [line.round(3).tolist() for line in lines.values()]
    [[[[0.0, 0.3, 0.0], [0.04, 0.0, 0.0]]]]
    """

    def __init__(
        self, spec: ModelSpec, *, arc: int = 6, dtype: torch.dtype = torch.float64
    ) -> None:
        super().__init__()
        muscles = [muscle for muscle in spec.muscles if muscle.path.points]
        self.arc = arc
        self.names = tuple(muscle.name for muscle in muscles)
        self.missing = tuple(n for n in spec.muscle_names if n not in self.names)
        spec = replace(spec, muscles=tuple(muscles))
        layout = layout_of(spec)
        self.counts = [len(muscle.path.points) for muscle in muscles]
        self.places = [(piece.muscle, piece.rank) for piece in layout.wrapped]
        self.groups = layout.repeated
        over = [piece.cylinder for piece in layout.wrapped]
        self.single = SingleWraps(over, layout.choices, dtype=dtype) if over else None
        points = [point for muscle in muscles for point in muscle.path.points]
        points += [piece.start for piece in layout.wrapped]
        points += [piece.end for piece in layout.wrapped]
        self.repeated = nn.ModuleList()
        for group in layout.repeated:
            wraps = RepeatedWraps(
                [muscles[i].path for i in group], spec.cylinders, dtype=dtype
            )
            points += [point for row in wraps.points for point in row]
            over += [cylinder for row in wraps.cylinders for cylinder in row]
            self.repeated.append(wraps)
        bodies = [body.name for body in spec.bodies]
        self.points = PathPoints(points, over, bodies=bodies, dtype=dtype)

    def forward(self, pose: Pose) -> dict[str, Line]:
        """Points (B, V, 3), m in ground, of the line of each muscle in B poses."""
        points, frames = self.points(pose)
        ends = np.cumsum([0, *self.counts])
        lines: dict[str, list[np.ndarray]] = {}
        for i, name in enumerate(self.names):
            own = points[:, ends[i] : ends[i + 1]].permute(2, 1, 0).numpy()
            lines[name] = list(own[:, :, None].transpose(1, 0, 2, 3))
        first, count = int(ends[-1]), len(self.places)
        if self.single is not None:
            both = points[:, first : first + 2 * count].unflatten(1, (2, count))
            arcs, hit = self._arcs(self.single, both, frames.part(0, count))
            for s in reversed(range(count)):  # so that ranks stay those of the points
                if hit[s].any():
                    muscle, rank = self.places[s]
                    lines[self.names[muscle]].insert(rank + 1, arcs[s])
        found = {name: np.concatenate(parts, axis=1) for name, parts in lines.items()}
        first += 2 * count
        for group, wraps in zip(self.groups, self.repeated, strict=True):
            assert isinstance(wraps, RepeatedWraps)
            rows, size = len(wraps.points), len(group)
            own = points[:, first : first + rows * size].unflatten(1, (rows, size))
            over = [
                frames.part(count + w * size, count + (w + 1) * size)
                for w in range(len(wraps.cylinders))
            ]
            led = self._lead(wraps, own, over)
            found |= {self.names[i]: line for i, line in zip(group, led, strict=True)}
            first += rows * size
            count += len(wraps.cylinders) * size
        return found

    def _arcs(
        self,
        wraps: SingleWraps,
        ends: Float[torch.Tensor, "3 2 S B"],
        frames: Frames,
    ) -> tuple[Float[np.ndarray, "S B K 3"], Bool[np.ndarray, "S B"]]:
        """Draw arcs of pieces with one cylinder, straight where they touch none."""
        start, end = ends.unbind(1)
        local = frames.local(ends)
        wrap, hit = wraps.touch(local)
        (u1, v1, _), (du1, dv1, _) = wrap.first, wrap.first - local[:, 0]
        (u2, v2, _), (du2, dv2, _) = wrap.second, local[:, 1] - wrap.second
        turning = u1 * dv1 - v1 * du1 + u2 * dv2 - v2 * du2
        arcs = draw_arcs(
            wrap.first, wrap.second, frames, count=self.arc, leftwards=turning > 0
        )
        parts = torch.arange(1, self.arc + 1).to(ends) / (self.arc + 1)
        straight = start[:, None] + (end - start)[:, None] * parts[:, None, None]
        arcs = torch.where(hit, arcs, straight)
        return arcs.permute(2, 3, 1, 0).numpy(), hit.numpy()

    def _lead(
        self,
        wraps: RepeatedWraps,
        points: Float[torch.Tensor, "3 n G B"],
        frames: Sequence[Frames],
    ) -> list[Line]:
        """Draw paths over several cylinders."""
        count = len(wraps.points)
        place, key, *_ = wraps.lead(points, frames)
        places = [place[i][:, None] for i in range(count)]
        keys = [key[i][None] for i in range(count)]
        parts = torch.linspace(0, 1, self.arc).to(points)[:, None, None]
        for w, frame in enumerate(frames):
            i = count + 2 * w
            first, second = (frame.local(place[j][:, None])[:, 0] for j in (i, i + 1))
            places.append(draw_arcs(first, second, frame, count=self.arc))
            both = key[i] + (key[i + 1] - key[i]) * parts
            keys.append(torch.where(torch.isfinite(key[i]), both, torch.inf))
        where = torch.cat(places, dim=1).permute(2, 3, 1, 0).numpy()
        order = torch.cat(keys).permute(1, 2, 0).numpy()
        return [order_points(*one) for one in zip(where, order, strict=True)]


def draw_arcs(
    first: Float[torch.Tensor, "3 S B"],
    second: Float[torch.Tensor, "3 S B"],
    frames: Frames,
    *,
    count: int,
    leftwards: Bool[torch.Tensor, "S B"] | None = None,
) -> Float[torch.Tensor, "3 K S B"]:
    """Points in ground of helices over cylinders, m.

    Parameters
    ----------
    first, second : (3, S, B) m, points of contact in the cylinders' frames
    frames : the cylinders in ground
    count : points of each, both points of contact included
    leftwards : whether they run counterclockwise about the axis; the shorter way for
        ``None``

    Examples
    --------
    A quarter of a circle of 1 m about z:

    >>> x, y, z = torch.eye(3)[..., None, None]
    >>> arc = draw_arcs(x, y, Frames((x, y, z), 0 * x), count=3)
    >>> [round(float(v), 3) for v in arc[:, 1, 0, 0]]
    [0.707, 0.707, 0.0]
    """
    (u1, v1, w1), (u2, v2, w2) = first, second
    full = 2 * torch.pi
    sweep = torch.remainder(torch.atan2(v2, u2) - torch.atan2(v1, u1), full)
    if leftwards is None:
        leftwards = sweep <= torch.pi
    sweep = torch.where(leftwards, sweep, sweep - full)
    sweep = torch.where(sweep > full - NEARLY_ROUND, sweep - full, sweep)
    sweep = torch.where(sweep < NEARLY_ROUND - full, sweep + full, sweep)
    points = []
    for part in torch.linspace(0, 1, count).tolist():
        cos, sin = torch.cos(part * sweep), torch.sin(part * sweep)
        local = [u1 * cos - v1 * sin, u1 * sin + v1 * cos, w1 + part * (w2 - w1)]
        points.append(frames.turn(torch.stack(local)) + frames.origin)
    return torch.stack(points, dim=1)


def order_points(
    points: Float[np.ndarray, "B V 3"], keys: Float[np.ndarray, "B V"]
) -> Float[np.ndarray, "B K 3"]:
    """Put points into the order of their path.

    A point that is not there in a pose (its key is infinite) is put onto the line, at
    the key that it mostly has; one that is there in no pose is left out.

    Parameters
    ----------
    points : (B, V, 3) m
    keys : (B, V) factors of the way along the path, of any unit

    Examples
    --------
    The second point is there in one of two poses, the third in none:

    >>> keys = np.array([[0.0, 0.5, np.inf, 1.0], [0.0, np.inf, np.inf, 1.0]])
    >>> points = np.zeros((2, 4, 3))
    >>> points[:, :, 0] = [[0, 1, 7, 4], [0, 9, 7, 4]]
    >>> order_points(points, keys)[:, :, 0].tolist()
    [[0.0, 1.0, 4.0], [0.0, 2.0, 4.0]]
    """
    there = np.isfinite(keys)
    some = there.any(axis=0)
    points, keys, there = points[:, some].copy(), keys[:, some].copy(), there[:, some]
    usual = np.array([np.median(k[t]) for k, t in zip(keys.T, there.T, strict=True)])
    for b in np.flatnonzero(~there.all(axis=1)):
        known = np.flatnonzero(there[b])
        known = known[keys[b, known].argsort(kind="stable")]
        for axis in range(3):
            points[b, ~there[b], axis] = np.interp(
                usual[~there[b]], keys[b, known], points[b, known, axis]
            )
        keys[b, ~there[b]] = usual[~there[b]]
    order = keys.argsort(axis=1, kind="stable")
    return np.take_along_axis(points, order[:, :, None], axis=1)
