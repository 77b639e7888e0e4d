"""Where the files of a session lie, whichever program arranged them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from bige_osim.paths import AnyPath

METADATA_FILES = ("sessionMetadata.yaml", "metadata.yaml")
"""Names of OpenCap's files about the participant; other layouts may hold one too."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The files of a session, found and not yet read.

    Attributes
    ----------
    kind : who arranged it so, in words
    root : the folder that file names are relative to
    motions, markers, forces : files by the name of their trial
    models : ``.osim`` files, scaled to the participant
    trial_models : ``.osim`` files that are for one trial only, by its name
    metadata : the file about the participant, ``None`` if there is none
    simulations : files of coordinates and activations that others simulated
    motion_place, model_place, marker_place : where they were looked for; no markers
        are missed if the last is ``None``
    mass_from_model : whether the model's mass is the participant's if nothing else
        says it
    fitted_mass : whether the model's mass may differ, having been fitted to plates
    notes : what to know besides, one sentence each
    """

    kind: str
    root: Path
    motions: Mapping[str, Path]
    markers: Mapping[str, Path]
    forces: Mapping[str, Path]
    models: tuple[Path, ...]
    metadata: Path | None
    motion_place: str
    model_place: str
    marker_place: str | None
    simulations: tuple[Path, ...] = ()
    trial_models: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    mass_from_model: bool = False
    fitted_mass: bool = False
    notes: tuple[str, ...] = field(default=())


def files(folder: AnyPath, suffix: str, *, deep: bool = False) -> Iterator[Path]:
    """Files with this ending in a folder, and those below if ``deep``.

    Hidden ones, as macOS leaves, are not.
    """
    found = Path(folder).glob("**/[!.]*" if deep else "[!.]*")
    return (p for p in sorted(found) if p.suffix.lower() == suffix and p.is_file())


def first_file(folders: Iterable[Path], names: Iterable[str]) -> Path | None:
    """Find the first file of one of these names in one of these folders."""
    found = (folder / name for folder, name in product(folders, names))
    return next((path for path in found if path.is_file()), None)


def strip_ending(stem: str, *endings: str) -> str:
    """Take the first of these endings that a name has off it, whatever its case.

    Examples
    --------
    >>> strip_ending("walk_GRF", "_forces", "_grf")
    'walk'
    """
    for ending in endings:
        if stem.lower().endswith(ending.lower()):
            return stem[: -len(ending)]
    return stem
