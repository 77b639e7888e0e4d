"""A motion solved: what is known of it, and how it was asked for."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.motion import (
    Activations,
    Forces,
    GroundReaction,
    Moments,
    Motion,
    Series,
)
from bige_osim.physics.ground.estimate import GroundConfig
from bige_osim.physics.ground.plates import PlateConfig
from bige_osim.solution import StaticOptimisationConfig, StaticSolution
from bige_osim.solving.residuals import ResidualSummary

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True)
class SolveConfig:
    """How a motion is solved.

    Attributes
    ----------
    cutoff : low-pass of the motion, Hz
    force_cutoff : low-pass of force plates, Hz; ``None`` for that of the motion
    rate : solved frames per second; ``None`` for every frame with the fast engine, 25
        with OpenSim
    static : settings of static optimisation; its rate is replaced by ``rate``
    ground : what feet can do, where ground reaction is estimated
    plates : what counts as a foot on a plate, where it is measured

    Raises
    ------
    BigeError
        A cut-off is not positive.
    """

    cutoff: float = 6.0
    force_cutoff: float | None = None
    rate: float | None = None
    static: StaticOptimisationConfig = field(default_factory=StaticOptimisationConfig)
    ground: GroundConfig = field(default_factory=GroundConfig)
    plates: PlateConfig = field(default_factory=PlateConfig)

    @property
    def filtered_plates(self) -> PlateConfig:
        """Settings of force plates with their low-pass."""
        return replace(self.plates, cutoff=self.force_cutoff or self.cutoff)

    def __post_init__(self) -> None:
        """Refuse cut-offs that are not positive."""
        for name, value in (
            ("cutoff", self.cutoff),
            ("force_cutoff", self.force_cutoff or self.cutoff),
        ):
            if not 0 < value < np.inf:
                raise BigeError(
                    f"The {name} of a low-pass must be positive, got {value} Hz; 6 Hz "
                    "suits squats."
                )


@dataclass(frozen=True)
class Solution:
    """What is known of a motion after it is solved.

    Attributes
    ----------
    motion : filtered, every frame, as it was solved
    ground : reaction on the bodies of the feet at every frame; on none where the model
        is fixed to ground
    floor : height of the floor, m; 0 without feet
    static : what static optimisation found, which can judge itself
    residual : summary of what is unexplained at the root; ``None`` for a model that is
        fixed to ground, which carries whatever there is
    warnings : sentences for the user
    timings : seconds taken by ``ground`` and ``static optimisation``
    config : what it was solved with
    """

    motion: Motion
    ground: GroundReaction
    floor: float
    static: StaticSolution
    residual: ResidualSummary | None
    warnings: tuple[str, ...]
    timings: dict[str, float]
    config: SolveConfig

    @property
    def activations(self) -> Activations:
        """Muscle activations, 0 to 1, at the solved frames; NaN where one failed."""
        return replace(self.static.activations, name=self.motion.name)

    @property
    def forces(self) -> Forces:
        """Tendon forces of the muscles, N, likewise."""
        return replace(self.static.forces, name=self.motion.name)

    @property
    def moments(self) -> Moments:
        """Net generalised forces, N m or N, at every frame; at the root the residual.

        What the ground does not explain is left there.
        """
        return replace(self.static.moments, name=self.motion.name)

    @property
    def reserves(self) -> Moments:
        """What ideal actuators add at coordinates, N m or N, at the solved frames."""
        return self.static.reserves

    @property
    def residuals(self) -> Moments:
        """What they add at the root's six coordinates, likewise."""
        return self.static.residuals

    @property
    def failed(self) -> tuple[float, ...]:
        """Times of the frames that were not solved, s."""
        return self.static.failed

    def moment_residual(self) -> Moments:
        """Net moments that nobody delivers, N m or N; see :class:`.StaticSolution`."""
        return self.static.moment_residual()

    @property
    def failure(self) -> str:
        """Why the motion is not explained at all, "" if it is."""
        return self.residual.failure if self.residual else ""

    def summary(self) -> dict[str, Any]:
        """Plain data for ``solve.json``, with units in the names."""
        time, static = self.static.activations.time, self.static
        seconds = self.timings["static optimisation"]
        return {
            "from_s": float(time[0]),
            "to_s": float(time[-1]),
            "frames": len(time),
            "failed_s": list(static.failed),
            "ground": self.ground.source,
            "residuals": self.residual.to_dict() if self.residual else None,
            "reserve_max_nm": _largest(static.reserves),
            "saturated": {n: round(s, 3) for n, s in static.saturated().items()},
            "seconds": {name: round(time, 2) for name, time in self.timings.items()},
            "seconds_per_frame": round(seconds / len(time), 6),
            "notes": list(self.motion.notes),
            "warnings": list(self.warnings),
        }

    def to_xarray(self) -> "xr.Dataset":
        """All series by what they are, over the motion's time; NaN if not solved.

        Returns
        -------
        xr.Dataset
            ``motion`` (time, coordinate), ``activations`` (time, muscle), … and
            ``ground_force`` (time, foot, axis), each with units in its attributes
        """
        import xarray as xr

        arrays = {
            "motion": self.motion.to_xarray(),
            "activations": self.activations.to_xarray(),
            "forces": self.forces.to_xarray(),
            "moments": self.moments.to_xarray(),
            "reserves": self.static.reserves.to_xarray(),
            "residuals": self.static.residuals.to_xarray(),
            "moment_residual": self.static.moment_residual().to_xarray(),
        }
        ground = self.ground.to_xarray()
        arrays |= {f"ground_{kind}": array for kind, array in ground.items()}
        found = xr.merge(
            [array.rename(name) for name, array in arrays.items()], join="outer"
        )
        facts = {"engine": self.static.engine, "ground": self.ground.source}
        return found.assign_attrs(name=self.motion.name, **facts)

    def to_pandas(self) -> "pd.DataFrame":
        """Table with a row per time (s) and columns (quantity, name).

        Quantities are the motion, activations, forces and moments.
        """
        import pandas as pd

        parts = (self.motion, self.activations, self.forces, self.moments)
        tables = {part.quantity: part.to_pandas() for part in parts}
        return pd.concat(tables, axis=1, names=["quantity", "name"])

    def __repr__(self) -> str:
        """Say what it is in one line."""
        said = f"FAILED: {self.failure}" if self.failure else "residuals plausible"
        failed = len(self.static.failed)
        return (
            f"Solution({self.activations!r}, {self.static.engine}, "
            f"ground {self.ground.source}, {failed} failed frames, {said})"
        )


def _largest(series: Series) -> dict[str, float]:
    """Largest magnitude of every column, by name; failed frames left out."""
    known = series.finite().values
    if not len(known):
        return {}
    peaks: Float[np.ndarray, " C"] = np.abs(known).max(axis=0)
    return {
        name: round(float(peak), 3)
        for name, peak in zip(series.names, peaks, strict=True)
    }
