"""Search for postures with planted feet by sequential quadratic programming.

Each step solves the linearised equations of the conditions with the least weighted
change (a damped least-norm step; Nocedal and Wright 2006, Numerical Optimization, ch.
18), and a coordinate at the end of its range stays there as long as the step would
leave it. After two steps the curvature of the conditions counts as well: without it
every step takes a third of the error away where legs are nearly straight, with it the
error is squared. A posture that has arrived is left alone while others go on.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float

from bige_osim.physics.foot_conditions import Conditions, FootEquations, Linearised
from bige_osim.physics.planted_gradients import Normal, Solution, solve_among_planted

LONGEST = 0.3
"""Longest step of a coordinate, rad or m: linearised conditions are good no further."""

CURVED = range(2, 10)
"""Steps, by number from zero, in which the curvature of the conditions counts."""

_CLOSE = 0.1  # rad, m: last step of postures in which it does
_AT_ONCE = 512  # postures; more do not fit into a core's cache and take twice as long


@dataclass(frozen=True)
class Search:
    """How postures are searched for.

    Attributes
    ----------
    equations : conditions of the model
    compliance : (I,) rad or m for one unit of cost; zero for what stays at its target
    low, high : (I,) ranges, rad or m
    steps : at most
    tolerance : largest change of a step, rad or m, at which a posture has arrived
    """

    equations: FootEquations
    compliance: Float[torch.Tensor, " I"]
    low: Float[torch.Tensor, " I"]
    high: Float[torch.Tensor, " I"]
    steps: int
    tolerance: float

    def run(
        self,
        target: Float[torch.Tensor, "B I"],
        start: Float[torch.Tensor, "B I"],
        conditions: Conditions,
    ) -> Solution:
        """Go on with every posture until it has arrived.

        Parameters
        ----------
        target : (B, I) within the ranges, rad and m
        start : (B, I) where the search starts, rad and m
        conditions : of each posture
        """
        loose = self.compliance > 0
        q = torch.where(loose, torch.clamp(start, self.low, self.high), target)
        held = torch.zeros_like(q, dtype=torch.bool)
        change = torch.full_like(q[:, 0], torch.inf)
        going = torch.arange(len(q))
        for number in range(self.steps):
            curved = number in CURVED
            # Steps that know the curvature square the error.
            near = 0.2 * self.tolerance**0.5 if curved else self.tolerance
            for rows in torch.split(going, _AT_ONCE):
                here, close = q[rows], (change[rows] < _CLOSE) if curved else None
                moved, out = self._move(
                    here, target[rows], conditions.take(rows), close
                )
                change[rows] = (moved - here).abs().amax(dim=1)
                q[rows], held[rows] = moved, out
            going = going[~(change[going] < near)]
            if not len(going):
                break
        missed = [
            self._miss(q[rows], conditions.take(rows))
            for rows in torch.split(torch.arange(len(q)), _AT_ONCE)
        ]
        return Solution(
            self.equations, conditions, q, target,
            torch.where(held, 0.0, self.compliance), held,
            torch.cat(missed) if missed else q.new_zeros(0),
        )  # fmt: skip

    def _move(
        self,
        q: Float[torch.Tensor, "B I"],
        target: Float[torch.Tensor, "B I"],
        conditions: Conditions,
        close: Bool[torch.Tensor, " B"] | None,
    ) -> tuple[Float[torch.Tensor, "B I"], Bool[torch.Tensor, "B I"]]:
        """One step on: postures, and coordinates that their limits hold.

        Curvature counts in those that are ``close``.
        """
        low, high, loose = self.low, self.high, self.compliance > 0
        about = self.equations.linearise(q, conditions)
        give = self.compliance.expand_as(q)
        step, normal, multipliers = _step(about, back=target - q, compliance=give)
        out = loose & (((q >= high) & (step > 0)) | ((q <= low) & (step < 0)))
        if out.any():
            give = torch.where(out, 0.0, give)
            step, normal, multipliers = _step(about, back=target - q, compliance=give)
        if close is not None:
            H = self.equations.curvature(about, multipliers, conditions)
            G = H * give[:, None] * (give * close[:, None])[..., None]
            x = torch.where(give > 0, step / torch.where(give > 0, give, 1.0), 0.0)
            step = give * solve_among_planted(normal, G, x, rounds=3)
        size = step.abs().amax(dim=1, keepdim=True)
        step = step * (LONGEST / size.clamp(min=LONGEST))
        return torch.where(loose, torch.clamp(q + step, low, high), q), out

    def _miss(
        self, q: Float[torch.Tensor, "B I"], conditions: Conditions
    ) -> Float[torch.Tensor, " B"]:
        _, pose = self.equations.place(q)
        return self.equations.missing(q, pose, conditions).abs().amax(dim=1)


def _step(
    about: Linearised,
    *,
    back: Float[torch.Tensor, "B I"],
    compliance: Float[torch.Tensor, "B I"],
) -> tuple[Float[torch.Tensor, "B I"], Normal, Float[torch.Tensor, "B R"]]:
    """Change that satisfies the conditions at the least cost, and its multipliers."""
    back = torch.where(compliance > 0, back, 0.0)
    right = about.missing - (about.J @ back[..., None])[..., 0]
    normal = Normal.of(about.J * compliance[:, None])
    multipliers = normal.multipliers(right)
    return back + compliance * normal.back(multipliers), normal, multipliers
