"""How systems that make motions differ from the reference, participant by participant.

:mod:`bige_osim.evaluation.comparison` has what each system comes to. Here participants
are pairs: the value that a system has of one, and that which the reference has of the
same one. Of every column there are

- the mean of the differences, their limits of agreement (Bland and Altman 1999) and the
  effect size ``d_z`` with its interval (:mod:`bige_osim.evaluation.bland_altman`);
- the distances ``|x - r|`` from the reference's value ``r`` of the same participant, or
  from 0 of what should be 0;
- whether one system is nearer than another: on how many participants, and the mean over
  participants of its distance minus the other's, with a bootstrap interval and the p of
  an exact test by sign flips (:mod:`bige_osim.evaluation.curve_tests`).

A mean can be near while nobody is: values that are too large and too small cancel in
it, in distances they do not.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from bige_osim.evaluation.bland_altman import (
    BlandAltman,
    find_effect_interval,
    find_effect_size,
    find_limits,
)
from bige_osim.evaluation.comparison import COLUMNS, Column, list_least, name_unit
from bige_osim.evaluation.curve_tests import (
    ALPHA,
    LEAST_PAIRS,
    compare_paired_curves,
)
from bige_osim.evaluation.estimate import Estimate, estimate
from bige_osim.evaluation.scores import REFERENCE

GUIDED = "bige"
"""System that is compared with the other generated ones."""

Values = Mapping[str, Mapping[str, Mapping[str, float]]]
"""System -> participant -> key of a column -> value, in the column's unit."""

Verdict = Literal["nearer", "farther", "not told apart", "too few"]
"""Whether one system is nearer to the reference than another."""


@dataclass(frozen=True, eq=False)
class Difference:
    """A generated system minus the reference, in the column's unit.

    Attributes
    ----------
    system : its key
    reference, values : (N,) of each participant, in that unit
    difference : over participants, in that unit
    limits : of agreement, in that unit; ``None`` below two participants
    effect : ``d_z``, a ratio; ``None`` likewise, or if the differences do not vary
    effect_interval : its 95 % confidence interval, a ratio
    distance : ``|x - r|`` over participants, in that unit
    """

    system: str
    reference: Float[np.ndarray, " N"]
    values: Float[np.ndarray, " N"]
    difference: Estimate
    limits: BlandAltman | None
    effect: float | None
    effect_interval: tuple[float, float] | None
    distance: Estimate

    def to_dict(self, unit: str) -> dict[str, Any]:
        """Plain data.

        Parameters
        ----------
        unit : what the keys end with
        """
        interval = self.effect_interval
        return {
            "system": self.system,
            f"difference_{unit}": self.difference.to_dict(),
            f"limits_{unit}": None if self.limits is None else self.limits.to_dict(),
            "effect_size_dz": self.effect,
            "effect_size_dz_95": None if interval is None else list(interval),
            f"distance_{unit}": self.distance.to_dict(),
        }


@dataclass(frozen=True)
class Nearness:
    """Whether the guided system is nearer to the reference than another one.

    Attributes
    ----------
    other : key of the other system
    nearer, farther : on how many participants; neither where both are as far
    difference : distance minus the other's over participants, in the column's unit;
        below zero where the guided system is nearer
    p : chance of such a mean or a larger one, either way, if signs were flipped, a
        fraction; ``None`` below two participants
    """

    other: str
    nearer: int
    farther: int
    difference: Estimate
    p: float | None

    @property
    def verdict(self) -> Verdict:
        """What is said if neither the interval nor sign flips allow for chance.

        Both, because bootstrap intervals of few participants are too narrow.
        """
        low, high = self.difference.low, self.difference.high
        if self.difference.participants < LEAST_PAIRS or self.p is None:
            return "too few"
        apart = low is not None and high is not None and (high < 0 or low > 0)
        if not apart or self.p >= ALPHA:
            return "not told apart"
        return "nearer" if self.difference.mean < 0 else "farther"

    def to_dict(self, unit: str) -> dict[str, Any]:
        """Plain data.

        Parameters
        ----------
        unit : what the keys end with
        """
        return {
            "other": self.other,
            "nearer_participants": self.nearer,
            "farther_participants": self.farther,
            f"distance_difference_{unit}": self.difference.to_dict(),
            "p": self.p,
            "verdict": self.verdict,
        }


