from bige_osim.osim.tools.scale_factors import plan_scaling
from bige_osim.spec.marker_set import SegmentMeasurement

BODIES = ("pelvis", "femur_r", "femur_l", "tibia_r", "tibia_l", "toes_r", "toes_l")
WIDTH = SegmentMeasurement(name="width", pairs=(("a", "b"),), scales={"pelvis": "z"})
SHANK = SegmentMeasurement(
    name="shank", pairs=(("c", "d"), ("e", "f")), scales={"tibia_r": "xyz"}
)


def test_every_body_gets_each_axis_exactly_once() -> None:
    plan = plan_scaling(BODIES, [WIDTH, SHANK], recorded="abcd")
    axes = [(b, a) for m in plan.measurements for b, s in m.scales.items() for a in s]
    assert sorted(axes) == sorted((b, a) for b in BODIES for a in "xyz")
    assert plan.by_stature == ()


def test_what_is_not_measured_takes_the_nearest_factor_and_says_so() -> None:
    plan = plan_scaling(BODIES, [WIDTH, SHANK], recorded="abcd")
    width, shank = plan.measurements
    assert width.scales == {"pelvis": "zxy"}
    assert set(shank.scales) == {*BODIES} - {"pelvis"}
    assert plan.notes[:2] == (
        "Nothing measures pelvis along x; the factor of width (pelvis) serves.",
        "Nothing measures femur_r; the factor of shank (tibia_r) serves.",
    )


def test_only_recorded_pairs_count() -> None:
    assert plan_scaling(BODIES, [SHANK], recorded="ef").measurements[0].pairs == (
        ("e", "f"),
    )


def test_without_any_measurement_stature_scales() -> None:
    plan = plan_scaling(BODIES, [WIDTH], recorded="a")
    assert plan.measurements == ()
    assert plan.by_stature == BODIES
    assert plan.notes == (
        "The measurement width has no pair of recorded markers.",
        f"Nothing measures {', '.join(BODIES)}; scaled by stature.",
    )
