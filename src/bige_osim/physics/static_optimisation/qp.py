"""Many small quadratic programs at once: a load on bounded actuators and reserves.

Each program is

    minimise    Σ (x - target)² + Σ (y / o)²
    subject to  A x + y = b,   low ≤ x ≤ high

with ``x`` of bounded actuators (activations of muscles), unbounded reserves ``y`` of
optimal force ``o``, and a target that is zero by default. At its solution
``x = clip(target + Aᵀ λ)`` and ``y = o² λ``, where the multipliers ``λ`` minimise a
convex, piecewise quadratic function without constraints, the dual.
"""

from dataclasses import dataclass, fields, replace

import torch
from jaxtyping import Bool, Float, Int

from bige_osim.physics.static_optimisation.qp_gradients import (
    Columns,
    Matrix,
    Optimum,
    Rows,
    attach_gradient,
    refine_multipliers,
    solve_free,
)

ITERATIONS = 200
"""Newton steps after which a program is given up; real ones take 5 to 12."""

TOLERANCE = 1e-11
"""Imbalance, as a fraction of the largest of b and A, at which one is solved."""

SUFFICIENT = 1e-4
"""Fraction of the predicted decrease that a step must bring (Armijo)."""


@dataclass(frozen=True)
class Solved:
    """Solutions of B programs of one shape.

    Attributes
    ----------
    x : (B, m) within the bounds
    unbounded : (B, m) target + Aᵀ λ, of which x is what the bounds leave: how far a
        saturated actuator is beyond its bound. Large where only a weak reserve carries
        what is missing: by the square of its optimal force
    multipliers : (B, n) λ, of the balance
    imbalance : (B,) largest |A x + y - b| in units of b; of the optimality conditions
        the only one that is not satisfied by construction
    """

    x: Columns
    unbounded: Columns
    multipliers: Rows
    imbalance: Float[torch.Tensor, " B"]


def solve_qp(
    A: Matrix,
    b: Rows,
    *,
    reserves: Float[torch.Tensor, " n"],
    low: Float[torch.Tensor, " m"],
    high: Float[torch.Tensor, " m"],
    target: Columns | None = None,
    guess: Columns | None = None,
) -> Solved:
    """Solve programs by a semismooth Newton method on their dual.

    Every step solves the linear equations of the x that are not at a bound; a line
    search on the dual keeps steps from cycling between sets of bounds. The solution,
    multipliers included, is differentiable with respect to ``A``, ``b`` and ``target``.
    All is done in double precision, whatever comes in.

    Parameters
    ----------
    A : (B, n, m) what each actuator carries at x = 1
    b : (B, n) load
    reserves : (n,) o, in units of b; zero where there is no reserve
    low, high : (m,) bounds of x, which has no unit
    target : (B, m) which counts like the load in the gradient; zero for ``None``
    guess : (B, m) x that may be near the solution, no unit; it only saves steps

    Notes
    -----
    Qi and Sun 1993, Mathematical Programming 58, 353 (semismooth Newton methods);
    gradients as in :mod:`~bige_osim.physics.static_optimisation.qp_gradients`.

    Examples
    --------
    Two flexors of 10 N m and 5 N m against 10 N m, with a weak reserve: activations in
    proportion to the arms, 10 : 5.

    >>> A, b = torch.tensor([[[10.0, 5.0]]]).double(), torch.tensor([[10.0]]).double()
    >>> solved = solve_qp(A, b, reserves=torch.tensor([1e-3]), low=torch.zeros(2),
    ...                   high=torch.ones(2))
    >>> solved.x.round(decimals=3).tolist()
    [[0.8, 0.4]]
    """
    dtype = A.dtype
    if target is None:
        target = A.new_zeros(1, A.shape[2]).expand(len(A), -1)
    # Single precision would not tell weak reserves from rounding.
    A, b, target = A.double(), b.double(), target.double()
    squared, low, high = reserves.double() ** 2, low.double(), high.double()
    with torch.no_grad():
        dual = _Dual(A, b, target, squared, low, high)
        near = None if guess is None else guess.detach().double()
        multipliers, imbalance = _minimise(dual, near)
        x = dual.unbounded(multipliers).clamp(low, high)
        free = (x > low) & (x < high)
        optimum = Optimum(x, multipliers, squared, free.to(x))
        multipliers = refine_multipliers(A, b, optimum)
    optimum = replace(optimum, multipliers=multipliers)
    x, multipliers = attach_gradient(A, b, optimum, target=target)
    beyond = torch.baddbmm(target[:, None], multipliers[:, None], A)[:, 0]
    unbounded = torch.where(free, x, beyond)
    parts = (x, unbounded, multipliers, imbalance)
    return Solved(*(part.to(dtype) for part in parts))


