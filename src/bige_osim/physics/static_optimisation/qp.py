"""Many small quadratic programs at once: share a load among bounded actuators.

Each program is

    minimise    Σ (x - w)² + Σ (y / o)²
    subject to  A x + y = b,   low ≤ x ≤ high

with bounded shares ``x`` (activations of muscles), unbounded reserves ``y`` of optimal
force ``o``, and wishes ``w``, zero unless told otherwise. At its solution
``x = clip(w + Aᵀ λ)`` and ``y = o² λ``, where ``λ`` is the minimum of a convex,
piecewise quadratic function without constraints, the dual.
"""

from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int

from bige_osim.physics.static_optimisation.qp_gradients import (
    Found,
    Loads,
    Matrix,
    Shares,
    attach_gradient,
    solve_free,
)

ITERATIONS = 200
"""Newton steps after which a program is given up; real ones take 5 to 12."""

TOLERANCE = 1e-11
"""Imbalance, as a fraction of the largest load or actuator, at which one is solved."""

SUFFICIENT = 1e-4
"""Fraction of the predicted decrease that a step must bring (Armijo)."""


@dataclass(frozen=True)
class Shared:
    """Solutions of B programs of one shape.

    Attributes
    ----------
    shares : (B, m) x, within the bounds
    price : (B, n) λ, the multipliers of the balance
    imbalance : (B,) largest |A x + y - b| in units of b; of the optimality conditions
        the only one that does not hold by construction
    """

    shares: Shares
    price: Loads
    imbalance: Float[torch.Tensor, " B"]


def solve_qp(
    arms: Matrix,
    loads: Loads,
    *,
    reserves: Float[torch.Tensor, " n"],
    low: Float[torch.Tensor, " m"],
    high: Float[torch.Tensor, " m"],
    wishes: Shares | None = None,
) -> Shared:
    """Solve programs by a semismooth Newton method on their dual.

    Every step solves the linear equations of the shares that are not at a bound; a
    line search on the dual keeps steps from cycling between sets of bounds. Shares are
    differentiable with respect to ``arms``, ``loads`` and ``wishes``. All is done
    in double precision, whatever comes in.

    Parameters
    ----------
    arms : (B, n, m) A: load that each actuator carries at full share
    loads : (B, n) b
    reserves : (n,) o; zero where there is no reserve
    low, high : (m,) bounds of the shares
    wishes : (B, m) w, which count like loads in the gradient; zero for ``None``

    Notes
    -----
    Qi and Sun 1993, Mathematical Programming 58, 353 (semismooth Newton methods);
    gradients as in :mod:`~bige_osim.physics.static_optimisation.qp_gradients`.

    Examples
    --------
    Two flexors of 10 N m and 5 N m against 10 N m, with a weak reserve: shares in
    proportion to the arms, 10 : 5.

    >>> arms = torch.tensor([[[10.0, 5.0]]], dtype=torch.float64)
    >>> bounds = torch.zeros(2, dtype=torch.float64), torch.ones(2, dtype=torch.float64)
    >>> weak = torch.tensor([1e-3], dtype=torch.float64)
    >>> load = torch.tensor([[10.0]], dtype=torch.float64)
    >>> solved = solve_qp(arms, load, reserves=weak, low=bounds[0], high=bounds[1])
    >>> solved.shares.round(decimals=3).tolist()
    [[0.8, 0.4]]
    """
    dtype = arms.dtype
    if wishes is None:
        wishes = arms.new_zeros(1, arms.shape[2]).expand(len(arms), -1)
    # Single precision would not tell weak reserves from rounding.
    arms, loads, wishes = arms.double(), loads.double(), wishes.double()
    squared, low, high = reserves.double() ** 2, low.double(), high.double()
    with torch.no_grad():
        dual = _Dual(arms, loads, wishes, squared, low, high)
        price, imbalance = _minimise(dual)
        shares = dual.shares(price)
    free = ((shares > low) & (shares < high)).to(shares)
    found = Found(shares, price, squared, free)
    shares = attach_gradient(arms, loads, found, wishes=wishes)
    return Shared(*(part.to(dtype) for part in (shares, price, imbalance)))


