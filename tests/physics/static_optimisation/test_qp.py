"""Quadratic programs with known answers, against a general solver, and gradients."""

import numpy as np
import pytest
import torch
from scipy.optimize import lsq_linear

from bige_osim.physics.static_optimisation.qp import solve_qp

LOW = torch.tensor([0.0, 0.0], dtype=torch.float64)
HIGH = torch.tensor([1.0, 1.0], dtype=torch.float64)


def hinge(load: float, *, reserve: float = 0.0) -> list[float]:
    """Activations of muscles of 30 and 10 N m against a load on a hinge."""
    arms = torch.tensor([[[30.0, 10.0]]], dtype=torch.float64)
    found = solve_qp(
        arms,
        torch.tensor([[load]], dtype=torch.float64),
        reserves=torch.tensor([reserve], dtype=torch.float64),
        low=LOW,
        high=HIGH,
    )
    x: list[float] = found.x[0].tolist()
    return x


def test_two_muscles_share_in_proportion_to_what_they_can_do():
    # The least a² + b² with 30 a + 10 b = 20 is a : b = 30 : 10.
    assert hinge(20.0) == pytest.approx([0.6, 0.2])


def test_a_muscle_at_its_limit_leaves_the_rest_to_the_other():
    assert hinge(37.0) == pytest.approx([1.0, 0.7])


def test_muscles_cannot_push():
    assert hinge(-5.0, reserve=1.0) == pytest.approx([0.0, 0.0])


def test_a_reserve_takes_its_part_as_a_muscle_of_its_size_would():
    # 30 : 10 : 2, together 20 N m.
    assert hinge(20.0, reserve=2.0) == pytest.approx(
        [30 * 20 / 1004, 10 * 20 / 1004], abs=1e-9
    )


