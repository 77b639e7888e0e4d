"""``profile.toml`` of a model family, as written (TOML 1.0, https://toml.io)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from bige_osim.errors import DataError, MissingFileError, name_some
from bige_osim.paths import AnyPath

_SECTIONS = (
    "name",
    "title",
    "base",
    "match",
    "feet",
    "contacts",
    "muscle_groups",
    "coordinate_aliases",
)


@dataclass(frozen=True)
class ContactPoint:
    """A contact sphere under the right foot.

    Attributes
    ----------
    name, body : without side
    x, z : forward and right in the body's frame, in distances calcaneus to toe joint
    y, radius : m
    """

    name: str
    body: str
    x: float
    y: float
    z: float
    radius: float


@dataclass(frozen=True)
class ProfileFile:
    """The content of one file, names without sides.

    Attributes
    ----------
    names : shell patterns on a model's name
    coordinates : what a model of another name must have
    feet : bodies of the right and the left foot, with their sides; empty if they are
        called as in the family
    """

    name: str
    title: str
    names: tuple[str, ...] = ()
    coordinates: tuple[str, ...] = ()
    feet: tuple[str, ...] = ()
    contacts: tuple[ContactPoint, ...] = ()
    muscle_groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    coordinate_aliases: dict[str, str] = field(default_factory=dict)


@cache
def read_profiles(folder: AnyPath | None = None) -> tuple[ProfileFile, ...]:
    """Read every family in a folder, by default those that come with the program.

    Raises
    ------
    MissingFileError
        The folder, or the base of a family, is not there.
    DataError
        A file is not TOML or has unknown or missing keys.
    """
    folder = None if folder is None else Path(folder)
    folder = folder or families_folder()
    if not folder.is_dir():
        raise MissingFileError(folder, what="folder of model families")
    return tuple(read_profile(path) for path in sorted(folder.glob("*/profile.toml")))


def families_folder() -> Path:
    """Folder ``osim_models``: in an installed package, else at the repository's root.

    Raises
    ------
    MissingFileError
        It is in neither place.
    """
    package = Path(str(files("bige_osim")))
    places = [package / "osim_models", package.parents[1] / "osim_models"]
    for place in places:
        if place.is_dir():
            return place
    raise MissingFileError(
        places[0], what="folder of model families", remedy="install bige-osim again"
    )


def read_profile(path: AnyPath) -> ProfileFile:
    """Read one ``profile.toml``; sections that it lacks are those of its base.

    Raises
    ------
    MissingFileError
        It, or its base, is not there.
    DataError
        It is not TOML or has unknown or missing keys.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, what="model profile")
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            path, expected="TOML", got=str(error), remedy="correct it there"
        ) from error
    _check(path, table, known=_SECTIONS, needed=("name", "title"), where="the file")
    match = table.get("match", {})
    _check(path, match, known=("names", "coordinates"), needed=(), where="[match]")
    start = ProfileFile(name="", title="")
    if "base" in table:
        start = read_profile(path.parent.parent / table["base"] / path.name)
    return replace(
        start,
        name=table["name"],
        title=table["title"],
        names=tuple(match.get("names", ())),
        coordinates=tuple(match.get("coordinates", ())),
        **_contents(path, table),
    )


def _contents(path: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    """Sections that the file has itself."""
    contents: dict[str, Any] = {}
    if "feet" in table:
        contents["feet"] = tuple(table["feet"])
    if "contacts" in table:
        keys = tuple(ContactPoint.__dataclass_fields__)
        for point in table["contacts"]:
            _check(path, point, known=keys, needed=keys, where="[[contacts]]")
        contents["contacts"] = tuple(ContactPoint(**p) for p in table["contacts"])
    if "muscle_groups" in table:
        contents["muscle_groups"] = {
            group: tuple(muscles) for group, muscles in table["muscle_groups"].items()
        }
    if "coordinate_aliases" in table:
        contents["coordinate_aliases"] = dict(table["coordinate_aliases"])
    return contents


def _check(
    path: Path,
    table: Mapping[str, Any],
    *,
    known: tuple[str, ...],
    needed: tuple[str, ...],
    where: str,
) -> None:
    """Refuse unknown and missing keys."""
    wrong = [key for key in table if key not in known]
    wrong += [key for key in needed if key not in table]
    if wrong:
        raise DataError(
            path,
            column=wrong[0],
            expected=f"{where} with the keys {', '.join(known)}",
            got=name_some(table),
            remedy="correct it there",
        )
