"""Static optimisation of recorded motions, all frames at once."""

import numpy as np
import torch
from jaxtyping import Float, Int

from bige_osim.motion import Activations, GroundReaction, Moments, Motion, Series
from bige_osim.physics.dynamics.inverse_dynamics import (
    States,
    chunks,
    loads_at,
    loads_of,
    net_moments,
)
from bige_osim.physics.static_optimisation.model import (
    RESERVE,
    RESIDUAL,
    Effort,
    StaticOptimisation,
)
from bige_osim.progress import Progress
from bige_osim.solution import StaticSolution

LARGEST_VIOLATION = 1e-3
"""Violation from which a frame counts as not solved, N m or N."""


def static_optimisation(
    model: StaticOptimisation,
    motion: Motion,
    *,
    ground: GroundReaction,
    rows: Int[np.ndarray, " N"] | None = None,
    progress: Progress | None = None,
) -> StaticSolution:
    """Muscle activations that explain a motion.

    Parameters
    ----------
    model : made ready
    motion : (T, A) all coordinates of the model, rad and m, filtered
    ground : forces on bodies, at the same times
    rows : frames to solve; all for ``None``. Net moments come for every frame
    progress : called with what is done, frames done and frames there are
    """
    every = np.arange(len(motion.time))
    rows = every if rows is None else rows
    given = States.of(motion, model.names)
    states = given.as_static_optimisation(motion.time)
    loads = loads_at(ground, motion.time)
    parts: list[Effort] = []
    with torch.inference_mode():
        for chunk in chunks(rows):
            parts.append(model(*states.at(chunk), loads=loads_of(loads, chunk)))
            if progress:
                progress(
                    "static optimisation", int((rows <= chunk[-1]).sum()), len(rows)
                )
    moments = net_moments(model.dynamics, motion, states=given, loads=loads)
    return _solution(model, parts, time=motion.time[rows], moments=moments)


def _solution(
    model: StaticOptimisation,
    parts: list[Effort],
    *,
    time: Float[np.ndarray, " N"],
    moments: Moments,
) -> StaticSolution:
    """Put chunks together; what was not solved is no number."""

    def join(name: str) -> Float[np.ndarray, " N *columns"]:
        return np.asarray(torch.cat([getattr(part, name) for part in parts]).numpy())

    violation = join("imbalance")
    failed = ~(violation <= LARGEST_VIOLATION)
    unknown = np.where(failed, np.nan, 1.0)[:, None]
    strengths = [actuator.optimal_force for actuator in model.actuators]
    added = join("controls") * np.array(strengths) * unknown
    everything = Series(time, added, tuple(a.name for a in model.actuators))
    times = tuple(map(float, time[failed]))
    warnings: tuple[str, ...] = ()
    if times:
        shown = ", ".join(f"{t:.2f}" for t in times[:5])
        warnings = (
            f"{len(times)} of {len(time)} frames were not solved, so their activations "
            f"are missing: at {shown}{' …' if len(times) > 5 else ''} s; look for a "
            "jump in the motion there.",
        )
    return StaticSolution(
        activations=Activations(
            time, join("activations") * unknown, model.muscle_names
        ),
        forces=Series(time, join("forces") * unknown, model.muscle_names),
        reserves=everything.starting(RESERVE),
        residuals=everything.starting(RESIDUAL),
        moments=moments,
        violation=violation,
        failed=times,
        warnings=warnings,
    )
