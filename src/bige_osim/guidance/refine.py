"""Refinement: planted motions moved by exact gradients until they meet a goal.

Variables of a space of motions (:mod:`bige_osim.guidance.spaces`) go down the sum of
weight x loss / scale by Adam (Kingma and Ba 2015, arXiv 1412.6980) with one second
moment per candidate, not one per variable: it keeps the direction of steepest descent,
so that what matters little is changed little. The bounds of the goal are narrowed
(:meth:`bige_osim.guidance.term.Term.tighten`), and a candidate stops when it is within
them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int

from bige_osim.errors import BigeError
from bige_osim.guidance.judge import Judge
from bige_osim.guidance.spaces import MotionSpace

MEMORY = 0.9, 0.95
"""Decay of the first and the second moment. The first steps, away from residuals far
beyond what is accepted, have large gradients, which are to be forgotten soon."""

Progress = Callable[[int, int], None]
"""Called with the steps done and the steps there are."""


@dataclass(frozen=True, kw_only=True)
class RefineConfig:
    """How to refine.

    Attributes
    ----------
    frames : of motions while they are refined
    points : control points of every coordinate's offset
    steps : of Adam, at most
    learning_rate : root mean square change of the variables in a step, no unit
    change : weight of staying near the start, 0 or more
    residual : weight of pelvis residuals, and of standing at both ends, 0 or more
    uncertainty : weight of a surrogate's predicted deviation, 0 or more

    Raises
    ------
    BigeError
        for settings that cannot work
    """

    frames: int = 49
    points: int = 10
    steps: int = 200
    learning_rate: float = 0.06
    change: float = 0.1
    residual: float = 0.3
    uncertainty: float = 0.5

    def __post_init__(self) -> None:
        """Refuse settings that cannot work."""
        least = {"frames": 9, "points": 4, "steps": 0}
        weights = dict.fromkeys(("change", "residual", "uncertainty"), 0)
        for name, bound in (least | weights).items():
            if getattr(self, name) < bound:
                raise BigeError(
                    f"Refinement needs {name} of {bound} or more, got"
                    f" {getattr(self, name):g}; correct it."
                )
        if self.learning_rate <= 0:
            raise BigeError(
                "Refinement needs a learning_rate above 0, got"
                f" {self.learning_rate:g}; correct it."
            )


@dataclass(frozen=True, eq=False)
class Refined:
    """Where the descent of B candidates ended.

    Attributes
    ----------
    z : (B, ...) variables of each candidate's best motion, no unit
    reached : (B,) whether all narrowed constraints are satisfied
    cost_before, cost : (B,) at the start and of the best, with narrowed bounds; no unit
    steps : (B,) of Adam, until the candidate stopped
    """

    z: Float[torch.Tensor, "B ..."]
    reached: Bool[torch.Tensor, " B"]
    cost_before: Float[torch.Tensor, " B"]
    cost: Float[torch.Tensor, " B"]
    steps: Int[torch.Tensor, " B"]


def refine(
    space: MotionSpace,
    judge: Judge,
    *,
    start: Float[torch.Tensor, "B ..."] | None = None,
    margins: int = 1,
    config: RefineConfig | None = None,
    progress: Progress | None = None,
) -> Refined:
    """Move every candidate of a space until it meets the goal, with a margin.

    Candidates do not see each other. One that meets the goal stops; one that does not
    in ``config.steps`` keeps its best motion: most constraints satisfied, then least
    cost.

    Parameters
    ----------
    space : where, and from where
    judge : with the goal's terms
    start : (B, ...) variables, no unit; the space's own for ``None``
    margins : how many times the bounds are narrowed
    config : how to refine
    progress : called after every step
    """
    config = config or RefineConfig()
    tight = judge
    for _ in range(margins):
        tight = replace(tight, terms=tuple(term.tighten() for term in tight.terms))
    descent = _Descent(space, tight, config, space.start() if start is None else start)
    for step in range(config.steps + 1):
        descent.look(step)
        if not descent.active:
            break
        if step < config.steps:
            descent.move()
        if progress is not None:
            progress(step + 1, config.steps + 1)
    return descent.result()


class _Descent:
    """Variables on their way, and the best of every candidate."""

    def __init__(
        self,
        space: MotionSpace,
        judge: Judge,
        config: RefineConfig,
        start: Float[torch.Tensor, "B ..."],
    ) -> None:
        self.space, self.judge, self.config = space, judge, config
        self.z = start.detach().clone()
        count = len(self.z)
        self.active = list(range(count))
        self.best = self.z.clone()
        self.least = self.z.new_full((count,), torch.inf)
        self.broken = torch.full((count,), len(judge.terms) + 1)
        self.before = self.least.clone()
        self.steps = torch.zeros(count, dtype=torch.long)
        self.mean = torch.zeros_like(self.z)
        self.square = self.least.new_zeros(count)
        self.gradient = torch.zeros_like(self.z)
        self.moves = 0

    def look(self, step: int) -> None:
        """Judge the active candidates; those that meet the goal stop."""
        rows = self.active
        z = self.z[rows].requires_grad_()
        space = self.space.take(rows)
        with torch.enable_grad():
            found = self.judge(space(z), base=space.base)
            cost = found.cost
            (gradient,) = torch.autograd.grad(cost.sum(), z)
        self.gradient[rows] = gradient.nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)
        cost = cost.detach()
        broken = torch.zeros(len(rows), dtype=torch.long)
        for flag in found.satisfied():
            if flag is not None:
                broken = broken + (~flag).long().cpu()
        if step == 0:
            self.before[rows] = cost
        fewer = broken < self.broken[rows]
        better = fewer | ((broken == self.broken[rows]) & (cost < self.least[rows]))
        chosen = [row for row, good in zip(rows, better.tolist(), strict=True) if good]
        self.best[chosen] = self.z[chosen]
        self.least[chosen] = cost[better]
        self.broken[chosen] = broken[better]
        self.steps[rows] = step
        self.active = [r for r, b in zip(rows, broken.tolist(), strict=True) if b]

    def move(self) -> None:
        """Take a step of Adam."""
        rows, (first, second) = self.active, MEMORY
        self.moves += 1
        gradient = self.gradient[rows]
        size = gradient.flatten(1).square().mean(1)
        self.mean[rows] = first * self.mean[rows] + (1 - first) * gradient
        self.square[rows] = second * self.square[rows] + (1 - second) * size
        mean = self.mean[rows] / (1 - first**self.moves)
        root = (self.square[rows] / (1 - second**self.moves)).sqrt().clamp(min=1e-12)
        step = mean / root.reshape(-1, *[1] * (mean.ndim - 1))
        self.z[rows] -= self.config.learning_rate * step

    def result(self) -> Refined:
        """Collect the best of every candidate."""
        return Refined(
            z=self.best,
            reached=self.broken == 0,
            cost_before=self.before,
            cost=self.least,
            steps=self.steps,
        )
