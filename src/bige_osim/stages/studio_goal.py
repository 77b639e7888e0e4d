"""``studio``: a goal of few choices, and how far it is within a body's reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bige_osim.errors import BigeError, count_nouns, name_some

EVER = {"foot_sliding": 0.5, "ground": 2.0, "com_acceleration": 0.1}
"""Objectives of every goal, and their weights: feet that stand, a smooth motion."""

EVEN = 0.5
"""Weight of the asymmetry where the legs are to do alike."""

TOLERANCE = 1e-3
"""An activation this close to its bound counts as within it, as in ``guide``."""

FEW = 8
"""Squats drawn within a goal below which it is said that they are few: one in eight of
the 64 of a search."""


@dataclass(frozen=True)
class MuscleRange:
    """What is asked of a muscle group: the mean of its muscles' peak activations.

    Attributes
    ----------
    group : muscle group or muscle of the model
    low, high : 0 to 1
    """

    group: str
    low: float
    high: float


@dataclass(frozen=True)
class StudioGoal:
    """The few things that the page asks for.

    Attributes
    ----------
    muscles : ranges of peak activation
    depth : least and largest knee flexion at the bottom, deg; ``None`` leaves it open
    even : whether the legs are to do alike

    Raises
    ------
    BigeError
        Nothing is asked for, or a range is upside down.
    """

    muscles: tuple[MuscleRange, ...] = ()
    depth: tuple[float, float] | None = None
    even: bool = True

    def __post_init__(self) -> None:
        """Refuse a goal that asks for nothing, or for what cannot be."""
        if not self.muscles and self.depth is None:
            raise BigeError("The goal asks for nothing; add a muscle or a depth.")
        ranges = [(one.low, one.high) for one in self.muscles]
        for low, high in [*ranges, *([self.depth] if self.depth else [])]:
            if low >= high:
                raise BigeError(
                    f"A range starts at {low:g} and ends at {high:g}; widen it."
                )
        groups = [one.group for one in self.muscles]
        if len(set(groups)) < len(groups):
            raise BigeError("A muscle is asked for twice; remove one of its ranges.")

    def to_toml(self) -> str:
        """Write it as a goal file of ``bige guide``.

        Examples
        --------
        >>> print(StudioGoal((MuscleRange("vasti", 0.2, 0.5),), even=False).to_toml())
        [[activation]]
        muscles = ["vasti"]
        low = 0.2
        high = 0.5
        statistic = "peak"
        over = "mean"
        <BLANKLINE>
        [foot_sliding]
        weight = 0.5
        <BLANKLINE>
        [ground]
        weight = 2.0
        <BLANKLINE>
        [com_acceleration]
        weight = 0.1
        <BLANKLINE>
        """
        tables = [
            f'[[activation]]\nmuscles = ["{one.group}"]\nlow = {one.low:g}\n'
            f'high = {one.high:g}\nstatistic = "peak"\nover = "mean"\n'
            for one in self.muscles
        ]
        if self.depth:
            low, high = self.depth
            tables.append(f"[depth]\nmin = {low:g}\nmax = {high:g}\n")
        weights = {**({"asymmetry": EVEN} if self.even else {}), **EVER}
        tables += [f"[{name}]\nweight = {w}\n" for name, w in weights.items()]
        return "\n".join(tables)


@dataclass(frozen=True)
class Reach:
    """How a goal stands to squats that were looked at.

    Attributes
    ----------
    within : squats that are within every range
    count : squats that were looked at
    sentences : what was found, and what looks out of reach
    """

    within: int
    count: int
    sentences: tuple[str, ...]

    @property
    def level(self) -> str:
        """``likely``, ``hard``, or ``unlikely`` to be found.

        Examples
        --------
        >>> [Reach(n, 64, ()).level for n in (36, 2, 0)]
        ['likely', 'hard', 'unlikely']
        """
        if self.within * 64 >= FEW * self.count:
            return "likely"
        return "hard" if self.within else "unlikely"


def judge_reach(
    goal: StudioGoal, rows: Sequence[Mapping[str, Any]], *, names: Mapping[str, str]
) -> Reach:
    """Say how many squats are within a goal as they are, and what none comes to.

    Parameters
    ----------
    goal : what is asked
    rows : squats, as ``drawn`` of :func:`bige_osim.stages.studio_look.look`
    names : muscle groups written out
    """
    asked = _list_asked(goal, rows, names)
    flags = [
        [low - room <= value <= high + room for value in values]
        for _, values, low, high, room, _ in asked
    ]
    every = [all(column) for column in zip(*flags, strict=True)]
    sentences = [
        f"{sum(every)} of {count_nouns(len(rows), 'squat')} drawn for this body "
        f"{'is' if sum(every) == 1 else 'are'} within the goal as "
        f"{'it is' if sum(every) == 1 else 'they are'}."
    ]
    alone = [
        f"{title} is {min(values):{form}} to {max(values):{form}} in these squats, "
        f"never {low:{form}} to {high:{form}}."
        for (title, values, low, high, _, form), flag in zip(asked, flags, strict=True)
        if not any(flag)
    ]
    if not any(every) and not alone:
        titles = [title[:1].lower() + title[1:] for title, *_ in asked]
        alone = [f"None has {name_some(titles)} within their ranges at once."]
    return Reach(sum(every), len(rows), (*sentences, *alone))


_Asked = tuple[str, list[float], float, float, float, str]


def _list_asked(
    goal: StudioGoal, rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]
) -> list[_Asked]:
    """Title, values, bounds, tolerance and format of everything that has bounds."""
    asked: list[_Asked] = []
    for one in goal.muscles:
        values = [float(row["peaks"][one.group]) for row in rows]
        title = f"Peak activation of {names.get(one.group, one.group)}"
        room = TOLERANCE
        asked.append((title, values, one.low, one.high, room, ".2f"))
    if goal.depth:
        depths = [float(row["knees_deg"]) for row in rows]
        asked.append(("Knee flexion (deg)", depths, *goal.depth, 0.1, ".0f"))
    return asked
