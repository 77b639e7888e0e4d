"""Distances between markers: a participant's over those on the generic model."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from bige_osim.errors import BigeError
from bige_osim.motion import Markers
from bige_osim.osim.tools.segments import ScalePlan
from bige_osim.spec.marker_set import AXES, SegmentMeasurement

ODD = 0.30
"""A factor that differs by more than this part from the participant's stature over
that of the generic model is not taken from its markers: no bones are so far off."""


class MarkerRatios:
    """Ratios of distances between markers, participant over generic model."""

    def __init__(self, model: Any, pose: Markers) -> None:
        state = model.initSystem()
        model.realizePosition(state)
        self.model = {
            m.getName(): m.getLocationInGround(state).to_numpy()
            for m in model.getMarkerSet()
        }
        self.pose = pose

    def factor(self, measured: SegmentMeasurement) -> float:
        """Mean ratio over the recorded pairs; NaN without any."""
        seen = [p for p in measured.pairs if set(p) <= set(self.pose.names)]
        return float(np.mean([self.ratio(*p) for p in seen])) if seen else float("nan")

    def odd(
        self, measurements: Iterable[SegmentMeasurement], *, stature: float
    ) -> dict[str, str]:
        """Find measurements that no body has; why, by name."""
        found = {m.name: self.factor(m) for m in measurements}
        return {
            name: f"The measurement {name} would scale by {factor:.2f}, stature by "
            f"{stature:.2f}; it is not used."
            for name, factor in found.items()
            if abs(factor / stature - 1) > ODD
        }

    def factors(
        self, plan: ScalePlan, *, stature: float
    ) -> dict[str, tuple[float, float, float]]:
        """Factors that OpenSim's scaler applies, by its own rule: body -> x, y, z."""
        found: dict[str, list[float]] = {
            body: [stature] * 3 for body in plan.by_stature
        }
        for measured in plan.measurements:
            ratio = self.factor(measured)
            for body, axes in measured.scales.items():
                factors = found.setdefault(body, [1.0, 1.0, 1.0])
                for axis in axes:
                    factors[AXES.index(axis)] = ratio
        return {body: (f[0], f[1], f[2]) for body, f in found.items()}

    def ratio(self, first: str, second: str) -> float:
        """Distance of two markers over that on the model."""
        ours = np.linalg.norm(self.model[first] - self.model[second])
        theirs = self.pose.marker(first)[0] - self.pose.marker(second)[0]
        if ours < 1e-3:
            raise BigeError(
                f"The markers {first} and {second} measure nothing: they coincide on "
                "the generic model; correct the marker set."
            )
        return float(np.linalg.norm(theirs) / ours)
