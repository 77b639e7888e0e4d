"""Layers that the nets share; none of them mixes the samples of a batch."""

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from bige_osim.splines import spline_basis


class ResidualBlock(nn.Module):
    """Two convolutions over time, modulated by a description of the body (FiLM).

    Group normalisation takes its statistics over the frames of one sample, never over
    the batch. FiLM: Perez et al. 2018, "FiLM: Visual Reasoning with a General
    Conditioning Layer".
    """

    def __init__(self, width: int, *, dilation: int, dropout: float) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.GroupNorm(1, width),
            nn.SiLU(),
            nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation),
        )
        self.norm = nn.GroupNorm(1, width)
        self.second = nn.Sequential(
            nn.SiLU(), nn.Dropout(dropout), nn.Conv1d(width, width, 1)
        )
        self.film = nn.Linear(width, 2 * width)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)

    def forward(
        self, x: Float[torch.Tensor, "B W T"], body: Float[torch.Tensor, "B W"]
    ) -> Float[torch.Tensor, "B W T"]:
        """Features (B, W, T), without unit; ``body`` is an embedding (B, W)."""
        scale, shift = self.film(body)[..., None].chunk(2, dim=1)
        hidden = self.norm(self.first(x)) * (1 + scale) + shift
        out: torch.Tensor = x + self.second(hidden)
        return out


class BodyEmbedding(nn.Sequential):
    """Standardised body descriptors (B, 3) to features (B, W)."""

    def __init__(self, width: int) -> None:
        super().__init__(nn.Linear(3, width), nn.SiLU(), nn.Linear(width, width))


class SplineUpsampling(nn.Module):
    """Frames from control points of a clamped cubic B-spline over the repetition.

    What comes out has a continuous second derivative, so decoded motions do not
    jitter. Of measured squats filtered at 6 Hz, 49 control points keep every rotation
    to 0.06 degrees.

    Attributes
    ----------
    basis : (F, P) weights of the control points
    """

    basis: Float[torch.Tensor, "F P"]

    def __init__(self, *, points: int, frames: int) -> None:
        super().__init__()
        basis = torch.from_numpy(spline_basis(points, frames).astype(np.float32))
        self.register_buffer("basis", basis, persistent=False)

    def forward(self, x: Float[torch.Tensor, "B P C"]) -> Float[torch.Tensor, "B F C"]:
        """Frames (B, F, C) of control points (B, P, C), in their unit."""
        return self.basis @ x
