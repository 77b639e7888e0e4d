"""How much every body of a model is scaled, by distances between markers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bige_osim.errors import BigeError, name_some
from bige_osim.motion import Markers
from bige_osim.spec.marker_set import AXES, SegmentMeasurement

NEIGHBOURS = {
    "pelvis": ("torso", "femur"),
    "torso": ("pelvis", "femur"),
    "femur": ("tibia", "pelvis"),
    "patella": ("femur",),
    "tibia": ("femur", "calcn"),
    "talus": ("calcn", "tibia"),
    "calcn": ("talus", "tibia"),
    "toes": ("calcn", "tibia"),
    "humerus": ("ulna", "radius"),
    "ulna": ("radius", "humerus"),
    "radius": ("ulna", "humerus"),
    "hand": ("radius", "ulna"),
}
"""Bodies whose factor serves for a body that nothing measures, nearest first."""


@dataclass(frozen=True)
class ScalePlan:
    """How every body of a model gets its factors.

    Attributes
    ----------
    measurements : with the pairs that were recorded, and all bodies they scale
    by_stature : bodies that are scaled by stature alone
    notes : what could not be measured and what serves instead, one sentence each
    """

    measurements: tuple[SegmentMeasurement, ...]
    by_stature: tuple[str, ...]
    notes: tuple[str, ...]


def plan_scaling(
    bodies: Sequence[str],
    measurements: Sequence[SegmentMeasurement],
    *,
    recorded: Collection[str],
) -> ScalePlan:
    """Give every body of a model a measurement, or stature where there is none near.

    What no pair of recorded markers measures takes the factor of the same body along
    another axis, of the body's other side, of a neighbour, or else the participant's
    stature over that of the generic model.

    Parameters
    ----------
    bodies : of the model
    measurements : of the marker set
    recorded : markers seen while the participant stood

    Examples
    --------
    >>> pairs, scales = (("knee", "ankle"),), {"tibia_r": "xyz"}
    >>> shank = SegmentMeasurement(name="shank", pairs=pairs, scales=scales)
    >>> plan = plan_scaling(["tibia_r", "femur_r"], [shank], recorded=["knee", "ankle"])
    >>> plan.measurements[0].scales
    {'tibia_r': 'xyz', 'femur_r': 'xyz'}
    >>> print(plan.notes[0])
    Nothing measures femur_r; the factor of shank (tibia_r) serves.
    """
    notes = []
    used: list[SegmentMeasurement] = []
    for measured in measurements:
        pairs = [p for p in measured.pairs if set(p) <= set(recorded)]
        if pairs:
            scales = {b: axes for b, axes in measured.scales.items() if b in bodies}
            used.append(replace(measured, pairs=tuple(pairs), scales=scales))
        else:
            notes.append(
                f"The measurement {measured.name} has no pair of recorded markers."
            )
    owner = {
        (body, axis): index
        for index, measured in enumerate(used)
        for body, axes in measured.scales.items()
        for axis in axes
    }
    bare = []
    for body in bodies:
        missing = [axis for axis in AXES if (body, axis) not in owner]
        source = _source(body, owner) if missing else None
        if source is not None:
            for axis in missing:
                owner[body, axis] = owner[source]
            what = body if len(missing) == len(AXES) else f"{body} along {missing[0]}"
            name = used[owner[source]].name
            notes.append(
                f"Nothing measures {what}; the factor of {name} ({source[0]}) serves."
            )
        elif missing:
            bare.append(body)
    if bare:
        notes.append(f"Nothing measures {name_some(bare, 12)}; scaled by stature.")
    return ScalePlan(_assign_axes(used, owner), tuple(bare), tuple(notes))


def _source(body: str, owner: dict[tuple[str, str], int]) -> tuple[str, str] | None:
    """Body and axis whose factor serves, nearest first."""
    stem = body.removesuffix("_r").removesuffix("_l")
    side, other = ("_l", "_r") if body.endswith("_l") else ("_r", "_l")
    near = [body, stem + other]
    near += [n + s for n in NEIGHBOURS.get(stem, ()) for s in (side, "")]
    candidates = ((name, axis) for name in near for axis in "yxz")  # lengths first
    return next((found for found in candidates if found in owner), None)


def _assign_axes(
    used: Sequence[SegmentMeasurement], owner: dict[tuple[str, str], int]
) -> tuple[SegmentMeasurement, ...]:
    scales: list[dict[str, str]] = [{} for _ in used]
    for (body, axis), index in owner.items():
        scales[index][body] = scales[index].get(body, "") + axis
    return tuple(replace(m, scales=s) for m, s in zip(used, scales, strict=True) if s)


ODD = 0.30
"""A factor that differs by more than this part from the participant's stature over
that of the generic model is not taken from its markers: no bones are so far off."""


class MarkerRatios:
    """Ratios of distances between markers, participant over generic model.

    Parameters
    ----------
    model : OpenSim's, with the markers
    pose : markers of the standing participant, m, one frame
    """

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
        """Find measurements far from the factor ``stature``; why, by name."""
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
        """Ratio of two markers' distance to that on the model.

        If they coincide there, a ``BigeError``.
        """
        ours = np.linalg.norm(self.model[first] - self.model[second])
        theirs = self.pose.marker(first)[0] - self.pose.marker(second)[0]
        if ours < 1e-3:
            raise BigeError(
                f"The markers {first} and {second} measure nothing: they coincide on "
                "the generic model; correct the marker set."
            )
        return float(np.linalg.norm(theirs) / ours)
