"""How motions meet a goal, term by term."""

from collections.abc import Callable

import pytest
import torch

from bige_osim.guidance.context import Context
from bige_osim.guidance.judge import Evaluation
from bige_osim.guidance.result import collect_terms, rank, take_distinct
from bige_osim.guidance.terms.activation import Activation
from bige_osim.guidance.terms.posture import Asymmetry

Make = Callable[..., Context]
Standing = Callable[..., torch.Tensor]


def evaluate(
    peaks: tuple[float, ...], *, standing: Standing, context: Make
) -> Evaluation:
    """Motions that stand, in which the right vastus works at a level and no other."""
    activations = torch.zeros(len(peaks), 11, 3).double()
    activations[..., 0] = torch.tensor(peaks).double()[:, None]
    motion = standing().repeat(len(peaks), 1, 1)
    terms = (Activation(muscles=("vasmed_r",), high=0.4), Asymmetry(weight=0.5))
    return Evaluation(context(motion, activations=activations), terms)


def test_cost_is_weight_times_loss_over_scale(
    standing: Standing, context: Make
) -> None:
    found = evaluate((0.3, 0.6), standing=standing, context=context)
    # 0.2 beyond the range, of which 0.1 costs 1; the legs are alike.
    assert found.cost.tolist() == pytest.approx([0.0, 2.0])


def test_values_before_and_after_are_those_of_the_chosen(
    standing: Standing, context: Make
) -> None:
    before, after = (
        evaluate(peaks, standing=standing, context=context)
        for peaks in ((0.9, 0.6), (0.5, 0.35))
    )
    activation, asymmetry = collect_terms(before, after, [1])
    row = activation.row(0)
    assert (row["before"], row["after"]) == pytest.approx((0.6, 0.35))
    assert row["holds"] is True
    assert row["margin"] == pytest.approx(0.05)
    assert row["range"]["reached"] == pytest.approx([0.35])
    assert asymmetry.row(0)["holds"] is None
    assert asymmetry.row(0)["range"] is None


def test_the_one_with_fewer_broken_constraints_comes_first() -> None:
    cost = torch.tensor([0.1, 5.0, 0.2, torch.inf])
    flags = torch.tensor([[True, False], [True, True], [False, False], [True, True]])
    assert rank(cost, flags) == [1, 0, 2]


def test_near_duplicates_are_passed_over() -> None:
    angles = torch.tensor([0.0, 0.04, 0.2, 0.21])[:, None, None]
    assert take_distinct(angles, [0, 1, 2, 3], count=3, apart=0.05) == [0, 2]
    assert take_distinct(angles, [3, 2, 1, 0], count=1, apart=0.05) == [3]
