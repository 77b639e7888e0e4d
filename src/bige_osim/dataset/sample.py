"""One repetition as the dataset holds it: resampled over its cycle, duration kept."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, name_some
from bige_osim.motion import Activations, GroundReaction, Moments, Motion
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.solution import Solution
from bige_osim.spec import ModelSpec

FRAMES = 196
"""Frames over 0-100 % of a cycle."""

PELVIS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")


@dataclass(frozen=True)
class Labels:
    """Where a repetition comes from.

    Attributes
    ----------
    person, session, trial : names
    source : of the motion: ``measured`` or ``synthetic``
    engine : what simulated it
    height_m, mass_kg, leg_length_m : of the participant, m, kg, m
    sex : ``female``, ``male`` or "" if nobody says
    licence : under which the recording may be used, "" if nobody says
    derived_from : the participant whose recorded motion this is a copy of, "" if it is
        none
    marker_error : RMS distance of the model's markers from the recorded ones over the
        trial, m; NaN if it is not known
    balance_change : RMS change of all angles over time by which the motion was balanced
        (:mod:`bige_osim.guidance.balance`), rad; NaN if it was not
    """

    person: str
    session: str
    trial: str
    source: str
    engine: str
    height_m: float
    mass_kg: float
    leg_length_m: float
    sex: str = ""
    licence: str = ""
    derived_from: str = ""
    marker_error: float = float("nan")
    balance_change: float = float("nan")


@dataclass(frozen=True)
class Sample:
    """A repetition over 0-100 % of its cycle.

    Attributes
    ----------
    motion : rad and m; the pelvis starts at x = z = 0 and its height counts from the
        floor
    activations : 0 to 1
    moments : net generalised forces, N m or N; at the root the residuals
    ground : forces N, points m (moved like the pelvis), free moments N m, per foot
    origin : (3,) m, what was taken off the pelvis' and the points' positions
    repetition, labels, spec : which one, whose, on which model
    """

    motion: Motion
    activations: Activations
    moments: Moments
    ground: GroundReaction
    origin: Float[np.ndarray, " 3"]
    repetition: Repetition
    labels: Labels
    spec: ModelSpec


def make_sample(
    repetition: Repetition,
    *,
    solution: Solution,
    spec: ModelSpec,
    labels: Labels,
    frames: int = FRAMES,
) -> Sample:
    """Cut one repetition out of a solved motion and resample it over its cycle.

    Parameters
    ----------
    repetition : start and stop, s
    solution : covers the repetition; activations may be at a lower rate
    spec : the model; only its independent coordinates are kept
    frames : F, resampled by splines on real time

    Raises
    ------
    BigeError
        if a frame within the repetition was not solved
    """
    motion, origin = resample_repetition(
        solution.motion.select(spec.independent_names),
        repetition,
        floor=solution.floor,
        frames=frames,
    )
    time = np.linspace(repetition.start, repetition.stop, frames)
    clock = motion.time
    ground = solution.ground.at(time)
    return Sample(
        motion=motion,
        activations=Activations(
            clock,
            np.clip(
                _select_activations(solution, repetition).at(time).values, 0.0, 1.0
            ),
            solution.activations.names,
        ),
        moments=replace(solution.moments.select(motion.names).at(time), time=clock),
        ground=replace(ground, time=clock, point=ground.point - origin, notes=()),
        origin=origin,
        repetition=repetition,
        labels=labels,
        spec=spec,
    )


def resample_repetition(
    motion: Motion, repetition: Repetition, *, floor: float, frames: int = FRAMES
) -> tuple[Motion, Float[np.ndarray, " 3"]]:
    """Resample a repetition over its cycle, on a clock and at a place of its own.

    Parameters
    ----------
    motion : covers the repetition, rad and m
    repetition : start and stop, s
    floor : height of the floor, m
    frames : F

    Returns
    -------
    the motion from 0 s on, its pelvis at x = z = 0 at the start and its height from the
    floor, and what was taken off the pelvis' position (3,), m

    Examples
    --------
    >>> time = np.arange(11) / 10
    >>> path = np.stack([time, 1 + 0 * time, 0 * time], axis=1)
    >>> squat = Repetition(0.2, 0.8, 0.5, 1.5, "squat", 0.8)
    >>> found, origin = resample_repetition(
    ...     Motion(time, path, PELVIS), squat, floor=0.25, frames=3)
    >>> found.values.round(9).tolist(), origin.round(9).tolist()
    ([[0.0, 0.75, 0.0], [0.3, 0.75, 0.0], [0.6, 0.75, 0.0]], [0.2, 0.25, 0.0])
    """
    return resample_cycle(
        motion, repetition.start, repetition.stop, floor=floor, frames=frames
    )


def resample_cycle(
    motion: Motion, start: float, stop: float, *, floor: float, frames: int = FRAMES
) -> tuple[Motion, Float[np.ndarray, " 3"]]:
    """Resample what lies from ``start`` to ``stop`` (s), as `resample_repetition` does.

    Parameters
    ----------
    motion : covers that time, rad and m
    floor : height of the floor, m
    frames : F

    Returns
    -------
    the motion from 0 s on, and what was taken off the pelvis' position (3,), m
    """
    time = np.linspace(start, stop, frames)
    motion = motion.at(time)
    first = motion.select(PELVIS).values[0]
    origin = np.array([first[0], floor, first[2]])
    values = motion.values.copy()
    for axis, name in enumerate(PELVIS):
        values[:, motion.index(name)] -= origin[axis]
    return Motion(time - time[0], values, motion.names), origin


def _select_activations(solution: Solution, repetition: Repetition) -> Activations:
    """Activations around the repetition; a frame that failed within it is an error."""
    margin = 2 / (solution.config.rate or solution.motion.rate)
    near = solution.activations.between(
        repetition.start - margin, repetition.stop + margin
    )
    failed = [
        t for t, row in zip(near.time, near.values, strict=True) if np.isnan(row).any()
    ]
    if failed:
        raise BigeError(
            f"static optimisation failed at {name_some(f'{t:.2f} s' for t in failed)}"
        )
    return near
