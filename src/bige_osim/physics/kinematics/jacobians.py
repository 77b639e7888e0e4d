"""Jacobians: how bodies move, per unit speed of every coordinate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.functions import FunctionTable
from bige_osim.physics.kinematics.joint_axes import (
    JointMotion,
    carries,
    motions_of,
)
from bige_osim.physics.kinematics.pose import Pose
from bige_osim.physics.kinematics.tree import find_carried
from bige_osim.spec import ModelSpec


@dataclass(frozen=True)
class Jacobians:
    """How bodies move at B frames, in ground.

    Angular velocity comes first, then linear velocity at the origin of ground.

    Attributes
    ----------
    subspaces : (6, B, K) motion subspace of each joint motion, per unit of its amount;
        components come first, so that one matrix product sums over all motions
    slopes : (B, K) rate of every motion's amount per unit of its coordinate
    J : (B, A, 6) per unit speed of every coordinate: a point ``p`` of a moved body has
        the velocity ``w x p + v0``
    """

    subspaces: Float[torch.Tensor, "6 B K"]
    slopes: Float[torch.Tensor, "B K"]
    J: Float[torch.Tensor, "B A 6"]


class JointAxes(Constants):
    """Instantaneous axes of motion of every coordinate.

    A joint is a chain of up to six motions: three translations along axes of the parent
    frame, then three body-fixed rotations about the moved origin. As spatial vectors
    about the origin of ground (Featherstone 2008, Rigid Body Dynamics Algorithms, ch.
    2) they add up along the tree of joints. Their directions come from the pose alone,
    except that of the second of three rotations, which the first one swings.

    The speeds of OpenSim's free and ball joints are not the rates of their angles, but
    the angular velocity along the axes of the parent frame; so it is here.

    Parameters
    ----------
    spec : the model
    names : order of all coordinates, ``Skeleton.coordinates.names``
    dtype : of every input and output

    Notes
    -----
    In the derivatives of its axes, OpenSim's custom joint takes the motion before the
    second rotation for that of its first coordinate, and the motion before the third
    for that of all coordinates but the third (``buildHdot`` in Simbody's
    ``MobilizedBodyImpl.h``). That is so where each coordinate has a rotation of its
    own; in the knees of most models one coordinate drives all three. Its velocities
    also leave out constant rotations (``buildH``), which would matter where one that is
    not zero comes before one that moves; that is not followed here.

    Attributes
    ----------
    moved : (A, N) which bodies a coordinate moves
    before : (K, K) 1 where the motion of the row carries that of the column
    before_in_opensim : the same as OpenSim has it (see Notes)
    onto : (K, N) 1 where a motion moves a body
    owner : (K, A) 1 where a motion follows a coordinate
    source : (K,) position of the coordinate that a motion follows

    Examples
    --------
    A pendulum of 1 m turns about z through the origin of ground:

    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> q = torch.zeros(1, 1, dtype=torch.float64)
    >>> skeleton = Skeleton(pendulum())
    >>> skeleton.axes.jacobians(q, skeleton.place(q)).J[0, 0].tolist()
    [0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    """

    def __init__(
        self, spec: ModelSpec, *, names: Sequence[str], dtype: torch.dtype
    ) -> None:
        super().__init__()
        axes = [axis for joint in spec.joints for axis in motions_of(joint)]
        axes.sort(key=lambda axis: (axis.swing is None, axis.rank == 0))
        swings = [axis.swing for axis in axes if axis.swing is not None]
        bodies = [body.name for body in spec.bodies]
        carried = find_carried(spec.joints)
        self.swings = len(swings)
        self.turns = sum(axis.rank > 0 for axis in axes)
        self.table = FunctionTable([axis.function for axis in axes], dtype=dtype)
        self.swing_table = FunctionTable([s.function for s in swings], dtype=dtype)
        fixed, ground = _in_frames(axes, bodies)
        before = [[carries(a, b, carried) for b in axes] for a in axes]
        order = spec.coordinate_names
        theirs = [[carries(a, b, carried, order=order) for b in axes] for a in axes]
        onto = [[body in carried[axis.joint.name] for body in bodies] for axis in axes]
        owner = [[axis.coordinate == name for name in names] for axis in axes]
        self.keep(
            dtype,
            before=np.reshape(before, (len(axes), len(axes))),
            before_in_opensim=np.reshape(theirs, (len(axes), len(axes))),
            onto=np.reshape(onto, (len(axes), len(bodies))),
            owner=np.reshape(owner, (len(axes), len(names))),
            fixed=fixed,
            ground=ground,
        )
        self.keep(
            torch.long,
            source=[names.index(axis.coordinate) for axis in axes],
            swing_source=[names.index(str(swing.coordinate)) for swing in swings],
        )
        self.keep(moved=self.owner.T @ self.onto > 0)

    def jacobians(self, q: Float[torch.Tensor, "B A"], pose: Pose) -> Jacobians:
        """Motion of the moved bodies per unit of every motion and every coordinate.

        Parameters
        ----------
        q : (B, A) all coordinates, rad or m
        pose : of these coordinates
        """
        subspaces = self._subspaces(q, pose)
        slopes = self.table(q.index_select(1, self.source), order=1)
        J = ((subspaces * slopes) @ self.owner).permute(1, 2, 0)
        return Jacobians(subspaces, slopes, J)

    def curvatures(self, q: Float[torch.Tensor, "B A"]) -> Float[torch.Tensor, "B K"]:
        """How fast the slopes of :class:`Jacobians` grow with the coordinate."""
        second: torch.Tensor = self.table(q.index_select(1, self.source), order=2)
        return second

    def _subspaces(
        self, q: Float[torch.Tensor, "B A"], pose: Pose
    ) -> Float[torch.Tensor, "6 B K"]:
        places = torch.cat([pose.rotation, pose.position[..., None]], dim=-1)
        flat = places.permute(2, 0, 1, 3).reshape(3, len(q), -1)
        count, swings = len(self.source), self.swings
        axes, sine, cosine, pivots = torch.split(
            flat @ self.fixed + self.ground, [count, swings, swings, self.turns], dim=2
        )
        if swings:
            angle = self.swing_table(q.index_select(1, self.swing_source))
            middle = axes[..., :swings] + angle.sin() * sine + angle.cos() * cosine
            axes = torch.cat([middle, axes[..., swings:]], dim=2)
        turns, slides = axes[..., : self.turns], axes[..., self.turns :]
        angular = torch.cat([turns, torch.zeros_like(slides)], dim=2)
        linear = torch.cat([cross(pivots, turns), slides], dim=2)
        return torch.cat([angular, linear])


def cross(
    a: Float[torch.Tensor, "3 B K"], b: Float[torch.Tensor, "3 B K"]
) -> Float[torch.Tensor, "3 B K"]:
    """Cross products, in any unit, of vectors whose components come first.

    Examples
    --------
    >>> x, y, _ = torch.eye(3)[..., None, None]
    >>> cross(x, y).flatten().tolist()
    [0.0, 0.0, 1.0]
    """
    # Up to four times faster than torch.linalg.cross along the first axis (measured).
    (ax, ay, az), (bx, by, bz) = a.unbind(), b.unbind()
    x = torch.addcmul(ay * bz, az, by, value=-1)
    y = torch.addcmul(az * bx, ax, bz, value=-1)
    z = torch.addcmul(ax * by, ay, bx, value=-1)
    return torch.stack([x, y, z])


def _in_frames(
    axes: Sequence[JointMotion], bodies: Sequence[str]
) -> tuple[Float[np.ndarray, "N4 M"], Float[np.ndarray, "3 1 M"]]:
    """Put into matrices where directions and pivots are in the bodies' frames.

    Returns
    -------
    (4 N, M) : to be multiplied by the rotations and positions of N bodies, side by
        side; columns are the directions, what a sine and a cosine add to the swung
        ones, and the moved origins of the rotations
    (3, 1, M) : what is fixed to ground
    """
    columns = [(a.body, np.append(a.direction, 0.0)) for a in axes]
    for part in range(2):
        columns += [
            (a.body, np.append(a.swung[part], 0.0)) for a in axes if a.swung is not None
        ]
    columns += [(a.joint.child, a.joint.child_offset[:, 3]) for a in axes if a.rank > 0]
    fixed = np.zeros((len(bodies), 4, len(columns)))
    ground = np.zeros((3, 1, len(columns)))
    for i, (body, vector) in enumerate(columns):
        if body == "ground":
            ground[:, 0, i] = vector[:3]
        else:
            fixed[bodies.index(body), :, i] = vector
    return fixed.reshape(4 * len(bodies), -1), ground
