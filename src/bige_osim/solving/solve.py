"""A motion solved: ground reaction, net moments and muscle activations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError, name_some
from bige_osim.motion import (
    Activations,
    Forces,
    GroundReaction,
    Moments,
    Motion,
    Series,
)
from bige_osim.physics.ground.estimate import GroundConfig
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.ground.plates import PlateConfig
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress
from bige_osim.solution import StaticOptimisationConfig, StaticSolution
from bige_osim.solving.engines import Engine
from bige_osim.solving.ground_reaction import cut_to_plates, find_ground
from bige_osim.solving.residuals import ResidualSummary, summarise_residuals
from bige_osim.spec import ModelSpec

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

SQUAT_CUTOFF = 4.0
"""Low-pass for squats, Hz, as OpenCap's own simulations of squats use. Of phone video
it leaves 11 N m RMS of moments unexplained where 6 Hz leaves 37 N m."""


BEYOND = np.radians(2.0)
"""How far a coordinate may leave its range before that is said, rad."""


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


@dataclass(frozen=True, repr=False)
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
        """Net moments that nobody delivers, N m or N; see :class:`StaticSolution`."""
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


@torch.inference_mode()
def solve_motion(
    engine: Engine,
    motion: Motion,
    *,
    plates: GroundReaction | None = None,
    config: SolveConfig | None = None,
    spans: Sequence[tuple[float, float]] | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Solution:
    """Find what ground and muscles did to make a participant move so.

    The motion is low-passed; force plates, filtered likewise, go to the feet that stand
    on them, or else ground reaction is estimated; inverse dynamics and static
    optimisation explain the rest.

    Parameters
    ----------
    engine : with the participant's model
    motion : (T, C) rad and m, as recorded
    plates : force plates as recorded, on the same clock and in the same frame; forces
        whose names are the feet's bodies are taken as they are
    config : how to solve
    spans : run static optimisation only within these times, s
    jobs : processes for static optimisation
    progress : called with what is done, frames done and frames there are

    Raises
    ------
    MissingFileError, ModelError, UnknownNameError, BigeError
        Model, motion and plates do not fit each other; see
        :func:`~bige_osim.osim.reference.inverse_dynamics` and
        :func:`~bige_osim.physics.ground.plates.assign_plates`.
    SimulationError
        OpenSim failed, or solved no frame.
    """
    config = config or SolveConfig()
    start = perf_counter()
    skeleton = engine.skeleton
    smooth = smooth_motion(motion, skeleton, cutoff=config.cutoff)
    smooth, cut = cut_to_plates(smooth, plates, spans=spans)
    pose = skeleton.pose_of(smooth)
    fixed = not skeleton.root_names()
    feet = None if fixed else locate_feet(skeleton, smooth, pose=pose)
    found = find_ground(
        engine,
        smooth,
        plates=plates,
        feet=feet,
        pose=pose,
        spans=spans,
        rules=config.ground,
        config=config.filtered_plates,
    )
    ground, spans = found.reaction, found.spans
    between = perf_counter()
    static = engine.static_optimisation(
        smooth,
        ground=ground,
        rate=config.rate,
        spans=spans,
        jobs=jobs,
        progress=progress,
    )
    residual = None
    if feet is not None:
        residual = summarise_residuals(
            skeleton,
            smooth,
            static.moments,
            ground=ground,
            feet=feet,
            pose=pose,
            spans=spans,
        )
    return Solution(
        motion=smooth,
        ground=ground,
        floor=feet.floor if feet else 0.0,
        static=static,
        residual=residual,
        warnings=(
            *motion.notes,
            *cut,
            *found.warnings,
            *(residual.warnings() if residual else ()),
            *_out_of_range(smooth, skeleton.spec),
            *static.warnings,
        ),
        timings={
            "ground": between - start,
            "static optimisation": perf_counter() - between,
        },
        config=config,
    )


def smooth_motion(motion: Motion, skeleton: Skeleton, *, cutoff: float) -> Motion:
    """Low-pass the independent coordinates; compute coupled and add locked ones.

    Raises
    ------
    BigeError
        A value is no number, or an independent coordinate is missing.
    """
    motion.require_finite()
    coupled = {coupler.dependent for coupler in skeleton.spec.couplers}
    free = motion.select([name for name in motion.names if name not in coupled])
    whole = skeleton.coordinates.complete(free.filter(cutoff))
    return replace(whole, name=motion.name)


def _out_of_range(motion: Motion, spec: ModelSpec) -> Iterator[str]:
    """Say which coordinates static optimisation holds at their limits."""
    found: dict[str, float] = {}
    for coordinate in spec.coordinates:
        if not coordinate.clamped or coordinate.translational:
            continue
        values = motion.column(coordinate.name)
        beyond = max(
            coordinate.minimum - values.min(), values.max() - coordinate.maximum
        )
        if beyond > BEYOND:
            found[coordinate.name] = float(np.degrees(beyond))
    if found:
        worst = sorted(found, key=lambda name: -found[name])
        listed = name_some([f"{name} by {found[name]:.0f}°" for name in worst], most=3)
        yield (
            f"Beyond the model's range go {listed}; static optimisation, as OpenSim's, "
            "holds them at its end."
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
