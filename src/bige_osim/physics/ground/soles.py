"""The soles of two feet, in torch: where the ground can press."""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.physics.ground.feet import Feet


@dataclass(frozen=True)
class Soles:
    """Contact points and hips over B frames, in torch.

    Attributes
    ----------
    points : (B, P, 3) m, lowest points of the contact spheres
    hips : (B, 2, 3) m, right and left
    right : (P,) 1 for points of the right foot, -1 for those of the left; no unit
    compliance : (P,) no unit; such that equal pressure acts on the foot's long axis
    standing : (P,) or (B, P) m, height at which the point's foot stands
    floor : m, of all frames or (B,) of each
    """

    points: Float[torch.Tensor, "B P 3"]
    hips: Float[torch.Tensor, "B 2 3"]
    right: Float[torch.Tensor, " P"]
    compliance: Float[torch.Tensor, " P"]
    standing: Float[torch.Tensor, "*frames P"]
    floor: float | Float[torch.Tensor, " B"]

    @classmethod
    def of(cls, feet: Feet, *, dtype: torch.dtype = torch.float64) -> "Soles":
        """Take what is needed of two feet."""
        arrays = {
            "points": feet.points,
            "hips": feet.hips,
            "right": np.where(feet.sides == 0, 1.0, -1.0),
            "compliance": feet.compliance,
            "standing": feet.standing[feet.sides],
        }
        tensors = {name: torch.from_numpy(a).to(dtype) for name, a in arrays.items()}
        return cls(**tensors, floor=feet.floor)

    def on_floor(
        self, points: Float[torch.Tensor, "B *foot 3"]
    ) -> Float[torch.Tensor, "B *foot 3"]:
        """Put points (B, ..., 3), m, at the height of the floor."""
        x, y, z = points.unbind(-1)
        floor = torch.as_tensor(self.floor, dtype=y.dtype, device=y.device)
        shape = (-1,) + (1,) * (y.ndim - 1)
        return torch.stack([x, floor.reshape(shape).expand_as(y), z], dim=-1)

    def widen(
        self, margin: float, on_foot: Float[torch.Tensor, "2 P"]
    ) -> Float[torch.Tensor, "B P 3"]:
        """Points, m, moved by ``margin``, m, away from the middle of their foot.

        ``on_foot`` has 1 where a point is one of the right or the left foot, else 0.
        """
        points = self.points
        middles = torch.einsum("fp,bpi->bfi", normalise(on_foot), points)
        offset = points - torch.einsum("fp,bfi->bpi", on_foot, middles)
        offset = offset * points.new_tensor([1.0, 0.0, 1.0])
        length = (offset**2).sum(dim=-1, keepdim=True).clamp(min=1e-12).sqrt()
        return points + offset * (margin / length)


def normalise(weights: Float[torch.Tensor, "2 P"]) -> Float[torch.Tensor, "2 P"]:
    """Weights of points as fractions of their foot's sum.

    Examples
    --------
    >>> normalise(torch.tensor([[3.0, 1.0, 0.0], [0.0, 0.0, 2.0]])).tolist()
    [[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]]
    """
    return weights / weights.sum(dim=1, keepdim=True)
