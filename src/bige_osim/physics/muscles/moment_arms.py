"""Moment arms: where muscles pull, and on which coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.tree import find_carried
from bige_osim.physics.muscles.path_layout import PathLayout
from bige_osim.spec import ModelSpec


@dataclass(frozen=True)
class Pull:
    """Where tension acts: on a body, and against that on another one or on none."""

    muscle: int
    body: str
    against: str | None


@dataclass(frozen=True)
class Crossings:
    """How pulls add up to moment arms.

    Attributes
    ----------
    pairs : (muscle, coordinate) positions of the moment arms
    sums : for each of ``pairs``, the position of the sum of pulls it comes from
    entries : (sum, pull, sign): what adds up to the sums
    """

    pairs: tuple[tuple[int, int], ...]
    sums: tuple[int, ...]
    entries: tuple[tuple[int, int, float], ...]


def pulls_of(layout: PathLayout, spec: ModelSpec) -> list[Pull]:
    """Say where tension acts, in the order in which the forces are computed.

    Examples
    --------
    >>> from bige_osim.physics.muscles.path_layout import layout_of
    >>> from bige_osim.spec import pendulum
    >>> model = pendulum(muscle=True)
    >>> pulls_of(layout_of(model), model)
    [Pull(muscle=0, body='ground', against='rod')]
    """
    over = {cylinder.name: cylinder.body for cylinder in spec.cylinders}
    pulls = [Pull(p.muscle, p.start.body, p.end.body) for p in layout.plain]
    pulls += [Pull(p.muscle, p.start.body, p.cylinder.body) for p in layout.wrapped]
    pulls += [Pull(p.muscle, p.cylinder.body, p.end.body) for p in layout.wrapped]
    for group in layout.repeated:
        paths = [spec.muscles[i].path for i in group]
        # Bodies of the points, then of the points of contact of the wraps.
        bodies = [
            [point.body for point in path.points]
            + [over[wrap.cylinder] for wrap in path.wraps for _ in range(2)]
            for path in paths
        ]
        for row in zip(*bodies, strict=True):
            pulls += [Pull(i, b, None) for i, b in zip(group, row, strict=True)]
    return pulls


def crossings_of(
    pulls: Sequence[Pull], spec: ModelSpec, names: Sequence[str]
) -> Crossings:
    """Find which pulls make which moment arms.

    A coordinate counts if it moves some but not all of the bodies that a muscle pulls
    on. Pulls over several cylinders do not quite balance in OpenSim (see
    :class:`~bige_osim.physics.muscles.multiple_wraps.RepeatedWraps`), so there it
    counts also if it moves all of them.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> crossings_of([Pull(0, "ground", "rod")], pendulum(muscle=True), ["angle"])
    Crossings(pairs=((0, 0),), sums=(0,), entries=((0, 0, -1.0),))
    """
    carried = find_carried(spec.joints)
    moved = [carried[spec.coordinate(name).joint] for name in names]
    pairs: list[tuple[int, int]] = []
    sums: dict[tuple[tuple[int, float], ...], int] = {}
    position: list[int] = []
    for m in range(len(spec.muscles)):
        mine = [(i, pull) for i, pull in enumerate(pulls) if pull.muscle == m]
        bodies = {b for _, p in mine for b in (p.body, p.against) if b is not None}
        for c, bodies_moved in enumerate(moved):
            balanced = len(spec.muscles[m].path.wraps) < 2
            if not bodies & bodies_moved or (balanced and bodies <= bodies_moved):
                continue
            signs = [
                (i, float(p.body in bodies_moved) - float(p.against in bodies_moved))
                for i, p in mine
            ]
            terms = tuple((i, sign) for i, sign in signs if sign)
            pairs.append((m, c))
            position.append(sums.setdefault(terms, len(sums)))
    entries = [(s, i, sign) for terms, s in sums.items() for i, sign in terms]
    return Crossings(tuple(pairs), tuple(position), tuple(entries))


class MomentArms(Constants):
    """Virtual work of unit tension on the motions of coordinates.

    Parameters
    ----------
    crossings : which pulls make which moment arms
    dtype : of every input and output

    Attributes
    ----------
    muscles, coordinates : (K,) positions of the pairs

    Examples
    --------
    A force of 1 along x, applied 0.3 m above an axis along z:

    >>> arms = MomentArms(Crossings(((0, 0),), (0,), ((0, 0, 1.0),)),
    ...                   dtype=torch.float64)
    >>> anchor = torch.tensor([0.0, 0.3, 0.0]).double().reshape(3, 1, 1)
    >>> force = torch.tensor([1.0, 0.0, 0.0]).double().reshape(3, 1, 1)
    >>> J = torch.tensor([[[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]]]).double()
    >>> arms(anchor, force, J).round(decimals=6).tolist()
    [[-0.3]]
    """

    def __init__(self, crossings: Crossings, *, dtype: torch.dtype) -> None:
        super().__init__()
        pairs = np.reshape(crossings.pairs, (-1, 2))
        entries = crossings.entries
        self.count = max(crossings.sums, default=-1) + 1
        self.keep(
            torch.long,
            muscles=pairs[:, 0],
            coordinates=pairs[:, 1],
            sums=crossings.sums,
            entry_sums=[e[0] for e in entries],
            entry_pulls=[e[1] for e in entries],
        )
        self.keep(dtype, entry_signs=np.reshape([e[2] for e in entries], (-1, 1)))

    def forward(
        self,
        anchors: Float[torch.Tensor, "3 P B"],
        forces: Float[torch.Tensor, "3 P B"],
        J: Float[torch.Tensor, "B A 6"],
    ) -> Float[torch.Tensor, "K B"]:
        """Moment arms, m.

        Parameters
        ----------
        anchors, forces : (3, P, B) m and without unit, in ground
        J : (B, A, 6) as of :class:`~bige_osim.physics.kinematics.jacobians.Jacobians`
        """
        (x, y, z), (fx, fy, fz) = anchors, forces
        torque = y * fz - z * fy, z * fx - x * fz, x * fy - y * fx
        arms: torch.Tensor = fx.new_zeros(len(self.sums), fx.shape[1])
        # One component after the other, as all at once leave the processor's cache.
        # Torque goes with angular, force with linear velocity: both in this order.
        motions = J.permute(2, 1, 0).contiguous()
        for pull, motion in zip((*torque, fx, fy, fz), motions, strict=True):
            terms = pull.index_select(0, self.entry_pulls) * self.entry_signs
            sums = fx.new_zeros(self.count, fx.shape[1])
            sums = sums.index_add(0, self.entry_sums, terms).index_select(0, self.sums)
            arms = torch.addcmul(arms, sums, motion.index_select(0, self.coordinates))
        return arms
