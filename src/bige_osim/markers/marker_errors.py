"""How far the model's markers stay from the recorded ones, against a guideline.

OpenSim's guideline for inverse kinematics is a root mean square below 2 cm and a
largest error below 4 cm (OpenSim 4 documentation, "Getting Started with Inverse
Kinematics", best practices).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from bige_osim.motion import Series

GUIDE_RMS, GUIDE_MAX = 0.02, 0.04
"""What OpenSim's guideline asks of a frame, m."""

REGIONS = {"core": ("core",), "arms_head": ("arms", "head")}
"""Pelvis, trunk and legs, which the guideline is held against; arms and head apart."""


@dataclass(frozen=True)
class MarkerErrors:
    """Distances of the model's markers from the recorded ones.

    Attributes
    ----------
    time : (T,) s
    distances : (T, M) m, NaN where a marker was not seen or not followed
    names : M markers
    regions : marker -> ``core``, ``arms`` or ``head``

    Examples
    --------
    >>> errors = MarkerErrors(
    ...     np.zeros(1), np.array([[0.03, 0.04, 0.9]]), ("a", "b", "c"),
    ...     {"a": "core", "b": "core", "c": "head"},
    ... )
    >>> round(errors.rms("core"), 4), errors.largest("arms_head")
    (0.0354, 0.9)
    """

    time: Float[np.ndarray, " T"]
    distances: Float[np.ndarray, "T M"]
    names: tuple[str, ...]
    regions: Mapping[str, str]

    def select(self, region: str) -> Float[np.ndarray, "T N"]:
        """Distances (T, N) of the followed markers of a region, m."""
        kept = [
            i
            for i, name in enumerate(self.names)
            if self.regions[name] in REGIONS[region]
            and np.isfinite(self.distances[:, i]).any()
        ]
        return self.distances[:, kept]

    def rms(self, region: str) -> float:
        """Root mean square over frames and markers, m; NaN without any."""
        return _rms(self.select(region).ravel())

    def largest(self, region: str) -> float:
        """Largest distance, m; NaN without any."""
        found = self.select(region)
        return float(np.nanmax(found)) if np.isfinite(found).any() else float("nan")

    def series(self) -> Series:
        """Per frame: ``<region>_rms``, ``<region>_max``, every marker; -1 for a gap."""
        columns, names = [], []
        for region in REGIONS:
            found = self.select(region)
            if found.size:
                columns += [_frame_rms(found), np.nan_to_num(found, nan=-1).max(axis=1)]
                names += [f"{region}_rms", f"{region}_max"]
        kept = [i for i in range(len(self.names)) if self._select_followed(i)]
        values = np.column_stack([*columns, *(self.distances[:, i] for i in kept)])
        names += [self.names[i] for i in kept]
        return Series(self.time, np.nan_to_num(values, nan=-1.0), tuple(names))

    def within_guideline(self) -> float:
        """Share of frames in which pelvis, trunk and legs keep the guideline."""
        found = self.select("core")
        if not found.size:
            return float("nan")
        largest = np.nan_to_num(found, nan=0.0).max(axis=1)
        good = (_frame_rms(found) < GUIDE_RMS) & (largest < GUIDE_MAX)
        return float(good.mean())

    def to_dict(self) -> dict[str, Any]:
        """Plain data, mm; ``None`` where a region has no markers."""
        regions = {
            f"{region}_{what}_mm": _mm(value)
            for region in REGIONS
            for what, value in (
                ("rms", self.rms(region)),
                ("max", self.largest(region)),
            )
        }
        markers = {
            name: {
                "rms_mm": _mm(_rms(self.distances[:, i])),
                "max_mm": _mm(float(np.nanmax(self.distances[:, i]))),
                "gaps": int(np.isnan(self.distances[:, i]).sum()),
            }
            for i, name in enumerate(self.names)
            if self._select_followed(i)
        }
        share = self.within_guideline()
        return {
            **regions,
            "frames_within_guideline": None if np.isnan(share) else round(share, 4),
            "markers": markers,
        }

    def _select_followed(self, index: int) -> bool:
        return bool(np.isfinite(self.distances[:, index]).any())


def _rms(values: Float[np.ndarray, " N"]) -> float:
    seen = values[np.isfinite(values)]
    return float(np.sqrt(np.mean(seen**2))) if len(seen) else float("nan")


def _frame_rms(found: Float[np.ndarray, "T N"]) -> Float[np.ndarray, " T"]:
    seen = np.isfinite(found)
    total = np.where(seen, found, 0.0) ** 2
    count = np.maximum(seen.sum(axis=1), 1)
    return np.asarray(np.sqrt(total.sum(axis=1) / count))


def _mm(value: float) -> float | None:
    return None if np.isnan(value) else round(1000 * value, 2)
