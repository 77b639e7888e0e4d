"""Postures with planted feet: conditions met, known answers, ranges kept."""

from pathlib import Path

import numpy as np
import pytest
import torch

from bige_osim.errors import UnknownNameError
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import Conditions, Postures, plant

LEGS = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_angle", "ankle_angle",
        "subtalar_angle")  # fmt: skip
COMPLIANCE = {f"{name}_{side}": 1.0 for name in LEGS for side in "rl"}
COMPLIANCE |= {"pelvis_tx": 1.0, "pelvis_ty": 1.0}


@pytest.fixture(scope="module")
def skeleton(rajagopal: Path) -> Skeleton:
    return Skeleton(read_model(rajagopal))


def default(skeleton: Skeleton, count: int = 1) -> torch.Tensor:
    return skeleton.coordinates.default.repeat(count, 1)


def feet(skeleton: Skeleton, q: torch.Tensor) -> torch.Tensor:
    """Where both feet are in some poses (B, 2, 4, 4)."""
    pose = skeleton.pose(q, skeleton.coordinate_names)
    placed = torch.eye(4, dtype=torch.float64).repeat(len(q), 2, 1, 1)
    for i, name in enumerate(("calcn_r", "calcn_l")):
        placed[:, i, :3, :3], placed[:, i, :3, 3] = pose.body(name)
    return placed


def crouch(skeleton: Skeleton, knees: list[float]) -> tuple[torch.Tensor, Postures]:
    """Bend the knees over feet that stay, the trunk kept, from the default pose."""
    start = default(skeleton, len(knees))
    still = feet(skeleton, default(skeleton)).expand(len(knees), -1, -1, -1)
    found = plant(
        skeleton,
        start,
        Conditions(feet=still, knee=torch.tensor(knees, dtype=torch.float64)),
        compliance=COMPLIANCE,
    )
    return still, found


def test_feet_stay_and_knees_bend_as_asked(skeleton: Skeleton):
    still, found = crouch(skeleton, [0.3, 0.8, 1.2])
    assert float(found.missed.max()) < 1e-7
    torch.testing.assert_close(feet(skeleton, found.q), still, atol=1e-7, rtol=0)
    knees = [found.names.index(f"knee_angle_{side}") for side in "rl"]
    torch.testing.assert_close(
        found.q[:, knees].mean(dim=1), torch.tensor([0.3, 0.8, 1.2]).double()
    )


def test_both_legs_bend_alike_where_nothing_asks_otherwise(skeleton: Skeleton):
    _, found = crouch(skeleton, [0.9])
    for name in LEGS:
        right, left = (found.names.index(f"{name}_{side}") for side in "rl")
        assert float(found.q[0, right]) == pytest.approx(
            float(found.q[0, left]), abs=1e-6
        )


def test_what_already_meets_the_conditions_is_left_as_it_is(skeleton: Skeleton):
    start = default(skeleton)
    found = plant(
        skeleton, start, Conditions(feet=feet(skeleton, start)), compliance=COMPLIANCE
    )
    torch.testing.assert_close(found.q, start, atol=1e-9, rtol=0)


def test_the_centre_of_mass_goes_where_it_is_asked(skeleton: Skeleton):
    start = default(skeleton)
    pose = skeleton.pose(start, skeleton.coordinate_names)
    ahead = skeleton.center_of_mass(pose)[:, 0] + 0.02
    found = plant(
        skeleton,
        start,
        Conditions(feet=feet(skeleton, start), center=ahead),
        compliance=COMPLIANCE,
    )
    moved = skeleton.pose(found.q, skeleton.coordinate_names)
    torch.testing.assert_close(skeleton.center_of_mass(moved)[:, 0], ahead)


def test_ranges_are_kept_and_what_cannot_be_met_is_told(skeleton: Skeleton):
    _, found = crouch(skeleton, [0.5, np.radians(140.0)])  # the model ends at 120
    assert float(found.missed[0]) < 1e-7
    assert float(found.missed[1]) > 0.1
    column = found.names.index("knee_angle_r")
    spec = skeleton.spec.coordinate("knee_angle_r")
    assert float(found.q[1, column]) <= spec.maximum
    failure = found.failure(1e-6)
    assert failure is not None
    assert failure[0] == 1
    assert "knee_angle_r" in failure[1].split(", ")
    assert not found.at_limit[0, column]


def test_an_unknown_coordinate_is_named(skeleton: Skeleton):
    start = default(skeleton)
    with pytest.raises(UnknownNameError, match="knee_r"):
        plant(
            skeleton,
            start,
            Conditions(feet=feet(skeleton, start)),
            compliance={"knee_r": 1.0},
        )
