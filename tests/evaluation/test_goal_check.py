"""Goals evaluated with the surrogate's and with the simulated activations."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bige_osim.errors import UnknownNameError
from bige_osim.evaluation.goal_check import TermCheck, check_goal
from bige_osim.guidance.goal import Goal
from bige_osim.motion import Activations, Motion
from bige_osim.physics.kinematics.skeleton import Skeleton

ASKED = {"muscles": ["vasmed"], "low": 0.35, "high": 0.45}
MUSCLES = ("vasmed_r", "vasmed_l")

Check = Callable[..., tuple[TermCheck, ...]]
Bump = Callable[..., Activations]


@pytest.fixture
def check(body: Skeleton, standing: Callable[..., Motion]) -> Check:
    """Check a goal on a body that stands still but for the columns given."""

    def run(
        goal: dict,
        *,
        surrogate: Activations | None,
        simulated: Activations,
        **columns: np.ndarray | float,
    ) -> tuple[TermCheck, ...]:
        return check_goal(
            Goal.from_dict(goal),
            motion=standing(**columns),
            surrogate=surrogate,
            simulated=simulated,
            skeleton=body,
            groups={"vasmed": MUSCLES},
        )

    return run


def test_a_range_may_hold_for_the_surrogate_and_not_in_simulation(
    check: Check, bump: Bump
) -> None:
    (term,) = check({"activation": ASKED}, surrogate=bump(0.4), simulated=bump(0.6))
    assert (term.expected, term.satisfied) == (True, False)
    assert term.surrogate == pytest.approx(0.4)
    assert term.simulated == pytest.approx(0.6)
    assert term.range is not None
    assert term.range.muscles == MUSCLES
    assert term.range.surrogate == pytest.approx((0.4, 0.4))
    assert term.range.simulated == pytest.approx((0.6, 0.6))


@pytest.mark.parametrize(
    ("statistic", "reached"),
    [("mean", 0.6 * 0.3 * np.sqrt(np.pi) / 2), ("every", 0.0), ("peak", 0.6)],
)
def test_a_range_is_judged_by_its_own_statistic(
    statistic: str, reached: float, check: Check, bump: Bump
) -> None:
    asked = {**ASKED, "statistic": statistic}
    (term,) = check({"activation": asked}, surrogate=None, simulated=bump(0.6))
    assert term.range is not None
    assert term.range.simulated == pytest.approx((reached, reached), abs=0.005)


def test_the_value_that_is_judged_is_the_one_that_is_reported(
    check: Check, bump: Bump
) -> None:
    simulated = bump(0.4)
    simulated = replace(simulated, values=simulated.values * np.array([1.0, 1.5]))
    for over, value, holds in (("each", 0.6, False), ("mean", 0.5, False)):
        asked = ASKED | {"over": over}
        (term,) = check({"activation": asked}, surrogate=None, simulated=simulated)
        assert (term.simulated, term.satisfied) == (pytest.approx(value), holds)
        assert term.range is not None
        assert term.range.over == over
        assert term.range.simulated == pytest.approx((0.4, 0.6))
    asked = ASKED | {"over": "mean", "high": 0.55}
    (term,) = check({"activation": asked}, surrogate=None, simulated=simulated)
    assert term.satisfied


def test_the_tilt_is_taken_when_the_simulated_muscles_peak(
    check: Check, bump: Bump
) -> None:
    tilt = np.linspace(0, -0.4, 101)
    goal = {"pelvis_tilt": {"min": -10, "muscles": ["vasmed_r"]}}
    (term,) = check(
        goal,
        surrogate=bump(0.4, centre=0.5),
        simulated=bump(0.4, centre=1.5),
        pelvis_tilt=tilt,
    )
    assert term.surrogate == pytest.approx(np.rad2deg(-0.1), abs=0.01)
    assert term.simulated == pytest.approx(np.rad2deg(-0.3), abs=0.01)
    assert (term.expected, term.satisfied) == (True, False)


def test_a_coarser_simulation_is_interpolated_to_the_frames_of_the_motion(
    check: Check, bump: Bump
) -> None:
    (term,) = check(
        {"activation": ASKED}, surrogate=bump(0.4), simulated=bump(0.4, frames=21)
    )
    assert term.simulated == pytest.approx(0.4)
    assert term.satisfied


def test_without_a_surrogate_only_simulation_judges(check: Check, bump: Bump) -> None:
    (term,) = check({"activation": ASKED}, surrogate=None, simulated=bump(0.4))
    assert (term.surrogate, term.expected, term.satisfied) == (None, None, True)
    assert term.range is not None
    assert term.range.surrogate == ()


def test_objectives_without_bounds_neither_hold_nor_fail(
    check: Check, bump: Bump
) -> None:
    (term,) = check({"com_velocity": {}}, surrogate=bump(0.4), simulated=bump(0.4))
    assert (term.expected, term.satisfied) == (None, None)
    assert term.simulated == pytest.approx(0.0, abs=1e-9)


def test_the_distance_to_training_latents_is_left_to_guidance(
    check: Check, bump: Bump
) -> None:
    goal = {"activation": ASKED, "proximity": {}}
    terms = check(goal, surrogate=bump(0.4), simulated=bump(0.4))
    assert [term.name for term in terms] == ["activation"]


def test_a_muscle_the_model_does_not_have_is_an_error(check: Check, bump: Bump) -> None:
    goal = {"activation": {"muscles": ["soleus_r"], "high": 0.4}}
    with pytest.raises(UnknownNameError, match="soleus_r"):
        check(goal, surrogate=None, simulated=bump(0.4))
