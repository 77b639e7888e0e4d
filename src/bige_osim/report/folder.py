"""The page that a folder of results makes."""

from pathlib import Path

from bige_osim.paths import AnyPath
from bige_osim.report.page import Page
from bige_osim.report.results import read_results
from bige_osim.report.sections.agreement import agreement_section
from bige_osim.report.sections.goal import goal_section
from bige_osim.report.sections.headline import make_headline
from bige_osim.report.sections.limits import limits_section
from bige_osim.report.sections.motions import motion_section
from bige_osim.report.sections.participants import participants_section
from bige_osim.report.sections.provenance import provenance_section
from bige_osim.report.sections.training import training_section


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
        footer="Made by bige report. Activations come from static optimisation of a "
        "model; they are not measured muscle activity.",
    )
