"""Marker sets: where markers sit on a generic model, and what they measure.

Those that come with the program are ``osim_models/marker_sets/*.toml`` (TOML 1.0,
https://toml.io); ``osim_models/README.md`` describes the keys.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from bige_osim.errors import BigeError, DataError, UnknownNameError, name_some
from bige_osim.io.profile import SIDES, families_folder
from bige_osim.io.tables import Names, Number, TomlTable, expecting, read_toml
from bige_osim.motion import Markers
from bige_osim.paths import AnyPath
from bige_osim.spec.marker_names import FEWEST, NamedColumns, match_names
from bige_osim.spec.marker_set import AXES, MarkerSet, PlacedMarker, SegmentMeasurement

ARM_BODIES = ("humerus", "ulna", "radius", "hand")
MIDDLE = ("pelvis", "torso")
"""Bodies that have no sides."""


class MarkerEntry(TomlTable):
    """A marker in the middle, or one of either side, as :class:`.PlacedMarker`."""

    names: Annotated[
        tuple[str] | tuple[str, str], expecting("one name, or the right and the left")
    ]
    body: str
    location: Annotated[
        tuple[Number, Number, Number], expecting("three numbers in metres")
    ]
    aliases: tuple[tuple[str, ...], ...] = ()
    weight: Number = 1.0
    placement: Number = 1.0
    region: Literal["core", "arms", "head"] | None = None


Pair = Annotated[tuple[str, str], expecting("pairs of markers")]
Axes = Annotated[str, Field(pattern=f"^[{AXES}]+$"), expecting("axes such as xyz")]


class MeasurementEntry(TomlTable):
    """Distances between markers, and the bodies, without sides, that they scale."""

    name: str
    pairs: tuple[Pair, ...]
    scales: dict[
        str,
        Annotated[str, Field(pattern=f"^[{AXES}]+$"), expecting("axes such as xyz")],
    ]


class Directions(TomlTable):
    """Markers at four places of a standing participant."""

    front: Names
    back: Names
    top: Names
    bottom: Names


class MarkerSetFile(TomlTable):
    """A file, right and left as one entry."""

    name: str
    title: str
    refined: tuple[tuple[str, ...], ...] = ()
    axes: Directions | None = None
    measurements: tuple[MeasurementEntry, ...] = ()
    markers: tuple[MarkerEntry, ...]


def shipped_marker_sets() -> dict[str, Path]:
    """Files of the marker sets that come with the program, by name.

    Examples
    --------
    >>> list(shipped_marker_sets())
    ['opencap_study', 'opencap_video', 'plug_in_gait_39']
    """
    folder = families_folder() / "marker_sets"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def find_marker_set(name: str) -> MarkerSet:
    """Read a marker set that comes with the program, or a ``.toml`` file.

    Raises
    ------
    UnknownNameError
        There is no set of that name.
    MissingFileError, DataError
        The file is not there, no TOML, or has unknown or missing keys.

    Examples
    --------
    >>> found = find_marker_set("plug_in_gait_39")
    >>> len(found.markers), found.markers[0].name, found.markers[0].body
    (39, 'RASI', 'pelvis')
    """
    if name.endswith(".toml"):
        return read_marker_set(Path(name))
    shipped = shipped_marker_sets()
    if name not in shipped:
        raise UnknownNameError("marker set", name, shipped, where="The program")
    return read_marker_set(shipped[name])


def read_marker_set(path: AnyPath) -> MarkerSet:
    """Read one marker set; right and left are one entry in the file.

    Raises
    ------
    MissingFileError, DataError
        The file is not there, no TOML, or has unknown, missing or contradicting keys.
    """
    file = read_toml(path, MarkerSetFile, what="marker set")
    found = MarkerSet(
        name=file.name,
        title=file.title,
        markers=tuple(m for entry in file.markers for m in _place_both(entry)),
        measurements=tuple(
            SegmentMeasurement(name=m.name, pairs=m.pairs, scales=_name_both(m.scales))
            for m in file.measurements
        ),
        directions=dict(file.axes) if file.axes else {},
        refined=tuple(tuple(_name_both(dict.fromkeys(g, ""))) for g in file.refined),
    )
    used = [name for names in found.directions.values() for name in names]
    used += [n for m in found.measurements for pair in m.pairs for n in pair]
    for name, count in Counter(found.names).items():
        if count > 1:
            raise _fault(path, name, "every marker once", "it again")
    for name in used:
        if name not in found.names:
            raise _fault(path, name, "a marker of the set", "no such marker")
    return found


def rename_markers(
    markers: Markers, marker_set: MarkerSet, *, named: NamedColumns | None = None
) -> Markers:
    """Keep the recorded markers of a set, under the set's own names.

    Parameters
    ----------
    markers : as recorded
    marker_set : the markers to keep
    named : which they are; as :func:`match_names` finds them for ``None``

    Raises
    ------
    BigeError
        Fewer than three of the set's markers were recorded, or as
        :func:`match_names` does.
    """
    found = named or match_names(markers.names, marker_set)
    columns = sorted(found.columns, key=lambda name: found.columns[name])
    if len(columns) < FEWEST:
        raise BigeError(
            f"The recording has {len(columns)} of the {len(marker_set.names)} markers "
            f"of {marker_set.name[:40]}, at least {FEWEST} are needed; it has "
            f"{name_some(markers.names)}: pass another --markerset."
        )
    kept = [found.columns[name] for name in columns]
    positions = np.ascontiguousarray(markers.positions[:, kept])
    return Markers(markers.time, positions, tuple(columns))


def _place_both(entry: MarkerEntry) -> list[PlacedMarker]:
    """Place one marker in the middle, or the right and the mirrored left one."""
    x, y, z = entry.location
    sided = len(entry.names) == 2 and entry.body not in MIDDLE
    usual = "arms" if entry.body in ARM_BODIES else "core"
    aliases = (*entry.aliases, (), ())
    return [
        PlacedMarker(
            name=name,
            body=entry.body + side if sided else entry.body,
            location=(x, y, z if side == "_r" else -z),
            weight=entry.weight,
            placement=entry.placement,
            region=entry.region or usual,
            aliases=others,
        )
        for name, side, others in zip(entry.names, SIDES, aliases, strict=False)
    ]


def _name_both(bodies: Mapping[str, str]) -> dict[str, str]:
    """Give bodies of both sides what those without sides have."""
    return {
        body + side: value
        for body, value in bodies.items()
        for side in (("",) if body in MIDDLE else SIDES)
    }


def _fault(path: AnyPath, marker: str, expected: str, got: str) -> DataError:
    return DataError(
        Path(path), column=marker, expected=expected, got=got, remedy="correct it there"
    )
