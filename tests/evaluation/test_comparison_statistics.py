"""All statistics of a comparison, and which systems are marked in it."""

import json
import math

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.evaluation.comparison import (
    COLUMNS,
    ComparedSystem,
    Comparison,
    Role,
    write_latex,
)
from bige_osim.evaluation.comparison_statistics import find_statistics
from bige_osim.evaluation.estimate import Estimate
from bige_osim.motion import Motion

ASYMMETRY = COLUMNS[1]
KEYS: dict[str, Role] = {
    "reference": "reference",
    "mdm": "generated",
    "bige": "generated",
}


def system(key: str, role: Role, value: float) -> ComparedSystem:
    known = Estimate(value, math.nan, None, None, 1)
    return ComparedSystem(key, key.upper(), role, 1, 1, {"asymmetry": known})


def still(angle: float) -> Motion:
    return Motion(np.arange(3.0), np.full((3, 1), angle), ("pelvis_tilt",))


def test_values_and_curves_of_all_generated_systems_are_compared() -> None:
    comparison = Comparison(tuple(system(k, r, 1.0) for k, r in KEYS.items()))
    found = find_statistics(
        comparison,
        values={key: {"p": {"asymmetry": float(i)}} for i, key in enumerate(KEYS)},
        motions={k: {"p": [(still(0.1 * i), None)]} for i, k in enumerate(KEYS)},
    )
    (column,) = found.columns
    assert [d.difference.mean for d in column.differences] == [1, 2]
    assert column.nearness[0].farther == 1
    assert [curve.system for curve in found.curves] == ["mdm", "bige"]
    assert found.curves[1].rms.mean == pytest.approx(np.degrees(0.2))
    plain = found.to_dict()
    assert plain["guided"] == "bige"
    json.dumps(plain, allow_nan=False)


def test_without_a_guided_system_nothing_is_compared_with_it() -> None:
    comparison = Comparison(tuple(system(k, r, 1.0) for k, r in KEYS.items()))
    values = {key: {"p": {"asymmetry": 1.0}} for key in KEYS}
    found = find_statistics(comparison, values=values, motions={}, guided="mine")
    assert found.guided is None
    assert found.columns[0].nearness == ()
    assert found.curves == ()


def test_statistics_need_a_reference() -> None:
    comparison = Comparison((system("bige", "generated", 1.0),))
    with pytest.raises(BigeError) as error:
        find_statistics(comparison, values={}, motions={})
    assert str(error.value) == (
        "Statistics need a reference among the systems, got none; give one of them "
        "the role reference."
    )


def test_systems_are_marked_alike_if_what_is_shown_is_equal() -> None:
    comparison = Comparison(
        (
            system("reference", "reference", 3.0),
            system("a", "generated", 5.001),
            system("b", "generated", 1.001),
            system("c", "generated", 4.99),
            system("d", "generated", 9.0),
        )
    )
    assert comparison.find_nearest(ASYMMETRY) == "c"
    assert comparison.list_nearest(ASYMMETRY) == ("c",)
    two = Comparison((*comparison.systems[:3], comparison.systems[4]))
    assert two.list_nearest(ASYMMETRY) == ("a", "b")
    assert two.count_nearest() == {"a": 1, "b": 1, "d": 0}
    assert write_latex(two, [ASYMMETRY]).count(r"\textbf") == 2