def _begin(dual: "_Dual", guess: Columns | None) -> Rows:
    """Multipliers to begin with: as if there were no bounds, or as guessed."""
    free = torch.ones_like(dual.target, dtype=torch.bool)
    x = dual.target
    if guess is not None:
        free = (guess > dual.low) & (guess < dual.high)
        x = torch.where(free, x, guess.clamp(dual.low, dual.high))
    missing = dual.b - torch.bmm(dual.A, x[..., None])[..., 0]
    return solve_free(dual.A, free, dual.squared, missing)


def _minimise(
    dual: "_Dual", guess: Columns | None
) -> tuple[Rows, Float[torch.Tensor, " B"]]:
    """Multipliers that minimise the dual, and the imbalance they leave."""
    largest = dual.A.abs().amax(dim=(1, 2))
    scale = torch.maximum(dual.b.abs().amax(dim=1), largest)
    goal = TOLERANCE * scale.clamp(min=1.0)
    multipliers = _begin(dual, guess)
    imbalance = torch.full_like(goal, torch.inf)
    rows = torch.arange(len(goal), device=goal.device)
    at = dual.evaluate(multipliers)
    stuck = torch.zeros_like(goal, dtype=torch.bool)
    for _ in range(ITERATIONS):
        size = at.gradient.abs().amax(dim=1)
        imbalance.index_copy_(0, rows, size)
        open_ = (size > goal.index_select(0, rows)) & ~stuck
        if not open_.any():
            break
        if not open_.all():  # go on with those that are not solved yet
            kept = open_.nonzero()[:, 0]
            rows, size = rows.index_select(0, kept), size.index_select(0, kept)
            dual, at = dual.select(kept), at.select(kept)
        last, (at, shortened) = at, _descend(dual, at)
        multipliers.index_copy_(0, rows, at.multipliers)
        # With the same x at bounds a whole step is exact up to rounding.
        same = (at.beyond.sign() == last.beyond.sign()).all(dim=1) & ~shortened
        stuck = same & (at.gradient.abs().amax(dim=1) > 0.5 * size)
    return multipliers, imbalance


@dataclass(frozen=True)
class _Point:
    """Where the search is: multipliers (B, n), and the dual and its gradient there.

    ``beyond`` is how far x would go beyond its bounds: zero where it is free.
    """

    multipliers: Rows
    value: Float[torch.Tensor, " B"]
    gradient: Rows
    beyond: Columns

    def parts(self) -> list[torch.Tensor]:
        return [getattr(self, f.name) for f in fields(self)]

    def select(self, kept: Int[torch.Tensor, " k"]) -> "_Point":
        return _Point(*(part.index_select(0, kept) for part in self.parts()))


