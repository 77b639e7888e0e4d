"""What is known of one motion after its simulation, and its verdict."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bige_osim.evaluation.agreement import MuscleAgreement
from bige_osim.evaluation.certificate import Certificate
from bige_osim.evaluation.check import EXPECTED, Check, ComputedBy, ExpectedBy
from bige_osim.evaluation.curve_agreement import Agreement, pool
from bige_osim.evaluation.feet import FeetCheck
from bige_osim.evaluation.goal_check import TermCheck
from bige_osim.evaluation.goal_verdict import make_goal_checks
from bige_osim.evaluation.limits import Limits, RangeExcess, Reserve, Residuals
from bige_osim.evaluation.motion_verdict import (
    check_body,
    check_ends,
    check_frames,
    report_value,
)
from bige_osim.evaluation.repetition_agreement import (
    RepetitionAgreement,
    describe_agreement,
)
from bige_osim.evaluation.standing import StandingEnd
from bige_osim.solution import EngineName


@dataclass(frozen=True)
class MotionValidation:
    """One motion, judged.

    Attributes
    ----------
    name : of the motion, such as ``01``
    duration : s
    frames : how many the simulation was asked for
    failed : times at which it found no solution, s
    muscles : expected against simulated; empty for a motion without expected
        activations
    terms : of the goal; empty without a goal
    residuals, reserves, ranges, feet : see the classes; ``feet`` is ``None`` for a
        model without foot contacts
    limits : what the motion has to keep to
    warnings : sentences of the simulation
    ends : how the motion starts and ends; ``None`` for a model without knees
    stands : whether it has to start and end standing
    range_excess : how far the furthest coordinate is out of its range, rad, 0 if none
    com_acceleration : RMS of the centre of mass, m/s²
    repetitions : surrogate against simulated in each repetition
    expected_by : who said beforehand what the activations are
    unpredicted : why a surrogate predicts nothing of it, "" if it does
    solved_exactly : share of the frames of which the surrogate was unsure and which it
        solved exactly, 0 to 1
    engine, model, model_sha256 : what simulated, and on which model
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
    ends: tuple[StandingEnd, StandingEnd] | None = None
    stands: bool = False
    range_excess: float | None = None
    com_acceleration: float | None = None
    repetitions: tuple[RepetitionAgreement, ...] = ()
    expected_by: ExpectedBy = "surrogate"
    unpredicted: str = ""
    solved_exactly: float = 0.0
    engine: EngineName = "fast"
    model: str = ""
    model_sha256: str = ""

    @property
    def overall(self) -> Agreement | None:
        """Agreement pooled over all muscles, if there is any."""
        return pool(self.name, self.muscles) if self.muscles else None

    @cached_property
    def certificate(self) -> Certificate:
        """Every check of the motion: reasons and verdict follow from it.

        Disagreement of expectation and simulation is no reason: what counts is whether
        the goal is satisfied in simulation. Nor are reserves, which are reported.
        """
        return Certificate(
            name=self.name,
            checks=self._make_checks(),
            engine=self.engine,
            ground=self.residuals.found.source,
            model=self.model,
            model_sha256=self.model_sha256,
        )

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the motion does not pass, one sentence each; empty if it passes."""
        return self.certificate.reasons

    @property
    def passed(self) -> bool:
        """Whether there is no reason against the motion."""
        return self.certificate.passed

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
            **describe_agreement(self.name, self.muscles),
            "repetitions": [one.to_dict() for one in self.repetitions],
            "expected_by": self.expected_by,
            "unpredicted": self.unpredicted or None,
            "solved_exactly": self.solved_exactly,
            "terms": [one.to_dict() for one in self.terms],
            "checks": [one.to_dict() for one in self.certificate.checks],
            "residuals": self.residuals.to_dict(),
            "reserves": [one.to_dict() for one in self.reserves],
            "ranges": [one.to_dict() for one in self.ranges],
            "feet": None if self.feet is None else self.feet.to_dict(),
        }

    def _make_checks(self) -> tuple[Check, ...]:
        reported = []
        if self.com_acceleration is not None:
            reported.append(
                report_value(
                    "centre-of-mass acceleration (RMS)", self.com_acceleration, "m/s²"
                )
            )
        if self.overall is not None:
            name = f"error of the {EXPECTED[self.expected_by]}'s activations (RMSE)"
            rmse = self.overall.rmse
            by: ComputedBy = "surrogate" if self.expected_by == "surrogate" else "fast"
            reported.append(report_value(name, rmse, "activation", by=by))
        return (
            check_frames(self.failed, self.frames, engine=self.engine),
            *make_goal_checks(self.terms, self.engine, expected_by=self.expected_by),
            *check_ends(self.ends, decides=self.stands),
            *check_body(
                self.residuals,
                self.ranges,
                self.feet,
                self.limits,
                engine=self.engine,
                worst=self.range_excess,
            ),
            *reported,
        )
