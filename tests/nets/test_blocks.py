"""What a net sees of a model's blocks of muscles."""

import numpy as np
import pytest
import torch

from bige_osim.nets.blocks import (
    BlockKind,
    ModelBlocks,
    choose_postures,
    make_description,
    measure_capacity,
)
from bige_osim.osim.anthropometry import generic_model
from bige_osim.osim.reading.model import read_model
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import StaticOptimisation
from bige_osim.spec import pendulum


@pytest.fixture(scope="module")
def rajagopal() -> ModelBlocks:
    return ModelBlocks(StaticOptimisation(Skeleton(read_model(generic_model()))))


def test_both_legs_are_of_one_kind(rajagopal: ModelBlocks) -> None:
    right, left = rajagopal.blocks
    assert right.kind == left.kind
    assert right.kind.coordinates[3] == "knee_angle"
    assert len(right.kind.muscles) == 40
    names = rajagopal.static.muscle_names
    assert [names[i] for i in right.columns] == [f"{m}_r" for m in right.kind.muscles]
    assert [names[i] for i in left.columns] == [f"{m}_l" for m in left.kind.muscles]


def test_another_coordinate_makes_another_kind() -> None:
    knee, free = ("hip_r", "knee_r"), ("hip_r", "knee_r", "adduction_r")
    assert BlockKind.of(knee, ["vas_r"]) != BlockKind.of(free, ["vas_r"])


def test_blocks_are_solved_as_static_optimisation_solves_them(
    rajagopal: ModelBlocks,
) -> None:
    static, known = rajagopal.static, rajagopal.map
    random = torch.Generator().manual_seed(0)
    free = known.default + 0.3 * torch.rand(6, 37, generator=random).double()
    free = rajagopal.clamp(free)
    speed = torch.randn(6, 37, generator=random).double()
    q = known(free, known.independent)
    qd = speed[:, torch.tensor(known.driver)] * known.coupler_gradients(q)
    tau = 20 * torch.randn(6, len(known.names), generator=random).double()
    tau[:, :6] = 0  # at the root, where muscles have next to no effect
    pose = static.skeleton.place(q)
    jacobians = static.skeleton.axes.jacobians(q, pose)
    effort = static.share_moments(q, qd, tau, pose=pose, jacobians=jacobians)
    for place, block in enumerate(rajagopal.blocks):
        moments = rajagopal.moments(free, speed)[place]
        demand = known.fold(q, tau)[:, list(block.rows)]
        made = rajagopal.solve(place, moments, demand)
        made = made.clamp(*rajagopal.bounds(place))
        torch.testing.assert_close(
            made, effort.activations[:, list(block.columns)], atol=1e-6, rtol=0
        )


def test_a_leg_twice_as_strong_differs_only_in_its_capacity() -> None:
    hinge = ModelBlocks(StaticOptimisation(Skeleton(pendulum(muscle=True))))
    postures = torch.tensor([[0.0], [0.3], [-0.4]]).double()
    moments = hinge.describe(0, postures, torch.zeros_like(postures))
    weak, strong = make_description(moments), make_description(2 * moments)
    torch.testing.assert_close(strong[:-1], weak[:-1])
    torch.testing.assert_close(strong[-1] - weak[-1], torch.tensor(2.0).double().log())
    root_mean_square = moments.square().mean().sqrt()
    torch.testing.assert_close(measure_capacity(moments)[0], root_mean_square)


def test_postures_are_far_from_each_other() -> None:
    q = np.random.default_rng(0).normal(size=(500, 3))
    postures, speeds = choose_postures(q, 0.5 * q, count=5)
    assert postures.shape == speeds.shape == (9, 3)
    still = postures[:5]
    gaps = np.linalg.norm(still[:, None] - still[None], axis=2)[np.triu_indices(5, 1)]
    assert gaps.min() > 1.5
    assert not speeds[:5].any()
    np.testing.assert_allclose(speeds[5], 2 * (0.5 * q).std(axis=0), rtol=0.01)
