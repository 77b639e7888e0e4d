"""Motions judged by simulations whose results are known."""

import json
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bige_osim.errors import SimulationError
from bige_osim.evaluation.limits import Limits
from bige_osim.evaluation.motion_validation import MotionValidation
from bige_osim.evaluation.validation import Validation, validate_motion
from bige_osim.guidance.goal import Goal
from bige_osim.motion import Activations, Forces, GroundReaction, Moments, Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solution import StaticOptimisationConfig, StaticSolution
from bige_osim.solving.residuals import ResidualSummary
from bige_osim.solving.solution import Solution, SolveConfig

GOAL = Goal.from_dict(
    {"activation": {"muscles": ["vasmed_r", "vasmed_l"], "low": 0.35, "high": 0.45}}
)
FINE = ResidualSummary(
    force_rms=5.0,
    force_max=10.0,
    moment_rms=2.0,
    moment_max=4.0,
    body_weight=785.0,
    center_height=1.0,
    external_max=800.0,
    offset=0.0,
    carried=(),
    source="estimated",
)

Judge = Callable[..., MotionValidation]


def solution(
    motion: Motion, simulated: Activations, residual: ResidualSummary = FINE
) -> Solution:
    """A simulation that found these activations, on two feet that share 800 N."""
    time = simulated.time
    feet = np.zeros((len(motion.time), 2, 3))
    force = feet + np.array([0.0, 400.0, 0.0])
    failed = time[np.isnan(simulated.values).any(axis=1)]
    knee = ("knee_angle_r",)
    return Solution(
        motion=motion,
        ground=GroundReaction(
            motion.time, force, feet, feet, ("calcn_r", "calcn_l"), "estimated"
        ),
        floor=0.0,
        static=StaticSolution(
            activations=simulated,
            forces=Forces(time, simulated.values, simulated.names),
            reserves=Moments(time, np.full((len(time), 1), 1.0), knee),
            residuals=Moments(time, np.zeros((len(time), 6)), motion.names),
            actuators=Moments(time, np.zeros((len(time), 0)), ()),
            muscle_moments=Moments(time, np.full((len(time), 1), 49.0), knee),
            demand=Moments(time, np.full((len(time), 1), 50.0), knee),
            moments=Moments(motion.time, np.full((len(motion.time), 1), 50.0), knee),
            violation=np.zeros(len(time)),
            failed=tuple(map(float, failed)),
            warnings=(),
            engine="opensim",
            config=StaticOptimisationConfig(),
        ),
        residual=residual,
        warnings=(*residual.warnings(), "OpenSim: something else."),
        timings={"static optimisation": 1.0},
        config=SolveConfig(),
    )


@pytest.fixture
def judge(body: Skeleton, standing: Callable[..., Motion]) -> Judge:
    """Judge a body that stands still but for the columns given."""

    def run(
        surrogate: Activations | None,
        simulated: Activations,
        *,
        goal: Goal | None = GOAL,
        residual: ResidualSummary = FINE,
        name: str = "01",
        **columns: np.ndarray | float,
    ) -> MotionValidation:
        motion = standing(**columns)
        return validate_motion(
            name,
            motion=motion,
            solution=solution(motion, simulated, residual),
            skeleton=body,
            surrogate=surrogate,
            goal=goal,
        )

    return run


Bump = Callable[..., Activations]


def test_a_motion_that_keeps_to_everything_passes(judge: Judge, bump: Bump) -> None:
    found = judge(bump(0.4), bump(0.42, frames=51))
    assert found.reasons == ()
    assert found.passed
    assert found.frames == 51
    assert found.overall is not None
    assert found.overall.rmse < 0.02


def test_the_goal_has_to_hold_in_simulation_whatever_the_surrogate_predicts(
    judge: Judge, bump: Bump
) -> None:
    found = judge(bump(0.4), bump(0.6))
    assert not found.passed
    assert found.reasons == (
        "vasmed_r peaks at 0.600 in simulation (surrogate 0.400), outside the goal's "
        "0.35 to 0.45.",
        "vasmed_l peaks at 0.600 in simulation (surrogate 0.400), outside the goal's "
        "0.35 to 0.45.",
    )
    assert judge(bump(0.6), bump(0.4)).passed


