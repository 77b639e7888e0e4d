"""Force plates given to the feet by where they are, not by their numbers."""

from dataclasses import replace

import numpy as np
import pytest

from bige_osim.errors import BigeError
from bige_osim.motion import FOOT_BODIES, GroundReaction
from bige_osim.physics.ground.feet import Feet
from bige_osim.physics.ground.plates import PlateConfig, assign_plates

HALF = 0.2  # m, from the middle to the centre of a foot
CENTRES = np.array([[0.0, 0.0, HALF], [0.0, 0.0, -HALF]])  # right, left
RAW = PlateConfig(cutoff=None)


def standing(frames: int = 100) -> Feet:
    """One second on two feet, 0.24 m long and 0.1 m wide, that point along x."""
    return Feet(
        names=FOOT_BODIES,
        time=np.arange(frames) / 100,
        centres=np.tile(CENTRES, (frames, 1, 1)),
        headings=np.tile([1.0, 0.0], (frames, 2, 1)),
        reaches=np.tile([[-0.12, 0.12], [-0.05, 0.05]], (frames, 2, 1, 1)),
        heights=np.zeros((frames, 2)),
        speeds=np.zeros((frames, 2)),
        hips=np.tile(CENTRES + np.array([0.0, 0.9, 0.0]), (frames, 1, 1)),
        floor=0.0,
        points=np.tile(CENTRES, (frames, 1, 1)),
        sides=np.array([0, 1]),
        compliance=np.ones(2),
        standing=np.zeros(2),
    )


def plates(
    *points: tuple[float, float],
    up: tuple[float, ...],
    rate: float = 100.0,
    start: float = 0.0,
    seconds: float = 0.99,
) -> GroundReaction:
    """Constant vertical forces (N) at points (x, z) of plates 6 mm above the floor."""
    time = start + np.arange(round(seconds * rate) + 1) / rate
    force = np.zeros((len(time), len(points), 3))
    force[..., 1] = up
    point = np.zeros_like(force)
    point[..., [0, 2]] = points
    point[..., 1] = 0.006
    names = tuple(f"ground_force_{i + 1}" for i in range(len(points)))
    return GroundReaction(time, force, point, np.zeros_like(force), names, "measured")


def test_plates_go_to_the_foot_that_stands_on_them_whatever_their_number():
    feet = standing()
    recorded = plates((0.03, -HALF), (-0.05, HALF), up=(250.0, 350.0))
    ground, warnings = assign_plates(recorded, feet, config=RAW)
    assert ground.names == ("calcn_r", "calcn_l")
    assert (ground.source, warnings) == ("measured", ())
    np.testing.assert_allclose(ground.force[:, :, 1], [[350.0, 250.0]] * 100)
    np.testing.assert_allclose(ground.point[:, 0], [[-0.05, 0.006, HALF]] * 100)
    np.testing.assert_allclose(ground.point[:, 1], [[0.03, 0.006, -HALF]] * 100)
    swapped = replace(recorded, names=recorded.names[::-1])
    again, _ = assign_plates(swapped, feet, config=RAW)
    np.testing.assert_array_equal(again.force, ground.force)


def test_two_plates_under_one_foot_add_up():
    recorded = plates((-0.1, HALF), (0.1, HALF), (0.0, -HALF), up=(100.0, 300.0, 200.0))
    ground, warnings = assign_plates(recorded, standing(), config=RAW)
    np.testing.assert_allclose(ground.force[:, 0, 1], 400.0)
    np.testing.assert_allclose(ground.point[:, 0, 0], 0.05)
    np.testing.assert_allclose(ground.moment, 0.0, atol=1e-9)
    assert warnings == ()


def test_a_plate_that_one_foot_leaves_and_the_other_steps_on_serves_both():
    feet = standing()
    recorded = plates((0.0, HALF), up=(300.0,))
    recorded.force[40:60] = 0.0
    recorded.point[60:, 0, 2] = -HALF
    feet.speeds[:50, 1] = 1.0  # the other foot is on its way
    feet.speeds[50:, 0] = 1.0
    ground, warnings = assign_plates(recorded, feet, config=RAW)
    np.testing.assert_allclose(ground.force[:40, 0, 1], 300.0)
    np.testing.assert_allclose(ground.force[60:, 1, 1], 300.0)
    assert not ground.force[40:60].any()
    assert not ground.force[60:, 0].any()
    assert warnings == ()


