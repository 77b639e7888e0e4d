"""The term that a motion starts and ends standing, as certificates judge it."""

import math
from collections.abc import Callable

import pytest
import torch

from bige_osim.errors import GoalError
from bige_osim.evaluation.standing import check_standing
from bige_osim.guidance.context import Context
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.project import to_motions
from bige_osim.guidance.spaces import PlantedMotions
from bige_osim.guidance.terms.standing import Standing
from bige_osim.physics.kinematics.skeleton import Skeleton

LEG, SOLE = 0.8, 0.05
Make = Callable[..., Context]
Still = Callable[..., torch.Tensor]


def ends(first: float, last: float, *, middle: float = 0.0) -> torch.Tensor:
    return torch.tensor([first, middle, middle, last])


def test_straight_knees_and_a_high_pelvis_cost_nothing(
    standing: Still, context: Make
) -> None:
    deep = ends(0.1, -0.2, middle=1.5)
    low = LEG + SOLE - ends(0.01, 0.02, middle=0.5)
    made = context(standing(4, knee_angle_r=deep, pelvis_ty=low))
    assert Standing()(made).item() == 0.0
    assert Standing().measure(made).item() == pytest.approx(
        100 * 0.2 / math.radians(25)
    )
    assert Standing().satisfied(made)


def test_a_knee_counts_at_the_end_by_its_excess(standing: Still, context: Make) -> None:
    bent = math.radians(35)
    made = context(standing(4, knee_angle_l=ends(0.0, bent)))
    # One of four knees is 40 % beyond what stands.
    assert Standing()(made).item() == pytest.approx(0.4 / 2, abs=1e-5)
    assert Standing().measure(made).item() == pytest.approx(140)
    assert Standing().room(made).item() == pytest.approx(-40)
    both = context(standing(4, knee_angle_l=bent, knee_angle_r=-bent))
    assert Standing()(both).item() == pytest.approx(Standing().scale, abs=1e-5)


def test_the_pelvis_counts_in_lengths_of_a_leg_above_the_floor(
    standing: Still, context: Make
) -> None:
    low = standing(4, pelvis_ty=ends(LEG + SOLE - 0.12 * LEG, LEG + SOLE))
    found = Standing()(context(low))
    assert found.item() == pytest.approx(math.sqrt(0.5), abs=1e-5)
    assert Standing(pelvis=0.12).measure(context(low)).item() == pytest.approx(100)
    raised = context(low + 0.0, floor=-0.12 * LEG)
    assert Standing().satisfied(raised)


@pytest.mark.parametrize("knee", [24.9, 25.1])
@pytest.mark.parametrize("below", [0.0599, 0.0601])
def test_it_agrees_with_the_certificate(
    knee: float, below: float, standing: Still, context: Make, skeleton: Skeleton
) -> None:
    motion = standing(
        8, knee_angle_r=math.radians(knee), pelvis_ty=LEG + SOLE - below * LEG
    )
    judged = check_standing(
        to_motions(skeleton, PlantedMotions(motion, torch.ones(1)))[0], skeleton
    )
    assert judged is not None
    stands = all(end.straight and end.upright for end in judged)
    assert bool(Standing().satisfied(context(motion))) == stands


def test_a_model_without_contact_points_is_judged_by_its_knees(
    standing: Still, context: Make, skeleton: Skeleton
) -> None:
    bare = Skeleton(skeleton.spec)
    made = context(standing(4, pelvis_ty=0.3, knee_angle_r=0.1), skeleton=bare)
    assert Standing().satisfied(made)
    assert Standing()(made).item() == 0.0


def test_a_narrowed_bound_stays_satisfied_with_a_margin(
    standing: Still, context: Make
) -> None:
    made = context(standing(4, knee_angle_r=math.radians(24)))
    assert Standing().satisfied(made)
    assert not Standing().tighten().satisfied(made)


def test_the_gradient_is_the_derivative(check_term: Callable[..., None]) -> None:
    check_term(Standing(knee=1e-3, pelvis=1e-3))


def test_a_goal_may_name_it() -> None:
    goal = Goal.from_dict({"standing": {"knee": 20.0, "weight": 2.0}})
    assert goal.terms == (Standing(knee=math.radians(20), weight=2.0),)
    assert Goal.from_dict(goal.to_dict()) == goal
    assert goal.terms[0].describe() == (
        "knees bent less than 20 deg, pelvis at most 6 % of leg length below standing"
    )
    with pytest.raises(GoalError) as caught:
        Goal.from_dict({"standing": {"pelvis": 0.0}})
    assert str(caught.value) == (
        "goal, [standing], pelvis: expected more than 0, got 0; correct it."
    )
