"""How motions meet a goal, term by term; which of them are best, and differ."""

import math
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float

from bige_osim.guidance.judge import Evaluation
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Activation

POOL = 2
"""Ratio of the motions that are looked at to those taken, where they are to differ."""


@dataclass(frozen=True, eq=False, kw_only=True)
class TermResult:
    """One term of the goal on the N returned motions.

    Attributes
    ----------
    term : bound to the model; it adds weight x loss / scale to the cost
    loss_before, loss_after : (N,) SI units, at the start of the search and at its end
    before, after : (N,) the quantity that is judged and that a reader sees, in the
        term's unit
    satisfied : (N,) whether the constraint is; ``None`` for a pure objective
    reached : (N, K) of an activation term, what each of its muscles comes to, 0 to 1
    room : (N,) distance of a constraint from its bound, in the term's unit; negative
        if it is not satisfied, ``None`` for a pure objective
    """

    term: Term
    loss_before: Float[np.ndarray, " N"]
    loss_after: Float[np.ndarray, " N"]
    before: Float[np.ndarray, " N"]
    after: Float[np.ndarray, " N"]
    satisfied: Bool[np.ndarray, " N"] | None
    reached: Float[np.ndarray, "N K"] | None = None
    room: Float[np.ndarray, " N"] | None = None

    def row(self, sample: int) -> dict[str, Any]:
        """Plain data of one motion, for a report or a JSON file."""
        asked = None
        if isinstance(self.term, Activation) and self.reached is not None:
            asked = {
                "muscles": list(self.term.muscles),
                "low": self.term.low,
                "high": self.term.high,
                "statistic": self.term.statistic,
                "over": self.term.over,
                "reached": self.reached[sample].tolist(),
            }
        return {
            "name": self.term.name,
            "unit": self.term.unit,
            "weight": self.term.weight,
            "loss_before": float(self.loss_before[sample]),
            "loss_after": float(self.loss_after[sample]),
            "before": float(self.before[sample]),
            "after": float(self.after[sample]),
            "holds": None if self.satisfied is None else bool(self.satisfied[sample]),
            "margin": None if self.room is None else float(self.room[sample]),
            "range": asked,
        }


def rank(
    cost: Float[torch.Tensor, " B"], satisfied: Bool[torch.Tensor, "B T"]
) -> list[int]:
    """Order samples: most constraints satisfied first, then least cost.

    Samples whose cost is not finite are left out.

    Examples
    --------
    >>> cost = torch.tensor([0.3, 0.1, 0.2, torch.nan])
    >>> rank(cost, torch.tensor([[True], [False], [True], [True]]))
    [2, 0, 1]
    """
    broken, costs = (~satisfied).sum(-1).tolist(), cost.tolist()
    finite = [i for i, value in enumerate(costs) if math.isfinite(value)]
    return sorted(finite, key=lambda i: (broken[i], costs[i]))


def take_distinct(
    angles: Float[torch.Tensor, "B F K"],
    order: list[int],
    *,
    count: int,
    apart: float,
) -> list[int]:
    """Take ``count`` that differ: of the first, those farthest from each other.

    The best is taken, then again and again the one that is farthest from all taken
    before, among twice as many as are wanted.

    Parameters
    ----------
    angles : (B, F, K) rotational coordinates, rad
    order : samples, best first
    count : how many are wanted; fewer are returned where fewer differ
    apart : least mean absolute difference over frames and coordinates, rad

    Examples
    --------
    >>> angles = torch.tensor([0.0, 0.01, 0.5])[:, None, None]
    >>> take_distinct(angles, [1, 0, 2], count=2, apart=0.1)
    [1, 2]
    """
    values = angles.flatten(1)
    distance = torch.cdist(values, values, p=1) / values.shape[1]
    near: list[int] = []
    for sample in order:
        if len(near) < POOL * count and bool((distance[sample, near] >= apart).all()):
            near.append(sample)
    taken, left = near[:1], near[1:]
    while left and len(taken) < count:
        nearest = distance[left][:, taken].amin(1)
        taken.append(left.pop(int(nearest.argmax())))
    return taken


def collect_terms(
    before: Evaluation, after: Evaluation, chosen: list[int]
) -> tuple[TermResult, ...]:
    """Collect the values of every term on chosen candidates.

    Parameters
    ----------
    before, after : all candidates at the start and at the end, without gradients
    chosen : which of them
    """
    pick = partial(_pick, chosen=chosen)
    flags, first, last = after.satisfied(), before.measures(), after.measures()
    rooms = [term.room(after.context) for term in after.terms]
    return tuple(
        TermResult(
            term=term,
            loss_before=pick(before.losses[:, i]),
            loss_after=pick(after.losses[:, i]),
            before=pick(first[i]),
            after=pick(last[i]),
            satisfied=None if flag is None else flag[chosen].cpu().numpy(),
            reached=pick(term.find_reached(after.context))
            if isinstance(term, Activation)
            else None,
            room=None if room is None else pick(room),
        )
        for i, (term, flag, room) in enumerate(
            zip(after.terms, flags, rooms, strict=True)
        )
    )


def _pick(values: torch.Tensor, chosen: list[int]) -> np.ndarray:
    return values[chosen].detach().cpu().double().numpy()