def test_a_plate_under_both_feet_is_shared_and_told():
    recorded = plates((0.0, 0.05), up=(600.0,))
    ground, warnings = assign_plates(recorded, standing(), config=RAW)
    np.testing.assert_allclose(ground.force[:, 0, 1], 600.0 * 0.25 / 0.4)
    np.testing.assert_allclose(ground.force[:, :, 1].sum(axis=1), 600.0)
    assert warnings == (
        "Plate ground_force_1 carries both feet from 0.00 to 0.99 s; its force is "
        "shared by the place of its centre of pressure.",
    )


def test_a_plate_far_from_any_foot_is_left_out_and_told():
    recorded = plates((0.0, HALF), (2.0, -HALF), up=(300.0, 300.0))
    ground, warnings = assign_plates(recorded, standing(), config=RAW)
    assert not ground.force[:, 1].any()
    assert warnings == (
        "Plate ground_force_2 is loaded from 0.00 to 0.99 s 1.88 m from the nearest "
        "foot and is left out there; check that plates and motion share one frame.",
        "The left foot stands with no force on it (0.00 to 0.99 s): it is beside the "
        "plates, where its muscles come out wrong, or there is a missing external "
        "force (a chair, a hand?).",
    )


def test_a_foot_in_the_air_or_on_the_move_is_not_missed():
    feet = standing()
    feet.heights[:50, 1] = 0.1
    feet.speeds[50:, 1] = 0.5
    _, warnings = assign_plates(plates((0.0, HALF), up=(600.0,)), feet, config=RAW)
    assert warnings == ()


@pytest.mark.parametrize(("rate", "start"), [(1000.0, -0.2), (60.0, 0.0)])
def test_any_rate_and_any_start_are_met_by_time(rate: float, start: float):
    feet = standing()
    recorded = plates(
        (0.0, HALF), (0.0, -HALF), up=(0.0, 300.0), rate=rate, start=start, seconds=1.4
    )
    recorded.force[:, 0, 1] = 300.0 + 100.0 * recorded.time
    recorded.point[:, 0, 0] = 0.1 * recorded.time
    ground, _ = assign_plates(recorded, feet)
    inner = slice(20, -20)  # a low-pass bends the ends of a ramp
    np.testing.assert_allclose(
        ground.force[inner, 0, 1], 300.0 + 100.0 * feet.time[inner], atol=0.5
    )
    np.testing.assert_allclose(
        ground.point[inner, 0, 0], 0.1 * feet.time[inner], atol=1e-3
    )


def test_forces_and_moments_are_low_passed_not_centres_of_pressure():
    feet = standing()
    recorded = plates((0.0, HALF), (0.0, -HALF), up=(300.0, 300.0))
    shake = np.where(np.arange(100) % 2, 1.0, -1.0)  # at 50 Hz
    recorded.force[:, 0, 1] += 200.0 * shake
    recorded.point[:, 0, 0] = 0.05 * shake
    ground, _ = assign_plates(recorded, feet)
    inner = slice(40, -40)
    np.testing.assert_allclose(ground.force[inner, 0, 1], 300.0, atol=0.5)
    # (500 N at 0.05 m and 100 N at -0.05 m) / 2 make 10 N m, 300 N at 0.033 m.
    np.testing.assert_allclose(ground.point[inner, 0, 0], 10.0 / 300.0, atol=1e-3)


def test_an_unloaded_foot_has_no_force_and_its_point_under_it():
    recorded = plates((0.0, HALF), (5.0, 5.0), up=(300.0, 8.0))
    ground, _ = assign_plates(recorded, standing(), config=RAW)
    assert not ground.force[:, 1].any()
    assert not ground.moment[:, 1].any()
    np.testing.assert_allclose(ground.point[:, 1], [CENTRES[1]] * 100)


def test_a_point_without_force_need_not_be_a_number():
    recorded = plates((0.0, HALF), (0.0, -HALF), up=(300.0, 300.0))
    recorded.force[10:20, 0] = 0.0
    recorded.point[10:20, 0] = np.nan
    ground, _ = assign_plates(recorded, standing(), config=RAW)
    assert np.isfinite(ground.point).all()
    recorded.force[3, 1, 0] = np.nan
    with pytest.raises(BigeError) as caught:
        assign_plates(recorded, standing())
    assert str(caught.value) == (
        "The ground force on ground_force_2 is no number at 0.030 s; fill the gap in "
        "the force plates."
    )


def test_plates_that_do_not_cover_the_motion_are_refused():
    recorded = plates((0.0, HALF), up=(300.0,), seconds=0.5)
    with pytest.raises(BigeError) as caught:
        assign_plates(recorded, standing())
    assert str(caught.value) == (
        "The plates cover 0.00 to 0.50 s, the motion 0.00 to 0.99 s; choose times that "
        "both cover."
    )