def random_programs(
    count: int, *, loads: float
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Programs of the size of a leg: 7 coordinates, 40 muscles of up to 100 N m."""
    generator = torch.Generator().manual_seed(1)
    sparse = torch.rand(7, 40, generator=generator) < 0.4
    arms = torch.randn(count, 7, 40, generator=generator, dtype=torch.float64)
    right = torch.randn(count, 7, generator=generator, dtype=torch.float64)
    return 50 * arms * sparse, loads * right, torch.ones(7, dtype=torch.float64)


@pytest.mark.parametrize("loads", [5.0, 50.0, 500.0])
def test_many_programs_are_solved_as_by_bounded_least_squares(loads: float):
    arms, right, reserves = random_programs(25, loads=loads)
    low, high = torch.full((40,), 0.01), torch.ones(40)
    found = solve_qp(
        arms, right, reserves=reserves, low=low.double(), high=high.double()
    )
    assert float(found.imbalance.max()) < 1e-7
    for matrix, load, x in zip(arms, right, found.x, strict=True):
        # Without the reserves, which are b - A x, it is a least-squares problem.
        system = np.vstack([np.eye(40), matrix.numpy()])
        target = np.concatenate([np.zeros(40), load.numpy()])
        peer = lsq_linear(system, target, bounds=(0.01, 1.0), method="bvls", tol=1e-14)
        np.testing.assert_allclose(x.numpy(), peer.x, atol=1e-7)


@pytest.mark.parametrize("loads", [5.0, 500.0])
def test_the_solution_does_not_depend_on_where_it_begins(loads: float):
    arms, right, reserves = random_programs(25, loads=loads)
    low, high = torch.full((40,), 0.01), torch.ones(40)
    plain = solve_qp(arms, right, reserves=reserves, low=low, high=high)
    wild = 3 * torch.rand(25, 40, dtype=torch.float64) - 1
    for guess in (plain.x, wild, torch.zeros(25, 40), torch.ones(25, 40)):
        again = solve_qp(
            arms, right, reserves=reserves, low=low, high=high, guess=guess
        )
        torch.testing.assert_close(again.x, plain.x, rtol=0, atol=1e-8)
        torch.testing.assert_close(again.multipliers, plain.multipliers)


def test_programs_that_muscles_cannot_solve_are_solved_by_the_reserves():
    arms, right, reserves = random_programs(400, loads=5000.0)
    bounds = torch.zeros(40).double(), torch.ones(40).double()
    found = solve_qp(arms, right, reserves=reserves, low=bounds[0], high=bounds[1])
    left = right - (arms @ found.x[..., None])[..., 0]
    torch.testing.assert_close(found.multipliers, left)
    assert float(found.imbalance.max()) < 1e-6


def test_gradients_are_those_of_finite_differences():
    arms, right, reserves = random_programs(1, loads=40.0)
    bounds = torch.full((40,), 0.01).double(), torch.ones(40).double()

    def solve(arms: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        return solve_qp(arms, right, reserves=reserves, low=bounds[0], high=bounds[1]).x

    arms.requires_grad_()
    right.requires_grad_()
    assert torch.autograd.gradcheck(solve, (arms, right))


@pytest.mark.parametrize(
    ("load", "slopes"),
    [
        (20.0, [30 / 1000, 10 / 1000]),  # x = aᵀ b / |a|²
        (37.0, [0.0, 1 / 10]),  # the first one is at its limit
        (45.0, [0.0, 0.0]),  # both are, the reserve takes the rest
        (0.0, [0.0, 0.0]),  # at the bound that it would leave
    ],
)
@pytest.mark.parametrize("reserve", [1e-4, 1e-6])
def test_gradients_at_their_bounds_are_those_of_the_bounds(
    load: float, slopes: list[float], reserve: float
):
    arms = torch.tensor([[[30.0, 10.0]]], dtype=torch.float64, requires_grad=True)
    right = torch.tensor([[load]], dtype=torch.float64, requires_grad=True)
    reserves = torch.tensor([reserve], dtype=torch.float64)
    found = solve_qp(arms, right, reserves=reserves, low=LOW, high=HIGH).x
    rows = [torch.autograd.grad(x, (right, arms), retain_graph=True) for x in found[0]]
    assert [float(by_load) for by_load, _ in rows] == pytest.approx(slopes, abs=1e-9)
    assert all(bool(torch.isfinite(by_arms).all()) for _, by_arms in rows)


def test_a_load_that_nothing_takes_has_no_gradient_either():
    arms = torch.zeros(1, 1, 2, dtype=torch.float64, requires_grad=True)
    right = torch.ones(1, 1, dtype=torch.float64, requires_grad=True)
    none = torch.zeros(1, dtype=torch.float64)
    found = solve_qp(arms, right, reserves=none, low=LOW, high=HIGH).x
    (by_load,) = torch.autograd.grad(found.sum(), right)
    assert by_load.tolist() == [[0.0]]


def test_gradients_hold_where_a_weak_reserve_carries_what_muscles_cannot():
    # Muscles pull on two hinges alike, so the reserve alone carries the difference.
    def solve(arms: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        weak = torch.full((2,), 0.01, dtype=torch.float64)
        return solve_qp(arms, right, reserves=weak, low=LOW, high=HIGH).x

    arms = torch.tensor([[[30.0, 10.0], [30.0, 10.0]]], dtype=torch.float64)
    right = torch.tensor([[15.0, 14.9999]], dtype=torch.float64)
    inputs = (arms.requires_grad_(), right.requires_grad_())
    assert torch.autograd.gradcheck(solve, inputs, eps=1e-7, rtol=1e-4)


@pytest.mark.parametrize(
    ("load", "reserve", "unbounded"),
    [
        (20.0, 1e-3, [0.6, 0.2]),  # at no bound
        (37.0, 1e-3, [2.1, 0.7]),  # the first is at its limit, 0.07 per N m
        (45.0, 1.0, [150.0, 50.0]),  # both are: the reserve takes 5 N m, 5 per N m
        (-5.0, 1.0, [-150.0, -50.0]),  # neither can push
    ],
)
def test_multipliers_say_what_muscles_would_do_without_bounds(
    load: float, reserve: float, unbounded: list[float]
):
    found = solve_qp(
        torch.tensor([[[30.0, 10.0]]], dtype=torch.float64),
        torch.tensor([[load]], dtype=torch.float64),
        reserves=torch.tensor([reserve], dtype=torch.float64),
        low=LOW,
        high=HIGH,
    )
    assert found.unbounded[0].tolist() == pytest.approx(unbounded, rel=1e-6)
    assert found.x[0].tolist() == pytest.approx(np.clip(unbounded, 0, 1), rel=1e-6)
    assert float(found.multipliers[0, 0]) == pytest.approx(unbounded[1] / 10)


@pytest.mark.parametrize("load", [20.0, 37.0, 45.0, -5.0])
def test_the_gradient_goes_on_where_muscles_are_saturated(load: float):
    def solve(arms: torch.Tensor, right: torch.Tensor) -> tuple[torch.Tensor, ...]:
        one = torch.ones(1, dtype=torch.float64)
        found = solve_qp(arms, right, reserves=one, low=LOW, high=HIGH)
        return found.unbounded, found.multipliers, found.x

    arms = torch.tensor([[[30.0, 10.0]]], dtype=torch.float64, requires_grad=True)
    right = torch.tensor([[load]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(solve, (arms, right))
    unbounded, *_ = solve(arms, right)
    (slope,) = torch.autograd.grad(unbounded[0, 0], right)
    free = {20.0: 1000.0, 37.0: 100.0}.get(load, 0.0)  # squared arms of free muscles
    assert float(slope) == pytest.approx(30 / (free + 1))


def test_gradients_of_multipliers_of_a_whole_leg_are_those_of_finite_differences():
    # Many muscles at their limits: loads are more than they can do.
    arms, right, reserves = random_programs(2, loads=150.0)
    bounds = torch.full((40,), 0.01).double(), torch.ones(40).double()
    target = torch.zeros(2, 40, dtype=torch.float64)

    def solve(*given: torch.Tensor) -> tuple[torch.Tensor, ...]:
        A, b, target = given
        found = solve_qp(
            A, b, reserves=reserves, low=bounds[0], high=bounds[1], target=target
        )
        return found.unbounded, found.multipliers

    saturated = solve(arms, right, target)[0] > 1.0
    assert 10 < int(saturated.sum()) < 70
    inputs = tuple(t.requires_grad_() for t in (arms, right, target))
    assert torch.autograd.gradcheck(solve, inputs, eps=1e-7, rtol=1e-4, atol=1e-4)


def test_unbounded_activations_are_finite_where_nothing_takes_the_load():
    arms = torch.zeros(2, 1, 2, dtype=torch.float64)
    arms[1] = torch.tensor([30.0, 10.0])  # too weak, and no reserve
    arms.requires_grad_()
    right = torch.tensor([[1.0], [500.0]], dtype=torch.float64, requires_grad=True)
    none = torch.zeros(1, dtype=torch.float64)
    found = solve_qp(arms, right, reserves=none, low=LOW, high=HIGH)
    slopes = torch.autograd.grad(found.unbounded.sum(), (arms, right))
    assert bool(torch.isfinite(found.unbounded).all())
    assert all(bool(torch.isfinite(slope).all()) for slope in slopes)
