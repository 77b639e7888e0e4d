"""A repetition as a row of tokens, for nets that make motions one part after another.

Each token has the values of all coordinates, and of the duration, at one of the control
points of cubic B-splines through the repetition.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import Scaler, Scaling
from bige_osim.physics.ground.stance import Footprints
from bige_osim.splines import spline_basis

DURATION_LIMIT = 4.0
"""Most standard deviations that a decoded log-duration is from the training mean."""


class DrawnMotions(NamedTuple):
    """Motions that a net has drawn.

    Attributes
    ----------
    motion : (B, F, C) rad and m, x = z = 0 in the middle of the ankles
    duration : (B,) s
    footprints : (B,) where their feet are to stand, of a net that says so
    """

    motion: Float[torch.Tensor, "B F C"]
    duration: Float[torch.Tensor, " B"]
    footprints: Footprints | None = None


class CurveTokens(nn.Module):
    """Repetitions to tokens (B, P, C + 1) and back.

    The last channel is the log-duration, the same in every token. All are in standard
    deviations from the training mean.

    Parameters
    ----------
    scaling : of coordinates, durations and bodies
    points : P control points of a coordinate's curve, 4 or more

    Attributes
    ----------
    channels : C + 1
    """

    def __init__(self, scaling: Scaling, *, points: int) -> None:
        super().__init__()
        self.scaler = Scaler(scaling)
        self.points = points
        self.channels = len(scaling.coordinate_names) + 1

    def describe(self, samples: Samples) -> Float[torch.Tensor, "B P K"]:
        """Tokens of repetitions, no unit; curves are fitted by least squares."""
        standard = self.scaler.standardise(samples.motion, samples.body)
        matrix = standard.new_tensor(_fit_matrix(self.points, standard.shape[1]))
        seconds = self.scaler.standardise_duration(samples.duration)
        constant = seconds[:, None, None].expand(-1, self.points, 1)
        return torch.cat([matrix @ standard, constant], dim=2)

    def restore(
        self,
        tokens: Float[torch.Tensor, "B P K"],
        body: Float[torch.Tensor, "B 3"],
        *,
        frames: int,
    ) -> DrawnMotions:
        """Undo :meth:`describe` for bodies (stature m, mass kg, leg length m)."""
        basis = tokens.new_tensor(spline_basis(self.points, frames))
        seconds = tokens[..., -1].mean(dim=1)
        seconds = DURATION_LIMIT * (seconds / DURATION_LIMIT).tanh()
        return DrawnMotions(
            self.scaler.restore(basis @ tokens[..., :-1], body),
            self.scaler.restore_duration(seconds),
        )


@lru_cache
def _fit_matrix(points: int, frames: int) -> Float[np.ndarray, "P F"]:
    return np.linalg.pinv(spline_basis(points, frames))
