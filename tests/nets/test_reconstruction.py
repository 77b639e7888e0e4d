"""How well repetitions come back."""

import pytest
import torch
import xarray as xr

from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.reconstruction import score_reconstruction
from bige_osim.nets.samples import Samples, list_models


def test_scores_are_in_radians_metres_and_seconds(
    dataset: xr.Dataset, generator: MotionGenerator, standing_samples: Samples
) -> None:
    models = list_models(dataset)
    scores = score_reconstruction(generator, standing_samples, models)
    made = generator.reconstruct(standing_samples)
    lengths = generator.features.scaler.translational
    error = made.motion - standing_samples.motion

    def rms(values: torch.Tensor) -> float:
        return values.square().mean().sqrt().item()

    arms = [n.startswith(("arm", "elbow", "pro")) for n in generator.coordinate_names]
    toes = [n.startswith("mtp") for n in generator.coordinate_names]
    legs = ~(lengths | torch.tensor(arms) | torch.tensor(toes))
    assert legs.sum() == 18
    expected = {
        "legs_rmse": rms(error[..., legs]),
        "rotation_rmse": rms(error[..., ~lengths]),
        "translation_rmse": rms(error[..., lengths]),
        "duration_rmse": rms(made.duration - standing_samples.duration),
    }
    for name, value in expected.items():
        assert scores[name] == pytest.approx(value, rel=1e-4)


def test_a_raised_arm_moves_the_elbow_and_nothing_on_the_ground(
    dataset: xr.Dataset, generator: MotionGenerator, standing_samples: Samples
) -> None:
    """0.2 rad at the shoulder: the elbow, 0.3 m away, goes 6 cm, the wrist with it."""
    models, names = list_models(dataset), generator.coordinate_names
    arm = torch.tensor([n == "arm_flex_r" for n in names])
    turn = 0.2 / generator.features.scaler.position_std * arm
    with torch.no_grad():
        generator.decoder[-1].weight.zero_()
        before = score_reconstruction(generator, standing_samples, models)
        generator.decoder_axes.bias[: 16 * 33] += turn.repeat(16)
        after = score_reconstruction(generator, standing_samples, models)
    joints = len(models[0].joints)
    expected = 2 * 0.06**2 / joints
    gone = after["joint_centre_rmse"] ** 2 - before["joint_centre_rmse"] ** 2
    assert gone == pytest.approx(expected, rel=0.25)
    assert after["planted_share"] == before["planted_share"] == 1.0
    assert after["standing_share"] == before["standing_share"]
