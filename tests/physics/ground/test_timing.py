"""Repetitions in a row are filtered and judged each by itself."""

import numpy as np
import torch

from bige_osim.physics.ground.low_pass import LowPassTable
from bige_osim.physics.ground.timing import MotionTiming, RepetitionTiming

DURATIONS = torch.tensor([1.3, 2.4], dtype=torch.float64)
FRAMES = 30


def both() -> tuple[RepetitionTiming, list[MotionTiming]]:
    """Two repetitions as a batch, and as two motions."""
    table = LowPassTable(FRAMES, cutoff=3.0)
    times = [np.linspace(0.0, length, FRAMES) for length in DURATIONS.tolist()]
    return RepetitionTiming(DURATIONS, table), [MotionTiming(time) for time in times]


def test_a_low_pass_does_not_reach_from_one_repetition_to_the_next():
    batch, each = both()
    values = torch.from_numpy(np.random.default_rng(0).normal(size=(2 * FRAMES, 3)))
    found = batch.low_pass(values, cutoff=3.0).split(FRAMES)
    for timing, own, smooth in zip(each, values.split(FRAMES), found, strict=True):
        torch.testing.assert_close(
            smooth, timing.low_pass(own, cutoff=3.0), atol=1e-3, rtol=0.0
        )


def test_what_lasts_over_the_end_of_a_repetition_does_not_last_in_the_next():
    batch, each = both()
    flags = torch.zeros(2 * FRAMES, dtype=torch.bool)
    flags[FRAMES - 10 : FRAMES + 3] = True  # 9 * 1.3 / 29 s = 0.40 s, then 0.17 s
    lasting = batch.find_lasting(flags, least=0.3)
    assert lasting.nonzero().flatten().tolist() == list(range(FRAMES - 10, FRAMES))
    for timing, own, found in zip(
        each, flags.split(FRAMES), lasting.split(FRAMES), strict=True
    ):
        assert torch.equal(timing.find_lasting(own, least=0.3), found)


def test_the_largest_value_is_that_of_the_own_repetition():
    batch, each = both()
    values = torch.arange(2 * FRAMES, dtype=torch.float64)
    largest = batch.find_largest(values)
    assert largest.tolist() == [29.0] * FRAMES + [59.0] * FRAMES
    assert each[0].find_largest(values[:FRAMES]).tolist() == [29.0] * FRAMES
