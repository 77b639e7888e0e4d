"""Residuals, reserves and ranges with numbers that can be checked by hand."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from bige_osim.evaluation.limits import (
    Limits,
    Residuals,
    range_excesses,
    reserves,
)
from bige_osim.motion import Moments, Motion, Series
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.residuals import ResidualSummary

TIME = np.linspace(0, 1, 5)


def found(*, force: float = 0.0, moment: float = 0.0) -> Residuals:
    summary = ResidualSummary(
        force_rms=force / 2,
        force_max=force,
        moment_rms=moment / 2,
        moment_max=moment,
        body_weight=780.0,
        center_height=0.9,
        external_max=800.0,
        offset=0.0,
        carried=(),
        source="estimated",
    )
    return Residuals(summary, Limits())


def test_limits_follow_the_largest_external_force_and_the_height_of_the_mass() -> None:
    assert found().force_limit == pytest.approx(0.05 * 800)
    assert found().moment_limit == pytest.approx(0.01 * 0.9 * 800)


def test_a_force_at_its_limit_holds_and_a_moment_above_its_limit_does_not() -> None:
    at_limit = found(force=40.0, moment=7.21)
    assert at_limit.force_accepted
    assert not at_limit.moment_accepted
    assert not found(force=40.1).force_accepted
    assert found(moment=7.1).moment_accepted


def test_residuals_are_told_in_newtons_and_in_body_weights() -> None:
    plain = found(force=39.0, moment=3.0).to_dict()
    assert plain["force_peak_n"] == 39.0
    assert plain["force_peak_percent_bw"] == pytest.approx(5.0)
    assert plain["force_rms_percent_bw"] == pytest.approx(2.5)
    assert plain["moment_rms_nm"] == 1.5
    assert plain["ground"] == "estimated"


def test_reserves_are_shares_of_the_peak_moment_over_all_frames() -> None:
    coarse = Series(TIME[::2], np.array([[1.0], [np.nan], [-3.0]]), ("knee_angle_r",))
    net = Moments(TIME, np.array([[10.0], [-60.0], [5.0], [0.0], [20.0]]), coarse.names)
    (one,) = reserves(coarse, net)
    assert (one.peak, one.moment_peak) == (3.0, 60.0)
    assert one.share == pytest.approx(0.05)
    assert not one.alone


def test_a_reserve_that_is_the_whole_moment_drives_its_joint_alone() -> None:
    arm = Series(TIME, np.linspace(1, 2, 5)[:, None], ("elbow_flex_r",))
    (one,) = reserves(arm, Moments(TIME, arm.values.copy(), arm.names))
    assert one.alone


def test_reserves_of_the_root_are_left_out_and_the_worst_comes_first() -> None:
    names = ("pelvis_tx", "knee_angle_r", "ankle_angle_r")
    added = Series(TIME, np.tile([9.0, 1.0, 2.0], (5, 1)), names)
    net = Moments(TIME, np.tile([0.0, 50.0, 50.0], (5, 1)), names)
    worst_first = reserves(added, net, without=["pelvis_tx"])
    assert [one.coordinate for one in worst_first] == ["ankle_angle_r", "knee_angle_r"]


def test_a_reserve_against_no_moment_has_an_infinite_share() -> None:
    added = Series(TIME, np.full((5, 1), 2.0), ("knee_angle_r",))
    (one,) = reserves(added, Moments(TIME, np.zeros((5, 1)), added.names))
    assert one.share == math.inf


def test_rotations_outside_their_range_are_found_with_the_time_of_the_worst(
    body: Skeleton, standing: Callable[..., Motion]
) -> None:
    tilt = np.linspace(0, 0.7, 101)
    outside = range_excesses(standing(pelvis_tilt=tilt), body.spec)
    assert [one.coordinate for one in outside] == ["pelvis_tilt"]
    assert outside[0].excess == pytest.approx(0.2)
    assert outside[0].time == 2.0


def test_translations_and_small_excesses_are_not_judged(
    body: Skeleton, standing: Callable[..., Motion]
) -> None:
    motion = standing(pelvis_tx=3.0, pelvis_tilt=-0.51)
    spec = body.spec
    assert range_excesses(motion, spec, tolerance=math.radians(1)) == ()
    assert len(range_excesses(motion, spec)) == 1
