"""The pieces of muscle paths, by how they are computed."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from bige_osim.spec import CylinderSpec, ModelSpec, PointSpec


@dataclass(frozen=True)
class Piece:
    """A piece of a path between two of its points.

    Attributes
    ----------
    muscle : position among the model's muscles
    start, end : points of the path
    rank : position of its start among the path's points
    over : cylinder that it may wrap over, between its bodies
    """

    muscle: int
    start: PointSpec
    end: PointSpec
    rank: int
    over: CylinderSpec | None = None

    @property
    def cylinder(self) -> CylinderSpec:
        """The cylinder of a piece that has one."""
        assert self.over is not None
        return self.over


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


def layout_of(spec: ModelSpec) -> PathLayout:
    """Sort the pieces of all paths.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> layout = layout_of(pendulum(muscle=True))
    >>> layout.fixed, [piece.end.name for piece in layout.plain]
    ([0.0], ['insertion'])
    """
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
                layout.wrapped.append(Piece(i, start, end, k, over))
            elif start.body == end.body:
                run = np.subtract(end.location, start.location)
                layout.fixed[-1] += float(np.linalg.norm(run))
            else:
                layout.plain.append(Piece(i, start, end, k))
        if choice:
            layout.choices.append(choice)
    layout.repeated = list(groups.values())
    return layout
