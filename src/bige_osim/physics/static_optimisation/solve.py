"""Static optimisation of recorded motions, all frames at once."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float, Int

from bige_osim.errors import BigeError
from bige_osim.motion import Activations, Forces, GroundReaction, Moments, Motion
from bige_osim.physics.dynamics.inverse_dynamics import (
    States,
    chunks,
    loads_at,
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
from bige_osim.times import interval, within

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

    Raises
    ------
    BigeError
        A value of the motion or of the ground is no number.

    Examples
    --------
    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> time, none = np.arange(9) / 100, np.zeros((9, 0, 3))
    >>> still = Motion(time, np.full((9, 1), 0.5), ("angle",))
    >>> ground = GroundReaction(time, none, none, none, (), "none")
    >>> model = StaticOptimisation(Skeleton(pendulum(muscle=True)))
    >>> solution = static_optimisation(model, still, ground=ground)
    >>> solution.activations.names, solution.failed
    (('lift',), ())
    """
    every = np.arange(len(motion.time))
    rows = every if rows is None else rows
    given = States.of(motion, model.names)
    states = given.as_static_optimisation(motion.time)
    loads = loads_at(ground, motion.time)
    parts: list[Effort] = []
    with torch.inference_mode():
        for chunk in chunks(rows):
            pushed = loads.at(chunk) if loads else None
            parts.append(model(*states.at(chunk), loads=pushed))
            if progress:
                progress(
                    "static optimisation", int((rows <= chunk[-1]).sum()), len(rows)
                )
    moments = net_moments(model.dynamics, motion, states=given, loads=loads)
    return _solution(model, parts, time=motion.time[rows], moments=moments)


def choose_frames(
    time: Float[np.ndarray, " T"],
    *,
    rate: float | None = None,
    spans: Sequence[tuple[float, float]] | None = None,
) -> Int[np.ndarray, " N"]:
    """Rows of the frames to solve.

    Parameters
    ----------
    time : (T,) s
    rate : 1/s; every n-th frame is solved, the nearest rate that divides the motion's.
        ``None`` solves every frame
    spans : only from the one time to the other of each pair, s

    Raises
    ------
    BigeError
        A span has no frame.

    Examples
    --------
    >>> choose_frames(np.arange(10) / 100, rate=25.0, spans=[(0.0, 0.06)])
    array([0, 4])
    """
    own = 1 / interval(time) if len(time) > 1 else 1.0
    step = 1 if rate is None else max(1, round(own / rate))
    if spans is None:
        return np.arange(0, len(time), step)
    chosen = np.zeros(len(time), dtype=bool)
    for start, stop in spans:
        inside = np.flatnonzero(within(time, start, stop))
        if not len(inside):
            raise BigeError(
                f"There is no frame between {start:.3f} and {stop:.3f} s in a motion of"
                f" {time[0]:.3f} to {time[-1]:.3f} s; choose other times."
            )
        kept = inside[inside % step == 0]
        chosen[kept if len(kept) else inside[:1]] = True
    return np.flatnonzero(chosen)


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

    names = model.muscle_names
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
        activations=Activations(time, join("activations") * unknown, names),
        forces=Forces(time, join("forces") * unknown, names),
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