def _minimise(dual: "_Dual") -> tuple[Loads, Float[torch.Tensor, " B"]]:
    """Prices that minimise the dual, and the imbalance they leave."""
    largest = dual.arms.abs().amax(dim=(1, 2))
    scale = torch.maximum(dual.loads.abs().amax(dim=1), largest)
    goal = TOLERANCE * scale.clamp(min=1.0)
    # Begin as if there were no bounds.
    every = torch.ones_like(dual.wishes, dtype=torch.bool)
    missing = dual.loads - torch.bmm(dual.arms, dual.wishes[..., None])[..., 0]
    price = solve_free(dual.arms, every, dual.squared, missing)
    imbalance = torch.full_like(goal, torch.inf)
    rows = torch.arange(len(goal), device=goal.device)
    at = dual.evaluate(price)
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
        price.index_copy_(0, rows, at.price)
        # With the same shares at bounds a whole step is exact up to rounding.
        same = (at.beyond.sign() == last.beyond.sign()).all(dim=1) & ~shortened
        stuck = same & (at.gradient.abs().amax(dim=1) > 0.5 * size)
    return price, imbalance


@dataclass(frozen=True)
class _Point:
    """Where the search is: prices (B, n), and the dual and its gradient there.

    ``beyond`` is how far shares would go beyond their bounds: zero where they are free.
    """

    price: Loads
    value: Float[torch.Tensor, " B"]
    gradient: Loads
    beyond: Shares

    def select(self, kept: Int[torch.Tensor, " k"]) -> "_Point":
        parts = (self.price, self.value, self.gradient, self.beyond)
        return _Point(*(part.index_select(0, kept) for part in parts))


@dataclass(frozen=True)
class _Dual:
    """The function of the prices to minimise: Σ ψ(w + aᵀλ) + ½ Σ o² λ² - bᵀλ."""

    arms: Matrix
    loads: Loads
    wishes: Shares
    squared: Float[torch.Tensor, " n"]
    low: Float[torch.Tensor, " m"]
    high: Float[torch.Tensor, " m"]

    def select(self, kept: Int[torch.Tensor, " k"]) -> "_Dual":
        """Select programs."""
        return replace(
            self,
            arms=self.arms.index_select(0, kept),
            loads=self.loads.index_select(0, kept),
            wishes=self.wishes.index_select(0, kept),
        )

    def unbounded(self, price: Loads) -> Shares:
        """Shares (B, m) if there were no bounds."""
        return torch.baddbmm(self.wishes[:, None], price[:, None], self.arms)[:, 0]

    def shares(self, price: Loads) -> Shares:
        """Shares (B, m) within their bounds."""
        return self.unbounded(price).clamp(self.low, self.high)

    def evaluate(self, price: Loads) -> _Point:
        """Value, gradient and free shares."""
        wanted = self.unbounded(price)
        shares = wanted.clamp(self.low, self.high)
        carried = torch.bmm(self.arms, shares[..., None])[..., 0] + self.squared * price
        value = (shares * (wanted - 0.5 * shares)).sum(dim=1)
        value = value + ((0.5 * self.squared * price - self.loads) * price).sum(dim=1)
        return _Point(price, value, carried - self.loads, wanted - shares)

    def lowest(self, at: _Point, step: Loads) -> Float[torch.Tensor, " B"]:
        """Step length (B,) at which the dual is lowest along a direction.

        Its slope along the direction is a rising, piecewise linear function of the
        length, with a break wherever a share reaches or leaves a bound.
        """
        start = self.unbounded(at.price)
        rate = torch.bmm(step[:, None], self.arms)[:, 0]
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
    step = -solve_free(dual.arms, at.beyond == 0, dual.squared, at.gradient)
    slope = (at.gradient * step).sum(dim=1)
    found = dual.evaluate(at.price + step)
    # Close to the minimum the dual is flat to rounding.
    noise = 1e-12 * (1.0 + at.value.abs())
    long = found.value > at.value + SUFFICIENT * slope + noise
    rows = long.nonzero()[:, 0]
    if not len(rows):
        return found, long
    part, here, along = dual.select(rows), at.select(rows), step.index_select(0, rows)
    length = part.lowest(here, along)
    trial = part.evaluate(here.price + length[:, None] * along)
    return _Point(
        found.price.index_copy(0, rows, trial.price),
        found.value.index_copy(0, rows, trial.value),
        found.gradient.index_copy(0, rows, trial.gradient),
        found.beyond.index_copy(0, rows, trial.beyond),
    ), long
