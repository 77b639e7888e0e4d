"""Left becomes right, by names."""

import pytest
import torch

from bige_osim.errors import DatasetError
from bige_osim.nets.mirror import make_mirror
from bige_osim.nets.samples import Samples


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
    )


def test_mirroring_twice_changes_nothing(
    lopsided: Samples, names: tuple[str, ...], muscles: tuple[str, ...]
) -> None:
    mirror = make_mirror(names, muscles)
    twice = mirror(mirror(lopsided))
    assert torch.equal(twice.motion, lopsided.motion)
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
