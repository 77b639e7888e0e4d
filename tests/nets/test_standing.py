"""Repetitions that do not start and end standing are noticed."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import xarray as xr

from bige_osim.dataset.split import Split
from bige_osim.nets.checkpoint import read_record
from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.kinds.generator import GeneratorSettings
from bige_osim.nets.samples import Samples
from bige_osim.nets.standing import (
    compare_standing,
    describe_standing,
    measure_standing,
)
from bige_osim.nets.train import train

NAMES = ("pelvis_ty", "knee_angle_r", "knee_angle_l")


def repetitions(*ends: tuple[float, float, float, float]) -> torch.Tensor:
    """Repetitions by knee (deg) and pelvis height (m) at the start and at the end."""
    motion = torch.zeros(len(ends), 5, 3)
    motion[:, 1:-1, 0] = 0.5
    for place, (knee, height, last_knee, last_height) in enumerate(ends):
        motion[place, 0] = torch.tensor([height, math.radians(knee), 0.0])
        motion[place, -1] = torch.tensor([last_height, 0.0, math.radians(last_knee)])
    return motion


def test_bent_knees_and_a_low_pelvis_at_either_end_do_not_stand() -> None:
    motion = repetitions(
        (5, 1.0, 8, 0.99),  # stands
        (30, 1.0, 8, 1.0),  # knees bent at the start
        (5, 1.0, -30, 1.0),  # and at the end: no matter which way they bend
        (5, 0.94, 8, 1.0),  # pelvis low at the start
        (5, 1.0, 8, 0.9),  # and at the end
    )
    body = torch.tensor([[1.8, 70.0, 0.8]]).expand(5, 3)
    found = measure_standing(motion, body=body, names=NAMES, height=1.25)
    assert (found.count, found.standing, found.usable) == (5, 1, False)
    assert [math.degrees(knee) for knee in found.knees] == pytest.approx([5, 8])
    assert found.below == pytest.approx((0.0, 0.0), abs=1e-6)
    unknown = measure_standing(motion, body=body, names=NAMES, height=math.nan)
    assert unknown.standing == 3
    assert "pelvis" not in describe_standing(unknown.to_dict())


def test_a_net_that_bends_the_knees_by_half_a_radian_does_not_stand(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    knees = [n.startswith("knee_angle") for n in generator.coordinate_names]
    bent = 0.5 / generator.features.scaler.position_std * torch.tensor(knees)
    with torch.no_grad():
        generator.decoder[-1].weight.zero_()
        upright = compare_standing(generator, standing_samples)
        generator.decoder_axes.bias[: 16 * 33] += bent.repeat(16)
    found = compare_standing(generator, standing_samples)
    assert upright is not None
    assert upright.usable
    assert found is not None
    assert (found.count, found.standing, found.usable) == (18, 0, False)
    assert found.knees == pytest.approx((0.5, 0.5), abs=0.15)


def test_what_does_not_stand_when_recorded_is_not_judged(
    generator: MotionGenerator, standing_samples: Samples
) -> None:
    motion = standing_samples.motion
    seated = replace(standing_samples, motion=motion.roll(motion.shape[1] // 2, dims=1))
    assert compare_standing(generator, seated) is None


def test_the_record_says_how_many_stand(
    dataset: xr.Dataset,
    tmp_path: Path,
    split: Split,
    generator_config: GeneratorSettings,
) -> None:
    train("generator", dataset, config=generator_config, folder=tmp_path, split=split)
    standing = read_record(tmp_path, "generator").latents["standing"]
    assert standing["repetitions"] == 6
    assert 1.0 < standing["height_leg_lengths"] < 1.3
    assert len(standing["knees_deg"]) == 2
