"""A repetition as one row of numbers, and back: curves, footprints and duration."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import nn

from bige_osim.errors import DatasetError
from bige_osim.nets.footprints import COUNT, LENGTHS, split_footprints
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import LEG_LENGTH, Scaler, Scaling
from bige_osim.nets.spline_points import (
    FEWEST,
    count_values,
    fitting_matrix,
    resting_basis,
)
from bige_osim.physics.ground.stance import Footprints

FOOTPRINT_FLOOR = (0.02,) * LENGTHS + (0.05,) * (COUNT - LENGTHS)
"""Least spreads of footprints, leg lengths and rad."""

EMPHASIS = 3.0
"""By which footprints and durations are larger than curves: they are few, and a wrong
footprint bends both legs."""

DURATION_LIMIT = 4.0
"""Most standard deviations that a decoded log-duration is from the training mean."""


class Decoded(NamedTuple):
    """Repetitions that a generator has made; their feet are not planted yet.

    Attributes
    ----------
    motion : (B, F, C) rad and m, with neither speed nor acceleration at both ends
    duration : (B,) s
    footprints : (B,) where their feet are to stand
    """

    motion: Float[torch.Tensor, "B F C"]
    duration: Float[torch.Tensor, " B"]
    footprints: Footprints


class RepetitionFeatures(nn.Module):
    """Repetitions to standardised features (B, N) and back.

    The features are, one after the other, Q values of every coordinate's curve
    (:mod:`bige_osim.nets.spline_points`), the footprints in leg lengths and rad, and
    the log-duration; these are larger than the curves by :data:`EMPHASIS`.

    Parameters
    ----------
    scaling : of coordinates, durations and bodies
    points : control points of a curve, of which the three at each end are one value

    Attributes
    ----------
    count : N

    Raises
    ------
    DatasetError
        if there are fewer than eight control points
    """

    footprint_mean: Float[torch.Tensor, " 10"]
    footprint_std: Float[torch.Tensor, " 10"]

    def __init__(self, scaling: Scaling, *, points: int) -> None:
        super().__init__()
        if points < FEWEST:
            raise DatasetError(
                f"The generator needs at least {FEWEST} control points, got {points}; "
                "raise points."
            )
        self.scaler = Scaler(scaling)
        self.points = points
        self.values = count_values(points)
        self.coordinates = len(scaling.coordinate_names)
        self.count = self.values * self.coordinates + COUNT + 1
        self.register_buffer("footprint_mean", torch.zeros(COUNT))
        self.register_buffer("footprint_std", torch.ones(COUNT))

    def start_at(self, samples: Samples) -> None:
        """Fit the scaling of footprints to training repetitions."""
        relative = samples.known_footprints / _unit(samples.body)
        floor = relative.new_tensor(FOOTPRINT_FLOOR)
        self.footprint_mean.copy_(relative.mean(dim=0))
        self.footprint_std.copy_(relative.std(dim=0, correction=0).maximum(floor))

    def describe(self, samples: Samples) -> Float[torch.Tensor, "B N"]:
        """Features of repetitions, no unit: in standard deviations from the mean."""
        standard = self.scaler.standardise(samples.motion, samples.body)
        matrix = fitting_matrix(self.points, standard.shape[1])
        values = standard.new_tensor(matrix) @ standard
        relative = samples.known_footprints / _unit(samples.body)
        feet = (relative - self.footprint_mean) / self.footprint_std
        seconds = self.scaler.standardise_duration(samples.duration)
        few = EMPHASIS * torch.cat([feet, seconds[:, None]], dim=1)
        return torch.cat([values.flatten(1), few], dim=1)

    def curves(
        self, features: Float[torch.Tensor, "B N"], frames: int
    ) -> Float[torch.Tensor, "B F C"]:
        """Curves of features, both without unit: in SDs from the training mean."""
        shape = (len(features), self.values, self.coordinates)
        basis = features.new_tensor(resting_basis(self.points, frames))
        curves: torch.Tensor = basis @ features[:, : -COUNT - 1].reshape(shape)
        return curves

    def restore(
        self,
        features: Float[torch.Tensor, "B N"],
        body: Float[torch.Tensor, "B 3"],
        *,
        frames: int,
    ) -> Decoded:
        """Undo :meth:`describe` for bodies (stature m, mass kg, leg length m)."""
        few = features[:, -COUNT - 1 :] / EMPHASIS
        feet = few[:, :-1] * self.footprint_std + self.footprint_mean
        seconds = DURATION_LIMIT * (few[:, -1] / DURATION_LIMIT).tanh()
        return Decoded(
            motion=self.scaler.restore(self.curves(features, frames), body),
            duration=self.scaler.restore_duration(seconds),
            footprints=split_footprints(feet * _unit(body)),
        )


def _unit(body: Float[torch.Tensor, "B 3"]) -> Float[torch.Tensor, "B 10"]:
    """Measure of every number of footprints: the leg length (m) of lengths, else 1."""
    leg = body[:, LEG_LENGTH, None]
    ones = torch.ones_like(leg).expand(-1, COUNT - LENGTHS)
    return torch.cat([leg.expand(-1, LENGTHS), ones], dim=1)