def test_frames_that_failed_are_told_and_left_out_of_the_comparison(
    judge: Judge, bump: Bump
) -> None:
    simulated = bump(0.4)
    simulated.values[40:43] = np.nan
    found = judge(bump(0.4), simulated)
    assert found.failed == pytest.approx((0.80, 0.82, 0.84))
    assert found.muscles[0].frames == 98
    assert found.reasons == (
        "The simulation found no solution at 3 of 101 frames, the first at 0.80 s.",
    )
    assert found.terms[0].simulated == pytest.approx(0.4)


def test_a_simulation_without_any_solved_frame_is_an_error(
    judge: Judge, bump: Bump
) -> None:
    nothing = bump(math.nan, frames=11)
    with pytest.raises(SimulationError) as error:
        judge(bump(0.4), nothing)
    assert str(error.value) == (
        "The simulation of motion 01 solved none of its 11 frames; look at its "
        "warnings and its model."
    )


def test_residuals_joints_and_feet_each_give_their_reason(
    judge: Judge, bump: Bump
) -> None:
    found = judge(
        bump(0.4),
        bump(0.4),
        residual=replace(FINE, force_max=90.0, moment_max=20.0),
        pelvis_list=0.6,
        pelvis_ty=0.8,
    )
    assert [reason.split()[1] for reason in found.reasons] == [
        "residual", "residual", "leaves", "lowest",
    ]  # fmt: skip


def test_what_the_verdict_says_is_not_repeated_as_a_warning(
    judge: Judge, bump: Bump
) -> None:
    bad = replace(FINE, force_max=90.0)
    assert len(bad.warnings()) == 1
    found = judge(bump(0.4), bump(0.4), residual=bad)
    assert found.warnings == ("OpenSim: something else.",)


def test_a_motion_alone_is_judged_without_goal_and_surrogate(
    judge: Judge, bump: Bump
) -> None:
    found = judge(None, bump(0.9), goal=None)
    assert (found.muscles, found.terms, found.overall) == ((), (), None)
    assert found.passed


def test_pooled_agreement_weighs_every_frame_of_every_motion(
    judge: Judge, bump: Bump
) -> None:
    near, far = judge(bump(0.4), bump(0.4)), judge(bump(0.4), bump(0.44), name="02")
    both = Validation((near, far))
    assert both.overall is not None
    assert far.overall is not None
    assert both.overall.rmse == pytest.approx(far.overall.rmse / math.sqrt(2))
    assert both.passed == 2


def test_the_summary_counts_motions_and_constraints(judge: Judge, bump: Bump) -> None:
    good, bad = judge(bump(0.4), bump(0.4)), judge(bump(0.4), bump(0.6), name="02")
    assert Validation((good, bad)).summary() == (
        "1 of 2 motions passed. In simulation 1 of 2 constraints are satisfied. The "
        "surrogate's "
        "activations differ from the simulated ones by RMSE 0.061, R² 0.88, over all "
        "muscles. Residuals peak at 1.3 % of body weight and 4.0 N m (ground "
        "reaction estimated: not an independent check)."
    )


def test_plain_data_is_json_and_keeps_its_numbers(judge: Judge, bump: Bump) -> None:
    still = Activations(
        bump(0.4).time, np.full((101, 2), 0.4), ("vasmed_r", "vasmed_l")
    )
    found = Validation((judge(bump(0.4, centre=1.1), bump(0.4)), judge(still, still)))
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert (plain["passed"], plain["count"]) == (2, 2)
    first, second = plain["motions"]
    assert first["muscles"][0]["peak_delay_s"] == pytest.approx(0.1)
    assert first["muscles"][0]["peak_delay_percent"] == pytest.approx(5.0)
    assert second["muscles"][0]["r2"] is None
    assert plain["muscles"][0]["peak_delay_s"] == pytest.approx(0.1)
    assert first["terms"][0]["range"]["muscles"] == ["vasmed_r", "vasmed_l"]
    assert first["reserves"] == [
        {
            "coordinate": "knee_angle_r",
            "peak_nm": 1.0,
            "moment_peak_nm": 50.0,
            "share": 0.02,
            "alone": False,
        }
    ]
    assert plain["limits"] == Limits().to_dict()


def test_a_validation_of_nothing_is_an_error() -> None:
    with pytest.raises(SimulationError, match="A validation needs a motion, got none"):
        Validation(())
