"""Losses of motions."""

import pytest
import torch
import xarray as xr

from bige_osim.nets.losses import PoseLoss, derivative_losses, make_pose_loss, on_ground
from bige_osim.nets.samples import Samples

LENGTHS = torch.tensor([False, True])


def test_the_velocity_loss_scales_with_one_over_the_duration_squared() -> None:
    error = torch.randn(3, 20, 2)
    slow = derivative_losses(error, torch.full((3,), 2.0), LENGTHS)
    fast = derivative_losses(error, torch.full((3,), 1.0), LENGTHS)
    for name, factor in (("velocity", 4.0), ("acceleration", 16.0)):
        for kind in ("rotation", "translation"):
            torch.testing.assert_close(
                fast[f"{kind}_{name}"], factor * slow[f"{kind}_{name}"]
            )


def test_an_error_that_grows_by_a_radian_a_second_costs_one_squared() -> None:
    ramp = torch.linspace(0, 2, 21)[None, :, None] * torch.tensor([1.0, 0.5])
    losses = derivative_losses(ramp, torch.tensor([2.0]), LENGTHS)
    torch.testing.assert_close(losses["rotation_velocity"], torch.tensor(1.0))
    torch.testing.assert_close(losses["translation_velocity"], torch.tensor(0.25))
    assert losses["rotation_acceleration"] < 1e-6


def test_a_motion_without_translations_has_no_translation_loss() -> None:
    losses = derivative_losses(
        torch.randn(1, 20, 2), torch.tensor([1.0]), torch.tensor([False, False])
    )
    assert losses["translation_velocity"] == 0


@pytest.fixture
def pose_loss(dataset: xr.Dataset) -> PoseLoss:
    made = make_pose_loss(
        dataset, stride=2, contact_height=0.02, device=torch.device("cpu")
    )
    assert made is not None
    return made


def test_the_same_motion_costs_nothing(pose_loss: PoseLoss, samples: Samples) -> None:
    losses = pose_loss(samples.motion, samples)
    assert losses["joints"] < 1e-12
    assert losses["contact"] < 1e-10


def test_a_body_10_cm_aside_costs_its_square_at_every_joint_and_no_contact(
    pose_loss: PoseLoss, samples: Samples, names: tuple[str, ...]
) -> None:
    aside = samples.motion.clone()
    aside[..., names.index("pelvis_tx")] += 0.1
    losses = pose_loss(aside, samples)
    torch.testing.assert_close(losses["joints"], torch.tensor(0.01), atol=1e-6, rtol=0)
    assert losses["contact"] < 1e-8


def test_feet_that_slide_cost_their_speed_squared(
    pose_loss: PoseLoss, samples: Samples, names: tuple[str, ...]
) -> None:
    seconds = samples.duration[:, None] * torch.linspace(0, 1, 48)
    sliding = samples.motion.clone()
    sliding[..., names.index("pelvis_tz")] += 0.2 * seconds  # m/s
    contact = pose_loss(sliding, samples)["contact"]
    torch.testing.assert_close(contact, torch.tensor(0.04), atol=1e-5, rtol=0)


def test_feet_in_the_air_may_move(
    pose_loss: PoseLoss, samples: Samples, names: tuple[str, ...]
) -> None:
    jumping = Samples(
        motion=samples.motion.clone(),
        duration=samples.duration,
        body=samples.body,
        model=samples.model,
    )
    jumping.motion[..., names.index("pelvis_ty")] += 0.5
    drifting = jumping.motion.clone()
    drifting[..., names.index("pelvis_tx")] += torch.linspace(0, 1, 48)
    assert pose_loss(drifting, jumping)["contact"] == 0


def test_each_sample_is_posed_on_its_own_model(
    pose_loss: PoseLoss, samples: Samples, names: tuple[str, ...]
) -> None:
    """A knee error moves the ankle of a longer leg further."""
    bent = samples.motion.clone()
    bent[..., names.index("knee_angle_r")] += 0.1
    costs = []
    for place in (0, 6):  # ada, 0.78 m, and bob, 0.88 m
        chosen = torch.tensor([place])
        costs.append(pose_loss(bent[chosen], samples.take(chosen))["joints"])
    assert costs[1] / costs[0] == pytest.approx((0.88 / 0.78) ** 2, rel=0.15)


def test_a_point_is_on_the_ground_while_it_stays_low() -> None:
    heights = torch.tensor([0.01, 0.01, 0.05, 0.01])
    points = torch.zeros(1, 4, 1, 3)
    points[0, :, 0, 1] = heights
    assert on_ground(points, 0.02)[0, :, 0].tolist() == [True, False, False]
