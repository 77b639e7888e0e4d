"""Spaces of motions: which motions their variables stand for."""

import numpy as np
import pytest
import torch

from bige_osim.guidance.spaces import OffsetSpace, make_offset_space
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.solving.contacts import skeleton_with_feet

pytestmark = pytest.mark.opensim


@pytest.fixture(scope="module")
def space() -> OffsetSpace:
    """Two postures held, the feet of the second rolled outwards by 4 deg."""
    skeleton = skeleton_with_feet(read_model(generic_model()))
    names = skeleton.coordinate_names
    defaults = [skeleton.spec.coordinate(name).default for name in names]
    motion = torch.tensor(defaults).double().repeat(2, 9, 1)
    bent = {"hip_flexion": 60, "knee_angle": 70, "ankle_angle": 20}
    for name, angle in bent.items():
        for side in "rl":
            motion[..., names.index(f"{name}_{side}")] = np.radians(angle)
    for side in "rl":
        motion[1, :, names.index(f"subtalar_angle_{side}")] = np.radians(4)
    return make_offset_space(skeleton, motion, torch.ones(2).double())


def test_zeros_stand_for_the_given_motions(space: OffsetSpace) -> None:
    found = space(space.start())
    torch.testing.assert_close(found.motion, space.base.motion, atol=1e-7, rtol=0)
    torch.testing.assert_close(found.duration, space.base.duration)


def test_a_part_of_the_motions_stands_as_all_do(space: OffsetSpace) -> None:
    assert space.footprints.tilts is not None
    assert float(space.footprints.tilts[1].abs().max()) > np.radians(2)
    one = space.take([1])
    found = one(one.start())
    torch.testing.assert_close(found.motion, space.base.motion[1:], atol=1e-7, rtol=0)
