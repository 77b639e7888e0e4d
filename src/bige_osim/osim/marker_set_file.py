"""Marker sets in OpenSim's XML, and what their markers can measure.

The file holds markers on bodies and nothing else. What they measure follows from where
they sit: a bone's length is that between the markers nearest to the joints at its ends.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Float

from bige_osim.errors import DataError, MissingFileError
from bige_osim.osim.loaded import LoadedModel
from bige_osim.osim.log import quiet
from bige_osim.paths import AnyPath
from bige_osim.spec.marker_set import MarkerSet, PlacedMarker, SegmentMeasurement

_ARMS = ("humerus", "ulna", "radius", "hand")
_HEAD = 0.52  # m above the lumbar joint of a man of 1.70 m
_NEAR = 0.13  # m from a joint: markers farther off do not show where it is
_LONG = 0.08  # m: closer markers measure nothing

# name, (origin of body, markers on) at either end, bodies scaled
_BONES = (
    (
        "thigh",
        ("femur", ("femur", "pelvis")),
        ("tibia", ("femur", "tibia")),
        "femur patella",
    ),
    ("shank", ("tibia", ("tibia", "femur")), ("talus", ("tibia", "talus")), "tibia"),
    (
        "upper_arm",
        ("humerus", ("humerus", "torso")),
        ("ulna", ("humerus", "ulna")),
        "humerus",
    ),
    (
        "forearm",
        ("ulna", ("ulna", "humerus")),
        ("hand", ("radius", "hand")),
        "ulna radius hand",
    ),
)


def read_opensim_marker_set(
    path: AnyPath, *, generic: AnyPath, recorded: Collection[str]
) -> MarkerSet:
    """Read a ``<MarkerSet>`` file; all markers weigh the same.

    Parameters
    ----------
    path : the XML file
    generic : the model its markers belong to
    recorded : markers that may serve for measurements

    Raises
    ------
    MissingFileError
        There is no such file.
    DataError
        OpenSim reads no markers from it.
    """
    path = Path(path)
    generic = Path(generic)
    import opensim

    quiet()
    if not path.is_file():
        raise MissingFileError(path, what="marker set")
    try:
        found = opensim.MarkerSet(str(path))
    except RuntimeError as error:
        reason = str(error).strip().split("\n")[0]
        raise _no_markers(path, reason) from error
    markers = tuple(
        _placed(m.getName(), m.getParentFrameName(), m.get_location().to_numpy())
        for m in found
    )
    if not markers:
        raise _no_markers(path, "none")
    sites = _Sites(markers, LoadedModel(generic), recorded)
    return MarkerSet(
        path.stem,
        f"markers of {path.name}",
        markers,
        tuple(sites.measurements()),
        sites.directions(),
    )


def _placed(name: str, frame: str, location: Float[np.ndarray, "3"]) -> PlacedMarker:
    body = frame.rsplit("/", maxsplit=1)[-1]
    x, y, z = map(float, location)
    region = "arms" if body.startswith(_ARMS) else "core"
    if body == "torso" and y > _HEAD:
        region = "head"
    return PlacedMarker(name, body, (x, y, z), region=region)


class _Sites:
    """Where the markers are while the generic model stands."""

    def __init__(
        self,
        markers: Sequence[PlacedMarker],
        loaded: LoadedModel,
        recorded: Collection[str],
    ) -> None:
        loaded.place({})
        bodies = {body.getName() for body in loaded.model.getBodySet()}
        self.markers = [m for m in markers if m.name in recorded and m.body in bodies]
        self.frames = {body: loaded.placement(body) for body in sorted(bodies)}
        self.place = {
            m.name: self.frames[m.body][:3, :3] @ np.array(m.location)
            + self.frames[m.body][:3, 3]
            for m in self.markers
        }

    def on(self, *bodies: str) -> list[str]:
        """Markers on these bodies, without those of the head."""
        return [m.name for m in self.markers if m.body in bodies and m.region != "head"]

    def directions(self) -> dict[str, tuple[str, ...]]:
        """Find markers in front, behind, above and below; empty if one is missing."""
        pelvis = sorted(self.on("pelvis"), key=lambda m: self.place[m][0])
        neck = sorted(self.on("torso"), key=lambda m: self.place[m][1])
        feet = tuple(self.on("calcn_r", "calcn_l"))
        if len(pelvis) < 2 or not neck or not feet:
            return {}
        middle = np.mean([self.place[pelvis[0]][0], self.place[pelvis[-1]][0]])
        return {
            "front": tuple(m for m in pelvis if self.place[m][0] > middle),
            "back": tuple(m for m in pelvis if self.place[m][0] <= middle),
            "top": (neck[-1],),
            "bottom": feet,
        }

    def measurements(self) -> Iterator[SegmentMeasurement]:
        """Find what can be measured, both sides of a person together."""
        for name, near, far, scaled in _BONES:
            found = (self._bone(near, far, side) for side in ("_r", "_l"))
            pairs = tuple(pair for pair in found if pair)
            scales = {b + s: "xyz" for b in scaled.split() for s in ("_r", "_l")}
            if pairs:
                yield SegmentMeasurement(name, pairs, scales)
        feet = (self._widest(self.on("calcn" + s, "toes" + s), 0) for s in ("_r", "_l"))
        pairs = tuple(pair for pair in feet if pair)
        if pairs:
            bodies = [b + s for b in ("talus", "calcn", "toes") for s in ("_r", "_l")]
            yield SegmentMeasurement("foot", pairs, dict.fromkeys(bodies, "xyz"))
        pelvis = self.on("pelvis")
        for name, axis, axes in (("pelvis_width", 2, "z"), ("pelvis_depth", 0, "xy")):
            pair = self._widest(pelvis, axis)
            if pair:
                yield SegmentMeasurement(name, (pair,), {"pelvis": axes})
        trunk = self._trunk(pelvis)
        if trunk:
            yield SegmentMeasurement("trunk", trunk, {"torso": "xy"})
        shoulders = self._widest(self.on("torso"), 2)
        if shoulders:
            yield SegmentMeasurement("shoulders", (shoulders,), {"torso": "z"})

    def _bone(
        self,
        near: tuple[str, tuple[str, ...]],
        far: tuple[str, tuple[str, ...]],
        side: str,
    ) -> tuple[str, str] | None:
        ends = [self._nearest(joint, bodies, side) for joint, bodies in (near, far)]
        first, second = ends
        if first is None or second is None or self._apart(first, second) < _LONG:
            return None
        return first, second

    def _nearest(self, joint: str, bodies: tuple[str, ...], side: str) -> str | None:
        """Marker nearest to the origin of a body, on some bodies of that side."""
        if joint + side not in self.frames:
            return None
        origin = self.frames[joint + side][:3, 3]
        middle = [body for body in bodies if body in ("pelvis", "torso")]
        names = self.on(*(body + side for body in bodies), *middle)
        away = {n: float(np.linalg.norm(self.place[n] - origin)) for n in names}
        best = min(away, key=lambda n: away[n], default=None)
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


def _no_markers(path: Path, got: str) -> DataError:
    return DataError(
        path,
        expected="a MarkerSet that OpenSim reads",
        got=got,
        remedy="save the markers again from the OpenSim GUI",
    )
