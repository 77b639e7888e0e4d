import itertools
import math

import pytest
import torch

from bige_osim.physics.muscles.cylinder import Surfaces, Wrap, wrap_lines

RADIUS = 0.05
SIDES = {"all": (0, 0, 0), "x": (1, 0, 0), "y": (0, 1, 0), "-y": (0, -1, 0)}
QUARTER = ((-0.03, 0.05, 0.0), (0.05, -0.03, 0.0))
"""Ends of a string that touches down at (0, R) and leaves at (R, 0)."""


def wrapped(
    start: tuple[float, ...],
    end: tuple[float, ...],
    *,
    quadrant: str = "all",
    length: float = 1.0,
    sliding: bool = False,
) -> Wrap:
    size = torch.tensor([[RADIUS], [length / 2]]).double()
    side = torch.tensor(SIDES[quadrant]).double()[:, None, None]
    points = torch.tensor([start, end]).double().T[..., None, None]
    surfaces = Surfaces(size[:1], size[1:], side)
    moved = torch.ones_like(points[0, 0], dtype=torch.bool) if sliding else None
    return wrap_lines(points, surfaces, sliding=moved)


def test_a_string_runs_a_quarter_round_a_pulley() -> None:
    wrap = wrapped(*QUARTER)
    assert bool(wrap.possible)
    assert bool(wrap.mandatory)
    assert wrap.arc.item() == pytest.approx(RADIUS * math.pi / 2)
    assert wrap.length.item() == pytest.approx(0.06 + RADIUS * math.pi / 2)
    assert wrap.first.flatten().tolist() == pytest.approx([0.0, RADIUS, 0.0])
    assert wrap.second.flatten().tolist() == pytest.approx([RADIUS, 0.0, 0.0])


def test_a_string_runs_the_same_way_back() -> None:
    there, back = wrapped(*QUARTER), wrapped(*QUARTER[::-1])
    torch.testing.assert_close(back.length, there.length)
    torch.testing.assert_close(back.first, there.second)


def test_contacts_slide_to_where_the_unrolled_way_is_nearly_straight() -> None:
    start, end = QUARTER
    wrap = wrapped(start, (*end[:2], 0.04), sliding=True)
    flat = 0.06 + RADIUS * math.pi / 2
    assert wrap.length.item() == pytest.approx(math.hypot(flat, 0.04), rel=1e-5)
    assert wrap.first[2].item() == pytest.approx(0.04 * 0.03 / flat, abs=1e-4)
    slopes = [
        math.atan2(wrap.first[2].item(), 0.03),
        math.atan2((wrap.second - wrap.first)[2].item(), RADIUS * math.pi / 2),
        math.atan2(0.04 - wrap.second[2].item(), 0.03),
    ]
    assert max(slopes) - min(slopes) < math.radians(0.25)


def test_the_plane_of_both_ends_and_the_apex_holds_the_points_of_contact() -> None:
    start, end = QUARTER
    wrap = wrapped(start, (*end[:2], 0.04))
    # The apex lies half way round, so the plane rises evenly along the line start-end.
    share = (0.03 * math.sqrt(0.5)) / (0.08 * math.sqrt(2))
    assert wrap.first[2].item() == pytest.approx(0.04 * share)
    assert wrap.second[2].item() == pytest.approx(0.04 * (1 - share))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ((-0.2, 0.06, 0.0), (0.2, 0.06, 0.0)),
        ((-0.2, 0.01, 0.0), (-0.1, 0.01, 0.0)),
        ((-0.2, 0.01, 0.0), (0.0, 0.04, 0.0)),
    ],
    ids=["passes by", "ends before it", "ends inside"],
)
def test_a_line_that_does_not_cross_a_cylinder_stays_straight(
    start: tuple[float, ...], end: tuple[float, ...]
) -> None:
    assert not bool(wrapped(start, end).possible)


def test_a_cylinder_that_is_too_short_is_passed() -> None:
    start, end = ((x, y, 0.3) for x, y, _ in QUARTER)
    assert bool(wrapped(start, end, length=0.7).possible)
    assert not bool(wrapped(start, end, length=0.5).possible)


def test_a_quadrant_pulls_a_line_over_to_its_side() -> None:
    start, end = (-0.2, -0.06, 0.0), (0.2, -0.06, 0.0)
    wrap = wrapped(start, end, quadrant="y")
    assert bool(wrap.possible)
    assert not bool(wrap.mandatory)
    away = math.hypot(0.2, 0.06)
    angle = math.pi + 2 * math.atan(0.3) - 2 * math.acos(RADIUS / away)
    tangent = math.sqrt(away**2 - RADIUS**2)
    assert wrap.length.item() == pytest.approx(2 * tangent + RADIUS * angle)
    assert wrap.first[1].item() > 0


