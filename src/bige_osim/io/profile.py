"""What is known of a family of models beyond its ``.osim``: ``osim_models/*``.

Contact points for models without contact geometry, muscle groups and other names of
coordinates. The files are described in ``osim_models/README.md``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import numpy as np

from bige_osim.errors import UnknownNameError
from bige_osim.io.profile_file import ContactPoint, ProfileFile, read_profiles
from bige_osim.paths import AnyPath
from bige_osim.spec import ModelSpec, SphereSpec

SIDES = ("_r", "_l")


@dataclass(frozen=True)
class Profile:
    """A model family's extras, fitted to one model.

    Attributes
    ----------
    name : of the family; ``none`` for a model of no known family
    contacts : contact points of the right foot
    muscle_groups : group -> muscles of the model, e.g. ``quadriceps_r``,
        ``quadriceps_l`` and ``quadriceps`` for both
    coordinate_aliases : other name -> coordinate of the model
    """

    name: str
    contacts: tuple[ContactPoint, ...]
    muscle_groups: dict[str, tuple[str, ...]]
    coordinate_aliases: dict[str, str]


def find_profile(spec: ModelSpec, *, folder: AnyPath | None = None) -> Profile:
    """Find the family of a model by its name, else by its coordinates.

    A model of no known family gets a profile without content: its muscles and
    coordinates still go by their own names.

    Parameters
    ----------
    spec : the model
    folder : where the families are; default those that come with the program

    Raises
    ------
    DataError
        A ``profile.toml`` is damaged.
    """
    folder = None if folder is None else Path(folder)
    files = read_profiles(folder)
    named = [file for file in files if any(fnmatch(spec.name, p) for p in file.names)]
    alike = [
        file
        for file in files
        if file.coordinates and set(file.coordinates) <= set(spec.coordinate_names)
    ]
    alike.sort(key=lambda file: -len(file.coordinates))
    found = named + alike
    if not found:
        return Profile("none", (), {}, {})
    return _fit(found[0], spec)


def family_spheres(spec: ModelSpec) -> tuple[SphereSpec, ...]:
    """Contact spheres of a model's family, scaled to the model.

    None for a model of no known family, or whose feet are not named as in the family.
    """
    points = find_profile(spec).contacts
    lengths = {side: _foot_length(spec, side) for side in SIDES}
    return tuple(
        _sphere(point, side, length)
        for side, length in lengths.items()
        for point in points
        if all(lengths.values())
    )


def find_muscles(spec: ModelSpec, names: Iterable[str]) -> tuple[str, ...]:
    """Muscles that muscle and group names stand for, each once, in order.

    Raises
    ------
    UnknownNameError
        A name is neither a muscle of the model nor a group of its family.
    """
    groups = find_profile(spec).muscle_groups
    found: dict[str, None] = {}
    for name in names:
        if name not in groups and name not in spec.muscle_names:
            raise UnknownNameError(
                "muscle or muscle group",
                name,
                [*groups, *spec.muscle_names],
                where=f"model {spec.name}",
            )
        found.update(dict.fromkeys(groups.get(name, (name,))))
    return tuple(found)


def find_coordinate(spec: ModelSpec, name: str) -> str:
    """Name in the model of a coordinate that may be called by another name.

    Raises
    ------
    UnknownNameError
        It is neither a coordinate of the model nor an alias of its family.
    """
    if name in spec.coordinate_names:
        return name
    aliases = find_profile(spec).coordinate_aliases
    if name not in aliases:
        raise UnknownNameError(
            "coordinate",
            name,
            [*aliases, *spec.coordinate_names],
            where=f"model {spec.name}",
        )
    return aliases[name]


def _fit(file: ProfileFile, spec: ModelSpec) -> Profile:
    """Resolve sides, and drop what this model does not have."""
    groups: dict[str, tuple[str, ...]] = {}
    for group, stems in file.muscle_groups.items():
        sided = {group + side: tuple(stem + side for stem in stems) for side in SIDES}
        both = tuple(muscle for muscles in sided.values() for muscle in muscles)
        for name, muscles in {**sided, group: both}.items():
            if set(muscles) <= set(spec.muscle_names):
                groups[name] = muscles
    aliases = {
        alias + side: coordinate + side
        for alias, coordinate in file.coordinate_aliases.items()
        for side in (*SIDES, "")
        if coordinate + side in spec.coordinate_names
    }
    return Profile(file.name, file.contacts, groups, aliases)


def _sphere(point: ContactPoint, side: str, length: float) -> SphereSpec:
    across = length * point.z * (1 if side == "_r" else -1)
    return SphereSpec(
        name=point.name + side,
        body=point.body + side,
        location=(length * point.x, point.y, across),
        radius=point.radius,
    )


def _foot_length(spec: ModelSpec, side: str) -> float:
    """Distance from the calcaneus' origin to the metatarsophalangeal joint, m.

    0 where no joint leads from the one body to the other.
    """
    for joint in spec.joints:
        if (joint.parent, joint.child) == ("calcn" + side, "toes" + side):
            return float(np.linalg.norm(joint.parent_offset[:3, 3]))
    return 0.0
