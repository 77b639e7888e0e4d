"""What guidance returns: motions that can say how well they meet the goal."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.motion import Activations, Motion

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class MusclesReached:
    """The range that an activation term asks of K muscles, and what each comes to.

    Attributes
    ----------
    muscles : K names
    low, high, statistic, over : as in the goal
    values : (N, K) that statistic of each muscle, 0 to 1, as the surrogate expects
    """

    muscles: tuple[str, ...]
    low: float
    high: float
    statistic: str
    over: str
    values: Float[np.ndarray, "N K"]

    def row(self, sample: int) -> dict[str, Any]:
        """Plain data of one motion, with the keys that ``validate.json`` has."""
        return {
            "muscles": list(self.muscles),
            "low": self.low,
            "high": self.high,
            "statistic": self.statistic,
            "over": self.over,
            "surrogate": [float(value) for value in self.values[sample]],
        }


@dataclass(frozen=True, eq=False)
class TermResult:
    """One term of the goal on the N returned motions.

    Attributes
    ----------
    name, unit : of the term; the unit is that of ``before`` and ``after``
    weight, scale : the term adds weight x loss / scale to the cost
    loss_before, loss_after : (N,) SI units, at the start of the search and at its end
    before, after : (N,) the quantity that is judged and that a reader sees, in
        ``unit``
    holds : (N,) whether the constraint holds; ``None`` for a pure objective
    range : for activation terms, what is asked of which muscles
    """

    name: str
    unit: str
    weight: float
    scale: float
    loss_before: Float[np.ndarray, " N"]
    loss_after: Float[np.ndarray, " N"]
    before: Float[np.ndarray, " N"]
    after: Float[np.ndarray, " N"]
    holds: Bool[np.ndarray, " N"] | None
    range: MusclesReached | None = None

    def row(self, sample: int) -> dict[str, Any]:
        """Plain data of one motion, for a report or a JSON file."""
        return {
            "name": self.name,
            "unit": self.unit,
            "weight": self.weight,
            "loss_before": float(self.loss_before[sample]),
            "loss_after": float(self.loss_after[sample]),
            "before": float(self.before[sample]),
            "after": float(self.after[sample]),
            "holds": None if self.holds is None else bool(self.holds[sample]),
            "range": None if self.range is None else self.range.row(sample),
        }


@dataclass(frozen=True, eq=False)
class GuidedMotions:
    """Motions found for a goal, best first, as the generator decodes them.

    Attributes
    ----------
    motion : (N, F, C) rad or m
    names : C coordinate names
    duration : (N,) s
    activations : (N, F, M) that the surrogate expects, 0 to 1
    std : (N, F, M) their uncertainty, one standard deviation
    muscle_names : M names
    uncertainty : (N,) mean of ``std`` over time and the muscles of the goal
    terms : the goal's terms and the surrogate's uncertainty, in the goal's order
    cost_before, cost : (N,) sum of weight x loss / scale at the start and at the end
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
    def holds(self) -> Bool[np.ndarray, " N"]:
        """Whether every constraint of the goal holds, as the surrogate expects."""
        flags = [term.holds for term in self.terms if term.holds is not None]
        held = np.ones(len(self), dtype=bool)
        for flag in flags:
            held &= flag
        return held

    def __repr__(self) -> str:
        """Say what there is in one line."""
        count, frames, coordinates = self.motion.shape
        met = sum(row["holds"] for row in self.rows())
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
        """Activations that the surrogate expects, over the motions' time."""
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
                "holds": bool(self.holds[sample]),
                "terms": [term.row(sample) for term in self.terms],
            }
            for sample in range(len(self))
        ]
