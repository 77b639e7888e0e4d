"""What a body can do of a goal: seen in repetitions drawn for it, before any search."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import torch
from jaxtyping import Bool, Float

from bige_osim.errors import count_nouns, name_some
from bige_osim.guidance.context import Context
from bige_osim.guidance.judge import Evaluation
from bige_osim.guidance.term import describe_range
from bige_osim.guidance.terms.activation import ACTIVATION_TOLERANCE, Activation
from bige_osim.physics.foot_conditions import KNEES

PARTS = 3
"""Groups of repetitions, by depth, over which activations are given."""


@dataclass(frozen=True)
class MuscleSpan:
    """What a muscle of the goal comes to in the repetitions drawn.

    Attributes
    ----------
    name : of the muscle
    statistic, over : as in the goal
    low, high : asked, 0 to 1
    least, median, most : found, 0 to 1
    within : how many repetitions are in the range
    by_depth : of the shallow, the middle and the deep repetitions: the deepest knee
        flexion of the group, deg, and the least and the most found in it
    """

    name: str
    statistic: str
    over: str
    low: float
    high: float
    least: float
    median: float
    most: float
    within: int
    by_depth: tuple[tuple[float, float, float], ...]

    def describe(self, count: int) -> str:
        """Say what was found in so many repetitions, and how many are in the range.

        Examples
        --------
        >>> MuscleSpan("vasmed_r", "peak", "each", 0.0, 0.4, 0.2, 0.5, 0.8, 3, ()
        ...           ).describe(64)
        'vasmed_r: peak 0.20 to 0.80, 3 of 64 at most 0.4.'
        """
        found = f"{self.name}: {self.statistic} {self.least:.2f} to {self.most:.2f}"
        if self.over != "each":  # nothing is asked of this muscle alone
            return f"{found}."
        asked = describe_range(self.low or None, self.high if self.high < 1 else None)
        return f"{found}, {self.within} of {count} {asked}."


@dataclass(frozen=True)
class Feasibility:
    """How a goal looks from repetitions drawn for a body, none of them refined.

    Attributes
    ----------
    count : repetitions
    knees : least and largest knee flexion at their deepest, deg; ``None`` for a model
        without knees
    seconds : shortest and longest, s
    muscles : of the goal's activation terms
    satisfied : how many satisfy each constraint, by its name
    every : how many satisfy all of them
    conflicts : pairs of constraints that some satisfy, and none both
    """

    count: int
    knees: tuple[float, float] | None
    seconds: tuple[float, float]
    muscles: tuple[MuscleSpan, ...]
    satisfied: dict[str, int]
    every: int
    conflicts: tuple[tuple[str, str], ...]

    @property
    def unmet(self) -> tuple[str, ...]:
        """Constraints that none of them satisfies."""
        return tuple(name for name, count in self.satisfied.items() if not count)

    @property
    def surrounded(self) -> bool:
        """Whether what was found reaches each muscle's range, from one side or both."""
        return all(
            one.over == "each" and one.least <= one.high and one.most >= one.low
            for one in self.muscles
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data, with units in the names, and the sentences for a reader."""
        return {
            "sentences": self.describe(),
            "repetitions": self.count,
            "knees_deg": None if self.knees is None else list(self.knees),
            "seconds": list(self.seconds),
            "muscles": [
                {
                    **vars(one),
                    "by_depth": [
                        {"knees_deg": knees, "least": least, "most": most}
                        for knees, least, most in one.by_depth
                    ],
                }
                for one in self.muscles
            ],
            "satisfied": self.satisfied,
            "every": self.every,
            "conflicts": [list(pair) for pair in self.conflicts],
        }

    def describe(self) -> list[str]:
        """Sentences for a reader: what was found, then what looks out of reach."""
        knees = ""
        if self.knees is not None:
            knees = f"knees bent {self.knees[0]:.0f} to {self.knees[1]:.0f} deg, "
        first = (
            f"{count_nouns(self.count, 'repetition')} drawn for this body ({knees}"
            f"{self.seconds[0]:.1f} to {self.seconds[1]:.1f} s); {self.every} of them "
            "satisfy every constraint before refinement."
        )
        spans = [one.describe(self.count) for one in self.muscles]
        return [first, *spans, *self.warnings()]

    def warnings(self) -> list[str]:
        """Sentences on constraints that look out of reach, alone or together."""
        near = [
            name
            for name in self.unmet
            if self.surrounded and name.split()[0] == Activation.name
        ]
        far = [name for name in self.unmet if name not in near]
        none = "None of the repetitions drawn satisfies "
        alone = [f"{none}{name_some(near)} as it is."] if near else []
        if far:
            alone.append(f"{none}{name_some(far)}: perhaps out of reach for this body.")
        together = [
            f"None of the repetitions drawn satisfies {first} together with {second}."
            for first, second in self.conflicts
        ]
        return [*alone, *together]


def look_at(found: Evaluation, *, asked: int) -> Feasibility:
    """See how repetitions drawn for a body stand to a goal.

    Parameters
    ----------
    found : of repetitions as they were drawn, without gradients
    asked : how many of its terms, the first ones, are the goal's own
    """
    context = found.context
    knees = _measure_knees(context)
    flags: dict[str, Bool[torch.Tensor, " B"]] = {}
    for term, flag in zip(found.terms[:asked], found.satisfied(), strict=False):
        if flag is not None:
            same = sum(name.split()[0] == term.name for name in flags)
            flags[f"{term.name} {same + 1}" if same else term.name] = flag
    every = torch.ones(len(context.duration), dtype=torch.bool)
    for flag in flags.values():
        every = every & flag
    return Feasibility(
        count=len(context.duration),
        knees=None if knees is None else (float(knees.min()), float(knees.max())),
        seconds=(float(context.duration.min()), float(context.duration.max())),
        muscles=tuple(
            span
            for term in found.terms
            if isinstance(term, Activation)
            for span in _span(term, context, knees)
        ),
        satisfied={name: int(flag.sum()) for name, flag in flags.items()},
        every=int(every.sum()),
        conflicts=_find_conflicts(flags),
    )


def _measure_knees(context: Context) -> Float[torch.Tensor, " B"] | None:
    """Flexion, deg, of the more bent knee where it is most bent."""
    if not set(KNEES) <= set(context.coordinate_names):
        return None
    return torch.rad2deg(context.coordinates(KNEES).amax((1, 2)))


def _span(
    term: Activation, context: Context, knees: Float[torch.Tensor, " B"] | None
) -> list[MuscleSpan]:
    reached, room = term.find_reached(context), ACTIVATION_TOLERANCE
    order = torch.arange(len(reached)) if knees is None else knees.argsort()
    spans = []
    for name, values in zip(term.muscles, reached.T, strict=True):
        inside = (values >= term.low - room) & (values <= term.high + room)
        groups = [] if knees is None else order.tensor_split(min(PARTS, len(order)))
        spans.append(
            MuscleSpan(
                name=name,
                statistic=term.statistic,
                over=term.over,
                low=term.low,
                high=term.high,
                least=float(values.min()),
                median=float(values.median()),
                most=float(values.max()),
                within=int(inside.sum()),
                by_depth=tuple(
                    (
                        float(knees[group].max()),
                        float(values[group].min()),
                        float(values[group].max()),
                    )
                    for group in groups
                    if knees is not None
                ),
            )
        )
    return spans


def _find_conflicts(
    flags: dict[str, Bool[torch.Tensor, " B"]],
) -> tuple[tuple[str, str], ...]:
    """Pairs that some satisfy each, and none together."""
    possible = {name: flag for name, flag in flags.items() if bool(flag.any())}
    return tuple(
        (first, second)
        for first, second in combinations(possible, 2)
        if not bool((possible[first] & possible[second]).any())
    )
