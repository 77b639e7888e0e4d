"""What is known of a family of models beyond its ``.osim``: ``osim_models/*``.

Contact points for models without contact geometry, and muscle groups. The files,
``profile.toml``, are described in ``osim_models/README.md``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from pydantic import Field

from bige_osim.errors import MissingFileError
from bige_osim.io.tables import Names, Number, TomlTable, read_toml
from bige_osim.paths import AnyPath
from bige_osim.spec import ModelSpec, SphereSpec

SIDES = ("_r", "_l")


class ContactPoint(TomlTable):
    """A contact sphere under the right foot.

    Attributes
    ----------
    name, body : without side
    x, z : forward and right in the body's frame, as a fraction of the distance from
        calcaneus to toe joint
    y, radius : m
    """

    name: str
    body: str
    x: Number
    y: Number
    z: Number
    radius: Number


class Match(TomlTable):
    """Which models belong to a family.

    Attributes
    ----------
    names : shell patterns on a model's name
    coordinates : what a model of another name must have
    """

    names: Names = ()
    coordinates: Names = ()


class ProfileFile(TomlTable):
    """The content of one file, names without sides.

    Attributes
    ----------
    base : family whose sections serve where the file has none
    feet : bodies of the right and the left foot, with their sides; empty if they are
        called as in the family
    muscle_groups, coordinate_aliases : names that a reader may use for others
    full_names : of muscles and groups, for pages
    """

    name: str
    title: str
    base: str | None = None
    match: Match = Match()
    feet: Names = ()
    contacts: tuple[ContactPoint, ...] = ()
    muscle_groups: dict[str, Names] = Field(default_factory=dict)
    full_names: dict[str, str] = Field(default_factory=dict)
    coordinate_aliases: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """A model family's extras, fitted to one model.

    Attributes
    ----------
    name : of the family; ``none`` for a model of no known family
    contacts : contact points of the right foot
    muscle_groups : group -> muscles of the model, e.g. ``quadriceps_r``,
        ``quadriceps_l`` and ``quadriceps`` for both
    full_names : of muscles and groups, without side
    """

    name: str
    contacts: tuple[ContactPoint, ...]
    muscle_groups: dict[str, tuple[str, ...]]
    full_names: Mapping[str, str] = field(default_factory=dict)

    def full_name(self, name: str) -> str:
        """Write the name of a muscle or group out; one that is not known stays.

        Examples
        --------
        >>> known = Profile("mine", (), {}, {"bflh": "biceps femoris long head"})
        >>> known.full_name("bflh_r"), known.full_name("bflh"), known.full_name("x_l")
        ('biceps femoris long head, right', 'biceps femoris long head', 'x, left')
        """
        stem, side = name, ""
        for ending, word in zip(SIDES, (", right", ", left"), strict=True):
            if name.endswith(ending):
                stem, side = name.removesuffix(ending), word
        return self.full_names.get(stem, stem.replace("_", " ")) + side


def families_folder() -> Path:
    """Folder ``osim_models``: in an installed package, else at the repository's root.

    Raises
    ------
    MissingFileError
        It is in neither place.

    Examples
    --------
    >>> families_folder().name
    'osim_models'
    """
    package = Path(str(files("bige_osim")))
    places = [package / "osim_models", package.parents[1] / "osim_models"]
    for place in places:
        if place.is_dir():
            return place
    raise MissingFileError(
        places[0], what="folder of model families", remedy="install bige-osim again"
    )


@cache
def read_profiles() -> tuple[ProfileFile, ...]:
    """Read every family that comes with the program; errors as of :func:`read_profile`.

    Examples
    --------
    >>> "rajagopal2015" in {file.name for file in read_profiles()}
    True
    """
    paths = sorted(families_folder().glob("*/profile.toml"))
    return tuple(read_profile(path) for path in paths)


def read_profile(path: AnyPath) -> ProfileFile:
    """Read one ``profile.toml``; sections that it lacks are those of its base.

    Raises
    ------
    MissingFileError
        It, or its base, is not there.
    DataError
        It is not TOML, has unknown or missing keys, or a value makes no sense.
    """
    path = Path(path)
    file = read_toml(path, ProfileFile, what="model profile")
    if file.base is None:
        return file
    base = read_profile(path.parent.parent / file.base / path.name)
    own = {key: getattr(file, key) for key in {*file.model_fields_set, "match"}}
    return base.model_copy(update=own)


def find_profile(spec: ModelSpec) -> Profile:
    """Find the family of a model by its name, else by its coordinates.

    A model of no known family gets a profile without content: its muscles still go by
    their own names.

    Raises
    ------
    DataError
        A ``profile.toml`` is damaged.
    """
    for file in read_profiles():
        if any(fnmatch(spec.name, pattern) for pattern in file.match.names):
            return _fit(file, spec.muscle_names)
    alike = [
        file
        for file in read_profiles()
        if {*file.match.coordinates} <= {*spec.coordinate_names}
        and file.match.coordinates
    ]
    if not alike:
        return Profile("none", (), {})
    nearest = max(alike, key=lambda file: len(file.match.coordinates))
    return _fit(nearest, spec.muscle_names)


def find_profile_of_muscles(names: Collection[str]) -> Profile:
    """Find the family that has most groups of these muscles, where there is no model.

    Full names are those of that family; there may be no group at all.

    Examples
    --------
    >>> find_profile_of_muscles(["vasmed_r", "vaslat_r", "vasint_r"]).muscle_groups
    {'vasti_r': ('vasint_r', 'vaslat_r', 'vasmed_r')}
    """
    known = [_fit(file, names) for file in read_profiles()]
    return max(known, key=lambda profile: len(profile.muscle_groups))


def family_spheres(spec: ModelSpec) -> tuple[SphereSpec, ...]:
    """Contact spheres of a model's family, scaled to the model, m.

    None for a model of no known family, or whose feet are not named as in the family.
    """
    lengths = {side: _foot_length(spec, side) for side in SIDES}
    if not all(lengths.values()):
        return ()
    return tuple(
        SphereSpec(
            name=point.name + side,
            body=point.body + side,
            location=(
                length * point.x,
                point.y,
                length * point.z * (1 if side == "_r" else -1),
            ),
            radius=point.radius,
        )
        for side, length in lengths.items()
        for point in find_profile(spec).contacts
    )


def _fit(file: ProfileFile, muscles: Collection[str]) -> Profile:
    """Resolve sides, and drop groups of which not all muscles are there."""
    groups: dict[str, tuple[str, ...]] = {}
    for group, stems in file.muscle_groups.items():
        sided = {group + side: tuple(stem + side for stem in stems) for side in SIDES}
        groups |= sided | {group: tuple(m for part in sided.values() for m in part)}
    known = {*muscles}
    return Profile(
        file.name,
        file.contacts,
        {g: m for g, m in groups.items() if {*m} <= known},
        file.full_names,
    )


def _foot_length(spec: ModelSpec, side: str) -> float:
    """Distance from the calcaneus' origin to the metatarsophalangeal joint, m.

    0 where no joint leads from the one body to the other.
    """
    for joint in spec.joints:
        if (joint.parent, joint.child) == ("calcn" + side, "toes" + side):
            return float(np.linalg.norm(joint.parent_offset[:3, 3]))
    return 0.0
