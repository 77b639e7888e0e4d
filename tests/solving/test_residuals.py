"""What is said of forces and moments that the ground does not explain."""

from dataclasses import replace

from bige_osim.solving.residuals import ResidualSummary

GOOD = ResidualSummary(
    force_rms=5.0,
    force_max=20.0,
    moment_rms=1.0,
    moment_max=5.0,
    body_weight=60.0 * 9.80665,
    center_height=0.9,
    external_max=700.0,
    offset=1.0,
    carried=(),
    source="estimated",
)


def test_small_residuals_are_not_worth_a_word():
    assert GOOD.warnings() == ()


def test_forces_beyond_five_percent_name_the_mass_that_the_plates_carry():
    weighed = replace(
        GOOD, force_rms=30.0, force_max=40.0, offset=29.41995, source="measured"
    )
    assert weighed.warnings() == (
        "Pelvis residual forces reach 6.8% of body weight (RMS 5.1%), more than the "
        "accepted 5% of the largest ground reaction; the model has 60.0 kg, the "
        "plates carry 57.0 kg (--calibrate fits the model).",
    )


def test_moments_beyond_one_percent_say_what_may_help():
    turned = replace(GOOD, moment_rms=5.0, moment_max=12.0)
    start = (
        "Pelvis residual moments reach 12 N m (RMS 5 N m), more than the accepted 1% "
        "of the largest ground reaction times the height of the centre of mass; "
    )
    assert turned.warnings() == (
        start + "a low-pass below the motion's noise may help.",
    )
    assert replace(turned, source="measured").warnings() == (
        start + "check the masses of the model and the position of the plates.",
    )


def test_a_seat_is_told_instead_of_its_consequences():
    seated = replace(
        GOOD,
        force_max=400.0,
        moment_max=200.0,
        carried=((1.0, 2.5, 0.62), (4.0, 5.5, 0.51)),
        seats=((1.0, 2.5), (4.0, 5.5)),
    )
    assert seated.warnings() == (
        "Missing external force (a chair?) of up to 62% of body weight from 1.00 to "
        "2.50 s, 4.00 to 5.50 s; muscle activations are wrong there.",
    )


def test_a_force_that_is_missing_where_nobody_sits_is_no_seat():
    missing = replace(GOOD, force_max=400.0, carried=((1.0, 2.5, 0.62),))
    assert missing.warnings() == (
        "Missing external force (a hand?) of up to 62% of body weight from 1.00 to "
        "2.50 s, where the participant does not sit; muscle activations are wrong "
        "there.",
    )


def test_half_a_body_weight_or_a_quarter_of_its_moment_is_a_failure():
    assert GOOD.failure == ""
    weight = 60.0 * 9.80665
    assert replace(GOOD, unseated_force_rms=0.49 * weight).failure == ""
    assert replace(GOOD, unseated_force_rms=0.51 * weight).failure == (
        "pelvis residual forces are 51% of body weight (RMS), more than 50%"
    )
    assert replace(GOOD, unseated_moment_rms=0.2 * weight).failure == ""
    assert replace(GOOD, unseated_moment_rms=0.24 * weight).failure == (
        "pelvis residual moments are 141 N m (RMS), more than 132 N m"
    )


def test_plain_data_has_units_in_its_names():
    plain = GOOD.to_dict()
    assert plain["moment_rms_nm"] == 1.0
    assert plain["force_max_percent_bw"] == round(100 * 20.0 / (60 * 9.80665), 3)
    assert plain["moment_max_percent_bwh"] == round(500.0 / (60 * 9.80665 * 0.9), 3)
