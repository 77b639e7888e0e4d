"""Slopes and curvatures of the conditions on feet are exact."""

from pathlib import Path

import pytest
import torch
from tests.physics.planted_skeleton import feet_of, scatter, skeleton_of, squats

from bige_osim.physics.foot_conditions import Conditions, FootEquations


@pytest.fixture(scope="module")
def equations(rajagopal: Path) -> FootEquations:
    return FootEquations(skeleton_of(rajagopal))


def test_slopes_and_curvatures_are_exact(equations: FootEquations):
    # The patella follows the knee by a coupler, and counts in the centre of mass.
    skeleton = equations.skeleton
    q = scatter(skeleton, squats(skeleton, [0.4, 1.5]), size=0.1)
    zeros = torch.zeros(2, dtype=torch.float64)
    conditions = Conditions(
        feet_of(skeleton, q), center=zeros, ahead=(0.8, 0.6), knee=zeros
    )
    random = torch.Generator().manual_seed(1)
    multipliers = torch.randn(2, 14, generator=random, dtype=torch.float64)
    about = equations.linearise(q, conditions)
    curvature = equations.curvature(about, multipliers, conditions)
    for i in range(2):
        row = torch.tensor([i])

        def weighted(one: torch.Tensor, row: torch.Tensor = row) -> torch.Tensor:
            _, pose = equations.place(one[None])
            missing = equations.missing(one[None], pose, conditions.take(row))
            return -(missing[0] * multipliers[row[0]]).sum()

        slope = torch.autograd.functional.jacobian(weighted, q[i])
        bend = torch.autograd.functional.hessian(weighted, q[i])
        torch.testing.assert_close(about.J[i].T @ multipliers[i], slope)
        torch.testing.assert_close(curvature[i], bend, atol=1e-12, rtol=1e-9)


def test_feet_in_place_miss_nothing(equations: FootEquations):
    q = squats(equations.skeleton, [0.7])
    _, pose = equations.place(q)
    missing = equations.missing(q, pose, Conditions(feet_of(equations.skeleton, q)))
    assert float(missing.abs().max()) < 1e-15
