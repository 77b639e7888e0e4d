"""Gradients through planted feet: those of differences, and known directions."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tests.physics.planted_skeleton import feet_of, scatter, skeleton_of, squats

from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.planted_ik import Conditions, Postures, plant
from bige_osim.physics.planted_motion import COMPLIANCE

KNEES = [0.3, 0.8, 1.6]


@pytest.fixture(scope="module")
def skeleton(rajagopal: Path) -> Skeleton:
    return skeleton_of(rajagopal)


def find(skeleton: Skeleton, target: torch.Tensor, conditions: Conditions) -> Postures:
    """Plant to rounding."""
    return plant(skeleton, target, conditions, compliance=COMPLIANCE, tolerance=1e-12)


def wishes(skeleton: Skeleton) -> tuple[torch.Tensor, Conditions]:
    """Targets that are off by some 5 degrees, and where the feet are to be."""
    planted = squats(skeleton, KNEES)
    return scatter(skeleton, planted, size=0.08), Conditions(feet_of(skeleton, planted))


def weights_like(q: torch.Tensor, seed: int) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(q.shape, generator=random, dtype=torch.float64).to(q.dtype)


def test_the_gradient_by_targets_is_that_of_differences(skeleton: Skeleton):
    target, conditions = wishes(skeleton)
    target.requires_grad_()
    weights = weights_like(target, 1)
    found = find(skeleton, target, conditions)
    (gradient,) = torch.autograd.grad((found.q * weights).sum(), target)
    step = 1e-5
    for column in range(target.shape[1]):
        with torch.no_grad():
            moved = torch.zeros_like(target)
            moved[:, column] = step
            ahead = find(skeleton, target + moved, conditions).q
            behind = find(skeleton, target - moved, conditions).q
        difference = ((ahead - behind) * weights).sum(dim=1) / (2 * step)
        torch.testing.assert_close(gradient[:, column], difference, atol=1e-6, rtol=0)


def test_the_gradient_by_feet_balance_and_knees_is_that_of_differences(
    skeleton: Skeleton,
):
    target, start = wishes(skeleton)
    pose = skeleton.pose(squats(skeleton, KNEES), skeleton.coordinate_names)
    center = skeleton.center_of_mass(pose)[:, 0] + 0.02
    knee = torch.tensor(KNEES, dtype=torch.float64) + 0.05
    weights = weights_like(target, 2)
    turning = torch.zeros(3, 3, dtype=torch.float64)
    turning[0, 2], turning[2, 0], turning[0, 1], turning[1, 0] = 1.0, -1.0, 0.5, -0.5

    def conditions(amount: torch.Tensor) -> Conditions:
        """Turn and shift the right foot, the centre of mass and the knees."""
        turn, shift, ahead, bend = amount
        feet = start.feet.clone()
        rotation = torch.linalg.matrix_exp(turn * turning)
        feet[:, 0, :3, :3] = rotation @ start.feet[:, 0, :3, :3]
        feet[:, 0, 0, 3] = feet[:, 0, 0, 3] + shift
        return Conditions(feet, center=center + ahead, knee=knee + bend)

    def value(amount: torch.Tensor) -> torch.Tensor:
        return (find(skeleton, target, conditions(amount)).q * weights).sum()

    amounts = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(value(amounts), amounts)
    for i in range(4):
        moved = torch.zeros(4, dtype=torch.float64)
        moved[i] = 1e-5
        with torch.no_grad():
            difference = (value(moved) - value(-moved)) / 2e-5
        assert float(gradient[i]) == pytest.approx(float(difference), rel=1e-5)


def test_a_planted_target_changes_only_as_its_feet_stay(skeleton: Skeleton):
    planted = squats(skeleton, KNEES)
    conditions = Conditions(feet_of(skeleton, planted))
    target = planted.clone().requires_grad_()
    loose = torch.tensor([name in COMPLIANCE for name in skeleton.coordinate_names])
    give = torch.tensor([COMPLIANCE.get(n, 0.0) for n in skeleton.coordinate_names])
    found = plant(skeleton, target, conditions, compliance=COMPLIANCE)
    torch.testing.assert_close(found.q, planted, atol=1e-9, rtol=0)

    def slopes(q: torch.Tensor) -> torch.Tensor:
        """How the feet (24,) of one posture change with the loose coordinates."""
        by_all = torch.autograd.functional.jacobian(
            lambda one: feet_of(skeleton, one)[:, :3].flatten(), q
        )
        return by_all * loose

    for i, one in enumerate(planted):
        J = slopes(one)
        free = torch.linalg.svd(J[:, loose])[2][12:]  # these keep the feet planted
        inverse = 1 / give[loose].double() ** 2
        for way in free:
            # As costs count, a change that keeps the feet is passed on as it is.
            (passed,) = torch.autograd.grad(
                (found.q[i, loose] * (inverse * way)).sum(), target, retain_graph=True
            )
            torch.testing.assert_close(
                passed[i, loose], inverse * way, atol=1e-6, rtol=1e-6
            )
        # A change against the feet that costs count least is taken back wholly.
        (passed,) = torch.autograd.grad(
            (found.q[i] * J[9]).sum(), target, retain_graph=True
        )
        torch.testing.assert_close(
            passed[i, loose], torch.zeros_like(passed[i, loose]), atol=1e-6, rtol=0
        )


def test_a_coordinate_held_by_its_limit_has_no_gradient(skeleton: Skeleton):
    planted = squats(skeleton, [1.0])
    column = skeleton.coordinate_names.index("ankle_angle_r")
    limit = float(planted[0, column]) - 0.1
    target = planted.clone().requires_grad_()
    found = plant(
        skeleton,
        target,
        Conditions(feet_of(skeleton, planted)),
        compliance=COMPLIANCE,
        limits={"ankle_angle_r": (-1.0, limit)},
    )
    assert float(found.q.detach()[0, column]) == pytest.approx(limit)
    assert bool(found.at_limit[0, column])
    assert float(found.missed.max()) < 1e-7
    (of_held,) = torch.autograd.grad(found.q[0, column], target, retain_graph=True)
    assert float(of_held.abs().max()) == 0.0
    (of_all,) = torch.autograd.grad(found.q.sum(), target)
    assert float(of_all[0, column]) == 0.0
    assert float(of_all.abs().max()) > 0.1


def test_postures_do_not_see_each_other(skeleton: Skeleton):
    target, conditions = wishes(skeleton)
    target.requires_grad_()
    found = plant(skeleton, target, conditions, compliance=COMPLIANCE)
    (gradient,) = torch.autograd.grad(found.q[1].sum(), target)
    assert float(gradient[[0, 2]].abs().max()) == 0.0
    alone = plant(
        skeleton,
        target.detach()[1:2],
        conditions.take(torch.tensor([1])),
        compliance=COMPLIANCE,
    )
    torch.testing.assert_close(found.q[1:2], alone.q, atol=1e-12, rtol=0)


def test_single_precision_is_within_a_tenth_of_a_millimetre(
    rajagopal: Path, skeleton: Skeleton
):
    single = skeleton_of(rajagopal, torch.float32)
    target, conditions = wishes(skeleton)
    exact = find(skeleton, target, conditions)
    narrow = target.float().requires_grad_()
    found = plant(single, narrow, conditions, compliance=COMPLIANCE)
    assert found.q.dtype == torch.float32
    off = feet_of(skeleton, found.q.detach().double()) - conditions.feet
    assert float(off.abs().max()) < 1e-4
    torch.testing.assert_close(found.q.double(), exact.q, atol=1e-3, rtol=0)
    (gradient,) = torch.autograd.grad(found.q.square().sum(), narrow)
    wide = target.clone().requires_grad_()
    again = find(skeleton, wide, conditions)
    (exactly,) = torch.autograd.grad(again.q.square().sum(), wide)
    off = (gradient.double() - exactly).norm(dim=1) / exactly.norm(dim=1)
    assert float(off.max()) < 0.01


def test_gradients_are_finite_where_feet_cannot_reach(skeleton: Skeleton):
    target, conditions = wishes(skeleton)
    away = conditions.feet.clone()
    away[:, 0, 1, 3] -= 1.5
    target.requires_grad_()
    found = plant(
        skeleton, target, replace(conditions, feet=away), compliance=COMPLIANCE
    )
    assert float(found.missed.min()) > 0.1
    (gradient,) = torch.autograd.grad(found.q.sum(), target)
    assert float(gradient.abs().max()) < 100.0
