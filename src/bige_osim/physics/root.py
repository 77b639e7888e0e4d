"""The root joint: what its six generalised forces are as a force and a moment."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from bige_osim.physics.functions import FunctionTable
from bige_osim.physics.rotation import rotation_parts
from bige_osim.spec import JointSpec, ModelSpec


class RootJoint(nn.Module):
    """Axes of the six-coordinate joint between ground and the first body (the pelvis).

    Parameters
    ----------
    spec : a model that has such a joint (:func:`has_root`)
    names : order of the coordinates that are passed in
    dtype : of every input and output

    Attributes
    ----------
    body : name of the body it carries
    coordinates : names of its six coordinates, in the model's order
    """

    frame: torch.Tensor
    child_origin: torch.Tensor
    parts: torch.Tensor
    directions: torch.Tensor
    slides: torch.Tensor

    def __init__(
        self, spec: ModelSpec, *, names: Sequence[str], dtype: torch.dtype
    ) -> None:
        super().__init__()
        joint = next(joint for joint in spec.joints if _is_root(joint, spec))
        self.coordinates = _own(joint, spec)
        self.body = joint.child
        self.free = joint.kind == "free"
        axes = joint.rotations + joint.translations
        self.table = FunctionTable([axis.function for axis in axes], dtype=dtype)
        # A constant axis reads any coordinate: its derivative is zero.
        self.source = [names.index(a.coordinate or self.coordinates[0]) for a in axes]
        self.rows = [
            self.coordinates.index(a.coordinate or self.coordinates[0]) for a in axes
        ]
        frame = joint.parent_offset[:3, :3]
        rotations = np.array([rotation_parts(a.direction) for a in joint.rotations])
        slides = np.array([frame @ a.direction for a in joint.translations])
        for name, value in {
            "frame": frame,
            "child_origin": joint.child_offset[:3, 3],
            "parts": rotations,
            "directions": np.array([a.direction for a in joint.rotations]),
            "slides": slides,
        }.items():
            tensor = torch.tensor(np.asarray(value), dtype=dtype)
            self.register_buffer(name, tensor, persistent=False)

    def axes(
        self,
        values: Float[torch.Tensor, "B A"],
        rotation: Float[torch.Tensor, "B 3 3"],
    ) -> Float[torch.Tensor, "B 6 6"]:
        """Angular and linear velocity of the body per unit speed of each coordinate.

        Parameters
        ----------
        values : all coordinates, rad or m
        rotation : of the body in ground

        Returns
        -------
        (B, 6, 6) : row k, for coordinate k, is the angular velocity and the velocity of
            the body's origin, in ground. OpenSim's free joint counts its speeds in the
            frame it hangs on instead of as rates of its angles; so do its rows.
        """
        inputs = values[:, self.source]
        count = len(self.directions)
        if self.free:
            turning = self.frame.T.expand(len(values), -1, -1)
            rates = torch.ones_like(inputs)
        else:
            turning = self._turning(self.table(inputs)[:, :count])
            rates = self.table.derivative(inputs)
        lever = -(rotation @ self.child_origin)[:, None]  # joint frame to body origin
        linear = torch.linalg.cross(turning, lever.expand_as(turning))
        slides = self.slides.expand(len(values), -1, -1)
        rows = torch.cat(
            [
                torch.cat([turning, linear], dim=2),
                torch.cat([torch.zeros_like(slides), slides], dim=2),
            ],
            dim=1,
        )
        # Several axes may follow one coordinate: their velocities add.
        index = torch.tensor(self.rows, device=values.device)
        empty = torch.zeros_like(rows[:, :1]).expand(-1, 6, -1)
        return empty.index_add(1, index, rows * rates[..., None])

    def _turning(
        self, angles: Float[torch.Tensor, "B K"]
    ) -> Float[torch.Tensor, "B K 3"]:
        """Axes of the body-fixed sequence in ground."""
        carried = self.frame.expand(len(angles), -1, -1)
        axes = []
        for i, direction in enumerate(self.directions):
            axes.append(carried @ direction)
            constant, sine, cosine = self.parts[i]
            angle = angles[:, i, None, None]
            carried = carried @ (constant + angle.sin() * sine + angle.cos() * cosine)
        return torch.stack(axes, dim=1)


def has_root(spec: ModelSpec) -> bool:
    """Say whether a joint with six coordinates of its own hangs on ground."""
    return any(_is_root(joint, spec) for joint in spec.joints)


def _is_root(joint: JointSpec, spec: ModelSpec) -> bool:
    return joint.parent == "ground" and len(_own(joint, spec)) == 6


def _own(joint: JointSpec, spec: ModelSpec) -> tuple[str, ...]:
    return tuple(c.name for c in spec.coordinates if c.joint == joint.name)
