"""Standardising motions, bodies and durations."""

import torch

from bige_osim.nets.net import read_settings
from bige_osim.nets.samples import Samples
from bige_osim.nets.scaling import (
    ROTATION_FLOOR,
    TRANSLATION_FLOOR,
    Scaler,
    Scaling,
    acceleration,
    fit_scaling,
    velocity,
)


def test_standardised_motions_have_mean_0_and_spread_at_most_1(
    samples: Samples, scaling: Scaling
) -> None:
    standard = Scaler(scaling).standardise(samples.motion, samples.body)
    torch.testing.assert_close(
        standard.mean(dim=(0, 1)), torch.zeros(33), atol=1e-5, rtol=0
    )
    assert standard.square().mean(dim=(0, 1)).max() < 1 + 1e-4


def test_restoring_undoes_standardising(samples: Samples, scaling: Scaling) -> None:
    scaler = Scaler(scaling)
    standard = scaler.standardise(samples.motion, samples.body)
    torch.testing.assert_close(
        scaler.restore(standard, samples.body), samples.motion, atol=1e-6, rtol=1e-5
    )
    seconds = scaler.standardise_duration(samples.duration)
    torch.testing.assert_close(scaler.restore_duration(seconds), samples.duration)


def test_lengths_scale_with_the_leg_and_angles_do_not(
    samples: Samples, scaling: Scaling
) -> None:
    scaler, standard = Scaler(scaling), torch.zeros(1, 48, 33)
    body = torch.tensor([[1.7, 70.0, 0.8]])
    longer = body * torch.tensor([1.0, 1.0, 1.25])
    short, tall = scaler.restore(standard, body), scaler.restore(standard, longer)
    lengths = torch.tensor(scaling.translational)
    torch.testing.assert_close(tall[..., lengths], 1.25 * short[..., lengths])
    torch.testing.assert_close(tall[..., ~lengths], short[..., ~lengths])


def test_a_coordinate_that_never_moved_gets_the_least_spread_of_its_kind(
    samples: Samples, scaling: Scaling
) -> None:
    names = scaling.coordinate_names
    still, sideways = names.index("mtp_angle_r"), names.index("pelvis_tz")
    spreads = (
        scaling.position_std,
        scaling.velocity_std,
        scaling.acceleration_std,
    )
    for order, spread in enumerate(spreads):
        assert abs(spread[still] - ROTATION_FLOOR[order]) < 1e-6
        assert abs(spread[sideways] - TRANSLATION_FLOOR[order]) < 1e-6


def test_one_person_and_one_duration_still_give_a_scaling() -> None:
    scaling = fit_scaling(
        torch.zeros(1, 16, 1),
        torch.tensor([2.0]),
        torch.tensor([[1.7, 70.0, 0.8]]),
        coordinate_names=["knee_angle_r"],
        translational=[False],
    )
    assert min(scaling.body_std) > 0
    assert scaling.log_duration_std > 0


def test_a_scaling_survives_plain_data(scaling: Scaling) -> None:
    plain = scaling.model_dump()
    assert read_settings(Scaling, plain, where="a.json", whole=True) == scaling


def test_a_scaler_adds_nothing_to_the_weights(scaling: Scaling) -> None:
    assert not Scaler(scaling).state_dict()


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
