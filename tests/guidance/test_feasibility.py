"""What repetitions drawn for a body say of a goal, on values made by hand."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch

from bige_osim.guidance.context import Context
from bige_osim.guidance.feasibility import Feasibility, look_at
from bige_osim.guidance.judge import Evaluation
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Activation
from bige_osim.guidance.terms.posture import Asymmetry, Depth

KNEES = (60.0, 80.0, 90.0, 100.0)
PEAKS = (0.1, 0.2, 0.3, 0.5)
SECONDS = (2.0, 2.5, 3.0, 3.5)
RIGHT = ("vasmed_r",)

Look = Callable[..., Feasibility]


@pytest.fixture
def look(standing: Callable[..., torch.Tensor], context: Callable[..., Context]):
    """See four squats, ever deeper and with ever more of vasmed_r, as terms do."""

    def make(
        *terms: Term, asked: int | None = None, peaks: Sequence[float] = PEAKS
    ) -> Feasibility:
        bend = torch.sin(torch.linspace(0, torch.pi, 5)).double()
        bent = [np.radians(knee) * bend for knee in KNEES]
        motion = torch.cat([standing(5, knee_angle_r=q, knee_angle_l=q) for q in bent])
        activations = torch.zeros(4, 5, 3).double()
        activations[..., 0] = torch.tensor(peaks).double()[:, None] * bend
        found = context(
            motion, activations=activations, duration=torch.tensor(SECONDS).double()
        )
        return look_at(
            Evaluation(found, terms), asked=len(terms) if asked is None else asked
        )

    return make


def test_a_muscle_has_its_span_over_all_and_by_depth(look: Look) -> None:
    found = look(Activation(muscles=RIGHT, low=0.15, high=0.35))
    (span,) = found.muscles
    assert (span.name, span.statistic, span.over) == ("vasmed_r", "peak", "each")
    assert (span.least, span.median, span.most) == pytest.approx((0.1, 0.2, 0.5))
    assert span.within == 2
    # Three groups by depth: two shallow squats, a middle one, a deep one.
    np.testing.assert_allclose(
        span.by_depth, [(80, 0.1, 0.2), (90, 0.3, 0.3), (100, 0.5, 0.5)], atol=1e-9
    )
    assert found.knees == pytest.approx((60, 100))
    assert found.seconds == (2.0, 3.5)


def test_constraints_that_are_met_one_by_one_may_not_be_met_together(
    look: Look,
) -> None:
    found = look(
        Activation(muscles=RIGHT, high=0.25), Depth(min=math.radians(85.0)), Asymmetry()
    )
    assert found.satisfied == {"activation": 2, "depth": 2}
    assert (found.every, found.unmet) == (0, ())
    assert found.conflicts == (("activation", "depth"),)
    assert found.describe() == [
        "4 repetitions drawn for this body (knees bent 60 to 100 deg, 2.0 to 3.5 s); "
        "0 of them satisfy every constraint before refinement.",
        "vasmed_r: peak 0.10 to 0.50, 2 of 4 at most 0.25.",
        "None of the repetitions drawn satisfies activation together with depth.",
    ]


def test_a_constraint_that_none_meets_is_named_and_conflicts_with_nothing(
    look: Look,
) -> None:
    found = look(Activation(muscles=RIGHT, low=0.8), Depth(min=math.radians(50.0)))
    assert (found.unmet, found.conflicts) == (("activation",), ())
    assert found.warnings() == [
        "None of the repetitions drawn satisfies activation: perhaps out of reach for "
        "this body."
    ]


def test_a_range_that_lies_between_what_was_drawn_is_not_called_out_of_reach(
    look: Look,
) -> None:
    found = look(Activation(muscles=RIGHT, low=0.35, high=0.45))
    assert found.unmet == ("activation",)
    assert found.warnings() == [
        "None of the repetitions drawn satisfies activation as it is."
    ]


def test_what_is_within_reach_is_not_warned_of(look: Look) -> None:
    found = look(Activation(muscles=RIGHT, high=0.4), Depth(min=math.radians(70.0)))
    assert (found.every, found.warnings()) == (2, [])


def test_tables_of_one_name_are_told_apart(look: Look) -> None:
    low, high = Activation(muscles=RIGHT, low=0.25), Activation(muscles=RIGHT, high=0.4)
    found = look(low, high, Activation(muscles=("bflh_r",), low=0.1))
    assert found.satisfied == {"activation": 2, "activation 2": 3, "activation 3": 0}
    assert found.every == 0


def test_only_terms_of_the_goal_count(look: Look) -> None:
    found = look(
        Activation(muscles=RIGHT, high=0.4), Depth(min=math.radians(120.0)), asked=1
    )
    assert found.satisfied == {"activation": 3}
    assert found.every == 3


def test_muscles_judged_together_have_spans_and_no_count(look: Look) -> None:
    muscles = ("vasmed_r", "vasmed_l")
    found = look(Activation(muscles=muscles, over="mean", high=0.2))
    assert found.satisfied == {"activation": 3}
    assert found.describe()[1:] == [
        "vasmed_r: peak 0.10 to 0.50.",
        "vasmed_l: peak 0.00 to 0.00.",
    ]


def test_it_is_written_with_units(look: Look) -> None:
    found = look(
        Activation(muscles=RIGHT, high=0.25), Depth(min=math.radians(85.0))
    ).to_dict()
    assert found["repetitions"] == 4
    assert found["knees_deg"] == pytest.approx([60, 100])
    assert found["conflicts"] == [["activation", "depth"]]
    (muscle,) = found["muscles"]
    assert muscle["by_depth"][2] == pytest.approx(
        {"knees_deg": 100, "least": 0.5, "most": 0.5}
    )
