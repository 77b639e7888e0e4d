"""One list of checks, from which verdict, reasons and JSON follow."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.evaluation.test_validation import FINE, solution

from bige_osim.evaluation.certificate import Certificate
from bige_osim.evaluation.certify import certify
from bige_osim.evaluation.check import Check
from bige_osim.evaluation.validation import validate_motion
from bige_osim.guidance.goal import Goal
from bige_osim.motion import Activations, Motion
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.engines import Engine, make_engine
from bige_osim.synthetic.squat_motion import SquatMaker
from bige_osim.synthetic.squat_style import SquatStyle

GOAL = Goal.from_dict(
    {
        "activation": {"muscles": ["vasmed_r", "vasmed_l"], "low": 0.35, "high": 0.45},
        "pelvis_tilt": {"min": -35, "max": 10},
        "joint_range": {"coordinates": ["pelvis_tilt"]},
    }
)


RMSE = 0.2 * np.sqrt(0.3 * np.sqrt(np.pi / 2) / 0.02 / 101)
"""Of two bumps of 0.3 s at 101 frames of 0.02 s whose peaks differ by 0.2."""


def by_name(certificate: Certificate) -> dict[str, Check]:
    return {check.name: check for check in certificate.checks}


@pytest.fixture
def certificate(
    body: Skeleton,
    standing: Callable[..., Motion],
    bump: Callable[..., Activations],
) -> Certificate:
    """Of a body that turns too far, with residuals too large and muscles too active."""
    motion = standing(pelvis_list=0.6)
    bad = replace(FINE, force_max=90.0)
    return validate_motion(
        "01",
        motion=motion,
        solution=solution(motion, bump(0.6), bad),
        skeleton=body,
        surrogate=bump(0.4),
        goal=GOAL,
    ).certificate


def test_checks_say_who_computed_what_with_value_bounds_and_unit(
    certificate: Certificate,
) -> None:
    rows = {
        c.name: (c.value, c.low, c.high, c.unit, c.satisfied, c.computed_by)
        for c in certificate.checks
    }
    near = pytest.approx
    assert rows == {
        "frames solved": (101, 101, None, "frames", True, "OpenSim"),
        "peak activation of vasmed_r, vasmed_l": (
            near(0.6), 0.35, 0.45, "activation", False, "OpenSim",
        ),
        "pelvis tilt": (0, near(-35), near(10), "deg", True, "OpenSim"),
        "joint range": (0, None, 0, "deg", True, "kinematics"),
        "residual force": (90, None, 40, "N", False, "OpenSim"),
        "residual moment": (4, None, 8, "N m", True, "OpenSim"),
        "joint ranges: furthest outside": (
            near(np.degrees(0.1)), None, near(1), "deg", False, "kinematics",
        ),
        "foot sliding": (None, None, 0.1, "m/s", None, "kinematics"),
        "penetration": (0, None, 1, "cm", True, "kinematics"),
        "float": (near(100 - 98 * np.cos(0.6) - 2), None, 1, "cm", False, "kinematics"),
        "centre-of-mass acceleration (RMS)": (
            near(0, abs=1e-9), None, None, "m/s²", None, "kinematics",
        ),
        "error of the surrogate's activations (RMSE)": (
            near(RMSE, abs=1e-6), None, None, "activation", None, "surrogate",
        ),
    }  # fmt: skip


def test_the_surrogates_value_stands_beside_the_simulated_one(
    certificate: Certificate,
) -> None:
    found = by_name(certificate)
    peak = found["peak activation of vasmed_r, vasmed_l"]
    assert (peak.value, peak.surrogate) == pytest.approx((0.6, 0.4))
    assert found["joint range"].surrogate is None


def test_verdict_and_reasons_are_those_of_the_checks_that_fail(
    certificate: Certificate,
) -> None:
    failed = [check for check in certificate.checks if check.failed]
    assert [check.name for check in failed] == [
        name for name, check in by_name(certificate).items() if check.satisfied is False
    ]
    assert all(check.reasons for check in failed)
    assert certificate.reasons == tuple(r for check in failed for r in check.reasons)
    assert not certificate.passed
    kept = tuple(check for check in certificate.checks if not check.failed)
    assert replace(certificate, checks=kept).passed


def test_its_json_names_model_engine_and_versions(certificate: Certificate) -> None:
    plain = json.loads(json.dumps(certificate.to_dict(), allow_nan=False))
    assert plain["model"] == {"name": "one_body", "sha256": "0" * 64}
    assert (plain["engine"], plain["ground"]) == ("opensim", "estimated")
    assert {"python", "bige-osim", "torch"} <= set(plain["versions"])
    assert plain["reasons"] == list(certificate.reasons)
    assert len(plain["checks"]) == len(certificate.checks)
    assert plain["checks"][0]["computed_by"] == "OpenSim"


@pytest.fixture(scope="module")
def engine(generic_man: Path) -> Engine:
    return make_engine("fast", model=generic_man, spec=read_model(generic_man))


@pytest.fixture(scope="module")
def squat(engine: Engine) -> Motion:
    maker = SquatMaker(engine.skeleton)
    style = SquatStyle(repetitions=1)
    whole = maker.motion(style, rate=30.0, rng=np.random.default_rng(0))
    return whole.select(engine.skeleton.spec.independent_names)


DEEP = Goal.from_dict({"depth": {"min": 30}})


@pytest.mark.opensim
def test_a_squat_from_standing_to_standing_is_certified_without_files(
    engine: Engine, squat: Motion
) -> None:
    certificate = certify(squat, DEEP, engine, name="a")
    assert certificate.passed, certificate.reasons
    found = by_name(certificate)
    ends = [check for name, check in found.items() if "standing" in name]
    assert len(ends) == 4
    assert all(check.satisfied and check.decides for check in ends)
    assert found["depth"].low == pytest.approx(30)
    assert certificate.model_sha256 == engine.skeleton.spec.sha256


@pytest.mark.opensim
def test_a_squat_that_starts_at_its_bottom_fails_if_a_goal_was_given(
    engine: Engine, squat: Motion
) -> None:
    half = squat.between(float(squat.time[len(squat.time) // 2]), squat.time[-1])
    guided, recorded = (certify(half, goal, engine) for goal in (DEEP, None))
    knee, pelvis = guided.reasons[-2:]
    assert knee.startswith("The motion starts with a knee bent")
    assert pelvis.startswith("The motion starts with the pelvis")
    start = by_name(recorded)["starts standing: knee flexion"]
    assert (start.satisfied, start.decides) == (False, False)
    assert not any("standing" in reason for reason in recorded.reasons)
