"""All statistics of a comparison."""

import json
import math

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.evaluation.comparison import ComparedSystem, Comparison, Role
from bige_osim.evaluation.comparison_statistics import find_statistics
from bige_osim.evaluation.estimate import Estimate
from bige_osim.motion import Motion

KEYS: dict[str, Role] = {
    "reference": "reference",
    "mdm": "generated",
    "bige": "generated",
}


def system(key: str, role: Role, value: float) -> ComparedSystem:
    known = Estimate(value, math.nan, None, None, 1)
    each = {"p": {"asymmetry": value}}
    return ComparedSystem(key, key.upper(), role, 1, {"asymmetry": known}, each)


def still(angle: float) -> Motion:
    return Motion(np.arange(3.0), np.full((3, 1), angle), ("pelvis_tilt",))


def test_values_and_curves_of_all_generated_systems_are_compared() -> None:
    systems = [system(k, r, float(i)) for i, (k, r) in enumerate(KEYS.items())]
    found = find_statistics(
        Comparison(tuple(systems)),
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
    found = find_statistics(comparison, motions={}, guided="mine")
    assert found.guided is None
    assert found.columns[0].nearness == ()
    assert found.curves == ()


def test_statistics_need_a_reference() -> None:
    comparison = Comparison((system("bige", "generated", 1.0),))
    with pytest.raises(BigeError) as error:
        find_statistics(comparison, motions={})
    assert str(error.value) == (
        "Statistics need a reference among the systems, got none; give one of them "
        "the role reference."
    )
