"""Muscle paths over several cylinders, as OpenSim 4.6 leads them.

Frames come last: vectors are (3, rows, B).
"""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float
from torch import nn

from bige_osim.physics.constants import Constants
from bige_osim.physics.muscles.cylinder import Surfaces, wrap_lines
from bige_osim.physics.muscles.single_wraps import (
    Frames,
    find_detour,
    surfaces_of,
    take_best,
    unit,
)
from bige_osim.spec import CylinderSpec, PathSpec

ROUNDS = 8
"""How often a path over several cylinders is led over all of them, at most."""

CONVERGED = 0.0005
"""Change of length in a round that is small enough, m."""


class RepeatedWraps(Constants):
    """Paths of G muscles that have n points and W > 1 cylinders each.

    OpenSim leads a path over each of its cylinders in turn, between all points that it
    has so far, and again until its length settles; points of contact slide to where
    the kink of the path is negligible (:mod:`~bige_osim.physics.muscles.helices`).

    OpenSim 4.6 keeps, for the straight pieces, the points of contact of the first round
    while the arcs are of the last one. Where several cylinders are touched, its lengths
    are therefore not those of any path (up to 9 mm shorter at the gastrocnemius), and
    forces are applied at the last points but along the first lines, where these lead
    from one body to another. Speeds count every line, and also that the last points of
    contact on one cylinder turn about each other across the line between the first. So
    it is here.

    Parameters
    ----------
    paths : G, with n points and W wraps each
    cylinders : those of the model
    dtype : of every input and output

    Attributes
    ----------
    points, cylinders : n rows of G points, W rows of G cylinders
    """

    def __init__(
        self,
        paths: Sequence[PathSpec],
        cylinders: Sequence[CylinderSpec],
        *,
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        known = {cylinder.name: cylinder for cylinder in cylinders}
        wraps = list(zip(*(path.wraps for path in paths), strict=True))
        self.points = list(zip(*(path.points for path in paths), strict=True))
        self.cylinders = [[known[wrap.cylinder] for wrap in row] for row in wraps]
        self.count = len(self.points) + 2 * len(wraps)
        self.owner = [-1] * len(self.points)
        self.owner += [w for w in range(len(wraps)) for _ in range(2)]
        rows = self.points + [row for row in self.cylinders for _ in range(2)]
        names = {place.body for row in rows for place in row}
        bodies = {name: i for i, name in enumerate(sorted(names))}
        self.keep(body=[[[bodies[place.body]] for place in row] for row in rows])
        # Each wrap is tried on every piece between the points and other wraps' ends.
        pieces = self.count - 3
        self.surfaces = nn.ModuleList(
            surfaces_of(row * pieces, dtype) for row in self.cylinders
        )
        self.keep(
            dtype,
            first=[[[wrap.first] for wrap in row] for row in wraps],
            last=[[[wrap.last] for wrap in row] for row in wraps],
        )

    def forward(
        self, points: Float[torch.Tensor, "3 n G B"], frames: Sequence[Frames]
    ) -> tuple[
        Float[torch.Tensor, "3 E G B"],
        Float[torch.Tensor, "3 E G B"],
        Float[torch.Tensor, "3 E G B"],
        Float[torch.Tensor, "G B"],
    ]:
        """Lead the paths over their cylinders.

        Parameters
        ----------
        points : (3, n, G, B) m in ground
        frames : for each wrap, those of the G cylinders

        Returns
        -------
        anchors : (3, E, G, B) m in ground, where forces act: at the points, then at
            the first and second points of contact of every wrap
        forces : (3, E, G, B) that unit tension exerts there, zero where no contact is
        slides : (3, E, G, B) what counts instead of forces in speeds
        length : (G, B) m
        """
        place, _, forces, slides, length = self.lead(points, frames)
        return torch.stack(place, dim=1), forces, slides, length

    def lead(
        self, points: Float[torch.Tensor, "3 n G B"], frames: Sequence[Frames]
    ) -> tuple[
        list[Float[torch.Tensor, "3 G B"]],
        list[Float[torch.Tensor, "G B"]],
        Float[torch.Tensor, "3 E G B"],
        Float[torch.Tensor, "3 E G B"],
        Float[torch.Tensor, "G B"],
    ]:
        """Lead the paths, and say in which order they run through where they are.

        Parameters are those of :meth:`forward`.

        Returns
        -------
        place : E of (3, G, B) m in ground, its anchors
        key : E of (G, B) that order them along the path: 0, 1, 2, … of its points, in
            between of points of contact, infinite of those that are none
        forces, slides, length : as of :meth:`forward`
        """
        count, nowhere = len(self.points), torch.zeros_like(points[:, 0])
        absent = torch.full_like(points[0, 0], torch.inf)
        place = list(points.unbind(1)) + [nowhere] * (self.count - count)
        # Keys order a path: 0, 1, 2, ... for its points, in between for contacts.
        key = [torch.full_like(absent, i) for i in range(count)]
        key += [absent] * (self.count - count)
        kept, seen = list(place), [torch.isfinite(k) for k in key]
        arcs = [torch.zeros_like(absent) for _ in frames]
        length, done = absent, torch.zeros_like(absent, dtype=torch.bool)
        for _ in range(ROUNDS):
            for w, frame in enumerate(frames):
                i = count + 2 * w
                found = self._wrap(w, place, key, frame, ~done)
                for target, new in zip((place, key), found[:2], strict=True):
                    for j in range(2):
                        target[i + j] = torch.where(done, target[i + j], new[j])
                arcs[w] = torch.where(done, arcs[w], found[2])
            for i in range(count, self.count):
                present = torch.isfinite(key[i])
                kept[i] = torch.where(seen[i] | ~present, kept[i], place[i])
                seen[i] = seen[i] | present
            forces, slides, total = self._pull(kept, key)
            total = total + torch.stack(arcs).sum(dim=0)
            done = done | ((total - length).abs() < CONVERGED)
            length = total
            # The next round would find the same where only the first wrap is touched.
            others = torch.isfinite(torch.stack(key[count + 2 :])).any(dim=0)
            done = done | ~others
            if done.all():
                break
        return place, key, forces, slides, length

    def _wrap(
        self,
        w: int,
        place: Sequence[torch.Tensor],
        key: Sequence[torch.Tensor],
        frames: Frames,
        wanted: Bool[torch.Tensor, "G B"],
    ) -> tuple[list[torch.Tensor], list[torch.Tensor], torch.Tensor]:
        """Points of contact, their keys and the arc between them of one wrap."""
        others = [i for i, owner in enumerate(self.owner) if owner != w]
        points, keys, owner, _ = self._sort(others, place, key)
        pieces, muscles = len(others) - 1, keys.shape[1]
        local = frames.local(points)
        ends = torch.stack([local[:, :-1], local[:, 1:]], dim=1).flatten(2, 3)
        before, after = keys[:-1], keys[1:]
        allowed = (before >= self.first[w]) & (after <= self.last[w])
        allowed &= torch.isfinite(after) & ((owner[1:] != owner[:-1]) | (owner[1:] < 0))
        lines = (allowed & wanted).flatten(0, 1)
        surfaces = self.surfaces[w]
        assert isinstance(surfaces, Surfaces)
        wrap = wrap_lines(ends, surfaces, sliding=lines)
        possible = wrap.possible & lines
        cost = find_detour(wrap, unit(ends[:, 1] - ends[:, 0])[1].detach())
        cost = torch.where(possible, cost, torch.inf)
        best = cost.reshape(pieces, muscles, cost.shape[1]).argmin(dim=0)
        hit = take_best(possible, best)
        contacts = [
            frames.turn(take_best(contact, best)) + frames.origin
            for contact in (wrap.first, wrap.second)
        ]
        low, high = (
            take_best(before.flatten(0, 1), best),
            take_best(after.flatten(0, 1), best),
        )
        high = torch.where(hit, high, 0.0)
        keys_new = [
            torch.where(hit, torch.lerp(low, high, fraction), torch.inf)
            for fraction in (1 / 3, 2 / 3)
        ]
        arc = torch.where(hit, take_best(wrap.arc, best), 0.0)
        return contacts, keys_new, arc

    def _pull(
        self, place: Sequence[torch.Tensor], key: Sequence[torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Find forces of unit tension, those for speeds, and the straight length."""
        points, keys, owner, order = self._sort(range(self.count), place, key)
        line, length = unit(points[:, 1:] - points[:, :-1])
        there = torch.isfinite(keys[1:])
        taut = there & ((owner[1:] != owner[:-1]) | (owner[1:] < 0))
        body = self.body.expand_as(order).gather(0, order)

        def along(pieces: torch.Tensor) -> torch.Tensor:
            lines = torch.where(pieces, line, 0.0)
            none = torch.zeros_like(lines[:, :1])
            pulled = torch.cat([lines, none], dim=1) - torch.cat([none, lines], dim=1)
            return torch.zeros_like(pulled).scatter(
                1, order.expand(3, -1, -1, -1), pulled
            )

        straight = torch.where(taut, length, 0.0).sum(dim=0)
        return along(taut & (body[1:] != body[:-1])), along(there), straight

    def _sort(
        self,
        some: Sequence[int],
        place: Sequence[torch.Tensor],
        key: Sequence[torch.Tensor],
    ) -> tuple[torch.Tensor, ...]:
        """Put points into the path's order: points, keys, owners and old places."""
        keys, order = torch.stack([key[i] for i in some]).sort(dim=0)
        points = torch.stack([place[i] for i in some], dim=1)
        points = points.gather(1, order.expand(3, -1, -1, -1))
        owner = torch.tensor([self.owner[i] for i in some], device=keys.device)
        return points, keys, owner[order], order
