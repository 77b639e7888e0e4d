"""Changes to training batches."""

from dataclasses import replace

import pytest
import torch

from bige_osim.errors import DatasetError
from bige_osim.nets import kinematic_surrogate as surrogate_kind
from bige_osim.nets.augmentation import make_mirror
from bige_osim.nets.generator import MotionGenerator
from bige_osim.nets.kinematic_surrogate import KinematicAugmentation
from bige_osim.nets.motion_training import MotionAugmentation, augment
from bige_osim.nets.net import Augmentation
from bige_osim.nets.samples import Samples
from bige_osim.nets.surrogate import Surrogate


def change_with(config: MotionAugmentation, net: MotionGenerator) -> Augmentation:
    names, scaler = net.coordinate_names, net.features.scaler
    return augment(config, coordinate_names=names, scaler=scaler)


def test_without_any_a_generators_batch_stays_as_it_is(
    standing_samples: Samples, generator: MotionGenerator
) -> None:
    none = MotionAugmentation(mirror=False, arms=0.0, blend=0.0)
    same = change_with(none, generator)(standing_samples)
    for name in ("motion", "duration", "footprints"):
        before, after = getattr(standing_samples, name), getattr(same, name)
        torch.testing.assert_close(after, before, atol=1e-5, rtol=0)


def test_a_blend_lies_between_two_samples_at_its_own_leg_length(
    standing_samples: Samples, generator: MotionGenerator, names: tuple[str, ...]
) -> None:
    torch.manual_seed(1)
    config = MotionAugmentation(mirror=False, arms=0.0, blend=1.0, reach=1.0)
    pair = standing_samples.take(torch.tensor([0, 7]))
    blended = change_with(config, generator)(pair)
    knee = [s.motion[..., names.index("knee_angle_r")] for s in (pair, blended)]
    lowest, highest = knee[0].amin(dim=0) - 1e-5, knee[0].amax(dim=0) + 1e-5
    assert ((knee[1] >= lowest) & (knee[1] <= highest)).all()
    assert not torch.allclose(knee[0], knee[1])
    for part in (
        lambda s: s.motion[:, 0, names.index("pelvis_ty")] / s.body[:, 2],
        lambda s: s.known_footprints[:, 1] / s.body[:, 2],  # an ankle to the right
        lambda s: s.known_footprints[:, 4],  # a foot's turn
    ):
        ends, found = part(pair), part(blended)
        assert (found >= ends.min() - 1e-5).all()
        assert (found <= ends.max() + 1e-5).all()
    assert torch.equal(blended.body, pair.body)
    assert torch.equal(blended.model, pair.model)


def test_the_features_of_a_blend_are_a_blend_of_the_features(
    standing_samples: Samples, generator: MotionGenerator
) -> None:
    torch.manual_seed(1)
    config = MotionAugmentation(mirror=False, arms=0.0, blend=1.0, reach=0.5)
    pair = standing_samples.take(torch.tensor([0, 7]))
    given = generator.features.describe(pair)
    made = generator.features.describe(change_with(config, generator)(pair))
    for place in (0, 1):
        way, gone = given[1 - place] - given[place], made[place] - given[place]
        part = (way @ gone) / (way @ way)
        assert 0 <= part <= 0.5
        torch.testing.assert_close(gone, part * way, atol=1e-4, rtol=0)


def test_exercises_are_not_blended(
    standing_samples: Samples, generator: MotionGenerator
) -> None:
    config = MotionAugmentation(mirror=False, arms=0.0, blend=1.0, reach=1.0)
    pair = standing_samples.take(torch.tensor([0, 7]))
    pair = replace(pair, exercise=torch.tensor([0, 1]))
    same = change_with(config, generator)(pair)
    torch.testing.assert_close(same.motion, pair.motion, atol=1e-5, rtol=0)


def test_varied_arms_change_and_nothing_else(
    standing_samples: Samples, generator: MotionGenerator, names: tuple[str, ...]
) -> None:
    torch.manual_seed(1)
    config = MotionAugmentation(mirror=False, blend=0.0, arms=0.5)
    changed = change_with(config, generator)(standing_samples)
    moved = (changed.motion - standing_samples.motion).abs().amax(1) > 1e-4
    arms = [name.startswith(("arm_", "elbow_", "pro_sup_")) for name in names]
    assert not moved[:, [not arm for arm in arms]].any()
    varied = moved[:, arms].all(1)
    assert 0 < int(varied.sum()) < len(varied)
    assert not moved[~varied].any()


