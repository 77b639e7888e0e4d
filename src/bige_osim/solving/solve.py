"""A motion solved: ground reaction, net moments and muscle activations."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np
import torch

from bige_osim.errors import name_some
from bige_osim.motion import GroundReaction, Motion
from bige_osim.physics.ground.feet import locate_feet
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.progress import Progress, silent
from bige_osim.solving.engines import Engine
from bige_osim.solving.ground_reaction import cut_to_plates, find_ground
from bige_osim.solving.residuals import summarise_residuals
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.spec import ModelSpec

SQUAT_CUTOFF = 4.0
"""Low-pass for squats, Hz, as OpenCap's own simulations of squats use. Of phone video
it leaves residual moments of 11 N m RMS where 6 Hz leaves 37 N m."""


BEYOND = np.radians(2.0)
"""How far a coordinate may exceed its range without a warning, rad."""


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
        static=static,
        residual=residual,
        warnings=(
            *motion.notes, *cut, *found.warnings, *residuals, *beyond,
            *static.warnings,
        ),
        timings={"ground": between - start, "static optimisation": end - between},
        config=config,
    )  # fmt: skip


def smooth_motion(motion: Motion, skeleton: Skeleton, *, cutoff: float) -> Motion:
    """Low-pass the independent coordinates (at Hz); compute coupled, add locked ones.

    Raises
    ------
    BigeError
        A value is no number, or an independent coordinate is missing.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> shaking = Motion(np.arange(200) / 100, np.zeros((200, 1)), ("angle",))
    >>> shaking.values[::2] = 0.1
    >>> smooth = smooth_motion(shaking, Skeleton(pendulum()), cutoff=6.0)
    >>> smooth.values[100].round(3).tolist()
    [0.05]
    """
    motion.require_finite()
    coupled = {coupler.dependent for coupler in skeleton.spec.couplers}
    free = motion.select([name for name in motion.names if name not in coupled])
    whole = skeleton.coordinates.complete(free.filter(cutoff))
    return replace(whole, name=motion.name)


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
