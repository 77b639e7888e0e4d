"""Markers of a set that show a place of the body: sides, pelvis, feet, top, bottom.

Read from the bodies that they are on and from where on them: a marker set that names
no markers in front and behind shows by its right and left ones which way is forward.
"""

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from bige_osim.errors import BigeError, name_some
from bige_osim.spec.marker_set import MarkerSet, PlacedMarker

MIRRORED = 0.05
"""A marker this near (m) to another one's mirror image is its counterpart."""

_ASIDE = 0.02  # m from the middle of pelvis or trunk
_OTHER = {"_r": "_l", "_l": "_r"}

PELVIS = (("pelvis",), ("torso",), ("femur",))
"""Bodies whose height says how upright one stands; the first with markers serve."""

FEET = (("calcn",), ("toes", "talus"), ("tibia",), ("femur",))
"""Bodies that stay on the ground, or the nearest to it."""

_TOP = (("torso",), ("pelvis",), ("femur",))
_SIDES = (("pelvis", "torso"), ("femur",), ("tibia", "talus", "calcn", "toes"))


def markers_on(
    marker_set: MarkerSet,
    places: Sequence[Sequence[str]],
    *,
    recorded: Collection[str],
    what: str,
) -> list[str]:
    """Find recorded markers on the first of some groups of bodies that has any.

    Raises
    ------
    BigeError
        None is on any of these bodies.

    Examples
    --------
    >>> shank = PlacedMarker(name="RANK", body="tibia_r", location=(0.0, -0.4, 0.05))
    >>> legs = MarkerSet(name="legs", title="one marker", markers=(shank,))
    >>> markers_on(legs, FEET, recorded=["RANK"], what="the feet")
    ['RANK']
    """
    for bodies in places:
        found = [m.name for m in _on(marker_set, bodies) if m.name in recorded]
        if found:
            return found
    named = name_some(body for bodies in places for body in bodies)
    raise BigeError(
        f"None of the recorded markers of {marker_set.name[:40]} shows {what}: it has "
        f"none on {named}; pass another --markerset."
    )


def find_directions(
    marker_set: MarkerSet, recorded: Collection[str]
) -> dict[str, list[str]]:
    """Find recorded markers at the ``front``, ``back``, ``top`` and ``bottom``.

    Where the set names none that were recorded, top and bottom are those on the trunk
    and on the feet or what is nearest to them, and ``right`` and ``left``, pairs of
    counterparts, stand for front and back. A place that nothing recorded shows has the
    set's own names, and is left out where the set has none either.

    Examples
    --------
    >>> foot = PlacedMarker(name="TOE", body="calcn_r", location=(0.2, 0.0, 0.0))
    >>> find_directions(MarkerSet(name="foot", title="one", markers=(foot,)), ["TOE"])
    {'bottom': ['TOE']}
    """
    named = {place: list(names) for place, names in marker_set.directions.items()}
    found = {
        place: [name for name in names if name in recorded]
        for place, names in named.items()
    }
    if not found.get("top"):
        found["top"] = _first(marker_set, _TOP, recorded, highest=True)
    if not found.get("bottom"):
        found["bottom"] = _first(marker_set, FEET, recorded, highest=False)
    if not (found.get("front") and found.get("back")):
        pairs = pair_sides(marker_set, recorded)
        found |= {"right": [r for r, _ in pairs], "left": [left for _, left in pairs]}
    places = {place: names or named.get(place, []) for place, names in found.items()}
    return {place: names for place, names in places.items() if names}


def pair_sides(
    marker_set: MarkerSet, recorded: Collection[str]
) -> list[tuple[str, str]]:
    """Find recorded right markers with their left counterparts, nearest to the trunk.

    Examples
    --------
    >>> right = PlacedMarker(name="R", body="pelvis", location=(0.0, 0.0, 0.1))
    >>> left = PlacedMarker(name="L", body="pelvis", location=(0.0, 0.0, -0.1))
    >>> hips = MarkerSet(name="hips", title="two", markers=(left, right))
    >>> pair_sides(hips, ["L", "R"])
    [('R', 'L')]
    """
    for bodies in _SIDES:
        on = [m for m in _on(marker_set, bodies) if m.name in recorded]
        pairs = [(m.name, _counterpart(m, on)) for m in on if _is_right(m)]
        found = [(right, left) for right, left in pairs if left is not None]
        if found:
            return found
    return []


def pelvis_is_seen_whole(marker_set: MarkerSet, recorded: Collection[str]) -> bool:
    """Say whether three recorded markers out of line show the tilt of the pelvis.

    Examples
    --------
    >>> right = PlacedMarker(name="R", body="pelvis", location=(0.0, 0.0, 0.1))
    >>> left = PlacedMarker(name="L", body="pelvis", location=(0.0, 0.0, -0.1))
    >>> hips = MarkerSet(name="hips", title="two", markers=(left, right))
    >>> pelvis_is_seen_whole(hips, ["L", "R"])
    False
    """
    on = [m.location for m in _on(marker_set, ["pelvis"]) if m.name in recorded]
    if len(on) < 3:
        return False
    places = np.array(on)
    spread = np.linalg.svd(places - places.mean(axis=0), compute_uv=False)
    return bool(spread[1] > _ASIDE)


def _counterpart(marker: PlacedMarker, others: Sequence[PlacedMarker]) -> str | None:
    """Marker nearest to the mirror image of another one, if it is near."""
    body = marker.body[:-2] + _OTHER.get(marker.body[-2:], marker.body[-2:])
    x, y, z = marker.location
    away = {
        m.name: float(np.linalg.norm(np.subtract(m.location, (x, y, -z))))
        for m in others
        if m.body == body and m is not marker
    }
    best = min(away, key=lambda name: away[name], default=None)
    return best if best is not None and away[best] <= MIRRORED else None


def _is_right(marker: PlacedMarker) -> bool:
    if marker.body.endswith(tuple(_OTHER)):
        return marker.body.endswith("_r")
    return marker.location[2] > _ASIDE


def _on(marker_set: MarkerSet, bodies: Iterable[str]) -> list[PlacedMarker]:
    """Markers on some bodies, of both sides."""
    named = {body + side for body in bodies for side in ("", *_OTHER)}
    return [marker for marker in marker_set.markers if marker.body in named]


def _first(
    marker_set: MarkerSet,
    places: Sequence[Sequence[str]],
    recorded: Collection[str],
    *,
    highest: bool,
) -> list[str]:
    """Markers within 5 cm of the end of the first group of bodies that has any."""
    for bodies in places:
        found = [m for m in _on(marker_set, bodies) if m.name in recorded]
        if found:
            heights = [m.location[1] for m in found]
            end = max(heights) if highest else min(heights)
            return [m.name for m in found if abs(m.location[1] - end) <= MIRRORED]
    return []
