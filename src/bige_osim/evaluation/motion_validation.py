"""What is known of one motion after its simulation, and its verdict."""

from dataclasses import dataclass
from typing import Any

from bige_osim.evaluation.agreement import Agreement, MuscleAgreement, pool
from bige_osim.evaluation.feet import FeetCheck
from bige_osim.evaluation.goal_check import TermCheck
from bige_osim.evaluation.limits import Limits, RangeExcess, Reserve, Residuals
from bige_osim.evaluation.verdict import (
    failure_reasons,
    goal_reasons,
    physics_reasons,
)


@dataclass(frozen=True)
class MotionValidation:
    """One motion, judged.

    Attributes
    ----------
    name : of the motion, such as ``01``
    duration : s
    frames : how many the simulation was asked for
    failed : times at which it found no solution, s
    muscles : surrogate against simulated; empty for a motion without a surrogate's
        activations
    terms : of the goal; empty without a goal
    residuals, reserves, ranges, feet : see the classes; ``feet`` is ``None`` for a
        model without foot contacts
    limits : what the motion has to keep to
    warnings : sentences of the simulation
    """

    name: str
    duration: float
    frames: int
    failed: tuple[float, ...]
    muscles: tuple[MuscleAgreement, ...]
    terms: tuple[TermCheck, ...]
    residuals: Residuals
    reserves: tuple[Reserve, ...]
    ranges: tuple[RangeExcess, ...]
    feet: FeetCheck | None
    limits: Limits
    warnings: tuple[str, ...] = ()

    @property
    def overall(self) -> Agreement | None:
        """Agreement pooled over all muscles, if there is any."""
        return pool(self.name, self.muscles) if self.muscles else None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the motion does not pass, one sentence each; empty if it passes.

        Disagreement of surrogate and simulation is no reason: what counts is whether
        the goal is satisfied in simulation. Nor are reserves, which are reported.
        """
        return (
            *failure_reasons(self.failed, self.frames),
            *goal_reasons(self.terms),
            *physics_reasons(self.residuals, self.ranges, self.feet, self.limits),
        )

    @property
    def passed(self) -> bool:
        """Whether there is no reason against the motion."""
        return not self.reasons

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with units in the names."""
        return {
            "name": self.name,
            "passed": self.passed,
            "reasons": self.reasons,
            "warnings": self.warnings,
            "duration_s": self.duration,
            "frames": self.frames,
            "failed_s": self.failed,
            "overall": None if self.overall is None else self.overall.to_dict(),
            "muscles": [one.to_dict() for one in self.muscles],
            "terms": [one.to_dict() for one in self.terms],
            "residuals": self.residuals.to_dict(),
            "reserves": [one.to_dict() for one in self.reserves],
            "ranges": [one.to_dict() for one in self.ranges],
            "feet": None if self.feet is None else self.feet.to_dict(),
        }
