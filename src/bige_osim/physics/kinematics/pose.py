"""Where the bodies of a model are."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int

from bige_osim.errors import UnknownNameError


@dataclass(frozen=True)
class Pose:
    """Where all bodies are, in ground.

    Attributes
    ----------
    rotation : (..., N, 3, 3) matrices without unit, from body to ground coordinates
    position : (..., N, 3) m, origins of the bodies
    body_names : N names

    Examples
    --------
    >>> pose = Pose(torch.eye(3)[None], torch.tensor([[0.0, 1.0, 0.0]]), ("pelvis",))
    >>> pose.body("pelvis")[1].tolist()
    [0.0, 1.0, 0.0]
    >>> pose.reshape(1, 1).position.shape
    torch.Size([1, 1, 1, 3])
    """

    rotation: Float[torch.Tensor, "*batch N 3 3"]
    position: Float[torch.Tensor, "*batch N 3"]
    body_names: tuple[str, ...]

    def body(
        self, name: str
    ) -> tuple[Float[torch.Tensor, "*batch 3 3"], Float[torch.Tensor, "*batch 3"]]:
        """Rotation (..., 3, 3) and origin (..., 3), m, of one body.

        An unknown name is an ``UnknownNameError``.
        """
        if name not in self.body_names:
            raise UnknownNameError("body", name, self.body_names, where="Pose")
        i = self.body_names.index(name)
        return self.rotation[..., i, :, :], self.position[..., i, :]

    def reshape(self, *batch: int) -> "Pose":
        """Poses with other batch dimensions."""
        rotation = self.rotation.reshape(*batch, *self.rotation.shape[-3:])
        position = self.position.reshape(*batch, *self.position.shape[-2:])
        return Pose(rotation, position, self.body_names)


def carry(
    pose: Pose, bodies: Int[torch.Tensor, " P"], points: Float[torch.Tensor, "P 3"]
) -> Float[torch.Tensor, "*batch P 3"]:
    """Put points fixed to bodies into ground.

    Parameters
    ----------
    pose : of the model
    bodies : (P,) position among ``pose.body_names`` of each point's body
    points : (P, 3) m in the frames of their bodies

    Examples
    --------
    >>> pose = Pose(torch.eye(3)[None], torch.tensor([[0.0, 1.0, 0.0]]), ("pelvis",))
    >>> carry(pose, torch.tensor([0]), torch.tensor([[0.5, 0.0, 0.0]])).tolist()
    [[0.5, 1.0, 0.0]]
    """
    rotation = pose.rotation.index_select(-3, bodies)
    # Written out, as summing over an axis of three is a third slower (measured).
    x, y, z = points[:, :1], points[:, 1:2], points[:, 2:]
    turned = rotation[..., 0] * x + rotation[..., 1] * y + rotation[..., 2] * z
    return turned + pose.position.index_select(-2, bodies)


def chain(
    local: Float[torch.Tensor, "B J 3 4"], parents: Sequence[Int[torch.Tensor, " _"]]
) -> Float[torch.Tensor, "B J 3 4"]:
    """Chain transforms (rotation and position) of bodies in their parents from ground.

    Parameters
    ----------
    local : (B, J, 3, 4) rotation and position (m) of every child body in its parent
        body, level after level
    parents : level by level, as :func:`~bige_osim.physics.kinematics.tree.parents_of`
        gives them

    Examples
    --------
    >>> step = torch.eye(3, 4).repeat(1, 2, 1, 1)
    >>> step[..., 0, 3] = 1.0
    >>> chain(step, [torch.tensor([0]), torch.tensor([0])])[0, :, 0, 3].tolist()
    [1.0, 2.0]
    """
    parts = torch.split(local, [len(level) for level in parents], dim=1)
    placed = [parts[0]]
    for part, level in zip(parts[1:], parents[1:], strict=True):
        base = placed[-1].index_select(1, level)
        world = base[..., :3] @ part
        world[..., 3:] += base[..., 3:]
        placed.append(world)
    return torch.cat(placed, dim=1)
