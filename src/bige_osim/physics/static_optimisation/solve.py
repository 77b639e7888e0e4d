"""Static optimisation of recorded motions, all frames at once."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int

from bige_osim.motion import Activations, Forces, GroundReaction, Moments, Motion
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
from bige_osim.spec import ActuatorSpec

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
    everything = Moments(time, added, tuple(a.name for a in model.actuators))
    independent = model.skeleton.coordinates.independent
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
        forces=Forces(time, join("forces") * unknown, model.muscle_names),
        reserves=everything.select_prefix(RESERVE),
        residuals=everything.select_prefix(RESIDUAL),
        actuators=_sum_own(model.skeleton.spec.actuators, added, time=time),
        muscle_moments=Moments(time, join("muscle_moments") * unknown, independent),
        demand=Moments(time, join("demand"), independent),
        moments=moments,
        violation=violation,
        failed=times,
        warnings=warnings,
        engine="fast",
        config=model.config,
    )


def _sum_own(
    own: Sequence[ActuatorSpec],
    added: Float[np.ndarray, "N U"],
    *,
    time: Float[np.ndarray, " N"],
) -> Moments:
    """Sum what the model's own actuators, which come first, give a coordinate."""
    names = tuple(dict.fromkeys(actuator.coordinate for actuator in own))
    values = np.zeros((len(time), len(names)))
    for i, actuator in enumerate(own):
        values[:, names.index(actuator.coordinate)] += added[:, i]
    return Moments(time, values, names)
