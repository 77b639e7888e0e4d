"""The result of static optimisation, whoever solved it, and how it was asked for."""

import math
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, count_nouns
from bige_osim.motion import Activations, Forces, Moments

EngineName = Literal["fast", "opensim"]

FULL = 0.999
"""Activation from which a muscle counts as saturated."""


@dataclass(frozen=True)
class StaticOptimisationConfig:
    """How static optimisation is done.

    Attributes
    ----------
    rate : solved frames per second; every n-th frame is solved, so the nearest rate
        that divides the motion's is taken. ``None`` solves every frame.
    reserve : optimal force of the reserve at each free coordinate, N m or N: a moment
        of this size costs as much as a saturated muscle
    residual : optimal force of the residuals at the root, N m or N. What they carry
        does not depend on it, for muscles cannot push the pelvis off the ground.
    exponent : of the activations in the cost
    physiology : muscle forces depend on fibre length and velocity
    tolerance : at which the optimiser stops. At OpenSim's own, 1e-4, activations are
        up to 0.004 from the optimum, at 1e-6 up to 0.0004, at the same speed; at 1e-8
        it gives up on frames.
    iterations : at which it gives up

    Raises
    ------
    BigeError
        A number is not positive.

    Examples
    --------
    >>> StaticOptimisationConfig(reserve=0.0)
    Traceback (most recent call last):
    bige_osim.errors.BigeError: Static optimisation needs a positive reserve, got 0.0; \
change the configuration.
    """

    rate: float | None = None
    reserve: float = 1.0
    residual: float = 100.0
    exponent: float = 2.0
    physiology: bool = True
    tolerance: float = 1e-6
    iterations: int = 100

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name, value in asdict(self).items():
            if value is not None and not 0 < value < math.inf and name != "physiology":
                raise BigeError(
                    f"Static optimisation needs a positive {name}, got {value}; change "
                    "the configuration."
                )


@dataclass(frozen=True)
class StaticSolution:
    """What static optimisation found at N frames, and what it had to balance.

    Attributes
    ----------
    activations : (N, M) of every muscle, 0 to 1; NaN at failed frames
    forces : (N, M) tendon forces of the same muscles, N; NaN at failed frames
    reserves : what ideal actuators add at coordinates, N m or N; NaN at failed frames
    residuals : the same at the root's six coordinates
    actuators : what the model's own actuators give at the coordinates they drive
    muscle_moments : (N, I) what ``forces`` come to at the independent coordinates
    demand : (N, I) net generalised forces there, to be met at these frames; those of
        coupled coordinates count at the one that drives them
    moments : net generalised forces of all coordinates at every frame of the motion
    violation : (N,) by how much each frame misses what it has to meet. OpenSim: largest
        error of an acceleration, rad/s² or m/s². Ours: largest error in the conditions
        of the optimum (Karush, Kuhn, Tucker), N m or N. NaN where it is not known
    failed : times of the frames that were not solved, s
    warnings : sentences for the user
    engine : what solved it
    config : how
    """

    activations: Activations
    forces: Forces
    reserves: Moments
    residuals: Moments
    actuators: Moments
    muscle_moments: Moments
    demand: Moments
    moments: Moments
    violation: Float[np.ndarray, " N"]
    failed: tuple[float, ...]
    warnings: tuple[str, ...]
    engine: EngineName
    config: StaticOptimisationConfig

    def moment_residual(self) -> Moments:
        """Net moments that nobody delivers, whichever engine solved it.

        Returns
        -------
        Moments
            (N, I) N m or N at the independent coordinates: ``demand`` less what
            muscles, the model's actuators, reserves and residuals give; NaN at failed
            frames

        Examples
        --------
        A muscle gives 30 of the 40 N m that a hinge needs, its reserve the rest:

        >>> def at(value):
        ...     return Moments(np.zeros(1), np.array([[value]]), ("hinge",))
        >>> none = Moments(np.zeros(1), np.zeros((1, 0)), ())
        >>> solution = StaticSolution(
        ...     Activations(np.zeros(1), np.ones((1, 1)), ("m",)),
        ...     Forces(np.zeros(1), np.full((1, 1), 1000.0), ("m",)),
        ...     reserves=at(10.0), residuals=none, actuators=none,
        ...     muscle_moments=at(30.0), demand=at(40.0), moments=at(40.0),
        ...     violation=np.zeros(1), failed=(), warnings=(), engine="fast",
        ...     config=StaticOptimisationConfig())
        >>> solution.moment_residual().column("hinge").tolist()
        [0.0]
        >>> solution.objective().tolist()  # 1² of the muscle, (10 / 1)² of the reserve
        [101.0]
        >>> solution.saturated()
        {'m': 1.0}
        >>> solution
        StaticSolution(fast: 1 muscle, 1 frame, 0 failed)
        """
        names = self.demand.names
        left = self.demand.values.copy()
        for given in (
            self.muscle_moments, self.actuators, self.reserves, self.residuals
        ):  # fmt: skip
            left[:, [names.index(name) for name in given.names]] -= given.values
        return Moments(self.demand.time, left, names)

    def objective(self) -> Float[np.ndarray, " N"]:
        """Squares that are minimised (N,): activations, and controls of what was added.

        The model's own actuators of coordinates are left out: muscles never compete
        with them.
        """
        squares = (
            self.activations.values**2,
            (self.reserves.values / self.config.reserve) ** 2,
            (self.residuals.values / self.config.residual) ** 2,
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

    def __repr__(self) -> str:
        """Say what it is in one line."""
        frames, muscles = self.activations.values.shape
        return (
            f"StaticSolution({self.engine}: {count_nouns(muscles, 'muscle')}, "
            f"{count_nouns(frames, 'frame')}, {len(self.failed)} failed)"
        )
