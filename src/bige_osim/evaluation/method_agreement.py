"""How one method agrees with a reference over trials and participants.

Every trial is compared by itself (:mod:`bige_osim.evaluation.curve_agreement`). Over
several, peaks get limits of agreement and an effect size, curves over 0-100 % a test of
where they differ. What these count has to be independent: participants where there are
several, each with the mean of their trials; else trials, and then what is found holds
for that participant alone. Repetitions are averaged within their trial.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.evaluation.bland_altman import (
    BlandAltman,
    find_effect_size,
    find_limits,
)
from bige_osim.evaluation.burst_timing import BurstTiming, pool_bursts
from bige_osim.evaluation.curve_agreement import CurveAgreement, pool_curves
from bige_osim.evaluation.curve_tests import CurveTest, compare_paired_curves
from bige_osim.evaluation.paired_curves import FRAMES, PairedCurves

LEAST_UNITS = 3
"""Participants or trials below which there are no statistics over them."""

Unit = Literal["participant", "trial"]
"""What statistics count."""


@dataclass(frozen=True)
class TrialAgreement:
    """One curve of one trial.

    Attributes
    ----------
    trial, participant : whose it is
    agreement : with the reference
    bursts : when it is on; of envelopes only
    """

    trial: str
    participant: str
    agreement: CurveAgreement
    bursts: BurstTiming | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain data; times in s."""
        return {
            "trial": self.trial,
            "participant": self.participant,
            **self.agreement.to_dict(),
            **(self.bursts.to_dict() if self.bursts else {}),
        }


@dataclass(frozen=True, eq=False)
class Statistics:
    """One muscle or group over participants or trials.

    Attributes
    ----------
    reference_peaks, compared_peaks : (N,) activation of each
    limits : of agreement of the peaks; ``None`` where each has a unit of its own
    effect : paired Cohen's d of the peaks, a ratio; ``None`` likewise
    test : of the curves
    """

    reference_peaks: Float[np.ndarray, " N"]
    compared_peaks: Float[np.ndarray, " N"]
    limits: BlandAltman | None
    effect: float | None
    test: CurveTest

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "peaks": None if self.limits is None else self.limits.to_dict(),
            "effect_size_dz": self.effect,
            "curves": self.test.to_dict(),
        }


@dataclass(frozen=True, eq=False)
class CurveSet:
    """All muscles, or all groups of muscles, of one comparison.

    Attributes
    ----------
    rows : of every trial and curve
    pooled, bursts : by name, over all trials; bursts of envelopes only
    curves : by name, (N, F) of the reference and of the compared method over 0-100 %,
        activation, a row for each participant or trial
    statistics : by name; empty where there are too few
    """

    rows: tuple[TrialAgreement, ...]
    pooled: Mapping[str, CurveAgreement]
    bursts: Mapping[str, BurstTiming]
    curves: Mapping[str, tuple[Float[np.ndarray, "N F"], Float[np.ndarray, "N F"]]]
    statistics: Mapping[str, Statistics]

    def to_list(self) -> list[dict[str, Any]]:
        """Plain data, by name; times in s."""
        return [
            {
                **one.to_dict(),
                **(self.bursts[name].to_dict() if name in self.bursts else {}),
                **(
                    {"statistics": self.statistics[name].to_dict()}
                    if name in self.statistics
                    else {}
                ),
            }
            for name, one in self.pooled.items()
        ]


@dataclass(frozen=True, eq=False, kw_only=True)
class MethodAgreement:
    """A method compared with the reference.

    Attributes
    ----------
    name : of the method
    pairs : trials
    muscles, groups : what was found
    unit, units : what statistics count, and how many there are
    envelopes : whether curves were divided by their own peaks first
    """

    name: str
    pairs: tuple[PairedCurves, ...]
    muscles: CurveSet
    groups: CurveSet
    unit: Unit
    units: int
    envelopes: bool

    @property
    def overall(self) -> CurveAgreement:
        """All muscles of all trials, pooled."""
        return pool_curves("all muscles", list(self.muscles.pooled.values()))

    @property
    def repetitions(self) -> int:
        """How many repetitions were found."""
        return sum(len(pair.spans) for pair in self.pairs if pair.repetitions)

    def to_dict(self) -> dict[str, Any]:
        """Plain data; times in s."""
        return {
            "compared": self.name,
            "overall": self.overall.to_dict(),
            "trials": [
                {
                    "trial": pair.trial,
                    "participant": pair.participant,
                    "from_s": float(pair.time[0]),
                    "to_s": float(pair.time[-1]),
                    "frames": len(pair.time),
                    "repetitions": len(pair.spans) if pair.repetitions else 0,
                    "left_out": list(pair.left_out),
                }
                for pair in self.pairs
            ],
            "statistics_over": {"unit": self.unit, "count": self.units},
            "muscles": self.muscles.to_list(),
            "groups": self.groups.to_list(),
        }


