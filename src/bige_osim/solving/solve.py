"""A motion solved: ground reaction, net moments and muscle activations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError, name_some
from bige_osim.motion import (
    Activations,
    GroundReaction,
    Moments,
    Motion,
    Series,
)
from bige_osim.osim.static_optimisation.frames import StaticOptimisationConfig
from bige_osim.physics.ground.estimate import GroundConfig
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.ground.plates import PlateConfig
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress, silent
from bige_osim.solving.engines import Engine, EngineName
from bige_osim.solving.ground_reaction import cut_to_plates, find_ground
from bige_osim.solving.residuals import ResidualSummary, summarise_residuals
from bige_osim.spec import ModelSpec

SQUAT_CUTOFF = 4.0
"""Low-pass for squats, Hz, as OpenCap's own simulations of squats use. Of phone video
it leaves residual moments of 11 N m RMS where 6 Hz leaves 37 N m."""


BEYOND = np.radians(2.0)
"""How far a coordinate may exceed its range without a warning, rad."""


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

    Examples
    --------
    >>> SolveConfig(cutoff=4.0).filtered_plates.cutoff
    4.0
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
    """A solved motion.

    Attributes
    ----------
    motion : filtered, every frame, as it was solved
    ground : reaction on the bodies of the feet at every frame; on none where the model
        is fixed to ground
    floor : height of the floor, m; 0 without feet
    moments : net generalised forces at every frame; at the root the residuals
    activations : 0 to 1 at the solved frames; NaN where a frame failed
    forces : tendon forces of the muscles, N, likewise
    reserves : what ideal actuators add at coordinates, N m or N, likewise
    residuals : what they add at the root's six coordinates, likewise
    residual : summary of the pelvis residuals; ``None`` for a model that is fixed to
        ground
    failed : times of the frames that were not solved, s
    warnings : sentences for the user
    timings : seconds taken by ``ground`` and ``static optimisation``
    saturated : fraction of the solved frames in which a muscle is saturated
    engine : what solved it
    config : what it was solved with
    """

    motion: Motion
    ground: GroundReaction
    floor: float
    moments: Moments
    activations: Activations
    forces: Series
    reserves: Series
    residuals: Series
    residual: ResidualSummary | None
    failed: tuple[float, ...]
    warnings: tuple[str, ...]
    timings: dict[str, float]
    saturated: dict[str, float]
    engine: EngineName
    config: SolveConfig

    @property
    def failure(self) -> str:
        """Why the residuals are implausible, "" if they are not."""
        return self.residual.failure if self.residual else ""

    def summary(self) -> dict[str, Any]:
        """Plain data for ``solve.json``, with units in the names."""
        seconds = self.timings["static optimisation"]
        return {
            "from_s": float(self.activations.time[0]),
            "to_s": float(self.activations.time[-1]),
            "frames": len(self.activations.time),
            "failed_s": list(self.failed),
            "ground": self.ground.source,
            "residuals": self.residual.to_dict() if self.residual else None,
            "reserve_max_nm": _largest(self.reserves),
            "saturated": {n: round(share, 3) for n, share in self.saturated.items()},
            "seconds": {name: round(time, 2) for name, time in self.timings.items()},
            "seconds_per_frame": round(seconds / len(self.activations.time), 6),
            "warnings": list(self.warnings),
        }


@torch.inference_mode()
def solve_motion(
    engine: Engine,
    motion: Motion,
    *,
    plates: GroundReaction | None = None,
    config: SolveConfig | None = None,
    spans: Sequence[tuple[float, float]] | None = None,
    jobs: int = 1,
    progress: Progress = silent,
) -> Solution:
    """Find ground reaction, net moments and muscle activations of a motion.

    The motion is low-passed; force plates, filtered likewise, go to the feet that stand
    on them, or else ground reaction is estimated; inverse dynamics and static
    optimisation follow.

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
        :func:`~bige_osim.osim.tools.inverse_dynamics.inverse_dynamics` and
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
    feet = locate_feet(skeleton, smooth, pose=pose) if skeleton.root_names() else None
    found = find_ground(
        engine, smooth, plates=plates, feet=feet, pose=pose, spans=spans,
        rules=config.ground, config=config.filtered_plates,
    )  # fmt: skip
    ground, spans = found.reaction, found.spans
    between = perf_counter()
    static = engine.static_optimisation(
        smooth, ground=ground, rate=config.rate, spans=spans, jobs=jobs,
        progress=progress,
    )  # fmt: skip
    residual = None
    if feet is not None:
        residual = summarise_residuals(
            skeleton, smooth, static.moments, ground=ground, feet=feet, pose=pose,
            spans=spans,
        )  # fmt: skip
    end = perf_counter()
    residuals = residual.warnings() if residual else ()
    beyond = _out_of_range(smooth, skeleton.spec)
    return Solution(
        motion=smooth,
        ground=ground,
        floor=feet.floor if feet else 0.0,
        moments=static.moments,
        activations=static.activations,
        forces=static.forces,
        reserves=static.reserves,
        residuals=static.residuals,
        residual=residual,
        failed=static.failed,
        warnings=(
            *motion.notes, *cut, *found.warnings, *residuals, *beyond,
            *static.warnings,
        ),
        timings={"ground": between - start, "static optimisation": end - between},
        saturated=static.saturated(),
        engine=engine.name,
        config=config,
    )  # fmt: skip


def smooth_motion(motion: Motion, skeleton: Skeleton, *, cutoff: float) -> Motion:
    """Low-pass the independent coordinates; compute coupled and add locked ones.

    Raises
    ------
    BigeError
        A value is no number, or an independent coordinate is missing.
    """
    bad = np.argwhere(~np.isfinite(motion.values))
    if len(bad):
        frame, column = bad[0]
        raise BigeError(
            f"Column {motion.names[column]} of the motion is no number at "
            f"{motion.time[frame]:.3f} s; fill the gap or cut the trial."
        )
    coupled = {coupler.dependent for coupler in skeleton.spec.couplers}
    free = motion.select([name for name in motion.names if name not in coupled])
    return skeleton.coordinates.complete(free.filter(cutoff))


def _out_of_range(motion: Motion, spec: ModelSpec) -> Iterator[str]:
    """Say which coordinates static optimisation clamps to their range."""
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
            f"Beyond the model's range: {listed}; static optimisation clamps them to "
            "it, as OpenSim's does."
        )


def _largest(series: Series) -> dict[str, float]:
    """Largest magnitude of every column, by name; failed frames left out."""
    known = series.values[np.isfinite(series.values).all(axis=1)]
    if not len(known):
        return {}
    peaks: Float[np.ndarray, " C"] = np.abs(known).max(axis=0)
    return {
        name: round(float(peak), 3)
        for name, peak in zip(series.names, peaks, strict=True)
    }
