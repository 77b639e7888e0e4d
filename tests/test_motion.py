"""Named time series: known answers."""

import numpy as np
import pytest

from bige_osim.errors import BigeError, UnknownNameError
from bige_osim.motion import GroundReaction, Markers, Motion


def sine(rate: float = 100.0, frequency: float = 1.0) -> Motion:
    time = np.arange(0, 3, 1 / rate)
    values = np.sin(2 * np.pi * frequency * time)[:, None]
    return Motion(time, values, ("knee_angle_r",))


def test_derivatives_of_a_sine_are_its_cosine_and_minus_sine():
    motion = sine()
    velocity, acceleration = motion.derivatives()
    omega = 2 * np.pi
    inner = slice(10, -10)
    np.testing.assert_allclose(
        velocity[inner, 0], omega * np.cos(omega * motion.time)[inner], atol=1e-5
    )
    np.testing.assert_allclose(
        acceleration[inner], -(omega**2) * motion.values[inner], atol=1e-2
    )


def test_derivatives_use_the_time_stamps_not_the_frame_count():
    uneven = np.array([0.0, 0.1, 0.15, 0.3, 0.5, 0.55, 0.8, 1.0])
    motion = Motion(uneven, (3 * uneven)[:, None], ("pelvis_tx",))
    velocity, acceleration = motion.derivatives()
    np.testing.assert_allclose(velocity, 3.0, atol=1e-9)
    np.testing.assert_allclose(acceleration, 0.0, atol=1e-7)


@pytest.mark.parametrize("count", [3, 4, 6, 7])
def test_even_a_few_frames_have_derivatives(count: int):
    time = np.linspace(0.0, 0.1, count)
    velocity, acceleration = Motion(time, (3 * time)[:, None], ("x",)).derivatives()
    np.testing.assert_allclose(velocity, 3.0)
    np.testing.assert_allclose(acceleration, 0.0, atol=1e-9)


def test_resampling_keeps_start_and_rate():
    resampled = sine(rate=60.0).resample(100.0)
    assert resampled.time[0] == 0
    assert resampled.rate == pytest.approx(100)
    np.testing.assert_allclose(
        resampled.values[:, 0], np.sin(2 * np.pi * resampled.time), atol=1e-4
    )


def test_the_low_pass_halves_the_power_at_its_cutoff():
    cutoff = 6.0
    time = np.arange(0, 10, 0.01)
    motion = Motion(time, np.sin(2 * np.pi * cutoff * time)[:, None], ("x",))
    gain = motion.filter(cutoff).values[200:-200].std() / motion.values[200:-200].std()
    assert gain == pytest.approx(np.sqrt(0.5), abs=0.01)


def test_the_low_pass_leaves_a_slow_motion_alone():
    motion = sine(frequency=0.5)
    np.testing.assert_allclose(
        motion.filter(6.0).values[20:-20], motion.values[20:-20], atol=2e-3
    )


def test_filtering_uneven_time_keeps_its_time_stamps():
    time = np.sort(np.concatenate([np.arange(0, 2, 0.02), [0.501, 1.337]]))
    motion = Motion(time, np.sin(time)[:, None], ("x",))
    filtered = motion.filter(6.0)
    np.testing.assert_array_equal(filtered.time, time)
    np.testing.assert_allclose(
        filtered.values[10:-10], motion.values[10:-10], atol=0.01
    )


def test_columns_are_found_by_name_in_any_order():
    motion = Motion(np.arange(3.0), np.arange(6.0).reshape(3, 2), ("a", "b"))
    assert motion.select(["b", "a"]).values[0].tolist() == [1.0, 0.0]
    with pytest.raises(UnknownNameError) as error:
        motion.column("c")
    assert str(error.value) == "Motion has no column named c; it has a, b."


def test_time_that_stands_still_is_refused():
    with pytest.raises(BigeError, match="Times must increase strictly"):
        Motion(np.array([0.0, 0.0]), np.zeros((2, 1)), ("a",))


def test_values_outside_the_series_are_refused():
    with pytest.raises(BigeError) as error:
        sine().at(np.array([5.0]))
    assert str(error.value) == (
        "Asked for 5.000 to 5.000 s of a series that covers 0.000 to 2.990 s; "
        "ask within it."
    )


def test_a_single_frame_has_no_rate():
    with pytest.raises(BigeError) as error:
        _ = Motion(np.array([0.0]), np.zeros((1, 1)), ("a",)).rate
    assert str(error.value) == (
        "A sampling rate needs two frames, got 1; the recording is too short."
    )


def test_ground_reaction_without_plates_stays_empty():
    nothing = np.zeros((2, 0, 3))
    ground = GroundReaction(
        np.array([0.0, 1.0]), nothing, nothing, nothing, (), "measured"
    )
    assert ground.at(np.array([0.5])).force.shape == (1, 0, 3)


def test_ground_reaction_outside_its_recording_is_zero():
    time = np.array([1.0, 2.0])
    force = np.full((2, 1, 3), 100.0)
    ground = GroundReaction(
        time, force, np.zeros((2, 1, 3)), np.zeros((2, 1, 3)), ("calcn_r",), "measured"
    )
    sampled = ground.at(np.array([0.5, 1.5, 2.5]))
    assert sampled.force[:, 0, 1].tolist() == [0.0, 100.0, 0.0]


def test_a_single_frame_of_markers_has_no_rate():
    one = Markers(np.zeros(1), np.zeros((1, 1, 3)), ("RASI",))
    with pytest.raises(BigeError, match="needs two frames, got 1; the recording is"):
        _ = one.rate


def test_the_first_gap_is_named_by_column_and_time():
    motion = Motion(np.arange(3) / 10, np.zeros((3, 2)), ("hip", "knee"))
    assert motion.require_finite() is motion
    motion.values[1, 1] = np.inf
    with pytest.raises(BigeError) as caught:
        motion.require_finite()
    assert str(caught.value) == (
        "Column knee of the motion is no number at 0.100 s; fill the gap or cut the "
        "trial."
    )


def test_only_the_point_of_a_force_has_to_be_known():
    force = np.array([0.0, 10.0])[:, None, None] * np.ones((2, 1, 3))
    point = np.array([np.nan, 0.1])[:, None, None] * np.ones((2, 1, 3))
    ground = GroundReaction(
        np.arange(2.0), force, point, 0 * force, ("calcn_r",), "measured"
    )
    assert ground.require_finite().point[:, 0, 0].tolist() == [0.0, 0.1]
    point[1] = np.nan
    with pytest.raises(BigeError) as caught:
        ground.require_finite()
    assert str(caught.value) == (
        "The ground point on calcn_r is no number at 1.000 s; fill the gap in the "
        "force plates."
    )


@pytest.mark.parametrize("count", [0, 1])
def test_few_frames_say_what_they_are(count: int):
    motion = Motion(np.arange(float(count)), np.zeros((count, 1)), ("a",))
    frames = "1 frame" if count else "0 frames"
    assert repr(motion) == f"Motion(1 coordinate, {frames})"
