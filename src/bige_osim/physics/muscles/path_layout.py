"""Which pieces of muscle paths there are, and which coordinates they pull on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from bige_osim.physics.kinematics.tree import find_carried
from bige_osim.spec import CylinderSpec, ModelSpec, MuscleSpec, PointSpec


@dataclass(frozen=True)
class Piece:
    """A piece of a path between two of its points.

    Attributes
    ----------
    muscle : position among the model's muscles
    start, end : points of the path
    cylinder : that it may wrap over, between its bodies
    """

    muscle: int
    start: PointSpec
    end: PointSpec
    cylinder: CylinderSpec | None = None


@dataclass
class PathLayout:
    """The pieces of all paths, sorted by how they are computed.

    Attributes
    ----------
    fixed : lengths of the pieces within a body, summed for each muscle, m
    plain : pieces between two bodies without cylinder
    wrapped : pieces that may wrap over one
    choices : for each muscle with one cylinder, its positions in ``wrapped``
    repeated : positions of the muscles with several cylinders, those with the same
        number of points and cylinders together
    """

    fixed: list[float] = field(default_factory=list)
    plain: list[Piece] = field(default_factory=list)
    wrapped: list[Piece] = field(default_factory=list)
    choices: list[list[int]] = field(default_factory=list)
    repeated: list[list[int]] = field(default_factory=list)


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


def layout_of(spec: ModelSpec) -> PathLayout:
    """Sort the pieces of all paths."""
    cylinders = {cylinder.name: cylinder for cylinder in spec.cylinders}
    layout = PathLayout()
    groups: dict[tuple[int, int], list[int]] = {}
    for i, muscle in enumerate(spec.muscles):
        path = muscle.path
        layout.fixed.append(0.0)
        if len(path.wraps) > 1:
            groups.setdefault((len(path.points), len(path.wraps)), []).append(i)
            continue
        choice = []
        for k, (start, end) in enumerate(pairwise(path.points)):
            if any(wrap.first <= k < wrap.last for wrap in path.wraps):
                choice.append(len(layout.wrapped))
                over = cylinders[path.wraps[0].cylinder]
                layout.wrapped.append(Piece(i, start, end, over))
            elif start.body == end.body:
                run = np.subtract(end.location, start.location)
                layout.fixed[-1] += float(np.linalg.norm(run))
            else:
                layout.plain.append(Piece(i, start, end))
        if choice:
            layout.choices.append(choice)
    layout.repeated = list(groups.values())
    return layout


def pulls_of(layout: PathLayout, spec: ModelSpec) -> list[Pull]:
    """Where tension acts, in the order in which the forces are computed."""
    pulls = [Pull(p.muscle, p.start.body, p.end.body) for p in layout.plain]
    pulls += [Pull(p.muscle, p.start.body, _body(p.cylinder)) for p in layout.wrapped]
    pulls += [Pull(p.muscle, _body(p.cylinder), p.end.body) for p in layout.wrapped]
    for group in layout.repeated:
        rows = zip(*(_bodies(spec.muscles[i], spec) for i in group), strict=True)
        for row in rows:
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


def _body(cylinder: CylinderSpec | None) -> str:
    assert cylinder is not None
    return cylinder.body


def _bodies(muscle: MuscleSpec, spec: ModelSpec) -> list[str]:
    """Bodies of a path's points, then of the points of contact of its wraps."""
    over = {cylinder.name: cylinder.body for cylinder in spec.cylinders}
    bodies = [point.body for point in muscle.path.points]
    return bodies + [over[w.cylinder] for w in muscle.path.wraps for _ in range(2)]