@dataclass(frozen=True)
class ColumnStatistics:
    """What is known of one column.

    Attributes
    ----------
    column : the quantity
    differences : of every generated system that has values where the reference has
    nearness : of the guided system against every other one; empty if nothing is nearest
    """

    column: Column
    differences: tuple[Difference, ...]
    nearness: tuple[Nearness, ...]

    def list_nearest(self) -> tuple[str, ...]:
        """Name the systems with the least mean distance, as it is shown."""
        if not self.column.best:
            return ()
        known = {one.system: one.distance.mean for one in self.differences}
        return list_least(known, self.column.digits)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, units in the keys."""
        unit = name_unit(self.column.unit)
        return {
            "column": self.column.key,
            "nearest": list(self.list_nearest()),
            "against_reference": [one.to_dict(unit) for one in self.differences],
            "guided_against_others": [one.to_dict(unit) for one in self.nearness],
        }


def compare_values(
    values: Values,
    *,
    generated: Sequence[str],
    guided: str | None = GUIDED,
    reference: str = REFERENCE,
    columns: Sequence[Column] = COLUMNS,
    seed: int = 0,
) -> tuple[ColumnStatistics, ...]:
    """Compare generated systems with the reference, and the guided one with the others.

    Participants are paired by name; one of whom a value is missing (``nan``) is left
    out of what needs it. Columns without a pair are left out.

    Parameters
    ----------
    values : of every system, the reference among them, each in its column's unit
    generated : keys of the systems that are compared with it
    guided : one of them; ``None`` if there is none
    reference : key of the reference
    columns : to be compared
    seed : of the resampling

    Examples
    --------
    >>> tilt = [Column("tilt", "tilt", "deg")]
    >>> values = {name: {f"p{i}": {"tilt": 10.0 * i + more} for i in range(6)}
    ...     for name, more in (("reference", 0.0), ("bige", -1.0), ("mdm", 3.0))}
    >>> (found,) = compare_values(values, generated=["bige", "mdm"], columns=tilt)
    >>> found.differences[1].difference.mean, found.list_nearest()
    (3.0, ('bige',))
    >>> found.nearness[0].nearer, found.nearness[0].difference.mean
    (6, -2.0)
    >>> found.nearness[0].verdict
    'nearer'
    """
    known = [name for name in generated if name in values]
    others = [name for name in known if name != guided] if guided in known else []
    own = values.get(reference, {})
    found = []
    for column in columns:
        differences = [
            _subtract(name, _pair(column, own, values[name]), column, seed=seed)
            for name in known
        ]
        kept = tuple(one for one in differences if one.difference.participants)
        nearness = [
            _rank(name, _pair(column, own, values[guided], values[name]), column, seed)
            for name in others
            if guided is not None and column.best
        ]
        ranked = tuple(one for one in nearness if one.difference.participants)
        if kept:
            found.append(ColumnStatistics(column, kept, ranked))
    return tuple(found)


def _pair(
    column: Column, *systems: Mapping[str, Mapping[str, float]]
) -> Float[np.ndarray, "S N"]:
    """Values (S, N) of the participants of whom all systems have one."""
    rows = [
        [system[name].get(column.key, math.nan) for system in systems]
        for name in systems[0]
        if all(name in system for system in systems)
    ]
    table = np.array(rows, dtype=float).reshape(-1, len(systems))
    kept: Float[np.ndarray, "S N"] = table[np.isfinite(table).all(axis=1)].T
    return kept


def _find_distances(
    column: Column,
    reference: Float[np.ndarray, " N"],
    values: Float[np.ndarray, " N"],
) -> Float[np.ndarray, " N"]:
    aim = np.zeros_like(reference) if column.best == "least" else reference
    distances: Float[np.ndarray, " N"] = np.abs(values - aim)
    return distances


def _subtract(
    system: str, both: Float[np.ndarray, "2 N"], column: Column, *, seed: int
) -> Difference:
    reference, values = both
    count = len(values)
    effect = find_effect_size(reference, values)
    return Difference(
        system=system,
        reference=reference,
        values=values,
        difference=estimate((values - reference).tolist(), seed=seed),
        limits=find_limits(reference, values) if count > 1 else None,
        effect=effect,
        effect_interval=None if effect is None else find_effect_interval(effect, count),
        distance=estimate(
            _find_distances(column, reference, values).tolist(), seed=seed
        ),
    )


def _rank(
    other: str, three: Float[np.ndarray, "3 N"], column: Column, seed: int
) -> Nearness:
    """Compare distances from the reference (0), of the guided (1) and another (2).

    A difference in digits that are not shown is none.
    """
    own, others = (_find_distances(column, three[0], x) for x in three[1:])
    apart = own - others
    apart[np.abs(apart) < 0.5 * 10.0**-column.digits] = 0.0
    zero = np.zeros((len(apart), 1))
    several = len(apart) > 1
    return Nearness(
        other=other,
        nearer=int((apart < 0).sum()),
        farther=int((apart > 0).sum()),
        difference=estimate(apart.tolist(), seed=seed),
        p=compare_paired_curves(zero, apart[:, None], seed=seed).p if several else None,
    )