def summarise_method(
    name: str,
    pairs: Sequence[PairedCurves],
    *,
    groups: Mapping[str, Sequence[str]],
    weights: Mapping[str, float],
    envelopes: bool = False,
    frames: int = FRAMES,
    seed: int = 0,
) -> MethodAgreement:
    """Compare a method with the reference over all trials.

    Parameters
    ----------
    name : of the method
    pairs : one trial or more; curves that not all of them have are left out over all
    groups : of muscles, by name
    weights : of muscles in their groups, a factor each; 1 where it is missing
    envelopes : divide every curve by its own peak, because the units differ
    frames : points of the curves over 0-100 %
    seed : of permutations that are drawn

    Raises
    ------
    BigeError
        The trials have no muscle in common.
    """
    grouped = [pair.combine(groups, weights) for pair in pairs]
    members = _find_units(pairs)
    if not {*pairs[0].names}.intersection(*(pair.names for pair in pairs)):
        raise BigeError(
            f"The trials of {name} have no muscle in common; compare them one by one."
        )

    def make(kind: Sequence[PairedCurves]) -> CurveSet:
        ready = [pair.scale() for pair in kind] if envelopes else kind
        return _make_set(ready, members, envelopes=envelopes, frames=frames, seed=seed)

    return MethodAgreement(
        name=name,
        pairs=tuple(pairs),
        muscles=make(pairs),
        groups=make(grouped),
        unit="participant" if len({p.participant for p in pairs}) > 1 else "trial",
        units=len(members),
        envelopes=envelopes,
    )


def _find_units(pairs: Sequence[PairedCurves]) -> list[list[int]]:
    """Trials of every participant, or every trial by itself if there is only one."""
    own: dict[str, list[int]] = defaultdict(list)
    for place, pair in enumerate(pairs):
        own[pair.participant].append(place)
    return list(own.values()) if len(own) > 1 else [[i] for i in range(len(pairs))]


def _make_set(
    pairs: Sequence[PairedCurves],
    units: Sequence[Sequence[int]],
    *,
    envelopes: bool,
    frames: int,
    seed: int,
) -> CurveSet:
    if not any(pair.names for pair in pairs):
        return CurveSet((), {}, {}, {}, {})
    found = [pair.compare() for pair in pairs]
    timed = [pair.compare_bursts() if envelopes else {} for pair in pairs]
    rows = tuple(
        TrialAgreement(pair.trial, pair.participant, one, times.get(name))
        for pair, own, times in zip(pairs, found, timed, strict=True)
        for name, one in own.items()
    )
    names = [n for n in pairs[0].names if all(n in pair.names for pair in pairs)]
    kept = [pair.select(names) for pair in pairs]
    cycles = [pair.over_cycle(frames) for pair in kept]
    first, second = (
        _average(units, [cycle[side].T for cycle in cycles]) for side in (0, 1)
    )
    tops = [_average(units, [pair.peaks()[side] for pair in kept]) for side in (0, 1)]
    statistics = {}
    if len(units) >= LEAST_UNITS:
        for column, name in enumerate(names):
            peaks = tops[0][:, column], tops[1][:, column]
            statistics[name] = Statistics(
                *peaks,
                limits=None if envelopes else find_limits(*peaks),
                effect=None if envelopes else find_effect_size(*peaks),
                test=compare_paired_curves(
                    first[:, column], second[:, column], seed=seed
                ),
            )
    return CurveSet(
        rows=rows,
        pooled={n: pool_curves(n, [own[n] for own in found]) for n in names},
        bursts={n: pool_bursts([own[n] for own in timed]) for n in names}
        if envelopes
        else {},
        curves={n: (first[:, i], second[:, i]) for i, n in enumerate(names)},
        statistics=statistics,
    )


def _average(
    units: Sequence[Sequence[int]], values: Sequence[Float[np.ndarray, "..."]]
) -> Float[np.ndarray, "..."]:
    """Mean of every unit's trials, one row for each unit."""
    return np.stack([np.mean([values[i] for i in unit], axis=0) for unit in units])
