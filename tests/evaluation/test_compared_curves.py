"""Curves of systems whose differences from the reference are known."""

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.evaluation.compared_curves import (
    CurveComparison,
    compare_system_curves,
    list_quantities,
)
from bige_osim.motion import Activations, Motion

NAMES = ("pelvis_tilt", "knee_angle_r", "knee_angle_l", "pelvis_ty")
MUSCLES = ("vasmed_r", "vasint_r", "vaslat_r", "soleus_r", "soleus_l")
CYCLE = np.linspace(0, 1, 201)
BUMP = np.where((CYCLE >= 0.4) & (CYCLE <= 0.6), 10.0, 0.0)

People = dict[str, list[tuple[Motion, Activations | None]]]


def make_motion(
    knees: tuple[np.ndarray, np.ndarray], *, duration: float = 2.0, vasti: float = 0.3
) -> tuple[Motion, Activations]:
    """A squat with these knee angles, deg; vasti at 0.5, 1 and 1.5 of a value."""
    time = 7 + duration * CYCLE
    still = np.zeros_like(CYCLE)
    values = np.stack([still, *np.radians(knees), still + 0.9], axis=1)
    parts = np.array([0.5, 1.0, 1.5, 1.0, 1.0]) * vasti
    return (
        Motion(time, values, NAMES),
        Activations(time, np.tile(parts, (len(time), 1)), MUSCLES),
    )


def make_people(count: int, *, more: np.ndarray, seed: int) -> People:
    """One squat each, of its own depth and a little noise, and something more."""
    rng = np.random.default_rng(seed)
    people: People = {}
    for i in range(count):
        knee = (80 + 4 * i) * np.sin(np.pi * CYCLE) + rng.normal(0, 0.5) + more
        people[f"p{i}"] = [make_motion((knee, knee))]
    return people


def compare(count: int, more: np.ndarray) -> dict[str, CurveComparison]:
    motions = {
        "reference": make_people(count, more=0 * CYCLE, seed=0),
        "bige": make_people(count, more=more, seed=1),
    }
    found = compare_system_curves(motions, generated=["bige"])
    return {one.quantity.key: one for one in found}


def test_a_planted_difference_is_found_where_it_is() -> None:
    found = compare(8, BUMP)["knee_angle"]
    assert found.test is not None
    (cluster,) = found.test.clusters
    assert (cluster.start, cluster.stop) == (40, 60)
    assert found.describe() == "differs at 40 to 60 %"
    assert found.mean_difference[50] == pytest.approx(10, abs=1)
    assert found.sd_difference is not None
    assert found.sd_difference.shape == (101,)


def test_nothing_is_found_between_the_same_motions() -> None:
    people = make_people(7, more=0 * CYCLE, seed=0)
    motions = {"reference": people, "bige": people}
    for one in compare_system_curves(motions, generated=["bige"]):
        assert one.describe() == "no difference found"
        assert one.rms.mean == 0


def test_fewer_than_six_participants_are_not_tested_but_compared() -> None:
    found = compare(5, 0 * CYCLE + 10)["knee_angle"]
    assert found.test is None
    assert found.describe() == "not tested: 5 of at least 6 participants"
    assert found.rms.mean == pytest.approx(10, abs=1)
    assert compare(6, 0 * CYCLE + 10)["knee_angle"].test is not None


def test_a_single_participant_has_a_difference_without_spread() -> None:
    found = compare(1, BUMP)["knee_angle"]
    assert found.sd_difference is None
    assert found.rms.low is None
    assert found.mean_difference[50] == pytest.approx(10, abs=2)


def test_both_legs_and_all_motions_of_a_participant_are_averaged() -> None:
    flat = 0 * CYCLE
    motions = {
        "reference": {"p": [make_motion((flat, flat))]},
        "bige": {
            "p": [
                make_motion((flat + 10, flat + 20), duration=1.0),
                make_motion((flat + 40, flat + 50), duration=3.0),
            ]
        },
    }
    found = {
        one.quantity.key: one
        for one in compare_system_curves(motions, generated=["bige"])
    }
    assert found["knee_angle"].compared == pytest.approx(np.full((1, 101), 30.0))
    assert found["vasti"].compared == pytest.approx(np.full((1, 101), 0.3))
    assert found["vasti"].quantity.columns == ("vasint_r", "vaslat_r", "vasmed_r")


def test_a_motion_without_activations_counts_in_angles_only() -> None:
    flat = 0 * CYCLE
    one = make_motion((flat, flat))
    motions: dict[str, People] = {
        "reference": {"p": [one], "q": [one]},
        "mdm": {"p": [(one[0], None)], "q": [one]},
    }
    found = compare_system_curves(motions, generated=["mdm"])
    people = {curve.quantity.key: curve.participants for curve in found}
    assert people["knee_angle"] == ("p", "q")
    assert people["soleus"] == ("q",)


def test_quantities_are_those_that_all_motions_have() -> None:
    assert [one.key for one in list_quantities(NAMES, MUSCLES)] == [
        "pelvis_tilt",
        "knee_angle",
        "vasti",
        "soleus",
    ]
    assert list_quantities(["pelvis_ty"], []) == ()


def test_a_value_that_is_no_number_is_an_error() -> None:
    flat = 0 * CYCLE
    motions = {
        "reference": {"p": [make_motion((flat, flat))]},
        "bige": {"p": [make_motion((flat + np.nan, flat))]},
    }
    with pytest.raises(BigeError, match="Column knee_angle_r of the motion is no num"):
        compare_system_curves(motions, generated=["bige"])


def test_plain_data_is_finite_and_has_its_units() -> None:
    plain = compare(1, BUMP)["knee_angle"].to_dict()
    assert plain["rms_difference_deg"]["sd"] is None
    assert len(plain["mean_difference_deg"]) == 101
    assert plain["sd_difference_deg"] is None
    assert plain["test"] is None
    assert plain["said"] == "not tested: 1 of at least 6 participants"
