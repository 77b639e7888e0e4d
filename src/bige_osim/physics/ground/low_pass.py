"""Low-pass of repetitions of any duration as a matrix, differentiable by duration.

The zero-lag Butterworth low-pass of :meth:`~bige_osim.motion.Series.filter` is linear
in what it filters: F frames are multiplied by an F x F matrix that depends on cut-off
times duration alone, smoothly but where the padding at the ends grows by a frame (1e-6)
and where the rate falls to twice the cut-off, below which nothing is filtered. So it is
interpolated between matrices at durations that are made once.
"""

import math

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.motion import Series

RATIO = 1.04
"""Of neighbouring durations at which the filter itself is run."""


class LowPassTable:
    """Low-pass of F frames spread evenly over a repetition.

    Parameters
    ----------
    frames : F
    cutoff : Hz

    Examples
    --------
    What does not change passes:

    >>> table = LowPassTable(49, cutoff=3.0)
    >>> smooth = table(torch.tensor([2.5]).double()) @ torch.ones(49, 1).double()
    >>> bool((smooth - 1).abs().max() < 1e-6)
    True
    """

    def __init__(self, frames: int, *, cutoff: float) -> None:
        self.frames, self.cutoff = frames, cutoff
        self._known: dict[int, Float[torch.Tensor, "F F"]] = {}

    def __call__(
        self, duration: Float[torch.Tensor, " R"]
    ) -> Float[torch.Tensor, "R F F"]:
        """Matrices (R, F, F) without unit, for so many seconds each; differentiable.

        Raises
        ------
        BigeError
            A duration is not a positive number.
        """
        wrong = ~(duration.detach() > 0) | ~duration.detach().isfinite()
        if wrong.any():
            raise BigeError(
                "A repetition must last longer than 0 s, got "
                f"{float(duration[wrong][0]):g} s; choose another duration."
            )
        place = duration.double().log() / math.log(RATIO)
        below = place.detach().floor()
        first = [int(i) - 1 for i in below.tolist()]
        used = sorted({i + k for i in first for k in range(4)})
        matrices = torch.stack([self._at(i) for i in used]).to(duration.device)
        # Polynomials through four neighbours (Lagrange).
        t = place - below
        own = torch.stack(
            [
                -t * (t - 1) * (t - 2) / 6,
                (t + 1) * (t - 1) * (t - 2) / 2,
                -(t + 1) * t * (t - 2) / 2,
                (t + 1) * t * (t - 1) / 6,
            ],
            dim=1,
        )
        columns = [[used.index(i + k) for k in range(4)] for i in first]
        weights = own.new_zeros(len(first), len(used))
        weights = weights.scatter(1, torch.tensor(columns, device=own.device), own)
        mixed = weights @ matrices.flatten(1)
        return mixed.reshape(-1, self.frames, self.frames)

    def _at(self, index: int) -> Float[torch.Tensor, "F F"]:
        """Matrix for a duration of the table, made when first needed."""
        if index not in self._known:
            time = np.linspace(0.0, RATIO**index, self.frames)
            names = tuple(str(i) for i in range(self.frames))
            smooth = Series(time, np.eye(self.frames), names).filter(self.cutoff)
            self._known[index] = torch.from_numpy(smooth.values)
        return self._known[index]
