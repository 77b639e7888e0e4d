"""Marker sets in OpenSim's XML, and what their markers can measure.

The file holds markers on bodies and nothing else. What they measure follows from where
they sit: a bone's length is that between the markers nearest to the joints at its ends.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from math import isfinite
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError, DataError, MissingFileError, name_some
from bige_osim.osim.reading.open_model import OpenModel
from bige_osim.osim.tools.log import last_words, quiet
from bige_osim.paths import AnyPath
from bige_osim.spec.marker_set import MarkerSet, PlacedMarker, SegmentMeasurement

SIDES = ("_r", "_l")
_ARMS = ("humerus", "ulna", "radius", "hand")
_HEAD = 0.52  # m above the lumbar joint of a man of 1.70 m
_NEAR = 0.13  # m from a joint: markers farther off do not show where it is
_LONG = 0.08  # m: closer markers measure nothing

_BONES = {
    "thigh": ("femur patella", ("femur", "femur pelvis"), ("tibia", "femur tibia")),
    "shank": ("tibia", ("tibia", "tibia femur"), ("talus", "tibia talus")),
    "upper_arm": ("humerus", ("humerus", "humerus torso"), ("ulna", "humerus ulna")),
    "forearm": ("ulna radius hand", ("ulna", "ulna humerus"), ("hand", "radius hand")),
}
"""Name -> bodies scaled; and, for either end, the body at whose origin the joint is and
those whose markers may show it."""


def read_opensim_markers(path: AnyPath) -> MarkerSet:
    """Read the markers of a ``<MarkerSet>`` file, without what they measure.

    All markers weigh the same.

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or OpenSim reads no markers from it, or two of one name.
    """
    import opensim

    path = Path(path)
    quiet()
    if not path.is_file():
        raise MissingFileError(path, what="marker set")
    _check_locations(path)
    try:
        found = opensim.MarkerSet(str(path))
    except RuntimeError as error:
        raise _marker_error(path, last_words(str(error))) from error
    except SystemError as error:  # how OpenSim's Python fails there
        raise _marker_error(path, "elements that are no markers") from error
    markers = tuple(
        _place(m.getName(), m.getParentFrameName(), m.get_location().to_numpy())
        for m in found
    )
    if not markers:
        raise _marker_error(path, "none")
    names = [marker.name for marker in markers]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise _marker_error(path, f"two markers named {repeated}")
    return MarkerSet(name=path.stem, title=f"markers of {path.name}", markers=markers)


def _check_locations(path: Path) -> None:
    """Refuse places that are not three numbers, which OpenSim reads as 0 0 0."""
    try:
        tree = ElementTree.parse(path)
    except ElementTree.ParseError:
        return  # OpenSim says what is wrong with it
    for marker in tree.iter("Marker"):
        text = marker.findtext("location")
        if text is not None and not _is_place(text):
            raise DataError(
                path,
                column=str(marker.get("name")),
                expected="a location of three numbers",
                got=text.strip() or "none",
                remedy="correct it there",
            )


def _is_place(text: str) -> bool:
    try:
        numbers = [float(word) for word in text.split()]
    except ValueError:
        return False
    return len(numbers) == 3 and all(map(isfinite, numbers))


def complete_marker_set(
    marker_set: MarkerSet, *, generic: AnyPath, recorded: Collection[str]
) -> MarkerSet:
    """Add what the markers measure and show, on a generic model.

    Parameters
    ----------
    marker_set : its markers
    generic : the model they go on; those on bodies that it has not are left out
    recorded : markers that may serve for measurements

    Raises
    ------
    BigeError
        No marker is on a body of the model.
    """
    model = OpenModel(generic)
    bodies = {body.getName() for body in model.model.getBodySet()}
    kept = tuple(m for m in marker_set.markers if m.body in bodies)
    off = [m for m in marker_set.markers if m.body not in bodies]
    lost = name_some(dict.fromkeys(m.body for m in off))
    if not kept:
        raise BigeError(
            f"The markers of {marker_set.name} are on {lost}, bodies that "
            f"{Path(generic).name} has not; pass another --generic."
        )
    sites = _Sites(kept, model, recorded)
    notes = (
        f"Left out, on bodies that {Path(generic).name} has not ({lost}): "
        f"{name_some(m.name for m in off)}.",
    )
    return replace(
        marker_set,
        markers=kept,
        measurements=tuple(sites.measurements()),
        directions=sites.directions(),
        notes=notes if off else (),
    )


def _place(name: str, frame: str, location: Float[np.ndarray, "3"]) -> PlacedMarker:
    body = frame.rsplit("/", maxsplit=1)[-1]
    x, y, z = map(float, location)
    region = "arms" if body.startswith(_ARMS) else "core"
    if body == "torso" and y > _HEAD:
        region = "head"
    return PlacedMarker(name=name, body=body, location=(x, y, z), region=region)


class _Sites:
    """Where the markers are while the generic model stands."""

    def __init__(
        self,
        markers: Sequence[PlacedMarker],
        model: OpenModel,
        recorded: Collection[str],
    ) -> None:
        model.place({})
        bodies = sorted(body.getName() for body in model.model.getBodySet())
        self.markers = [m for m in markers if m.name in recorded]
        self.frames = {body: model.placement(body) for body in bodies}
        self.place = {
            m.name: self.frames[m.body][:3, :3] @ np.array(m.location)
            + self.frames[m.body][:3, 3]
            for m in self.markers
        }

    def on(self, *bodies: str) -> list[str]:
        """Markers on these bodies, without those of the head."""
        return [m.name for m in self.markers if m.body in bodies and m.region != "head"]

    def directions(self) -> dict[str, tuple[str, ...]]:
        """Find markers in front, behind, above and below, where there are any.

        Front and back take markers of the pelvis that are one behind another.
        """
        pelvis = sorted(self.on("pelvis"), key=lambda m: self.place[m][0])
        neck = sorted(self.on("torso"), key=lambda m: self.place[m][1])
        found = {
            "bottom": tuple(self.on("calcn_r", "calcn_l")),
            "top": tuple(neck[-1:]),
        }
        depth = [self.place[m][0] for m in (*pelvis[:1], *pelvis[-1:])]
        if depth and depth[-1] - depth[0] >= _LONG:
            middle = np.mean(depth)
            found["front"] = tuple(m for m in pelvis if self.place[m][0] > middle)
            found["back"] = tuple(m for m in pelvis if self.place[m][0] <= middle)
        return {place: names for place, names in found.items() if names}

    def measurements(self) -> Iterator[SegmentMeasurement]:
        """Find what can be measured, both sides of a participant together."""
        for name, (scaled, near, far) in _BONES.items():
            found = (self._bone(near, far, side) for side in SIDES)
            if pairs := tuple(pair for pair in found if pair):
                yield SegmentMeasurement(
                    name=name, pairs=pairs, scales=_scale_both(scaled)
                )
        feet = (self._widest(self.on("calcn" + s, "toes" + s), 0) for s in SIDES)
        if pairs := tuple(pair for pair in feet if pair):
            yield SegmentMeasurement(
                name="foot", pairs=pairs, scales=_scale_both("talus calcn toes")
            )
        pelvis = self.on("pelvis")
        for name, axis, axes in (("pelvis_width", 2, "z"), ("pelvis_depth", 0, "xy")):
            if pair := self._widest(pelvis, axis):
                yield SegmentMeasurement(
                    name=name, pairs=(pair,), scales={"pelvis": axes}
                )
        if trunk := self._trunk(pelvis):
            yield SegmentMeasurement(name="trunk", pairs=trunk, scales={"torso": "xy"})
        if shoulders := self._widest(self.on("torso"), 2):
            yield SegmentMeasurement(
                name="shoulders", pairs=(shoulders,), scales={"torso": "z"}
            )

    def _bone(
        self, near: tuple[str, str], far: tuple[str, str], side: str
    ) -> tuple[str, str] | None:
        """Markers at both ends of a bone, if they are far enough apart."""
        first, second = (self._nearest(*end, side) for end in (near, far))
        if first is None or second is None or self._apart(first, second) < _LONG:
            return None
        return first, second

    def _nearest(self, joint: str, bodies: str, side: str) -> str | None:
        """Marker nearest to the origin of a body, on some bodies of that side."""
        if joint + side not in self.frames:
            return None
        origin = self.frames[joint + side][:3, 3]
        middle = {"pelvis", "torso"}.intersection(bodies.split())
        names = self.on(*(body + side for body in bodies.split()), *middle)
        away = {n: float(np.linalg.norm(self.place[n] - origin)) for n in names}
        best = min(away, key=away.__getitem__, default=None)
        return best if best is not None and away[best] <= _NEAR else None

    def _widest(self, names: list[str], axis: int) -> tuple[str, str] | None:
        """Outermost markers along an axis."""
        ranked = sorted(names, key=lambda n: self.place[n][axis])
        if len(ranked) < 2 or self._apart(ranked[0], ranked[-1]) < _LONG:
            return None
        return ranked[0], ranked[-1]

    def _trunk(self, pelvis: list[str]) -> tuple[tuple[str, str], ...]:
        """Uppermost marker of the trunk with the hindmost of the pelvis."""
        back = sorted(pelvis, key=lambda n: self.place[n][0])[:2]
        spine = [n for n in self.on("torso") if self.place[n][1] > 0]
        top = max(spine, key=lambda n: self.place[n][1], default=None)
        return tuple((top, name) for name in back) if top is not None else ()

    def _apart(self, first: str, second: str) -> float:
        return float(np.linalg.norm(self.place[first] - self.place[second]))


def _scale_both(bodies: str) -> dict[str, str]:
    """Scale bodies of both sides in all directions."""
    return {body + side: "xyz" for body in bodies.split() for side in SIDES}


def _marker_error(path: Path, got: str) -> DataError:
    return DataError(
        path,
        expected="a MarkerSet that OpenSim reads",
        got=got,
        remedy="save the markers again from the OpenSim GUI",
    )
