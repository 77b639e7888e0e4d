"""Loads on contact points: known answers, a chair, and gradients."""

from typing import Any

import pytest
import torch

from bige_osim.physics.ground.contact import ContactForces, solve_contacts
from bige_osim.physics.static_optimisation import qp as program

RIGHT = torch.tensor([1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0], dtype=torch.float64)
PLACES = torch.tensor(
    [
        [x, z]
        for side in (0.15, -0.15)
        for z in (0.7 * side, 1.3 * side)
        for x in (-0.1, 0.1)
    ],
    dtype=torch.float64,
)


def carry(
    *, x: float = 0.0, z: float = 0.0, right: float = 0.5, supported: bool = False
) -> ContactForces:
    """600 N through a point (x, z) of the floor, the chair 0.3 m behind."""
    load = torch.tensor([[600.0, -600.0 * z, 600.0 * x]], dtype=torch.float64)
    return solve_contacts(
        PLACES[None],
        torch.ones(1, 8, dtype=torch.float64),
        right=RIGHT,
        chair=torch.tensor([[-0.3, 0.0]], dtype=torch.float64),
        load=load,
        split=torch.tensor([right], dtype=torch.float64),
        supported=torch.tensor([supported]),
    )


def test_a_load_in_the_middle_presses_all_points_alike():
    torch.testing.assert_close(
        carry().points, torch.full((1, 8), 75.0).double(), atol=0.01, rtol=0
    )


def test_a_load_further_ahead_presses_the_toes_more():
    found = carry(x=0.05).points[0]
    # Moment 600 * 0.05 N m over points 0.1 m ahead and behind: 3 to 1.
    torch.testing.assert_close(
        found[1] / found[0], torch.tensor(3.0).double(), rtol=1e-3, atol=0
    )
    assert float(carry(x=0.05).chair) < 0.1


def test_the_force_is_split_between_the_feet_as_asked():
    found = carry(z=0.05, right=0.7).points[0]
    torch.testing.assert_close(
        found[:4].sum(), torch.tensor(420.0).double(), rtol=1e-3, atol=0
    )


def test_what_lies_behind_the_feet_is_carried_by_the_chair_by_the_law_of_the_lever():
    found = carry(x=-0.2, supported=True)  # between heels at -0.1 and the chair at -0.3
    torch.testing.assert_close(
        found.chair, torch.tensor([300.0]).double(), rtol=5e-3, atol=0
    )
    assert float(found.moment.abs().max()) < 0.2


def test_what_lies_ahead_of_the_feet_stays_unbalanced():
    found = carry(x=0.3)
    torch.testing.assert_close(
        found.moment[:, 1], torch.tensor([600.0 * 0.2]).double(), rtol=0.05, atol=0
    )


def test_loads_that_feet_cannot_carry_take_no_longer_than_others(
    monkeypatch: pytest.MonkeyPatch,
):
    steps = []
    descend = program._descend

    def counted(dual: Any, at: Any) -> Any:
        steps.append(len(dual.A))
        return descend(dual, at)

    monkeypatch.setattr(program, "_descend", counted)
    random = torch.Generator().manual_seed(0)
    moments = 600 * (torch.rand(200, 2, generator=random).double() - 0.5)
    found = solve_contacts(
        PLACES.expand(200, -1, -1),
        torch.rand(200, 8, generator=random).double(),
        right=RIGHT,
        chair=torch.zeros(200, 2, dtype=torch.float64),
        load=torch.cat([torch.full((200, 1), 600.0).double(), moments], dim=1),
        split=torch.rand(200, generator=random).double(),
        supported=torch.zeros(200, dtype=torch.bool),
    )
    # Rounding keeps most of these from the tolerance for ever.
    assert len(steps) < 40 < program.ITERATIONS
    assert float(found.moment.abs().max()) > 100.0


def test_gradients_are_those_of_finite_differences():
    load = torch.tensor([[600.0, -10.0, 20.0]], dtype=torch.float64)

    def points(places: torch.Tensor, load: torch.Tensor) -> torch.Tensor:
        return solve_contacts(
            places,
            torch.ones(1, 8, dtype=torch.float64),
            right=RIGHT,
            chair=torch.tensor([[-0.3, 0.0]], dtype=torch.float64),
            load=load,
            split=torch.tensor([0.5], dtype=torch.float64),
            supported=torch.tensor([True]),
        ).points

    inputs = (PLACES[None].clone().requires_grad_(), load.requires_grad_())
    assert torch.autograd.gradcheck(points, inputs, eps=1e-6, atol=1e-3)


def forces(bearing: torch.Tensor, places: torch.Tensor, load: torch.Tensor) -> Any:
    """Forces of eight points by how well they bear, where they are, and the load."""
    return solve_contacts(
        places,
        bearing,
        right=RIGHT,
        chair=torch.tensor([[-0.3, 0.0]], dtype=torch.float64),
        load=load,
        split=torch.tensor([0.5], dtype=torch.float64),
        supported=torch.tensor([False]),
    ).points


def test_gradients_of_points_that_just_begin_to_bear_are_those_of_bearing_more():
    bearing = torch.ones(1, 8, dtype=torch.float64)
    bearing[:, [1, 4]] = 0.0
    load = torch.tensor([[600.0, -10.0, 20.0]], dtype=torch.float64)
    weights = torch.arange(1.0, 9.0, dtype=torch.float64)
    given = [t.clone().requires_grad_() for t in (bearing, PLACES[None], load)]
    by_bearing, *others = torch.autograd.grad((forces(*given) * weights).sum(), given)
    assert all(bool(torch.isfinite(other).all()) for other in others)
    step = 1e-7
    for point in (1, 4):
        more = bearing.clone()
        more[0, point] = step
        rise = (forces(more, *given[1:]) - forces(bearing, *given[1:])) * weights
        slope = float(rise.detach().sum()) / step
        assert float(by_bearing[0, point]) == pytest.approx(slope, rel=1e-4)
        assert slope != 0


@pytest.mark.parametrize("standing", [[], [0, 1, 2, 3], [6]])
def test_gradients_are_finite_whichever_points_bear(standing: list[int]):
    bearing = torch.zeros(1, 8, dtype=torch.float64)
    bearing[:, standing] = 1.0
    for load in ([600.0, -10.0, 20.0], [0.0, 0.0, 0.0], [0.0, 30.0, -5.0]):
        given = [
            t.clone().requires_grad_()
            for t in (bearing, PLACES[None], torch.tensor([load]).double())
        ]
        for gradient in torch.autograd.grad(forces(*given).sum(), given):
            assert bool(torch.isfinite(gradient).all())


def test_single_precision_is_as_good_as_its_inputs():
    single = [t.float() for t in (torch.ones(1, 8), PLACES[None])]
    load = torch.tensor([[600.0, -10.0, 20.0]])
    found = solve_contacts(
        single[1],
        single[0],
        right=RIGHT.float(),
        chair=torch.tensor([[-0.3, 0.0]]),
        load=load,
        split=torch.tensor([0.5]),
        supported=torch.tensor([False]),
    )
    assert found.points.dtype == torch.float32
    exact = forces(single[0].double(), PLACES[None], load.double())
    torch.testing.assert_close(found.points.double(), exact, rtol=1e-4, atol=1e-2)
