"""What became of a repetition that was refined."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.evaluation.motion_validation import MotionValidation
from bige_osim.guidance.result import TermResult
from bige_osim.motion import Activations, Motion
from bige_osim.physics.planted_ik import LEGS


@dataclass(frozen=True, eq=False)
class Outcome:
    """What became of one repetition.

    Attributes
    ----------
    recorded : start and stop in the trial, s
    motion : as projected, rad and m, from 0 s
    own : the same before refinement, feet planted
    planted : RMS angle by which planting the feet changed the recording, deg
    activations : 0 to 1, of ``motion``
    validation : of ``motion``, with the goal
    terms : before and after, of a batch of one
    steps, seconds : of refinement; processor time in s
    """

    recorded: tuple[float, float]
    motion: Motion
    own: Motion
    planted: dict[str, float]
    activations: Activations
    validation: MotionValidation
    terms: tuple[TermResult, ...]
    steps: int
    seconds: float

    def add(self, former: "Outcome | None", steps: int, seconds: float) -> "Outcome":
        """Count steps and processor time (s) that it took, and a former one."""
        if former is not None:
            steps, seconds = steps + former.steps, seconds + former.seconds
        return replace(self, steps=steps, seconds=seconds)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences of the simulation."""
        return self.validation.warnings

    def row(self) -> dict[str, Any]:
        """Plain data, angles in degrees."""
        change = measure_change(self.motion.values - self.own.values, self.motion.names)
        return {
            "start_s": self.recorded[0],
            "stop_s": self.recorded[1],
            "duration": self.motion.duration,
            "duration_before": self.own.duration,
            "holds": self.validation.passed,
            "reasons": list(self.validation.reasons),
            "unsatisfied": self.unsatisfied,
            "change_deg": change,
            "planting_deg": self.planted,
            "steps": self.steps,
            "seconds": self.seconds,
            "terms": [term.row(0) for term in self.terms],
        }

    @property
    def unsatisfied(self) -> list[str]:
        """Names of constraints that are not satisfied."""
        flags = [(t.term.name, t.satisfied) for t in self.terms]
        return [name for name, flag in flags if flag is not None and not flag[0]]


def measure_change(
    difference: Float[np.ndarray, "F I"], names: Sequence[str]
) -> dict[str, float]:
    """Root mean square of angles by region, deg; translations do not count.

    Parameters
    ----------
    difference : rad and m
    names : I coordinates

    Examples
    --------
    >>> measure_change(np.full((1, 2), np.pi), ("knee_angle_r", "pelvis_tx"))
    {'legs': 180.0, 'all': 180.0}
    """
    regions: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        if name in ("pelvis_tx", "pelvis_ty", "pelvis_tz"):
            continue
        region = (
            "legs"
            if name in LEGS
            else "pelvis"
            if name.startswith("pelvis_")
            else "trunk"
            if name.startswith("lumbar_")
            else "arms and toes"
        )
        for key in (region, "all"):
            regions.setdefault(key, []).append(i)
    return {
        region: float(np.degrees(np.sqrt(np.mean(difference[:, columns] ** 2))))
        for region, columns in sorted(
            regions.items(), key=lambda item: item[0] == "all"
        )
    }
