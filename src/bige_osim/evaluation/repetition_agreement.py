"""Surrogate against simulation in each repetition of a motion."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.evaluation.agreement import (
    MuscleAgreement,
    compare_activations,
    pool_peaks,
)
from bige_osim.evaluation.curve_agreement import pool
from bige_osim.motion import Activations
from bige_osim.repetitions.repetition import Repetition
from bige_osim.times import within


@dataclass(frozen=True)
class RepetitionAgreement:
    """Surrogate against simulation in one repetition.

    Attributes
    ----------
    repetition : which one
    muscles : one or more
    """

    repetition: Repetition
    muscles: tuple[MuscleAgreement, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data; times in s."""
        name = self.repetition.exercise
        return {
            "exercise": name,
            "start_s": self.repetition.start,
            "stop_s": self.repetition.stop,
            **describe_agreement(name, self.muscles),
        }


def describe_agreement(name: str, muscles: Sequence[MuscleAgreement]) -> dict[str, Any]:
    """Plain data of muscles, ``overall`` and each; ``None`` without any.

    Parameters
    ----------
    name : of what is pooled
    muscles : of one motion or repetition
    """
    overall = None
    if muscles:
        overall = {**pool(name, muscles).to_dict(), "peak": pool_peaks(muscles)}
    return {"overall": overall, "muscles": [one.to_dict() for one in muscles]}


def compare_repetitions(
    repetitions: Sequence[Repetition],
    *,
    surrogate: Activations,
    simulated: Activations,
    solved: Bool[np.ndarray, " T"],
) -> tuple[RepetitionAgreement, ...]:
    """Compare what was predicted of each repetition, leaving out those without frames.

    Parameters
    ----------
    repetitions : within the motion
    surrogate : what the net predicted, any rate; NaN where it did not
    simulated : what the simulation found, (T, M)
    solved : which of the T simulated frames to trust
    """
    known = solved & _find_predicted(surrogate, simulated.time)
    found = []
    for one in repetitions:
        frames = known & within(simulated.time, one.start, one.stop)
        if frames.any():
            muscles = compare_activations(
                surrogate.between(one.start, one.stop), simulated, solved=frames
            )
            found.append(RepetitionAgreement(one, muscles))
    return tuple(found)


def _find_predicted(
    surrogate: Activations, time: Float[np.ndarray, " T"]
) -> Bool[np.ndarray, " T"]:
    known = np.isfinite(surrogate.values).all(axis=1)
    near = np.interp(time, surrogate.time, known.astype(float), left=0.0, right=0.0)
    return np.asarray(near == 1.0)
