"""The result of static optimisation, whoever solved it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from bige_osim.motion import Activations, Moments, Series

FULL = 0.999
"""Activation from which a muscle counts as saturated."""


@dataclass(frozen=True)
class StaticSolution:
    """What static optimisation found, at the frames it solved.

    Attributes
    ----------
    activations : of every muscle, 0 to 1; NaN at failed frames
    forces : tendon forces of the same muscles, N; NaN at failed frames
    reserves : what ideal actuators add at coordinates, N m or N; NaN at failed frames
    residuals : the same at the root's six coordinates
    moments : net generalised forces of all coordinates at every frame of the motion
    violation : (N,) by how much each frame misses what it has to meet. OpenSim: largest
        error of an acceleration, rad/s² or m/s². Ours: largest error in the conditions
        of the optimum (Karush, Kuhn, Tucker), N m or N. NaN where it is not known
    failed : times of the frames that were not solved, s
    warnings : sentences for the user
    """

    activations: Activations
    forces: Series
    reserves: Series
    residuals: Series
    moments: Moments
    violation: Float[np.ndarray, " N"]
    failed: tuple[float, ...]
    warnings: tuple[str, ...]

    def objective(
        self, *, reserve: float = 1.0, residual: float = 100.0
    ) -> Float[np.ndarray, " N"]:
        """Squares that are minimised (N,): activations, and controls of what was added.

        The model's own actuators of coordinates are left out: muscles never compete
        with them.

        Parameters
        ----------
        reserve, residual : optimal forces, N m or N, that it was solved with
        """
        squares = (
            self.activations.values**2,
            (self.reserves.values / reserve) ** 2,
            (self.residuals.values / residual) ** 2,
        )
        return np.asarray(sum(values.sum(axis=1) for values in squares))

    def saturated(self) -> dict[str, float]:
        """Fraction of the solved frames in which a muscle is saturated, if any."""
        values = self.activations.finite().values
        shares = (values >= FULL).mean(axis=0) if len(values) else np.zeros(0)
        return {
            name: float(share)
            for name, share in zip(self.activations.names, shares, strict=False)
            if share > 0
        }
