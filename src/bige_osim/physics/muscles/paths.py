"""Lengths and moment arms of muscles: batched, differentiable, equal to OpenSim's."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import nn

from bige_osim.errors import BigeError
from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.muscles.moment_arms import MomentArms, crossings_of, pulls_of
from bige_osim.physics.muscles.multiple_wraps import RepeatedWraps
from bige_osim.physics.muscles.path_layout import layout_of
from bige_osim.physics.muscles.path_points import PathPoints
from bige_osim.physics.muscles.single_wraps import SingleWraps, unit
from bige_osim.spec import ModelSpec


@dataclass(frozen=True)
class PathState:
    """Muscle paths in B poses.

    Attributes
    ----------
    length : (B, M) of muscle and tendon, m
    moment_arm : (B, K) m (of translations: without unit), of the pairs of muscle and
        coordinate that :class:`MusclePaths` lists; all others are zero
    speed_arm : (B, K) m, by how much a muscle shortens per unit speed: the moment arm,
        but for paths over several cylinders, where OpenSim counts otherwise
    """

    length: Float[torch.Tensor, "B M"]
    moment_arm: Float[torch.Tensor, "B K"]
    speed_arm: Float[torch.Tensor, "B K"]


class MusclePaths(Constants):
    """The paths of all muscles of a model.

    A moment arm is what a unit of tension does on a unit of the coordinate's motion,
    with the points where the path touches a cylinder fixed to the cylinder's body, as
    in OpenSim's ``MomentArmSolver`` (Sherman, Seth and Delp 2013, What is a moment arm?
    Calculating muscle effectiveness in biomechanical models using generalized
    coordinates, ASME DETC2013-13633). Where the path is straight or the shortest one,
    it is minus the derivative of the length by the coordinate.

    Parameters
    ----------
    spec : the model
    names : order of all coordinates, ``Skeleton.coordinates.names``
    dtype : of every input and output

    Attributes
    ----------
    muscle_names : M names, in the model's order
    pair_muscles, pair_coordinates : (K,) positions among ``muscle_names`` and ``names``
        of the moment arms that are not zero in every pose

    Raises
    ------
    BigeError
        The path or the type of a muscle is one that only OpenSim can simulate.

    Examples
    --------
    A muscle from (0, 0.3) m above a hinge to a point 0.04 m before it:

    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> spec, q = pendulum(muscle=True), torch.zeros(1, 1, dtype=torch.float64)
    >>> skeleton = Skeleton(spec)
    >>> pose = skeleton.place(q)
    >>> J = skeleton.axes.jacobians(q, pose).J
    >>> state = MusclePaths(spec, names=["angle"])(pose, J)
    >>> round(state.length.item(), 6), round(state.moment_arm.item(), 6)
    (0.302655, 0.039649)
    """

    def __init__(
        self,
        spec: ModelSpec,
        *,
        names: Sequence[str],
        dtype: torch.dtype = torch.float64,
    ) -> None:
        super().__init__()
        for unsupported in spec.unsupported:
            if unsupported.element.startswith("muscle "):
                raise BigeError(
                    f"Model {spec.name}, {unsupported.element}: {unsupported.problem}; "
                    "use --engine opensim."
                )
        self.muscle_names = spec.muscle_names
        layout = layout_of(spec)
        pieces = [*layout.plain, *layout.wrapped]
        self.plain, self.pieces = len(layout.plain), len(pieces)
        points = [p.start for p in pieces] + [p.end for p in pieces]
        over = [piece.cylinder for piece in layout.wrapped]
        self.single = SingleWraps(over, layout.choices, dtype=dtype) if over else None
        self.repeated = nn.ModuleList()
        for group in layout.repeated:
            paths = [spec.muscles[i].path for i in group]
            wraps = RepeatedWraps(paths, spec.cylinders, dtype=dtype)
            points += [point for row in wraps.points for point in row]
            over += [cylinder for row in wraps.cylinders for cylinder in row]
            self.repeated.append(wraps)
        bodies = [body.name for body in spec.bodies]
        self.points = PathPoints(points, over, bodies=bodies, dtype=dtype)
        pulls = pulls_of(layout, spec)
        crossings = crossings_of(pulls, spec, names)
        self.arms = MomentArms(crossings, dtype=dtype)
        several = [w for w in self.repeated if isinstance(w, RepeatedWraps)]
        self.turning = sum(w.count * len(w.points[0]) for w in several)
        turned = crossings_of(pulls[len(pulls) - self.turning :], spec, names)
        self.turns = MomentArms(turned, dtype=dtype)
        self.turned = [crossings.pairs.index(pair) for pair in turned.pairs]
        owners = [p.muscle for p in pieces] + [i for g in layout.repeated for i in g]
        self.keep(dtype, fixed=layout.fixed)
        self.keep(torch.long, muscle=owners)

    @property
    def pair_muscles(self) -> Int[torch.Tensor, " K"]:
        """Positions of the pairs' muscles."""
        return self.arms.muscles

    @property
    def pair_coordinates(self) -> Int[torch.Tensor, " K"]:
        """Positions of the pairs' coordinates."""
        return self.arms.coordinates

    def forward(self, pose: Pose, J: Float[torch.Tensor, "B A 6"]) -> PathState:
        """Lengths and moment arms in B poses; differentiable.

        Parameters
        ----------
        pose : of B frames
        J : (B, A, 6) of these poses, as of
            :class:`~bige_osim.physics.kinematics.jacobians.Jacobians`
        """
        anchors, forces, slides, lengths = self._pulls(pose)
        arms = speeds = self.arms(anchors, forces, J)
        if slides is not None:
            last = slice(forces.shape[1] - self.turning, None)
            more = self.turns(anchors[:, last], slides - forces[:, last], J)
            speeds = arms.index_add(0, torch.tensor(self.turned), more)
        length = self.fixed[:, None].expand(-1, lengths.shape[1])
        length = length.index_add(0, self.muscle, lengths)
        return PathState(length.T, arms.T, speeds.T)

    def lengthening_speed(
        self, state: PathState, qd: Float[torch.Tensor, "B A"]
    ) -> Float[torch.Tensor, "B M"]:
        """Speed (B, M) at which muscles and their tendons lengthen, m/s.

        Parameters
        ----------
        state : of the same poses
        qd : (B, A) speeds of all coordinates, rad/s or m/s
        """
        shortening = state.speed_arm * qd[:, self.pair_coordinates]
        still = torch.zeros_like(state.length)
        return still.index_add(1, self.pair_muscles, shortening, alpha=-1)

    def _pulls(
        self, pose: Pose
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None, torch.Tensor]:
        """Where tension acts, how it acts, and lengths of pieces.

        Returns
        -------
        anchors, forces : (3, P, B)
        slides : (3, R, B) what counts in speeds instead of the last forces, of paths
            over several cylinders
        lengths : (L, B)
        """
        points, frames = self.points(pose)
        starts, ends = points[:, : self.pieces], points[:, self.pieces :]
        plain = slice(self.plain)
        line, length = unit(ends[:, plain] - starts[:, plain])
        wrapped = slice(self.plain, self.pieces)
        anchors, forces = [starts, ends[:, wrapped]], [line]
        lengths, slides = [length], []
        if self.single is not None:
            over = frames.part(0, self.pieces - self.plain)
            both = torch.stack([starts[:, wrapped], ends[:, wrapped]], dim=1)
            leaving, arriving, length = self.single(both, over)
            forces += [leaving, arriving]
            lengths.append(length)
        point, frame = 2 * self.pieces, self.pieces - self.plain
        for wraps in self.repeated:
            assert isinstance(wraps, RepeatedWraps)
            rows, muscles = len(wraps.points), len(wraps.points[0])
            mine = points[:, point : point + rows * muscles]
            over = []
            for _ in wraps.cylinders:
                over.append(frames.part(frame, frame + muscles))
                frame += muscles
            where, pull, turn, length = wraps(
                mine.reshape(3, rows, muscles, mine.shape[2]), over
            )
            slides.append(turn.flatten(1, 2))
            anchors.append(where.flatten(1, 2))
            forces.append(pull.flatten(1, 2))
            lengths.append(length)
            point += rows * muscles
        return (
            torch.cat(anchors, 1),
            torch.cat(forces, 1),
            torch.cat(slides, 1) if slides else None,
            torch.cat(lengths),
        )
