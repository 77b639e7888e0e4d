"""Marker sets: where markers sit on a generic model, and what they measure.

Those that come with the program are ``osim_models/marker_sets/*.toml`` (TOML 1.0,
https://toml.io); ``osim_models/README.md`` describes the keys.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.errors import BigeError, DataError, UnknownNameError, name_some
from bige_osim.io.opensim_files.rows import read_lines
from bige_osim.io.profile_file import families_folder
from bige_osim.motion import Markers
from bige_osim.paths import AnyPath
from bige_osim.spec.marker_names import FEWEST, NamedColumns, match_names
from bige_osim.spec.marker_set import AXES, MarkerSet, PlacedMarker, SegmentMeasurement

ARM_BODIES = ("humerus", "ulna", "radius", "hand")
SIDES = ("_r", "_l")

_SECTIONS = ("name", "title", "refined", "axes", "measurements", "markers")
_MARKER = ("names", "aliases", "body", "location", "weight", "placement", "region")
_MEASUREMENT = ("name", "pairs", "scales")
_DIRECTIONS = ("front", "back", "top", "bottom")


def shipped_marker_sets() -> dict[str, Path]:
    """Files of the marker sets that come with the program, by name."""
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
    path = Path(path)
    text = "\n".join(read_lines(path, what="marker set"))
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataError(
            path, expected="TOML", got=str(error), remedy="correct it there"
        ) from error
    _check(path, table, known=_SECTIONS, needed=("name", "title", "markers"))
    markers = [m for entry in table["markers"] for m in _sides(path, entry)]
    names = [marker.name for marker in markers]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise _fault(path, repeated[0], "every marker once", "it again")
    directions = {key: tuple(found) for key, found in table.get("axes", {}).items()}
    _check(
        path, directions, known=_DIRECTIONS, needed=_DIRECTIONS[: 4 * bool(directions)]
    )
    found = MarkerSet(
        name=table["name"],
        title=table["title"],
        markers=tuple(markers),
        measurements=tuple(
            _measurement(path, entry) for entry in table.get("measurements", ())
        ),
        directions=directions,
        refined=tuple(tuple(_both(group)) for group in table.get("refined", ())),
    )
    used = [name for found_names in directions.values() for name in found_names]
    used += [n for m in found.measurements for pair in m.pairs for n in pair]
    for name in used:
        if name not in names:
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


def _sides(path: Path, entry: Mapping[str, Any]) -> list[PlacedMarker]:
    """One marker in the middle, or the right and the mirrored left one."""
    _check(path, entry, known=_MARKER, needed=("names", "body", "location"))
    names, location = entry["names"], entry["location"]
    body, numbers = entry["body"], all(isinstance(x, int | float) for x in location)
    if len(names) not in (1, 2) or len(location) != 3 or not numbers:
        raise _fault(
            path,
            name_some(names),
            "one name or two and a location of three numbers in metres",
            f"{len(names)} names at {location}",
        )
    aliases = entry.get("aliases", [[] for _ in names])
    arms = body in ARM_BODIES
    right = PlacedMarker(
        name=names[0],
        body=body + SIDES[0]
        if len(names) == 2 and body not in ("pelvis", "torso")
        else body,
        location=(float(location[0]), float(location[1]), float(location[2])),
        weight=float(entry.get("weight", 1.0)),
        placement=float(entry.get("placement", 1.0)),
        region=entry.get("region", "arms" if arms else "core"),
        aliases=tuple(aliases[0]),
    )
    if len(names) == 1:
        return [right]
    left = replace(
        right,
        name=names[1],
        body=right.body.removesuffix("_r") + "_l" if right.body != body else body,
        location=(right.location[0], right.location[1], -right.location[2]),
        aliases=tuple(aliases[1]),
    )
    return [right, left]


def _measurement(path: Path, entry: Mapping[str, Any]) -> SegmentMeasurement:
    _check(path, entry, known=_MEASUREMENT, needed=_MEASUREMENT)
    scales: dict[str, str] = {}
    for body, axes in entry["scales"].items():
        if not axes or not set(axes) <= set(AXES):
            raise _fault(path, body, "axes such as xyz", repr(axes))
        scales |= dict.fromkeys(_both([body]), axes)
    pairs = tuple((first, second) for first, second in entry["pairs"])
    return SegmentMeasurement(name=entry["name"], pairs=pairs, scales=scales)


def _both(bodies: Sequence[str]) -> list[str]:
    """Bodies of both sides, from names without."""
    middle = ("pelvis", "torso")
    return [b + s for b in bodies for s in (("",) if b in middle else SIDES)]


def _check(
    path: Path,
    table: Mapping[str, Any],
    *,
    known: tuple[str, ...],
    needed: tuple[str, ...],
) -> None:
    """Refuse unknown and missing keys."""
    wrong = [key for key in table if key not in known]
    wrong += [key for key in needed if key not in table]
    if wrong:
        raise _fault(path, wrong[0], f"the keys {', '.join(known)}", name_some(table))


def _fault(path: Path, place: str, expected: str, got: str) -> DataError:
    return DataError(
        path, column=place, expected=expected, got=got, remedy="correct it there"
    )
