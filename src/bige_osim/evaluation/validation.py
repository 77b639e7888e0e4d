"""Guided motions judged by simulation: agreement, goal, residuals, limits, verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool

from bige_osim.errors import ModelError, SimulationError, count_nouns
from bige_osim.evaluation.agreement import (
    MuscleAgreement,
    compare_activations,
    pool_peaks,
)
from bige_osim.evaluation.check import EXPECTED, ExpectedBy
from bige_osim.evaluation.curve_agreement import STILL, Agreement, pool
from bige_osim.evaluation.feet import check_feet
from bige_osim.evaluation.goal_check import TermCheck, check_goal
from bige_osim.evaluation.limits import (
    Limits,
    Residuals,
    range_excesses,
    reserves,
)
from bige_osim.evaluation.metrics import center_motion
from bige_osim.evaluation.motion_validation import MotionValidation
from bige_osim.evaluation.repetition_agreement import (
    RepetitionAgreement,
    compare_repetitions,
)
from bige_osim.evaluation.standing import check_standing
from bige_osim.guidance.goal import Goal
from bige_osim.io.output import finite
from bige_osim.motion import Activations, Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.repetition import Repetition
from bige_osim.solving.residuals import ResidualSummary
from bige_osim.solving.solution import Solution

ESTIMATED = "ground reaction estimated: not an independent check"
"""Why small residuals prove little: the estimate explains what feet can bear."""

NO_GROUPS: Mapping[str, tuple[str, ...]] = {}
"""Muscle groups of a model of no known family."""


@dataclass(frozen=True)
class Validation:
    """All motions of a validation, judged.

    Attributes
    ----------
    motions : one or more

    Raises
    ------
    SimulationError
        There are none.
    """

    motions: tuple[MotionValidation, ...]

    def __post_init__(self) -> None:
        """Refuse a validation of nothing."""
        if not self.motions:
            raise SimulationError(
                "A validation needs a motion, got none; pass a guide folder or .mot "
                "files."
            )

    @property
    def passed(self) -> int:
        """How many motions pass."""
        return sum(motion.passed for motion in self.motions)

    @property
    def overall(self) -> Agreement | None:
        """Agreement pooled over all muscles and motions, if there is any."""
        parts = [one for motion in self.motions for one in motion.muscles]
        return pool("all muscles", parts) if parts else None

    @property
    def muscles(self) -> dict[str, list[MuscleAgreement]]:
        """Agreement of every muscle in every motion that has it, in model order."""
        found: dict[str, list[MuscleAgreement]] = {}
        for motion in self.motions:
            for one in motion.muscles:
                found.setdefault(one.name, []).append(one)
        return found

    @property
    def expected_by(self) -> str:
        """Who said beforehand what the activations are, for a reader."""
        compared = [motion for motion in self.motions if motion.muscles]
        words = {EXPECTED[motion.expected_by] for motion in compared}
        return " or ".join(sorted(words, reverse=True)) or EXPECTED["surrogate"]

    def summary(self) -> str:
        """Say what came out, in one paragraph."""
        count = len(self.motions)
        sentences = [f"{self.passed} of {count_nouns(count, 'motion')} passed."]
        terms = [t for motion in self.motions for t in motion.terms]
        flags = [t.satisfied for t in terms if t.satisfied is not None]
        if flags:
            constraints = count_nouns(len(flags), "constraint")
            sentences.append(
                f"In simulation {sum(flags)} of {constraints} are satisfied."
            )
        if self.overall is not None:
            r2 = self.overall.r2
            fit = "" if r2 is None else f", R² {r2:.2f}"
            sentences.append(
                f"The {self.expected_by}'s activations differ from the simulated ones "
                f"by RMSE {self.overall.rmse:.3f}{fit}, over all muscles."
            )
        found = [motion.residuals.found for motion in self.motions]
        force = 100 * max(one.force_max_share for one in found)
        moment = max(one.moment_max for one in found)
        estimated = any(one.source == "estimated" for one in found)
        sentences.append(
            f"Residuals peak at {force:.1f} % of body weight and {moment:.1f} N m"
            f"{f' ({ESTIMATED})' if estimated else ''}."
        )
        failed = sum(len(m.failed) for m in self.motions)
        if failed:
            sentences.append(
                f"The simulation found no solution at {count_nouns(failed, 'frame')}."
            )
        return " ".join(sentences)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for ``validate.json``: finite numbers or ``None``, units in keys.

        ``muscles`` pools every muscle over the motions; its peak difference and delay
        are means of magnitudes.
        """
        plain: dict[str, Any] = finite(
            {
                "passed": self.passed,
                "count": len(self.motions),
                "summary": self.summary(),
                "limits": self.motions[0].limits.to_dict(),
                "still": STILL,
                "overall": self._describe_overall(),
                "muscles": [
                    _pool_muscle(n, parts) for n, parts in self.muscles.items()
                ],
                "motions": [motion.to_dict() for motion in self.motions],
            }
        )
        return plain

    def _describe_overall(self) -> dict[str, Any] | None:
        if self.overall is None:
            return None
        every = [one for motion in self.motions for one in motion.muscles]
        return {**self.overall.to_dict(), "peak": pool_peaks(every)}


