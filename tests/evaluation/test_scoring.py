"""Systems scored over participants: what counts, and against whom."""

import json
import math

import numpy as np
import pytest
from tests.doll import LEGS, UNEVEN, make_doll, move_doll

from bige_osim.errors import BigeError
from bige_osim.evaluation.metrics import TargetRange
from bige_osim.evaluation.scores import (
    SCORE_UNITS,
    MotionToScore,
    Scores,
    SystemScore,
)
from bige_osim.evaluation.scoring import find_shared, score_systems
from bige_osim.motion import Activations

DOLL = make_doll()
BOTH = TargetRange(muscles=("vasmed_r", "vasmed_l"), low=0.6, high=0.8)


def bend(
    angle: float, *, apart: float = 0.0, peak: float | None = None
) -> MotionToScore:
    """Bend all joints of the legs (deg) and straighten them again."""
    course = np.sin(np.pi * UNEVEN / UNEVEN[-1]) ** 2
    legs = {name: np.radians(angle) * course for name in LEGS}
    legs["knee_angle_l"] = legs["knee_angle_l"] + np.radians(apart)
    effort = None
    if peak is not None:
        values = np.stack([peak * course] * 2, axis=1)
        effort = Activations(UNEVEN, values, BOTH.muscles)
    return MotionToScore(
        name=f"to {angle:g}",
        motion=move_doll(**legs),
        skeleton=DOLL,
        activations=effort,
        targets=BOTH,
    )


def only(scores: Scores) -> SystemScore:
    (found,) = scores.systems
    return found


def test_participants_count_equally_however_many_motions_they_have() -> None:
    system = {
        "ada": [bend(60, apart=1.0), bend(60, apart=3.0)],
        "bob": [bend(60, apart=4.0)],
    }
    found = only(score_systems({"own": system})).summary["asymmetry"]
    assert found.mean == pytest.approx(3 / math.sqrt(3))
    assert found.std == pytest.approx(math.sqrt(2) / math.sqrt(3))
    assert found.participants == 2
    assert found.low is not None
    assert found.low < found.mean


def test_a_set_is_measured_for_each_participant_and_together() -> None:
    system = {"ada": [bend(60), bend(70)], "bob": [bend(90), bend(90)]}
    found = only(score_systems({"own": system}))
    ada, bob = (found.participants[name]["diversity"] for name in ("ada", "bob"))
    assert bob == pytest.approx(0, abs=1e-9)
    assert found.summary["diversity"].mean == pytest.approx((ada + bob) / 2)
    pairs = 10 + 30 + 30 + 20 + 20
    assert found.together.diversity == pytest.approx(ada * pairs / 10 / 6)


def test_the_reference_comes_last_and_each_of_it_is_compared_with_the_others() -> None:
    reference = {"eve": [bend(80), bend(84)], "joe": [bend(60), bend(64)]}
    scores = score_systems({"own": {"ada": [bend(80), bend(84)]}}, reference=reference)
    own, itself = scores.systems
    assert [own.name, itself.name] == ["own", "reference"]
    assert itself.participants["eve"]["fidelity_rotations_deg"] == pytest.approx(
        itself.participants["joe"]["fidelity_rotations_deg"]
    )
    near = own.participants["ada"]["fidelity_rotations_deg"]
    assert near < itself.participants["eve"]["fidelity_rotations_deg"]
    assert math.isnan(itself.together.fidelity_rotations)


def test_a_system_that_is_the_reference_is_at_no_distance_together() -> None:
    same = {"eve": [bend(80), bend(84)], "joe": [bend(60)]}
    own, _ = score_systems({"own": same}, reference=same).systems
    assert own.together.fidelity_rotations == pytest.approx(0, abs=1e-6)
    assert own.together.fidelity_translations == pytest.approx(0, abs=1e-6)


def test_activations_are_judged_by_the_range() -> None:
    system = {"ada": [bend(60, peak=0.5), bend(60, peak=0.7)], "bob": [bend(60)]}
    found = only(score_systems({"own": system}))
    assert found.participants["ada"]["constraint"] == pytest.approx(0.05, abs=1e-3)
    assert math.isnan(found.participants["bob"]["constraint"])
    assert found.summary["constraint"].participants == 1
    assert found.summary["constraint"].low is None
    assert found.participants["ada"]["paper_pelvis_tilt"] == pytest.approx(0)


def test_scores_are_plain_data_with_a_unit_for_every_metric() -> None:
    scores = score_systems({"own": {"ada": [bend(60)]}}, reference={"eve": [bend(70)]})
    plain = json.loads(json.dumps(scores.to_dict(), allow_nan=False))
    own, reference = plain["systems"]
    assert own["each_participant"]["ada"].keys() == SCORE_UNITS.keys()
    assert own["summary"].keys() == plain["units"].keys()
    assert own["each_motion"][0]["duration_s"] == pytest.approx(UNEVEN[-1])
    assert reference["summary"]["fidelity_rotations"]["mean"] is None
    assert "pelvis_ty" in plain["compared_by"]


def test_only_what_all_models_and_motions_have_is_compared() -> None:
    whole, less = bend(60), bend(60)
    names = [n for n in less.motion.names if n != "pelvis_list"]
    fewer = MotionToScore(
        name="less", motion=less.motion.select(names), skeleton=less.skeleton
    )
    rotations, translations = find_shared([whole, fewer])
    assert "pelvis_list" not in rotations
    assert translations == ("pelvis_tx", "pelvis_ty", "pelvis_tz")


@pytest.mark.parametrize(
    ("systems", "said"),
    [
        ({}, "Scores need a system, got none; pass one or more."),
        ({"own": {}}, "The system own has no participant; leave it out."),
        (
            {"own": {"ada": []}},
            "The participant ada of own has no motion; leave the participant out.",
        ),
    ],
)
def test_nothing_cannot_be_scored(systems: dict[str, dict], said: str) -> None:
    with pytest.raises(BigeError) as error:
        score_systems(systems)
    assert str(error.value) == said


def test_a_system_cannot_be_called_as_the_reference() -> None:
    one = {"ada": [bend(60)]}
    with pytest.raises(BigeError, match="A system is called reference"):
        score_systems({"reference": one}, reference=one)