@dataclass(frozen=True)
class _Dual:
    """The function to minimise: Σ ψ(target + Aᵀλ) + ½ Σ o² λ² - bᵀλ."""

    A: Matrix
    b: Rows
    target: Columns
    squared: Float[torch.Tensor, " n"]
    low: Float[torch.Tensor, " m"]
    high: Float[torch.Tensor, " m"]

    def select(self, kept: Int[torch.Tensor, " k"]) -> "_Dual":
        """Select programs."""
        A, b, target = (
            part.index_select(0, kept) for part in (self.A, self.b, self.target)
        )
        return replace(self, A=A, b=b, target=target)

    def unbounded(self, multipliers: Rows) -> Columns:
        """Find x (B, m) as if there were no bounds."""
        return torch.baddbmm(self.target[:, None], multipliers[:, None], self.A)[:, 0]

    def evaluate(self, multipliers: Rows) -> _Point:
        """Value, gradient, and x beyond its bounds."""
        wanted = self.unbounded(multipliers)
        x = wanted.clamp(self.low, self.high)
        reserve = self.squared * multipliers
        carried = torch.bmm(self.A, x[..., None])[..., 0] + reserve
        value = (x * (wanted - 0.5 * x)).sum(dim=1)
        value = value + ((0.5 * self.squared * multipliers - self.b) * multipliers).sum(
            1
        )
        return _Point(multipliers, value, carried - self.b, wanted - x)

    def lowest(self, at: _Point, step: Rows) -> Float[torch.Tensor, " B"]:
        """Step length (B,) at which the dual is lowest along a direction.

        Its slope along the direction is a rising, piecewise linear function of the
        length, with a break wherever an x reaches or leaves a bound.
        """
        start = self.unbounded(at.multipliers)
        rate = torch.bmm(step[:, None], self.A)[:, 0]
        moving = rate != 0
        safe = torch.where(moving, rate, 1.0)
        ends = torch.stack([(self.low - start) / safe, (self.high - start) / safe])
        enter = torch.where(moving, ends.amin(dim=0), torch.inf)
        leave = torch.where(moving, ends.amax(dim=0), torch.inf)
        breaks = torch.cat([enter, leave], dim=1).clamp(min=0.0)
        bends = torch.cat([rate**2, -(rate**2)], dim=1)
        breaks, order = breaks.sort(dim=1)
        bends = bends.gather(1, order)
        constant = (self.squared * step**2).sum(dim=1, keepdim=True)
        curvature = constant + bends.cumsum(dim=1)  # behind each break
        # Breaks at zero count as behind the start: the slope at zero is the gradient's.
        slope = (at.gradient * step).sum(dim=1, keepdim=True)
        gaps = torch.diff(breaks, dim=1, prepend=torch.zeros_like(slope))
        before = torch.cat([constant, curvature[:, :-1]], dim=1)
        rise = torch.where(gaps > 0, before * gaps, 0.0)  # no infinity times zero
        slopes = slope + rise.cumsum(dim=1)  # at each break
        passed = (slopes < 0).sum(dim=1, keepdim=True)
        padded = torch.cat([torch.zeros_like(slope), breaks], dim=1)
        at_slopes = torch.cat([slope, slopes], dim=1).gather(1, passed)
        bend = torch.cat([constant, curvature], dim=1).gather(1, passed)
        length = padded.gather(1, passed) - at_slopes / bend.clamp(min=1e-300)
        return length[:, 0]


def _descend(dual: _Dual, at: _Point) -> tuple[_Point, Bool[torch.Tensor, " B"]]:
    """One Newton step, or where that is too long as far as the dual falls.

    Also says which steps were shortened.
    """
    step = -solve_free(dual.A, at.beyond == 0, dual.squared, at.gradient)
    slope = (at.gradient * step).sum(dim=1)
    whole = dual.evaluate(at.multipliers + step)
    # Close to the minimum the dual is flat to rounding.
    noise = 1e-12 * (1.0 + at.value.abs())
    long = whole.value > at.value + SUFFICIENT * slope + noise
    rows = long.nonzero()[:, 0]
    if not len(rows):
        return whole, long
    part, here, along = dual.select(rows), at.select(rows), step.index_select(0, rows)
    length = part.lowest(here, along)
    trial = part.evaluate(here.multipliers + length[:, None] * along)
    both = zip(whole.parts(), trial.parts(), strict=True)
    return _Point(*(old.index_copy(0, rows, new) for old, new in both)), long
