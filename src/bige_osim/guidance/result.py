"""What guidance returns: the best motions that differ, and how they meet the goal."""

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from jaxtyping import Bool, Float

from bige_osim.errors import BigeError
from bige_osim.guidance.objective import Evaluation
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Activation
from bige_osim.motion import Activations, Motion
from bige_osim.spec import ModelSpec

if TYPE_CHECKING:
    import xarray as xr


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
                "surrogate": self.reached[sample].tolist(),
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


@dataclass(frozen=True, eq=False)
class GuidedMotions:
    """Motions found for a goal, best first, as the generator decodes them.

    Attributes
    ----------
    motion : (N, F, C) rad or m
    names : C coordinate names
    duration : (N,) s
    activations : (N, F, M) that the surrogate predicts, 0 to 1
    std : (N, F, M) their predicted standard deviation, 0 or more, same unit
    muscle_names : M names
    uncertainty : (N,) mean of ``std`` over time and the goal's muscles, same unit
    terms : the goal's terms and the surrogate's uncertainty, in the goal's order
    cost_before, cost : (N,) sum of weight x loss / scale at the start and at the end,
        which has no unit
    history : (S, N) cost at every step of the search, the start first
    warnings : sentences about what could not be had
    """

    motion: Float[np.ndarray, "N F C"]
    names: tuple[str, ...]
    duration: Float[np.ndarray, " N"]
    activations: Float[np.ndarray, "N F M"]
    std: Float[np.ndarray, "N F M"]
    muscle_names: tuple[str, ...]
    uncertainty: Float[np.ndarray, " N"]
    terms: tuple[TermResult, ...]
    cost_before: Float[np.ndarray, " N"]
    cost: Float[np.ndarray, " N"]
    history: Float[np.ndarray, "S N"]
    warnings: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Count the motions."""
        return len(self.motion)

    @property
    def satisfied(self) -> Bool[np.ndarray, " N"]:
        """Whether every constraint of the goal is satisfied, by the surrogate."""
        flags = [term.satisfied for term in self.terms if term.satisfied is not None]
        every: Bool[np.ndarray, " N"] = np.ones(len(self), dtype=bool)
        for flag in flags:
            every = every & flag
        return every

    def __repr__(self) -> str:
        """Say what there is in one line."""
        count, frames, coordinates = self.motion.shape
        met = int(self.satisfied.sum())
        return (
            f"GuidedMotions({count} of {frames} frames, {coordinates} coordinates; "
            f"{met} meet the goal as the surrogate predicts)"
        )

    def to_xarray(self) -> "xr.Dataset":
        """Labelled arrays over (motion, frame, coordinate or muscle), SI units."""
        import xarray as xr

        over = ("motion", "frame")
        arrays = {
            "coordinates": ((*over, "coordinate"), self.motion, "rad or m"),
            "activations": ((*over, "muscle"), self.activations, "1"),
            "std": ((*over, "muscle"), self.std, "1"),
            "duration": (("motion",), self.duration, "s"),
            "cost": (("motion",), self.cost, "1"),
        }
        return xr.Dataset(
            {name: (on, a, {"units": unit}) for name, (on, a, unit) in arrays.items()},
            coords={"coordinate": list(self.names), "muscle": list(self.muscle_names)},
        )

    def times(self) -> list[Float[np.ndarray, " F"]]:
        """Frame times of every motion, s, from 0 to its duration."""
        frames = self.motion.shape[1]
        return [np.linspace(0.0, float(d), frames) for d in self.duration]

    def motions(self) -> list[Motion]:
        """Motions over their own time, independent coordinates only."""
        return [
            Motion(time, values, self.names)
            for time, values in zip(self.times(), self.motion, strict=True)
        ]

    def expected_activations(self) -> list[Activations]:
        """Activations that the surrogate predicts, over the motions' time."""
        return [
            Activations(time, values, self.muscle_names)
            for time, values in zip(self.times(), self.activations, strict=True)
        ]

    def rows(self) -> list[dict[str, Any]]:
        """Plain data, one entry per motion, for a report or a JSON file."""
        return [
            {
                "duration": float(self.duration[sample]),
                "cost_before": float(self.cost_before[sample]),
                "cost": float(self.cost[sample]),
                "uncertainty": float(self.uncertainty[sample]),
                "holds": bool(self.satisfied[sample]),
                "terms": [term.row(sample) for term in self.terms],
            }
            for sample in range(len(self))
        ]


def select_motions(
    before: Evaluation,
    after: Evaluation,
    history: Float[torch.Tensor, "S B"],
    *,
    spec: ModelSpec,
    count: int,
    apart: float,
) -> GuidedMotions:
    """Return the best candidates that differ.

    Parameters
    ----------
    before, after : all candidates at the start and at the end of the search, without
        gradients
    history : (S, B) costs on the way
    spec : the participant's model
    count : how many to return
    apart : motions closer than this are near-duplicates, deg

    Raises
    ------
    BigeError
        when no candidate has a finite cost
    """
    cost, context = after.cost, after.context
    flags = [torch.ones_like(cost, dtype=torch.bool)]
    flags += [flag for flag in after.satisfied() if flag is not None]
    order = rank(cost, torch.stack(flags, dim=-1))
    if not order:
        raise BigeError(
            f"All {len(cost)} candidates have a cost that is not a number; check the"
            " nets and the model, or lower learning_rate."
        )
    names = context.coordinate_names
    rotations = [name for name in names if not spec.coordinate(name).translational]
    angles = context.coordinates(rotations)
    chosen = take_distinct(angles, order, count=count, apart=math.radians(apart))
    warnings: tuple[str, ...] = ()
    if len(chosen) < count:
        warnings = (
            f"Only {len(chosen)} of {count} motions asked for differ by {apart:g} deg"
            " or more; raise candidates or start_noise, or lower distinct_deg.",
        )
    pick = partial(_pick, chosen=chosen)
    terms = collect_terms(before, after, chosen)
    return GuidedMotions(
        motion=pick(context.motion),
        names=names,
        duration=pick(context.duration),
        activations=pick(context.activations),
        std=pick(context.std),
        muscle_names=context.muscle_names,
        uncertainty=terms[-1].after,
        terms=terms,
        cost_before=pick(before.cost),
        cost=pick(cost),
        history=history[:, chosen].cpu().double().numpy(),
        warnings=warnings,
    )


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
    """Take the first ``count`` in ``order`` that differ from all taken before.

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
    taken: list[int] = []
    for sample in order:
        distances = (angles[taken] - angles[sample]).abs().mean((1, 2))
        if len(taken) < count and bool((distances >= apart).all()):
            taken.append(sample)
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
