"""Derivatives in physical time."""

import torch

from bige_osim.nets.derivatives import acceleration, velocity

TIME = torch.linspace(0, 2, 21, dtype=torch.float64)
PARABOLA = (3 * TIME**2)[None, :, None]
TWO_SECONDS = torch.tensor([2.0], dtype=torch.float64)


def test_a_parabola_has_its_exact_derivatives_at_every_frame_ends_included() -> None:
    torch.testing.assert_close(
        velocity(PARABOLA, TWO_SECONDS)[0, :, 0], 6 * TIME, atol=1e-12, rtol=0
    )
    torch.testing.assert_close(
        acceleration(PARABOLA, TWO_SECONDS)[0, :, 0],
        torch.full_like(TIME, 6.0),
        atol=1e-9,
        rtol=0,
    )


def test_the_same_frames_in_half_the_time_are_twice_as_fast() -> None:
    one_second = TWO_SECONDS / 2
    torch.testing.assert_close(
        velocity(PARABOLA, one_second), 2 * velocity(PARABOLA, TWO_SECONDS)
    )
    torch.testing.assert_close(
        acceleration(PARABOLA, one_second), 4 * acceleration(PARABOLA, TWO_SECONDS)
    )


def test_derivatives_are_differentiable_by_motion_and_duration() -> None:
    motion = torch.rand(2, 6, 3, dtype=torch.float64, requires_grad=True)
    duration = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(velocity, (motion, duration))
    assert torch.autograd.gradcheck(acceleration, (motion, duration))
