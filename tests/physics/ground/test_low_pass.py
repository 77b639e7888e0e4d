"""The low-pass of repetitions of any duration, against the filter itself."""

import numpy as np
import pytest
import torch

from bige_osim.errors import BigeError
from bige_osim.motion import Series
from bige_osim.physics.ground.low_pass import LowPassTable


def filter_directly(duration: float, frames: int) -> np.ndarray:
    """What the filter of recordings does to one impulse each (F, F)."""
    time = np.linspace(0.0, duration, frames)
    names = tuple(str(i) for i in range(frames))
    return Series(time, np.eye(frames), names).filter(3.0).values


@pytest.mark.parametrize("frames", [49, 98, 196])
def test_interpolated_filters_are_those_of_recordings(frames: int):
    table = LowPassTable(frames, cutoff=3.0)
    durations = np.random.default_rng(0).uniform(0.8, 4.0, 20)
    found = table(torch.from_numpy(durations))
    for duration, matrix in zip(durations, found, strict=True):
        exact = filter_directly(duration, frames)
        np.testing.assert_allclose(matrix.numpy(), exact, atol=1e-4)


def test_a_rate_below_twice_the_cutoff_leaves_everything_as_it_is():
    (found,) = LowPassTable(9, cutoff=3.0)(torch.tensor([4.0]).double())
    torch.testing.assert_close(found, torch.eye(9, dtype=torch.float64))


def test_filters_are_differentiable_by_the_duration():
    table = LowPassTable(20, cutoff=3.0)
    duration = torch.tensor([1.3, 2.1], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(table, (duration,), eps=1e-5, rtol=1e-4)
    step = 1e-3  # the filter itself, at durations around
    slope = (filter_directly(1.3 + step, 20) - filter_directly(1.3 - step, 20)) / 2
    (by_duration,) = torch.autograd.grad(table(duration)[0, 10, 12], duration)
    assert float(by_duration[0]) == pytest.approx(slope[10, 12] / step, rel=0.02)


@pytest.mark.parametrize(("wrong", "said"), [(0.0, "0"), (float("nan"), "nan")])
def test_a_repetition_that_takes_no_time_is_refused(wrong: float, said: str):
    with pytest.raises(BigeError) as caught:
        LowPassTable(9, cutoff=3.0)(torch.tensor([1.0, wrong]))
    assert str(caught.value) == (
        f"A repetition must last longer than 0 s, got {said} s; choose another "
        "duration."
    )
