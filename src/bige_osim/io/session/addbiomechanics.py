"""The layout of AddBiomechanics' results, and loose files in one folder.

AddBiomechanics writes ``IK/<trial>_ik.mot``, ``ID/<trial>_grf.mot``,
``MarkerData/<trial>.trc`` and ``Models/*.osim`` into one folder, in a subject's folder
that holds ``_subject.json``. Sources: ``engine`` of
https://github.com/keenon/AddBiomechanics; Werling et al. 2023, PLoS ONE 18, e0295152.
"""

from pathlib import Path

from bige_osim.io.session.force_files import find_forces, holds_forces
from bige_osim.io.session.layout import (
    METADATA_FILES,
    Layout,
    files,
    first_file,
    strip_ending,
)
from bige_osim.paths import AnyPath

SUBJECT = "_subject.json"
INNER = ("osim_results", "results")
"""Folders of a subject's folder that hold the results."""

FITTED = (
    "final",
    "match_markers_and_physics",
    "match_markers_but_ignore_physics",
    "optimized_scale_and_markers",
)
"""AddBiomechanics' names of a participant's models, last step of fitting first."""

_UNFITTED = "unscaled_"
_MOTION_ENDING = "_ik"


def find_addbiomechanics(folder: AnyPath) -> Layout | None:
    """Find the files of AddBiomechanics' results.

    Parameters
    ----------
    folder : the results, or the subject's folder that holds them
    """
    folder = Path(folder)
    for base in (folder, *(folder / name for name in INNER)):
        if any(files(base / "IK", ".mot")) and (
            (base / "Models").is_dir() or _subject(base) is not None
        ):
            break
    else:
        return None
    place = "" if base == folder else f"{base.name}/"
    markers = {p.stem: p for p in files(base / "MarkerData", ".trc")}
    forces = files(base / "ID", ".mot")
    models = files(base / "Models", ".osim")
    return Layout(
        kind="AddBiomechanics",
        root=folder,
        motions=_motions(base / "IK"),
        markers=markers,
        # Those named _grf_raw are not yet processed.
        forces={p.stem[:-4]: p for p in forces if p.stem.endswith("_grf")},
        models=tuple(p for p in models if not p.stem.startswith(_UNFITTED)),
        metadata=_subject(base),
        motion_place=f"{place}IK",
        model_place=f"{place}Models",
        marker_place=f"{place}MarkerData" if markers else None,
        mass_from_model=True,
        fitted_mass=True,
    )


def find_loose(folder: AnyPath) -> Layout | None:
    """Find motions or markers beside a model in one folder."""
    folder = Path(folder)
    models = tuple(files(folder, ".osim"))
    markers = {p.stem: p for p in files(folder, ".trc")}
    motions = _motions(folder)
    if not models or not (motions or markers):
        return None
    known = {name: name for name in markers}
    known |= {path.stem: name for name, path in motions.items()}
    forces = find_forces(folder, motions, others=known, deep=False)
    return Layout(
        kind="loose files",
        root=folder,
        motions=motions,
        markers=markers,
        forces=forces.by_trial,
        models=models,
        metadata=first_file([folder], METADATA_FILES),
        motion_place="the folder",
        model_place="the folder",
        marker_place="" if markers else None,
        mass_from_model=True,
        notes=forces.notes,
    )


def _motions(folder: Path) -> dict[str, Path]:
    """Motions by trial; of two that would have one name, each keeps its own."""
    paths = [path for path in files(folder, ".mot") if not holds_forces(path)]
    stems = {path.stem for path in paths}
    found = {}
    for path in paths:
        bare = strip_ending(path.stem, _MOTION_ENDING)
        found[path.stem if bare in stems else bare] = path
    return found


def _subject(base: Path) -> Path | None:
    """Find the file about the participant, in the results or the folder above."""
    return first_file([base, base.resolve().parent], [SUBJECT, *METADATA_FILES])