def test_body_noise_changes_the_body_and_nothing_else(
    samples: Samples, surrogate: Surrogate
) -> None:
    config = KinematicAugmentation(mirror=False, body_noise=0.5)
    noisy = surrogate_kind.augment(config, net=surrogate)(samples)
    assert not torch.allclose(noisy.body, samples.body)
    assert torch.equal(noisy.motion, samples.motion)
    assert torch.equal(noisy.known_activations, samples.known_activations)


@pytest.fixture
def lopsided(samples: Samples) -> Samples:
    """Samples whose every column differs."""
    torch.manual_seed(1)
    return Samples(
        motion=torch.randn_like(samples.motion),
        duration=samples.duration,
        body=samples.body,
        model=samples.model,
        activations=torch.rand_like(samples.known_activations),
        footprints=torch.randn(len(samples), 10),
    )


def test_mirroring_twice_changes_nothing(
    lopsided: Samples, names: tuple[str, ...], muscles: tuple[str, ...]
) -> None:
    mirror = make_mirror(names, muscles)
    twice = mirror(mirror(lopsided))
    assert torch.equal(twice.motion, lopsided.motion)
    assert torch.equal(twice.known_footprints, lopsided.known_footprints)
    assert torch.equal(twice.known_activations, lopsided.known_activations)


def test_sides_swap_and_sideways_coordinates_change_sign(
    lopsided: Samples, names: tuple[str, ...], muscles: tuple[str, ...]
) -> None:
    mirrored = make_mirror(names, muscles)(lopsided)

    def column(samples: Samples, name: str) -> torch.Tensor:
        return samples.motion[..., names.index(name)]

    for name in ("hip_adduction", "knee_angle", "arm_rot"):
        left, right = (column(mirrored, f"{name}_{side}") for side in "lr")
        assert torch.equal(left, column(lopsided, f"{name}_r"))
        assert torch.equal(right, column(lopsided, f"{name}_l"))
    for name in ("pelvis_list", "pelvis_rotation", "pelvis_tz", "lumbar_bending"):
        assert torch.equal(column(mirrored, name), -column(lopsided, name))
    for name in ("pelvis_tilt", "pelvis_tx", "pelvis_ty", "lumbar_extension"):
        assert torch.equal(column(mirrored, name), column(lopsided, name))
    vasti = [muscles.index(f"vasmed_{side}") for side in "rl"]
    assert torch.equal(
        mirrored.known_activations[..., vasti],
        lopsided.known_activations[..., vasti[::-1]],
    )


def test_about_half_of_a_batch_is_mirrored_each_with_its_activations(
    lopsided: Samples, names: tuple[str, ...], muscles: tuple[str, ...]
) -> None:
    mirror = make_mirror(names, muscles)
    torch.manual_seed(0)
    some, whole = mirror.some(lopsided), mirror(lopsided)
    changed = (some.motion != lopsided.motion).any(dim=2).any(dim=1)
    assert 0.25 < changed.float().mean() < 0.75
    for place, mirrored in enumerate(changed.tolist()):
        source = whole if mirrored else lopsided
        assert torch.equal(some.known_footprints[place], source.known_footprints[place])
        assert torch.equal(some.motion[place], source.motion[place])
        assert torch.equal(
            some.known_activations[place], source.known_activations[place]
        )


def test_a_column_without_its_other_side_is_an_error() -> None:
    with pytest.raises(DatasetError) as error:
        make_mirror(["knee_angle_r"])
    assert str(error.value) == (
        "The coordinate knee_angle_r lacks its other side knee_angle_l; train with "
        "mirror = false."
    )


def test_an_unknown_midline_coordinate_is_an_error() -> None:
    with pytest.raises(DatasetError) as error:
        make_mirror(["neck_bending"])
    assert str(error.value) == (
        "The coordinate neck_bending has no side and no known sign under a mirror; "
        "train with mirror = false."
    )