def validate_motion(
    name: str,
    *,
    motion: Motion,
    solution: Solution,
    skeleton: Skeleton,
    surrogate: Activations | None = None,
    expected_by: ExpectedBy = "surrogate",
    repetitions: Sequence[Repetition] = (),
    unpredicted: str = "",
    solved_exactly: float = 0.0,
    goal: Goal | None = None,
    groups: Mapping[str, tuple[str, ...]] = NO_GROUPS,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    floor: float = 0.0,
) -> MotionValidation:
    """Judge one motion by its simulation.

    Parameters
    ----------
    name : of the motion, for the reader
    motion : as guided or recorded, rad and m
    solution : its simulation
    skeleton : of the participant's model, with its foot contact spheres
    surrogate : activations that were expected, to compare; NaN where they were not
    expected_by : a net, or the static optimisation that the motion was refined with
    repetitions : to compare one by one
    unpredicted : why a net that was asked predicts nothing
    solved_exactly : share of the frames that the net left to the exact program
    goal : what was asked, to check again with the simulated activations; a motion with
        a goal has to start and end standing
    groups : muscle groups that the goal may name
    limits : what the motion has to keep to
    floor : height of the floor, m

    Raises
    ------
    SimulationError
        if the simulation solved no frame
    UnknownNameError
        if the goal names muscles or coordinates that are not there
    ModelError
        if the feet of the skeleton have no contact points
    """
    solved = _find_solved(name, solution)
    simulated = solution.activations
    muscles, each = _compare(surrogate, simulated, solved, repetitions=repetitions)
    residual = _get_residual(solution, skeleton)
    terms: tuple[TermCheck, ...] = ()
    if goal is not None:
        terms = check_goal(
            goal,
            motion=motion,
            surrogate=surrogate,
            simulated=simulated.finite(),
            skeleton=skeleton,
            groups=groups,
            solution=solution,
            floor=floor,
        )
    beyond = range_excesses(motion, skeleton.spec)
    return MotionValidation(
        name=name,
        duration=motion.duration,
        frames=len(solved),
        failed=solution.failed,
        muscles=muscles,
        terms=terms,
        residuals=Residuals(residual, limits),
        reserves=reserves(
            solution.reserves, solution.moments, without=skeleton.root_names()
        ),
        ranges=tuple(one for one in beyond if one.excess > limits.joint),
        feet=check_feet(motion, skeleton, floor=floor),
        limits=limits,
        warnings=_warnings(solution),
        ends=check_standing(motion, skeleton, floor=floor),
        stands=goal is not None,
        range_excess=beyond[0].excess if beyond else 0.0,
        com_acceleration=center_motion(motion, skeleton, center="body")[1],
        repetitions=each,
        expected_by=expected_by,
        unpredicted=unpredicted,
        solved_exactly=solved_exactly,
        engine=solution.static.engine,
        model=skeleton.spec.name,
        model_sha256=skeleton.spec.sha256,
    )


def _compare(
    surrogate: Activations | None,
    simulated: Activations,
    solved: Bool[np.ndarray, " T"],
    *,
    repetitions: Sequence[Repetition],
) -> tuple[tuple[MuscleAgreement, ...], tuple[RepetitionAgreement, ...]]:
    """Compare the whole motion and each repetition; nothing without a surrogate."""
    if surrogate is None:
        return (), ()
    return (
        compare_activations(surrogate, simulated, solved=solved),
        compare_repetitions(
            repetitions, surrogate=surrogate, simulated=simulated, solved=solved
        ),
    )


def _find_solved(name: str, solution: Solution) -> Bool[np.ndarray, " T"]:
    solved: Bool[np.ndarray, " T"] = np.isfinite(solution.activations.values).all(1)
    if not solved.any():
        raise SimulationError(
            f"The simulation of motion {name} solved none of its "
            f"{len(solved)} frames; look at its warnings and its model."
        )
    return solved


def _get_residual(solution: Solution, skeleton: Skeleton) -> ResidualSummary:
    if solution.residual is None:
        raise ModelError(
            skeleton.spec.name,
            element="root joint",
            problem="it is fixed to ground, so a motion of it cannot be judged",
            remedy="use a model whose pelvis is free to move",
        )
    return solution.residual


def _warnings(solution: Solution) -> tuple[str, ...]:
    """Warnings of the simulation, without those that the verdict says itself."""
    residual = solution.residual
    said = () if residual is None or residual.carried else residual.warnings()
    return tuple(text for text in solution.warnings if text not in said)


def _pool_muscle(name: str, parts: Sequence[MuscleAgreement]) -> dict[str, Any]:
    """Plain data of one muscle over all motions; peaks by mean magnitudes."""
    delays = [
        (abs(one.peak_delay), abs(one.peak_delay_percent))
        for one in parts
        if one.peak_delay is not None and one.peak_delay_percent is not None
    ]
    seconds, percent = np.mean(delays, axis=0) if delays else (None, None)
    return {
        "muscle": name,
        **pool(name, parts).to_dict(),
        "peak_difference": np.mean([abs(one.peak_difference) for one in parts]),
        "peak_delay_s": seconds,
        "peak_delay_percent": percent,
    }
