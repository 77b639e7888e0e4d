"""What of ground reaction depends on how frames follow each other in time.

All else is done frame by frame. Frames are those of one recording, or of a batch of
repetitions one after the other, which do not see each other.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Bool, Float

from bige_osim.motion import Series
from bige_osim.physics.ground.feet import duration, runs
from bige_osim.physics.ground.low_pass import LowPassTable


@runtime_checkable
class Timing(Protocol):
    """How B frames follow each other."""

    def low_pass(
        self, values: Float[torch.Tensor, "B C"], *, cutoff: float
    ) -> Float[torch.Tensor, "B C"]:
        """Low-pass columns in any unit, over time; cut-off in Hz."""

    def find_largest(
        self, values: Float[torch.Tensor, " B"]
    ) -> Float[torch.Tensor, " B"]:
        """Largest value (B,) of each frame's motion, in any unit."""

    def find_lasting(
        self, flags: Bool[torch.Tensor, " B"], *, least: float
    ) -> Bool[torch.Tensor, " B"]:
        """Say where a flag is set for at least so long without a break, s."""


@dataclass(frozen=True)
class MotionTiming:
    """Frames of one motion.

    Attributes
    ----------
    time : (B,) s

    Examples
    --------
    >>> timing = MotionTiming(np.array([0.0, 0.2, 0.4, 0.6]))
    >>> flags = torch.tensor([True, False, True, True])
    >>> timing.find_lasting(flags, least=0.1).tolist()
    [False, False, True, True]
    """

    time: Float[np.ndarray, " B"]

    def low_pass(
        self, values: Float[torch.Tensor, "B C"], *, cutoff: float
    ) -> Float[torch.Tensor, "B C"]:
        """Filter as :meth:`~bige_osim.motion.Series.filter` does; differentiable.

        Parameters
        ----------
        values : (B, C) any unit
        cutoff : Hz

        Examples
        --------
        >>> time = np.arange(200) / 100
        >>> wave = torch.sin(2 * torch.pi * 20 * torch.from_numpy(time))[:, None]
        >>> smooth = MotionTiming(time).low_pass(wave, cutoff=3.0)
        >>> float(smooth[100].abs().round(decimals=3))
        0.0
        """
        time = self.time
        if len(time) < 2:
            return values
        # The filter is linear: for gradients, what it does to one impulse each.
        traced = values.requires_grad
        given = np.eye(len(time)) if traced else values.numpy(force=True)
        names = tuple(str(i) for i in range(given.shape[1]))
        smooth = torch.from_numpy(Series(time, given, names).filter(cutoff).values)
        return smooth.to(values) @ values if traced else smooth.to(values)

    def find_largest(
        self, values: Float[torch.Tensor, " B"]
    ) -> Float[torch.Tensor, " B"]:
        """Largest of all values, in any unit, for every frame (B,)."""
        return values.amax().expand(len(values))

    def find_lasting(
        self, flags: Bool[torch.Tensor, " B"], *, least: float
    ) -> Bool[torch.Tensor, " B"]:
        """Say where a flag is set for at least so long without a break, s."""
        lasting = np.zeros(len(self.time), dtype=bool)
        for run in runs(flags.numpy(force=True)):
            lasting[run] = duration(self.time, run) >= least
        return torch.from_numpy(lasting)


@dataclass(frozen=True)
class RepetitionTiming:
    """Frames of a batch of repetitions, one repetition after the other.

    Attributes
    ----------
    duration : (R,) s, from the first to the last frame of each
    filters : low-pass of so many frames each

    Examples
    --------
    >>> timing = RepetitionTiming(torch.tensor([1.0, 2.0]), LowPassTable(5, cutoff=3.0))
    >>> timing.find_largest(torch.arange(10.0)).tolist()[4:6]
    [4.0, 9.0]
    >>> flags = torch.tensor([False, False, False, True, True] * 2)
    >>> timing.find_lasting(flags, least=0.4).nonzero().flatten().tolist()
    [8, 9]
    """

    duration: Float[torch.Tensor, " R"]
    filters: LowPassTable

    def low_pass(
        self, values: Float[torch.Tensor, "B C"], *, cutoff: float
    ) -> Float[torch.Tensor, "B C"]:
        """Filter every repetition by itself; differentiable, by its duration too.

        Parameters
        ----------
        values : (B, C) any unit
        cutoff : Hz, that of the filters
        """
        assert cutoff == self.filters.cutoff
        matrices = self.filters(self.duration).to(values.dtype)
        rows = values.reshape(len(self.duration), self.filters.frames, -1)
        return (matrices @ rows).reshape(values.shape)

    def find_largest(
        self, values: Float[torch.Tensor, " B"]
    ) -> Float[torch.Tensor, " B"]:
        """Largest value (B,) of each frame's repetition, in any unit."""
        each = values.reshape(len(self.duration), -1).amax(dim=1)
        return each.repeat_interleave(self.filters.frames)

    def find_lasting(
        self, flags: Bool[torch.Tensor, " B"], *, least: float
    ) -> Bool[torch.Tensor, " B"]:
        """Say where a flag is set for at least so long without a break, s."""
        if not flags.any():
            return flags
        count = self.filters.frames
        lasting = [
            MotionTiming(np.linspace(0.0, length, count)).find_lasting(own, least=least)
            for length, own in zip(
                self.duration.tolist(), flags.reshape(-1, count), strict=True
            )
        ]
        return torch.cat(lasting)
