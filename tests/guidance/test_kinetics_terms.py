"""Terms on forces: net moments and residuals, with known values."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from bige_osim.errors import GoalError
from bige_osim.guidance.context import Context
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.kinetics import Kinetics
from bige_osim.guidance.spaces import PlantedMotions
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Activation
from bige_osim.guidance.terms.change import Change
from bige_osim.guidance.terms.moment import Moment
from bige_osim.guidance.terms.residual import Residual

KNEE = ("knee_angle_r",)
Standing = Callable[..., torch.Tensor]
Make = Callable[..., Context]


def kinetics(moments: torch.Tensor, force: float, moment: float) -> Kinetics:
    """A knee's moments (F,), residuals and 800 N under the feet."""
    known = torch.ones(1, len(moments)).double()
    return Kinetics(
        moments=moments[None, :, None],
        names=KNEE,
        residual_force=force * known,
        residual_moment=moment * known,
        external_force=800 * known,
    )


def extend(peak: float) -> torch.Tensor:
    return torch.tensor([0.0, -20.0, peak, -10.0]).double()


def test_a_moment_is_judged_by_its_peak(standing: Standing, context: Make) -> None:
    made = context(standing(4), forces=kinetics(extend(-90.0), 0.0, 0.0))
    term = Moment(coordinates=KNEE, min=-80.0)
    assert term(made).item() == 10.0
    assert term.measure(made).item() == -90.0
    assert term.room(made).item() == -10.0
    assert not term.satisfied(made)
    assert Moment(coordinates=KNEE, min=-90.0).satisfied(made)
    assert Moment(coordinates=KNEE, min=-90.0).tighten()(made).item() == 1.0


def test_residuals_are_judged_as_hicks_has_it(
    standing: Standing, context: Make
) -> None:
    still = standing(4)
    height = context(still).center_of_mass[0, 0, 1].item()
    for force, moment, share in (
        (20.0, 0.0, 50.0),
        (0.0, 2 * 8 * height, 200.0),
        (60.0, 0.0, 150.0),
    ):
        made = context(still, forces=kinetics(extend(0.0), force, moment))
        term = Residual()
        assert term.measure(made).item() == pytest.approx(share)
        assert term.room(made).item() == pytest.approx(100 - share)
        assert term(made).item() == pytest.approx(max(share / 100 - 1, 0), abs=1e-5)
        assert bool(term.satisfied(made)) == (share < 100)


@pytest.mark.parametrize(
    "term", [Moment(coordinates=KNEE, min=-30.0, max=-25.0), Residual()]
)
def test_losses_on_forces_have_their_gradient(
    term: Term, standing: Standing, context: Make
) -> None:
    def loss(moments: torch.Tensor, residual: torch.Tensor) -> torch.Tensor:
        found = Kinetics(
            moments=moments,
            names=KNEE,
            residual_force=residual,
            residual_moment=residual,
            external_force=torch.full_like(residual, 800.0),
        )
        return term(context(standing(4), forces=found))

    moments = extend(-90.0)[None, :, None].requires_grad_()
    residual = torch.tensor([[0.0, 30.0, 70.0, 90.0]]).double().requires_grad_()
    assert torch.autograd.gradcheck(loss, (moments, residual))
    rest = torch.zeros_like(residual).requires_grad_()
    (gradient,) = torch.autograd.grad(
        loss(moments, rest), rest, allow_unused=True, materialize_grads=True
    )
    assert gradient.isfinite().all()


def test_forces_that_are_not_known_are_one_sentence(
    standing: Standing, context: Make
) -> None:
    with pytest.raises(GoalError) as caught:
        Residual()(context(standing(4)))
    assert str(caught.value) == (
        "The goal asks for moments or residuals, and this motion comes without its"
        " simulation; pass that, or leave the tables moment and residual out."
    )


def test_goals_on_forces_are_read_and_survive_saving(tmp_path: Path) -> None:
    tables = {
        "moment": {"coordinates": ["knee_angle_r"], "min": -80.0, "weight": 1.0},
        "residual": {"force": 0.04, "moment": 0.01, "weight": 1.0},
    }
    goal = Goal.from_dict(tables)
    assert goal.terms == (Moment(coordinates=KNEE, min=-80.0), Residual(force=0.04))
    assert Goal.from_dict(goal.to_dict()) == goal


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            {"min": 0.0},
            'goal, [moment], coordinates: expected names, got none; use ["knee_angle_r"'
            "].",
        ),
        (
            {"coordinates": ["knee_angle_r"]},
            "goal, [moment], expected min or max, got neither; add one.",
        ),
        (
            {"coordinates": ["knee_angle_r"], "min": 2.0, "max": 1.0},
            "goal, [moment], min is above max; swap them.",
        ),
    ],
)
def test_bounds_of_moments_that_make_no_sense_are_one_sentence(
    table: dict[str, object], sentence: str
) -> None:
    with pytest.raises(GoalError) as caught:
        Goal.from_dict({"moment": table})
    assert str(caught.value) == sentence


def test_change_counts_angles_and_tempo(standing: Standing, context: Make) -> None:
    base = PlantedMotions(standing(4), torch.ones(1).double())
    bent = standing(4, knee_angle_r=0.1)
    term = Change(coordinates=KNEE)
    same = context(standing(4), base=base)
    assert term(same).item() == 0.0
    moved = context(bent, base=base)
    assert term(moved).item() == pytest.approx(0.01)
    assert term.measure(moved).item() == pytest.approx(5.7296, abs=1e-3)
    slower = context(standing(4), base=base, duration=torch.full((1,), 1.2).double())
    assert term(slower).item() == pytest.approx(term.scale)


def test_saturation_is_seen_by_the_loss_and_not_by_the_measure(
    standing: Standing, context: Make
) -> None:
    # Three muscles; the first is saturated at the third frame, as if it had 5.
    activations = torch.full((1, 4, 3), 0.2).double()
    free = activations.clone()
    activations[0, 2, 0], free[0, 2, 0] = 1.0, 5.0
    free[..., 1] = -2.0
    activations[..., 1] = 0.0
    free.requires_grad_()
    made = context(standing(4), activations=activations, unbounded=free)
    above = Activation(muscles=("vasmed_r",), high=0.5)
    loss = above(made)
    assert loss.item() == pytest.approx(0.5 + torch.asinh(torch.tensor(4.0)).item())
    assert above.measure(made).item() == 1.0
    (gradient,) = torch.autograd.grad(loss.sum(), free)
    assert gradient[0, 2, 0].item() == pytest.approx(17**-0.5)
    below = Activation(muscles=("vasmed_l",), low=0.1)
    assert below(made).item() == pytest.approx(
        0.1 + torch.asinh(torch.tensor(2.0)).item()
    )
    within = Activation(muscles=("bflh_r",), low=0.1, high=0.3)
    assert within(made).item() == 0.0
