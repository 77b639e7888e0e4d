"""The page of what ``bige solve`` left in a folder."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bige_osim.errors import DataError, count_nouns
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.report.formatting import join_names, number
from bige_osim.report.page import Block, Facts, Note, Page, Section
from bige_osim.report.reference import Kind, Reference, read_references
from bige_osim.report.results import Json, Output, Results, read_results
from bige_osim.report.sections.provenance import provenance_section
from bige_osim.report.sections.solved_verdict import (
    make_solved_headline,
    verdict_section,
)
from bige_osim.report.sections.trial import bare_section, trial_section
from bige_osim.report.trial import Trial, read_trial

MOST = 12
"""Trials that are drawn; a page of many more is slow to open."""

FOOTER = (
    "Made by bige solve. Activations come from static optimisation of a model; they "
    "are not measured muscle activity."
)


def is_solved_folder(folder: AnyPath) -> bool:
    """Say whether a folder holds what ``bige solve`` left, and no guided motions."""
    folder = Path(folder)
    if not (folder / "solve.json").is_file():
        return False
    results = read_results(folder)
    return results.one("guide") is None and results.one("validate") is None


def page_from_solved(folder: AnyPath, *, reference: AnyPath | None = None) -> Page:
    """Make the page of solved trials, from the files of ``bige solve``.

    Parameters
    ----------
    folder : that ``bige solve`` wrote to
    reference : dataset of ``bige collect`` whose repetitions stand behind the curves

    Raises
    ------
    MissingFileError, DataError
        if a file that ``solve.json`` lists is not there, or damaged
    DatasetError
        if the reference is no dataset
    """
    folder = Path(folder)
    results = read_results(folder)
    solved = results.one("solve")
    assert solved is not None
    rows = _rows(solved)
    skeletons: dict[str, Skeleton] = {}
    drawable = [row for row in rows if _can_be_drawn(row)]
    trials = [read_trial(folder, row, skeletons) for row in drawable[:MOST]]
    references: dict[Kind, Reference] = {}
    if reference is not None:
        references = read_references(reference, {_find_kind(t) for t in trials})
    notes = _notes(drawable, reference, trials, references)
    sections = {
        trial.name: trial_section(trial, reference=references.get(_find_kind(trial)))
        for trial in trials
    } | {str(row["trial"]): bare_section(row) for row in rows if not _can_be_drawn(row)}
    return Page(
        title=f"Solved trials: {folder.resolve().name}",
        headline=make_solved_headline(rows),
        sections=(
            *([verdict_section(rows)] if len(rows) > 1 else []),
            *(sections[name] for name in _names(rows) if name in sections),
            _settings_section(results, solved, trials, notes),
        ),
        footer=FOOTER,
    )


def _names(rows: Sequence[Json]) -> list[str]:
    return [str(row["trial"]) for row in rows]


def _rows(solved: Output) -> list[Json]:
    rows = solved.content.get("trials")
    if not isinstance(rows, list) or not rows:
        raise DataError(
            solved.path, expected="trials", got="none", remedy="run bige solve again"
        )
    return rows


def _can_be_drawn(row: Json) -> bool:
    return bool(row.get("motion"))


def _find_kind(trial: Trial) -> Kind:
    """Exercise and side of a trial's repetitions; empty if it has none."""
    if not trial.repetitions:
        return "", ""
    return trial.repetitions[0].exercise, trial.repetitions[0].side


def _notes(
    drawable: Sequence[Json],
    reference: AnyPath | None,
    trials: Sequence[Trial],
    references: Mapping[Kind, Reference],
) -> Iterator[str]:
    """Say what is not drawn, and where the reference has nothing to compare with."""
    if len(drawable) > MOST:
        left = count_nouns(len(drawable) - MOST, "trial")
        yield f"{left} more than the {MOST} drawn: see the table at the top."
    if reference is None:
        return
    without = [t.name for t in trials if _find_kind(t) not in references]
    if without:
        yield (
            f"{Path(reference).name} has no repetitions of the kind of "
            f"{join_names(without)}: no reference is drawn there."
        )


def _settings_section(
    results: Results, solved: Output, trials: Sequence[Trial], notes: Iterator[str]
) -> Section:
    """How the trials were solved, with what, from what."""
    content, config = solved.content, solved.manifest.get("config", {})
    static, ground = config.get("static", {}), config.get("ground", {})
    masses = sorted({f"{trial.skeleton.spec.mass:.1f} kg" for trial in trials})
    facts = {
        "model": content.get("model"),
        "mass of the model": join_names(masses),
        "masses": content.get("masses", {}).get("text"),
        "engine": content.get("engine"),
        "low-pass of the motion": _with_unit(config.get("cutoff"), "Hz"),
        "solved frames a second": config.get("rate") or "all",
        "cost of static optimisation": f"sum of activations to the power of "
        f"{number(static['exponent'])}"
        if "exponent" in static
        else None,
        "optimal force of reserves": _with_unit(static.get("reserve"), "N m"),
        "friction, where ground reaction is estimated": ground.get("friction"),
    }
    entries = tuple((term, str(value)) for term, value in facts.items() if value)
    provenance = provenance_section(results, expected=()).blocks
    blocks: tuple[Block, ...] = (Facts(entries), *map(Note, notes), *provenance)
    return Section("Settings and versions", "settings", blocks, sheet=True)


def _with_unit(value: float | None, unit: str) -> str | None:
    return None if value is None else f"{number(value)} {unit}"
