"""Transforms of all joints of a model at once, from its coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.functions import FunctionTable, pieces_of
from bige_osim.spec import AxisSpec, JointSpec


def rotation_parts(axis: tuple[float, float, float]) -> Float[np.ndarray, "3 3 3"]:
    """Split the rotation about a unit vector by Rodrigues' formula.

    ``R(a, t) = a aᵀ + sin(t) [a]ₓ + cos(t) (I - a aᵀ)``: three constant matrices, of
    which a batch of angles makes rotations with two multiplications.

    Returns
    -------
    (3, 3, 3) : the matrices that go with 1, sin(angle) and cos(angle)

    Examples
    --------
    >>> constant, sine, cosine = rotation_parts((0.0, 0.0, 1.0))
    >>> (constant + 1.0 * sine + 0.0 * cosine) @ [1.0, 0.0, 0.0]  # a quarter turn
    array([0., 1., 0.])
    """
    x, y, z = axis
    along = np.outer(axis, axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.stack([along, cross, np.eye(3) - along])


def fixed_rotation(axis: AxisSpec) -> Float[np.ndarray, "3 3"]:
    """Rotation matrix (3, 3) of an axis that follows no coordinate.

    Raises
    ------
    BigeError
        Its function is not constant.

    Examples
    --------
    >>> from bige_osim.spec import FunctionSpec
    >>> quarter = FunctionSpec(kind="constant", coefficients=(np.pi / 2,))
    >>> axis = AxisSpec(direction=(0.0, 0.0, 1.0), function=quarter)
    >>> (fixed_rotation(axis) @ [1.0, 0.0, 0.0]).round(9).tolist()
    [0.0, 1.0, 0.0]
    """
    angle = _constant_amount(axis)
    constant, sine, cosine = rotation_parts(axis.direction)
    turned: Float[np.ndarray, "3 3"] = (
        constant + np.sin(angle) * sine + np.cos(angle) * cosine
    )
    return turned


@dataclass(frozen=True)
class _Chain:
    """A joint's rotation as a product of turns with everything constant folded in.

    Attributes
    ----------
    joint : position of the joint in the model
    turns : the rotations that move
    parts : one (3, 3, 3) per turn: what goes with 1, sin and cos of its angle; a joint
        without turns has one part, whose first matrix is the whole rotation
    """

    joint: int
    turns: tuple[AxisSpec, ...]
    parts: tuple[Float[np.ndarray, "3 3 3"], ...]


class JointTransforms(Constants):
    """Pose of every child body in its parent body.

    A joint is ``X = X_parent_offset · R(a1) R(a2) R(a3) · T · X_child_offset⁻¹`` with a
    body-fixed sequence of rotations R and a translation T along axes of the parent
    offset frame (OpenSim's ``CustomJoint``; Seth et al., Multibody System Dynamics 24,
    2010). Joints are sorted by how many rotations move, so that each product runs only
    over those that need it.

    Parameters
    ----------
    joints : the model's joints
    names : order of the coordinates that are passed in
    dtype : of every input and output

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> joints = JointTransforms(pendulum().joints, names=["angle"],
    ...                          dtype=torch.float64)
    >>> rotation, _ = joints(torch.tensor([[torch.pi / 2]], dtype=torch.float64))
    >>> rotation[0, 0].round(decimals=9)[:, 0].tolist()  # of the rod's x axis
    [0.0, 1.0, 0.0]
    """

    def __init__(
        self, joints: Sequence[JointSpec], *, names: Sequence[str], dtype: torch.dtype
    ) -> None:
        super().__init__()
        chains = sorted(
            (_chain(i, joint) for i, joint in enumerate(joints)),
            key=lambda chain: -len(chain.turns),
        )
        most = len(chains[0].turns)
        self.counts = [sum(len(c.turns) > turn for c in chains) for turn in range(most)]
        turning = [
            (chain.turns[turn], chain.parts[turn])
            for turn, count in enumerate(self.counts)
            for chain in chains[:count]
        ]
        sliding = [
            (i, axis)
            for i, joint in enumerate(joints)
            for axis in joint.translations
            if axis.coordinate is not None
        ]
        moving = [axis for axis, _ in turning] + [axis for _, axis in sliding]
        self.table = FunctionTable([axis.function for axis in moving], dtype=dtype)
        self.turning = len(turning)
        slides = np.zeros((len(sliding), len(joints), 3))
        for row, (i, axis) in enumerate(sliding):
            slides[row, i] = joints[i].parent_offset[:3, :3] @ axis.direction
        position = {chain.joint: i for i, chain in enumerate(chains)}
        fixed = [c.parts[0][0] for c in chains if not c.turns]
        origins = [joint.child_offset[:3, 3] for joint in joints]
        shifted = [i for i, origin in enumerate(origins) if np.any(origin != 0)]
        self.keep(
            dtype,
            parts=np.array([part for _, part in turning]).reshape(-1, 3, 9),
            fixed=np.array(fixed).reshape(-1, 3, 3),
            origin=np.array([_origin(joint) for joint in joints]),
            slides=slides.reshape(len(sliding), 3 * len(joints)),
            child_origin=np.array([origins[i] for i in shifted]).reshape(-1, 3, 1),
        )
        self.keep(
            torch.long,
            order=[position[i] for i in range(len(joints))],
            source=[_source(axis, names) for axis in moving],
            shifted=shifted,
        )

    def forward(
        self, q: Float[torch.Tensor, "B A"]
    ) -> tuple[Float[torch.Tensor, "B J 3 3"], Float[torch.Tensor, "B J 3"]]:
        """Rotation and position (m) of every child body in its parent body.

        Parameters
        ----------
        q : (B, A) all coordinates, rad or m
        """
        amounts = self.table(q.index_select(1, self.source))
        rotation = self._rotations(amounts[:, : self.turning])
        shift = amounts[:, self.turning :] @ self.slides
        position = self.origin + shift.reshape(len(q), -1, 3)
        if len(self.shifted):
            turned = rotation.index_select(1, self.shifted) @ self.child_origin
            position = position.index_add(1, self.shifted, turned[..., 0], alpha=-1)
        return rotation, position

    def _rotations(
        self, angles: Float[torch.Tensor, "B R"]
    ) -> Float[torch.Tensor, "B J 3 3"]:
        batch = len(angles)
        sine, cosine = angles.sin()[..., None], angles.cos()[..., None]
        turns = torch.addcmul(self.parts[:, 0], sine, self.parts[:, 1])
        turns = torch.addcmul(turns, cosine, self.parts[:, 2])
        fixed = self.fixed.expand(batch, -1, -1, -1)
        # Work from the last turn to the first: each product grows to the next count.
        turns = turns.reshape(batch, -1, 3, 3)
        blocks = torch.split(turns, self.counts, dim=1) if self.counts else ()
        product = turns[:, :0]
        for block in reversed(blocks):
            longer = product.shape[1]
            product = torch.cat([block[:, :longer] @ product, block[:, longer:]], dim=1)
        return torch.cat([product, fixed], dim=1).index_select(1, self.order)


def _chain(index: int, joint: JointSpec) -> _Chain:
    before = joint.parent_offset[:3, :3]
    after = joint.child_offset[:3, :3].T
    turns: list[AxisSpec] = []
    parts: list[Float[np.ndarray, "3 3 3"]] = []
    for axis in joint.rotations:
        if axis.coordinate is not None:
            turn = rotation_parts(axis.direction)
            parts.append(turn if parts else before @ turn)
            turns.append(axis)
        elif parts:
            parts[-1] = parts[-1] @ fixed_rotation(axis)
        else:
            before = before @ fixed_rotation(axis)
    if not parts:
        return _Chain(index, (), (np.stack([before @ after] * 3),))
    parts[-1] = parts[-1] @ after
    return _Chain(index, tuple(turns), tuple(parts))


def _origin(joint: JointSpec) -> Float[np.ndarray, " 3"]:
    """Position of the moving joint frame in the parent body, constant part, m."""
    local = np.zeros(3)
    for axis in joint.translations:
        if axis.coordinate is None:
            local += _constant_amount(axis) * np.array(axis.direction)
    placed: Float[np.ndarray, " 3"] = (
        joint.parent_offset[:3, 3] + joint.parent_offset[:3, :3] @ local
    )
    return placed


def _constant_amount(axis: AxisSpec) -> float:
    """Amount (rad or m) of an axis that follows no coordinate."""
    if axis.function.kind != "constant":
        raise BigeError(
            f"An axis without a coordinate needs a constant function, got "
            f"{axis.function.kind}; correct the model."
        )
    return float(pieces_of(axis.function).coefficients[0, 0])


def _source(axis: AxisSpec, names: Sequence[str]) -> int:
    if axis.coordinate not in names:
        raise BigeError(
            f"A joint axis depends on {axis.coordinate}, which is no coordinate of the "
            "model; correct the model."
        )
    return names.index(axis.coordinate)
