"""Two sets of curves of one trial, brought to the same times and names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from bige_osim.evaluation.burst_timing import (
    BurstTiming,
    compare_bursts,
    pool_bursts,
)
from bige_osim.evaluation.curve_agreement import (
    CurveAgreement,
    compare_curves,
    pool_curves,
)
from bige_osim.times import within

FRAMES, WHOLE = 101, 401
"""Points over 0-100 %, of repetitions and of trials as a whole."""

Span = tuple[float, float]
"""From when to when, s."""

Both = tuple[Float[np.ndarray, "..."], Float[np.ndarray, "..."]]
"""Of the reference, and of what is compared with it."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PairedCurves:
    """Curves of a reference and of what is compared with it.

    Attributes
    ----------
    trial, participant : whose they are; "" where it is not known
    time : (T,) s, frames of the reference that both have
    names : of M curves
    reference, compared : (T, M) activation 0 to 1, or each in its own unit
    spans : repetitions, s; the whole time if there are none
    repetitions : whether spans are repetitions
    left_out : columns of either that the other lacks
    """

    trial: str
    participant: str
    time: Float[np.ndarray, " T"]
    names: tuple[str, ...]
    reference: Float[np.ndarray, "T M"]
    compared: Float[np.ndarray, "T M"]
    spans: tuple[Span, ...]
    repetitions: bool
    left_out: tuple[str, ...] = ()

    def compare(self) -> dict[str, CurveAgreement]:
        """Compare every curve, over each span by itself, and pool over the spans."""
        frames = self._find_frames()
        return {
            name: pool_curves(
                name,
                [
                    compare_curves(
                        name,
                        time=self.time[kept],
                        reference=self.reference[kept, column],
                        compared=self.compared[kept, column],
                    )
                    for kept in frames
                ],
            )
            for column, name in enumerate(self.names)
        }

    def compare_bursts(self) -> dict[str, BurstTiming]:
        """Compare when every curve is on, as means over the spans."""
        frames = self._find_frames()
        return {
            name: pool_bursts(
                [
                    compare_bursts(
                        self.time[kept],
                        reference=self.reference[kept, column],
                        compared=self.compared[kept, column],
                    )
                    for kept in frames
                ]
            )
            for column, name in enumerate(self.names)
        }

    def _find_frames(self) -> list[Bool[np.ndarray, " T"]]:
        """Find which frames lie in each span."""
        return [within(self.time, *span) for span in self.spans]

    def peaks(self) -> Both:
        """Largest values (M,), means over the spans."""
        frames = self._find_frames()
        first, second = (
            np.mean([values[rows].max(axis=0) for rows in frames], axis=0)
            for values in (self.reference, self.compared)
        )
        return first, second

    def over_cycle(self, frames: int = FRAMES) -> Both:
        """Curves (F, M) over 0-100 % of the spans, means over these."""
        if not self.names:
            return np.zeros((frames, 0)), np.zeros((frames, 0))
        times = [np.linspace(*span, frames) for span in self.spans]
        first, second = (
            np.mean(
                [
                    np.stack([np.interp(t, self.time, v) for v in values.T], axis=1)
                    for t in times
                ],
                axis=0,
            )
            for values in (self.reference, self.compared)
        )
        return first, second

    def combine(
        self, groups: Mapping[str, Sequence[str]], weights: Mapping[str, float]
    ) -> "PairedCurves":
        """Take means over muscles: curves of groups, of which all muscles are there.

        Parameters
        ----------
        groups : name -> its muscles
        weights : of muscles, a factor each; those that are missing count as 1
        """
        there = {
            name: [self.names.index(muscle) for muscle in muscles]
            for name, muscles in groups.items()
            if {*muscles} <= {*self.names}
        }
        mixed = [
            np.stack(
                [
                    np.average(
                        values[:, columns],
                        axis=1,
                        weights=[weights.get(self.names[c], 1.0) for c in columns],
                    )
                    for columns in there.values()
                ],
                axis=1,
            )
            if there
            else values[:, :0]
            for values in (self.reference, self.compared)
        ]
        return replace(self, names=tuple(there), reference=mixed[0], compared=mixed[1])

    def scale(self) -> "PairedCurves":
        """Divide every curve by its peak over all spans; without silent ones."""
        inside = np.any(self._find_frames(), axis=0)
        tops = [
            values[inside].max(axis=0) for values in (self.reference, self.compared)
        ]
        active = np.flatnonzero(np.minimum(*tops) > 0)
        return replace(
            self,
            names=tuple(self.names[column] for column in active),
            reference=self.reference[:, active] / tops[0][active],
            compared=self.compared[:, active] / tops[1][active],
        )

    def select(self, names: Sequence[str]) -> "PairedCurves":
        """Keep these curves, in this order."""
        columns = [self.names.index(name) for name in names]
        return replace(
            self,
            names=tuple(names),
            reference=self.reference[:, columns],
            compared=self.compared[:, columns],
        )
