import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.osim.anthropometry import (
    GENERIC_MASS,
    GENERIC_STATURE,
    draw_body,
    generic_model,
    segment_factors,
    typical_body,
)


def test_the_generic_model_is_in_the_wheel() -> None:
    assert generic_model().name == "Rajagopal2015.osim"


def test_typical_bodies_have_the_means_that_the_survey_report_prints() -> None:
    # Gordon et al. 2014, NATICK/TR-15/007: stature and weight of men and women
    man, woman = typical_body("male"), typical_body("female")
    assert man.stature == pytest.approx(1.756, abs=0.001)
    assert man.mass == pytest.approx(85.5, abs=0.1)
    assert woman.stature == pytest.approx(1.628, abs=0.001)
    assert woman.mass == pytest.approx(67.8, abs=0.1)


def test_the_same_seed_draws_the_same_body() -> None:
    bodies = [draw_body("female", rng=np.random.default_rng(5)) for _ in range(2)]
    other = draw_body("female", rng=np.random.default_rng(6))
    assert bodies[0] == bodies[1] != other


def test_draws_have_the_spread_and_the_correlation_of_the_survey() -> None:
    rng = np.random.default_rng(0)
    bodies = [draw_body("male", rng=rng) for _ in range(400)]
    stature = np.array([body.stature for body in bodies])
    leg = np.array([body.leg_length for body in bodies])
    assert stature.mean() == pytest.approx(1.756, abs=0.015)
    assert 0.045 < stature.std() < 0.07  # 0.0686 m before extremes are cut
    assert np.corrcoef(stature, leg)[0, 1] > 0.75


def test_a_body_has_the_stature_and_mass_it_was_asked_for() -> None:
    body = draw_body("male", rng=np.random.default_rng(1), stature=1.9, mass=95.0)
    assert (body.stature, body.mass) == (1.9, 95.0)
    assert body.leg_length > typical_body("male").leg_length


def test_an_unlikely_mass_for_the_stature_is_refused() -> None:
    with pytest.raises(BigeError) as caught:
        draw_body("female", rng=np.random.default_rng(1), mass=250.0)
    assert str(caught.value) == (
        "No plausible female body with stature None m and mass 250.0 kg was found in "
        "1000 draws; ask for a stature and a mass that occur together."
    )


def test_the_generic_man_keeps_trunk_and_arms_and_nearly_his_legs() -> None:
    man = typical_body("male", stature=GENERIC_STATURE, mass=GENERIC_MASS)
    factors = segment_factors(man)
    assert len(factors) == 22  # every body of the model
    for name in ("pelvis", "torso", "humerus_r", "ulna_l", "hand_r"):
        assert factors[name] == pytest.approx((1.0, 1.0, 1.0))
    legs = [f for name in ("femur_r", "tibia_r", "calcn_r") for f in factors[name]]
    assert legs == pytest.approx([1.0] * 9, abs=0.04)


def test_both_sides_scale_alike() -> None:
    factors = segment_factors(draw_body("female", rng=np.random.default_rng(2)))
    for name, factor in factors.items():
        if name.endswith("_r"):
            assert factors[name[:-2] + "_l"] == factor
