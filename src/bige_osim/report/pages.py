"""The pages: of a folder of results, and of a dataset."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from bige_osim.dataset.netcdf_read import read_attributes, read_blocks
from bige_osim.dataset.repetition_table import repetition_table
from bige_osim.errors import count_nouns
from bige_osim.evaluation.certificate import Certificate
from bige_osim.paths import AnyPath
from bige_osim.report.figures.distributions import KINDS
from bige_osim.report.formatting import join_names
from bige_osim.report.page import Headline, Page, Tile, how_many
from bige_osim.report.results import read_results
from bige_osim.report.sections import dataset_contents as contents
from bige_osim.report.sections.agreement import agreement_section
from bige_osim.report.sections.certificate import certificate_section
from bige_osim.report.sections.dataset_distributions import distributions_section
from bige_osim.report.sections.dataset_physics import (
    GROUNDS,
    find_accepted,
    muscles_section,
    physics_section,
)
from bige_osim.report.sections.goal import goal_section
from bige_osim.report.sections.headline import make_headline
from bige_osim.report.sections.limits import limits_section
from bige_osim.report.sections.motions import motion_section
from bige_osim.report.sections.participants import participants_section
from bige_osim.report.sections.provenance import provenance_section
from bige_osim.report.sections.training import training_section

FOOTER = (
    "Made by bige report. Activations come from static optimisation of a model; they "
    "are not measured muscle activity."
)

CERTIFIED = (
    "Made by bige validate. Activations come from static optimisation of a model; they "
    "are not measured muscle activity. Residuals: Hicks et al. 2015, J Biomech Eng "
    "137:020905."
)

LABELS = {
    "recorded": "recorded",
    "made": "synthetic",
    "copies": "copies of recorded ones on other bodies",
}
"""What the kinds of repetitions are."""


def page_from_folder(folder: AnyPath) -> Page:
    """Make the page of what a folder holds; what is missing is said in one line.

    Looked for in the folder and up to three folders deep: the JSON file of every step
    (``squats.collect.json``, ``validate.json``, …), the nets' ``generator.json`` and
    ``surrogate.json`` with their curves, and the ``.mot`` and ``.sto`` files beside
    them.

    Raises
    ------
    MissingFileError
        if there is no such folder, or nothing to report in it
    DataError
        if one of the JSON files is damaged
    """
    folder = Path(folder)
    results = read_results(folder)
    return Page(
        title=f"Guided motions, checked by simulation: {folder.resolve().name}",
        headline=make_headline(results),
        sections=(
            goal_section(results),
            motion_section(results),
            agreement_section(results),
            limits_section(results),
            participants_section(results),
            training_section(results),
            provenance_section(results),
        ),
        footer=FOOTER,
    )


def page_from_dataset(path: AnyPath) -> Page:
    """Make the page of a dataset, which is read a few repetitions at a time.

    Errors are those of :func:`~bige_osim.dataset.netcdf_read.read_blocks`.
    """
    path = Path(path)
    table = repetition_table(read_blocks(path))
    rows = table.rows.assign(kind=_kinds(table.rows))
    return Page(
        title=f"Data card: {path.name}",
        headline=_headline(rows),
        sections=(
            contents.participants_section(rows),
            contents.exercises_section(rows),
            contents.sources_section(rows),
            distributions_section(rows),
            physics_section(rows),
            muscles_section(table.peaks, rows["kind"]),
            contents.markers_section(rows),
            contents.provenance_section(read_attributes(path)),
        ),
        footer=FOOTER,
    )


def page_from_certificates(certificates: Sequence[Certificate]) -> Page:
    """Make a page of certificates, each on a sheet of its own when printed.

    Parameters
    ----------
    certificates : one or more
    """
    count, passed = len(certificates), sum(one.passed for one in certificates)
    outcome = how_many(passed, count)
    return Page(
        title="Certificate of motions"
        if count > 1
        else f"Certificate of motion {certificates[0].name}",
        headline=Headline(
            f"{passed} of {count_nouns(count, 'motion')} passed", outcome.state
        ),
        sections=tuple(certificate_section(one) for one in certificates),
        footer=CERTIFIED,
    )


def _kinds(rows: pd.DataFrame) -> np.ndarray:
    """Say of each repetition which of :data:`KINDS` it is."""
    return np.select(
        [rows["source"] == "measured", rows["derived_from"] != ""],
        ["recorded", "copies"],
        "made",
    )


def _headline(rows: pd.DataFrame) -> Headline:
    counts = rows["exercise"].str.replace("_", " ").value_counts()
    exercises = [f"{name} ({count})" for name, count in counts.items()]
    people = count_nouns(rows["person"].nunique(), "participant")
    return Headline(
        f"{count_nouns(len(rows), 'repetition')} of {people}",
        "none",
        details=(f"Repetitions of {join_names(exercises, most=20)}.",),
        tiles=(
            *_kind_tiles(rows),
            *_residual_tiles(rows),
        ),
    )


def _residual_tiles(rows: pd.DataFrame) -> list[Tile]:
    """Say how many residuals are accepted, with plates and without."""
    holds = find_accepted(rows).all(axis=1)
    tiles = []
    for ground, words in GROUNDS.items():
        own = holds[rows["ground"] == ground]
        if not len(own):
            continue
        within = how_many(int(own.sum()), len(own), proves=ground == "measured")
        label = (
            "have acceptable pelvis residuals (Hicks et al. 2015); ground reaction "
            f"{words}"
        )
        tiles.append(Tile(within.text, label, within.state))
    return tiles


def _kind_tiles(rows: pd.DataFrame) -> list[Tile]:
    tiles = []
    for kind in KINDS:
        own = rows[rows["kind"] == kind]
        if len(own):
            people = count_nouns(own["person"].nunique(), "participant")
            tiles.append(Tile(str(len(own)), f"{LABELS[kind]}, {people}"))
    return tiles
