"""Which measurement scales which body of a model, where markers are missing too."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bige_osim.errors import name_some
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
    stem, side = body.removesuffix("_r").removesuffix("_l"), body[-2:]
    side = side if side in ("_r", "_l") else "_r"
    other = "_l" if side == "_r" else "_r"
    near = [body, stem + other]
    for neighbour in NEIGHBOURS.get(stem, ()):
        near += [neighbour + side, neighbour]
    for candidate in near:
        for axis in "yxz":  # lengths first
            if (candidate, axis) in owner:
                return candidate, axis
    return None


def _assign_axes(
    used: Sequence[SegmentMeasurement], owner: dict[tuple[str, str], int]
) -> tuple[SegmentMeasurement, ...]:
    scales: list[dict[str, str]] = [{} for _ in used]
    for (body, axis), index in owner.items():
        scales[index][body] = scales[index].get(body, "") + axis
    return tuple(replace(m, scales=s) for m, s in zip(used, scales, strict=True) if s)
