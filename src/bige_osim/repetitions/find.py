"""Find the repetitions of an exercise from the motion itself.

:data:`~bige_osim.repetitions.exercises.EXERCISES` says for each exercise what makes a
candidate and which rules it keeps; what breaks one is reported with the reason.
"""

from collections.abc import Sequence
from dataclasses import replace

from bige_osim.errors import UnknownNameError
from bige_osim.motion import Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.candidates import Candidate
from bige_osim.repetitions.exercises import EXERCISES
from bige_osim.repetitions.features import Movement
from bige_osim.repetitions.repetition import Detection, Repetition
from bige_osim.repetitions.rules import Exercise
from bige_osim.repetitions.signals import Signals, make_signals

SAME = 0.5
"""Fraction of the shorter of two repetitions from which they are one movement."""


def find_repetitions(
    motion: Motion,
    *,
    exercise: str | Exercise = "squat",
    skeleton: Skeleton | None = None,
) -> Detection:
    """Find the repetitions of an exercise, whatever the motion's rate and columns.

    Parameters
    ----------
    motion : (T, C) with both knees and hips in flexion, ``pelvis_tilt`` and the pelvis
        translations; flexion counts positive
    exercise : name in :data:`~bige_osim.repetitions.exercises.EXERCISES`, or rules of
        your own
    skeleton : of the participant's model, with contact points on both feet: gives foot
        heights, and detects a seat by a centre of mass behind the heels; without it,
        both are judged by joint angles

    Raises
    ------
    UnknownNameError
        There is no such exercise, or a coordinate is missing.
    ModelError
        A foot of the skeleton has no contact points.

    Examples
    --------
    Two seconds of squatting down by 90 degrees and up again, between half seconds of
    standing:

    >>> import numpy as np
    >>> time = np.arange(0, 3.01, 0.01)
    >>> bend = np.clip(np.sin(np.pi * (time - 0.5) / 2), 0, None) ** 2
    >>> columns = {"knee_angle_r": 1.57 * bend, "knee_angle_l": 1.57 * bend,
    ...            "hip_flexion_r": 1.57 * bend, "hip_flexion_l": 1.57 * bend,
    ...            "pelvis_tilt": -0.4 * bend, "pelvis_tx": 0 * bend,
    ...            "pelvis_ty": 0.95 - 0.4 * bend, "pelvis_tz": 0 * bend}
    >>> motion = Motion(time, np.stack(list(columns.values()), axis=1), tuple(columns))
    >>> found = find_repetitions(motion, exercise="squat")
    >>> [round(repetition.bottom, 2) for repetition in found.accepted]
    [1.5]
    """
    return _find(make_signals(motion, skeleton), find_exercise(exercise))


def find_all(
    motion: Motion,
    *,
    exercises: Sequence[str] = tuple(EXERCISES),
    skeleton: Skeleton | None = None,
) -> dict[str, Detection]:
    """Find the repetitions of several exercises; no movement is taken for two of them.

    Where two exercises accept the same movement, that of the higher quality keeps it
    and the other one gives it up with the reason.

    Parameters
    ----------
    motion, skeleton : as in :func:`find_repetitions`
    exercises : names; all there are unless given

    Returns
    -------
    dict
        name of each exercise -> what was found of it

    Raises
    ------
    UnknownNameError, ModelError
        As :func:`find_repetitions`.
    """
    signals = make_signals(motion, skeleton)
    found = {
        exercise.name: _find(signals, exercise)
        for exercise in map(find_exercise, exercises)
    }
    accepted = [one for detection in found.values() for one in detection.accepted]
    return {name: _give_up(detection, accepted) for name, detection in found.items()}


def find_exercise(exercise: str | Exercise) -> Exercise:
    """Look an exercise up by its name; an unknown one is an ``UnknownNameError``.

    Examples
    --------
    >>> find_exercise("lunge").plural
    'lunges'
    """
    if isinstance(exercise, Exercise):
        return exercise
    if exercise not in EXERCISES:
        raise UnknownNameError(
            "exercise", exercise, tuple(EXERCISES), where="The table of exercises"
        )
    return EXERCISES[exercise]


def _find(signals: Signals, exercise: Exercise) -> Detection:
    found = [
        _judge(signals, candidate, exercise)
        for candidate in exercise.signal.find(signals)
    ]
    return Detection(
        accepted=tuple(r for r in found if not r.reasons),
        rejected=tuple(r for r in found if r.reasons),
    )


def _judge(signals: Signals, candidate: Candidate, exercise: Exercise) -> Repetition:
    known = "angles" if signals.lift is None else "skeleton"
    movement = Movement(signals, candidate)
    quality, reasons = 1.0, []
    for rule in exercise.rules:
        if rule.source not in {"any", known}:
            continue
        value = rule.feature(movement)
        margin = rule.margin(value)
        quality = min(quality, margin)
        if margin < 0:
            reasons.append(rule.sentence(value))
    return Repetition(
        start=float(signals.time[candidate.start]),
        stop=float(signals.time[candidate.stop]),
        bottom=float(signals.time[candidate.bottom]),
        depth=candidate.depth,
        exercise=exercise.name,
        quality=float(max(quality, 0.0)),
        reasons=tuple(reasons),
        side=candidate.side_name,
    )


def _give_up(detection: Detection, accepted: Sequence[Repetition]) -> Detection:
    """Reject what a repetition of another exercise, and of higher quality, is too."""
    kept, given = [], []
    for one in detection.accepted:
        better = [
            other
            for other in accepted
            if other.exercise != one.exercise
            and other.quality > one.quality
            and other.shared(one) > SAME
        ]
        if better:
            best = max(better, key=lambda other: other.quality)
            reason = f"it is a {best.exercise} of higher quality ({best.quality:.2f})"
            given.append(replace(one, reasons=(reason,), quality=0.0))
        else:
            kept.append(one)
    rejected = sorted((*detection.rejected, *given), key=lambda one: one.start)
    return Detection(tuple(kept), tuple(rejected))