def test_a_line_on_the_side_of_its_quadrant_stays_straight() -> None:
    start, end = (-0.2, -0.06, 0.0), (0.2, -0.06, 0.0)
    assert not bool(wrapped(start, end, quadrant="-y").possible)


@pytest.mark.parametrize("sliding", [False, True])
@pytest.mark.parametrize("quadrant", ["all", "x", "-y"])
def test_gradients_hold_with_and_without_contact(quadrant: str, sliding: bool) -> None:
    size = torch.full((4, 1), RADIUS).double()
    side = torch.tensor(SIDES[quadrant]).double()[:, None, None].expand(3, 4, 1)
    surfaces = Surfaces(size, 10 * size, side)
    random = torch.Generator().manual_seed(0)
    points = 0.3 * torch.rand(2, 3, 4, 6, generator=random).double() - 0.15
    points = points.transpose(0, 1).contiguous()

    def lengths(ends: torch.Tensor) -> torch.Tensor:
        moved = torch.ones_like(ends[0, 0], dtype=torch.bool) if sliding else None
        wrap = wrap_lines(ends, surfaces, sliding=moved)
        return torch.where(wrap.possible, wrap.length, 0.0)

    points.requires_grad_()
    (slopes,) = torch.autograd.grad(lengths(points).sum(), points)
    points, step = points.detach(), 1e-6
    for axis, end in itertools.product(range(3), range(2)):  # all lines at once
        ahead, behind = points.clone(), points.clone()
        ahead[axis, end] += step
        behind[axis, end] -= step
        differences = (lengths(ahead) - lengths(behind)) / (2 * step)
        torch.testing.assert_close(slopes[axis, end], differences, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("sliding", [False, True])
@pytest.mark.parametrize("quadrant", ["all", "x", "-y"])
def test_gradients_are_finite_where_there_is_no_line(
    quadrant: str, sliding: bool
) -> None:
    size = torch.full((1, 1), RADIUS).double()
    side = torch.tensor(SIDES[quadrant]).double()[:, None, None]
    point = torch.tensor([0.1, 0.0, -0.1, 0.02, 0.0, 0.1, -0.1, 0.0, 0.0]).double()
    point = point.reshape(3, 1, 3).requires_grad_()
    moved = torch.ones_like(point[0], dtype=torch.bool) if sliding else None
    ends = torch.stack([point, point], dim=1)
    wrap = wrap_lines(ends, Surfaces(size, size, side), sliding=moved)
    (slope,) = torch.autograd.grad(wrap.length.sum(), point)
    assert bool(slope.isfinite().all())


ENDS = {
    "across the axis": ((-0.1, 0.0, 0.0), (0.1, 0.0, 0.0)),
    "just touching": ((-0.1, RADIUS, 0.0), (0.1, RADIUS, 0.0)),
    "of no length": ((0.1, 0.0, 0.02), (0.1, 0.0, 0.02)),
    "along the axis": ((0.1, 0.0, -0.1), (0.1, 0.0, 0.1)),
    "on the surface": ((RADIUS, 0.0, 0.0), (-0.1, 0.01, 0.0)),
    "from within": ((0.0, 0.0, 0.0), (0.1, 0.0, 0.0)),
    "a quarter round": QUARTER,
}


@pytest.mark.parametrize("sliding", [True, False])
@pytest.mark.parametrize("quadrant", SIDES)
@pytest.mark.parametrize("ends", ENDS.values(), ids=list(ENDS))
def test_gradients_of_strings_are_finite(
    ends: tuple[tuple[float, ...], ...], quadrant: str, sliding: bool
) -> None:
    points = torch.tensor(ends).double().T[..., None, None].requires_grad_()
    size = torch.full((1, 1), RADIUS).double(), torch.full((1, 1), 0.5).double()
    side = torch.tensor(SIDES[quadrant]).double()[:, None, None]
    moved = torch.ones(1, 1, dtype=torch.bool) if sliding else None
    wrap = wrap_lines(points, Surfaces(*size, side), sliding=moved)
    for part in (wrap.first, wrap.second, wrap.arc, wrap.length):
        (gradient,) = torch.autograd.grad(part.sum(), points, retain_graph=True)
        assert bool(torch.isfinite(gradient).all())
