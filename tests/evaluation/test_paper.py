"""The paper's definitions, on motions whose values are known by hand."""

import math

import numpy as np
import pytest
from tests import models
from tests.doll import NAMES, move_doll

from bige_osim.errors import BigeError
from bige_osim.evaluation.metrics import SWINGING, angular_velocity
from bige_osim.evaluation.paper import (
    FRAMES,
    RATE,
    PaperFrames,
    compare_moments,
    find_entropy,
    find_peak,
    measure_paper,
    sample_frames,
)
from bige_osim.motion import Activations, Motion

TRANSLATIONS = models.TRANSLATIONS
ROTATIONS = tuple(name for name in NAMES if name not in TRANSLATIONS)
WHOLE = np.arange(FRAMES) / RATE
"""Times of a motion that is neither repeated nor cut, s."""


def frames(*motions: Motion) -> PaperFrames:
    return sample_frames(motions, rotations=ROTATIONS, translations=TRANSLATIONS)


def test_a_motion_of_196_frames_has_the_metrics_that_it_has_by_its_times() -> None:
    swing = 0.3 * np.sin(2 * np.pi * WHOLE)
    motion = move_doll(WHOLE, knee_angle_r=swing, pelvis_tx=0.5 * WHOLE)
    found = measure_paper(frames(motion))
    assert found.angular_velocity == pytest.approx(angular_velocity(motion), rel=0.01)
    assert found.com_velocity == pytest.approx(0.5)
    assert found.com_acceleration == pytest.approx(0, abs=1e-6)
    assert math.isnan(found.pelvis_tilt)
    assert math.isnan(found.fidelity)


def test_a_shorter_motion_jumps_where_it_is_repeated() -> None:
    time = np.arange(98) / RATE
    motion = move_doll(time, pelvis_tx=np.linspace(0.0, 0.97, 98))
    found = measure_paper(frames(motion))
    steps = np.r_[np.full(97, 0.01), -0.97, np.full(97, 0.01)] * RATE
    assert found.com_velocity == pytest.approx(math.sqrt(np.mean(steps**2)))
    assert found.com_acceleration > 300


@pytest.mark.parametrize("rate", [20.0, 100.0])
def test_another_rate_is_not_taken_for_60_hz(rate: float) -> None:
    time = np.arange(0, WHOLE[-1] + 1.5 / rate, 1 / rate)
    swing = 0.3 * np.sin(2 * np.pi * time)
    motion = move_doll(time, **dict.fromkeys(SWINGING, swing))
    found = measure_paper(frames(motion))
    assert found.angular_velocity == pytest.approx(angular_velocity(motion), rel=0.03)


def test_motions_are_pooled_before_the_root_is_taken() -> None:
    apart = frames(
        move_doll(WHOLE, knee_angle_l=np.radians(3 * math.sqrt(3))), move_doll(WHOLE)
    )
    assert measure_paper(apart).asymmetry == pytest.approx(math.sqrt(9 / 2))


def test_tilts_are_taken_at_the_peaks_of_all_motions() -> None:
    rising, still = move_doll(WHOLE, pelvis_tilt=WHOLE / 10), move_doll(WHOLE)
    found = measure_paper(frames(rising, still), peaks=[60, 120])
    assert found.pelvis_tilt == pytest.approx(np.degrees((0.1 + 0.2) / 4))


def test_the_peak_is_that_of_the_most_active_muscle() -> None:
    values = np.array([[0.1, 0.0], [0.3, 0.0], [0.1, 0.5], [0.0, 0.0]])
    effort = Activations(np.arange(4.0) / 4 + 2, values, ("vasmed_r", "vasmed_l"))
    motion = move_doll(np.arange(4.0) / 4 + 2)
    assert find_peak(motion, effort, muscles=["vasmed_r", "vasmed_l"]) == 30
    assert find_peak(motion, effort, muscles=["vasmed_r"]) == 15


def test_fidelity_is_that_of_mean_and_spread_over_all_values() -> None:
    values = np.random.default_rng(0).normal(size=(3, 20))
    assert compare_moments(values, values) == 0
    assert compare_moments(values + 2.0, values) == pytest.approx(4)
    spread = values.std()
    moved = values.mean() + 3 * (values - values.mean())
    assert compare_moments(moved, values) == pytest.approx(4 * spread**2)
    same = frames(move_doll(WHOLE))
    assert measure_paper(same, reference=same).fidelity == 0


def test_entropy_is_log_10_for_even_values_and_0_for_one_value() -> None:
    assert find_entropy(np.linspace(-5.0, 7.0, 1000)) == pytest.approx(math.log(10))
    assert find_entropy(np.full(9, 3.0)) == 0
    assert find_entropy(np.r_[np.zeros(50), np.ones(50)]) == pytest.approx(math.log(2))


def test_the_papers_metrics_need_a_motion() -> None:
    with pytest.raises(BigeError, match="metrics need a motion, got none"):
        frames()
