"""Where the feet of repetitions stand."""

from dataclasses import replace

import pytest
import torch
import xarray as xr
from tests.nets.conftest import make_model

from bige_osim.errors import DatasetError
from bige_osim.nets.footprints import (
    join_footprints,
    make_standing_skeleton,
    mirror_footprints,
    split_footprints,
    stand_in_the_middle,
)
from bige_osim.nets.samples import Samples, read_samples


def test_rows_of_footprints_are_taken_apart_and_joined_again() -> None:
    numbers = torch.arange(20.0).reshape(2, 10)
    prints = split_footprints(numbers)
    assert prints.ankles[0].tolist() == [[0, 1], [2, 3]]
    assert prints.turns[0].tolist() == [4, 5]
    assert prints.tilts is not None
    assert prints.tilts[0].tolist() == [[6, 7], [8, 9]]
    assert torch.equal(join_footprints(prints), numbers)


def test_the_mirror_of_a_mirrored_footprint_is_itself() -> None:
    numbers = torch.randn(5, 10)
    mirrored = mirror_footprints(numbers)
    assert not torch.equal(mirrored, numbers)
    assert torch.equal(mirror_footprints(mirrored), numbers)


def test_motions_are_moved_so_that_the_middle_of_the_ankles_is_the_origin(
    samples: Samples, standing_samples: Samples, names: tuple[str, ...]
) -> None:
    """The model's hips are 16 cm apart, its feet flat and straight below them."""
    expected = torch.tensor([0.0, 0.08, 0.0, -0.08] + 6 * [0.0])
    found = standing_samples.known_footprints
    torch.testing.assert_close(found, expected.expand(18, 10), atol=1e-5, rtol=0)
    moved = standing_samples.motion - samples.motion
    still = [n not in ("pelvis_tx", "pelvis_tz") for n in names]
    assert torch.equal(moved[..., still], torch.zeros_like(moved[..., still]))
    assert moved.std(dim=1).max() < 1e-6


def test_a_motion_elsewhere_has_the_same_footprints(
    samples: Samples, names: tuple[str, ...]
) -> None:
    one = samples.take(torch.tensor([0]))
    far = one.motion.clone()
    far[..., names.index("pelvis_tx")] += 3.0
    far[..., names.index("pelvis_tz")] -= 2.0
    spec = make_model(0.78)
    near, away = (
        stand_in_the_middle([spec], motion, one.model, names=names)
        for motion in (one.motion, far)
    )
    for before, after in zip(near, away, strict=True):
        torch.testing.assert_close(before, after, atol=1e-5, rtol=0)


def test_exercises_and_styles_are_read_with_them(dataset: xr.Dataset) -> None:
    mixed = dataset.copy(deep=True)
    mixed["exercise"][1] = "lunge"
    mixed["source"][2:4] = "synthetic"
    mixed["derived_from"][2] = "bob"
    found = read_samples(mixed, ["ada"], activations=False, footprints=True)
    assert found.exercise is not None
    assert found.style is not None
    assert found.exercise.tolist() == [1, 0, 1, 1, 1, 1]
    assert found.style.tolist() == [0, 0, 1, 2, 0, 0]


def test_a_model_without_two_feet_is_refused() -> None:
    spec = make_model(0.8)
    bodies = tuple(b for b in spec.bodies if not b.name.endswith("_l"))
    joints = tuple(j for j in spec.joints if not j.child.endswith("_l"))
    one_leg = replace(spec, bodies=bodies, joints=joints, name="one leg")
    with pytest.raises(DatasetError) as error:
        make_standing_skeleton(one_leg)
    assert str(error.value) == (
        "The generator plants two feet, and the model one leg has no calcn_l, talus_l, "
        "toes_l; collect sessions of models with two legs."
    )
