"""The label and the spread of a reference."""

import numpy as np

from bige_osim.report.reference import _label, _spread


def test_a_label_says_how_many_of_whom_and_from_where() -> None:
    who = {"recorded": {"a", "b"}, "synthetic": {"c"}}
    assert _label(("squat", "both"), 12, who, "all.nc") == (
        "12 squats of 2 recorded participants and 1 synthetic participant (all.nc)"
    )
    assert _label(("lunge", "left"), 1, {"recorded": {"a"}}, "b.nc") == (
        "1 lunge with the left leg of 1 recorded participant (b.nc)"
    )


def test_legs_that_do_the_same_share_one_spread() -> None:
    curves = {
        ("k", "right"): [np.full((1, 3), 1.0)],
        ("k", "left"): [np.full((1, 3), 3.0)],
    }
    both = _spread(curves, alike=True)["k"]
    assert both["right"][0].tolist() == both["left"][0].tolist() == [2.0, 2.0, 2.0]
    assert both["right"][1].tolist() == [np.sqrt(2.0)] * 3
    alone = _spread(curves, alike=False)["k"]
    assert (alone["right"][0][0], alone["left"][0][0]) == (1.0, 3.0)
    assert alone["right"][1].tolist() == [0.0, 0.0, 0.0]
