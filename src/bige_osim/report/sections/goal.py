"""The section on the goal: what was asked, and where it is satisfied."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from bige_osim.errors import GoalError
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.terms import find_title
from bige_osim.guidance.terms.activation import OVER
from bige_osim.report.figures.comparison_figures import goal_figure
from bige_osim.report.figures.style import Band
from bige_osim.report.formatting import (
    MISSING,
    Value,
    amount,
    format_fixed,
    format_with_unit,
    join_names,
    number,
)
from bige_osim.report.page import (
    Block,
    Cell,
    Facts,
    Note,
    Picture,
    Pictures,
    Section,
    Table,
    how_many,
)
from bige_osim.report.results import Json, Results
from bige_osim.report.sections.feasibility import make_feasibility

MOST_MUSCLES = 8
"""Muscles of a goal that are drawn."""


def goal_section(results: Results) -> Section:
    """Say what was asked of the motions, and where it is satisfied."""
    guided, validated = results.one("guide"), results.one("validate")
    goal = {} if guided is None else guided.content.get("goal", {})
    predicted = (
        [] if guided is None else [m["terms"] for m in guided.content["motions"]]
    )
    motions = [] if validated is None else validated.content["validation"]["motions"]
    blocks: list[Block] = []
    if guided is not None:
        blocks += [*_participant(guided.content), *make_feasibility(guided.content)]
    expected = results.expected_by
    if not goal:
        blocks.append(Note("The goal is not known: there is no guide.json here."))
    if not motions:
        known = "not known"
        if guided is not None and guided.content["motions"]:
            known = "known (`bige guide` delivers what passes), not by how much"
        blocks.append(
            Note(
                f"Whether the goal is satisfied in simulation is {known}: there is no "
                "validate.json here."
            )
        )
    rows = _rows(goal, predicted=predicted, motions=motions)
    if rows:
        blocks.append(
            Table(
                headings=(
                    "term of the goal",
                    "asked",
                    f"satisfied ({expected})",
                    "satisfied (simulation)",
                    f"values ({expected})",
                    "values (simulation)",
                ),
                rows=rows,
                caption="Terms without a bound are minimised but do not pass or fail.",
            )
        )
    picture = _picture(motions, expected=expected)
    if picture is not None:
        blocks.append(Pictures((picture,)))
    return Section("Goal", "goal", tuple(blocks))


def term_at(terms: Sequence[Json], name: str, occurrence: int) -> Json | None:
    """Find the term of that name, the first being occurrence 0."""
    found = [term for term in terms if term["name"] == name]
    return found[occurrence] if occurrence < len(found) else None


def _participant(guided: Json) -> list[Block]:
    """Whose model it is, and whom the nets knew."""
    entries = []
    person, people = guided.get("person", {}), guided.get("people", {})
    if person:
        entries.append(
            (
                "target participant",
                f"{person['model']}: {number(person['height_m'])} m, "
                f"{number(person['mass_kg'])} kg, legs "
                f"{number(person['leg_length_m'])} m",
            )
        )
    for use, words in (("train", "nets trained on"), ("test", "held-out")):
        if people.get(use):
            entries.append(
                (words, join_names([str(name) for name in people[use]], most=8))
            )
    return [Facts(tuple(entries))] if entries else []


def _rows(
    goal: Json, *, predicted: Sequence[Sequence[Json]], motions: Sequence[Json]
) -> tuple[tuple[Cell | str, ...], ...]:
    seen: dict[str, int] = {}
    rows = []
    for name, asked in _asked(goal, motions):
        occurrence = seen[name] = seen.get(name, -1) + 1
        simulated = [term_at(m["terms"], name, occurrence) for m in motions]
        checks = [term for term in simulated if term is not None]
        if checks:
            by = [(c["surrogate"], c["expected"], c["unit"]) for c in checks]
            found = [(c["simulated"], c["holds"], c["unit"]) for c in checks]
        else:
            terms = [term_at(t, name, occurrence) for t in predicted]
            by = [(t["after"], t["holds"], t["unit"]) for t in terms if t is not None]
            found = []
        rows.append(
            (
                find_title(name),
                asked,
                _count_satisfied([flag for _, flag, _ in by]),
                _count_satisfied([flag for _, flag, _ in found]),
                _spread(by),
                _spread(found),
            )
        )
    return tuple(rows)


def _asked(goal: Json, motions: Sequence[Json]) -> list[tuple[str, str]]:
    """Name every term and say what it asks; of an unknown goal the names alone."""
    try:
        return [(term.name, term.describe()) for term in Goal.from_dict(goal).terms]
    except GoalError:
        terms = motions[0]["terms"] if motions else []
        return [(term["name"], MISSING) for term in terms]


def _count_satisfied(flags: Sequence[bool | None]) -> Cell:
    judged = [flag for flag in flags if flag is not None]
    return how_many(sum(judged), len(judged)) if judged else Cell(MISSING)


def _spread(values: Sequence[tuple[Value, bool | None, str]]) -> str:
    """Write the smallest and largest value with the unit."""
    known = [value for value, _, _ in values if value is not None]
    if not known:
        return MISSING
    low, high, unit = min(known), max(known), values[0][2]
    if format_with_unit(low, unit) == format_with_unit(high, unit):
        return format_with_unit(low, unit)
    return f"{amount(low, unit)} to {format_with_unit(high, unit)}"


def _picture(motions: Sequence[Json], *, expected: str) -> Picture | None:
    """Draw what the muscles of the goal come to, if there are expected activations."""
    reached: dict[str, dict[str, list[float]]] = {"surrogate": {}, "simulated": {}}
    bands: dict[str, Band] = {}
    statistics = set()
    for motion in motions:
        for term, asked_ in _ranges(motion):
            statistics.add(str(asked_["statistic"]))
            for judged, pair in _judged_values(term, asked_):
                bands[judged] = float(asked_["low"]), float(asked_["high"])
                for kind, value in zip(reached, pair, strict=True):
                    reached[kind].setdefault(judged, []).append(value)
    bands = dict(list(bands.items())[:MOST_MUSCLES])
    if not bands:
        return None
    statistic = statistics.pop() if len(statistics) == 1 else "peak or mean"
    statistic = "furthest" if statistic == "every" else statistic
    values = {
        kind: {muscle: np.array(lists[muscle]) for muscle in bands}
        for kind, lists in reached.items()
    }
    figure = goal_figure(
        [str(motion["name"]) for motion in motions],
        values["surrogate"],
        values["simulated"],
        bands=bands,
        statistic=statistic,
        expected=expected,
    )
    facts = [
        f"{muscle}: {expected} {_ends(values['surrogate'][muscle])}, simulated "
        f"{_ends(values['simulated'][muscle])}, goal {number(low)} to {number(high)}"
        for muscle, (low, high) in bands.items()
    ]
    what = f"{statistic.capitalize()} activation"
    return Picture(
        figure,
        alt=f"{what} of {join_names(list(bands))} in every motion. {'; '.join(facts)}.",
        caption=f"{what} of the muscles of the goal: {expected} and simulation.",
    )


def _ranges(motion: Json) -> list[tuple[Json, Json]]:
    """Terms with the ranges they ask of muscles, where expected values are known."""
    ranges = [(term, term["range"]) for term in motion["terms"]]
    return [(term, one) for term, one in ranges if one is not None and one["surrogate"]]


def _judged_values(term: Json, range_: Json) -> list[tuple[str, tuple[float, float]]]:
    """Take what a range is asked of, and its values as expected and simulated."""
    over = str(range_.get("over", "each"))
    if over != "each":
        muscles = join_names([str(muscle) for muscle in range_["muscles"]], most=2)
        values = float(term["surrogate"]), float(term["simulated"])
        return [(f"{OVER[over]}{muscles}", values)]
    pairs = zip(range_["surrogate"], range_["simulated"], strict=True)
    return [
        (str(muscle), (float(by), float(found)))
        for muscle, (by, found) in zip(range_["muscles"], pairs, strict=True)
    ]


def _ends(values: Float[np.ndarray, " N"]) -> str:
    low, high = (format_fixed(float(end), 2) for end in (values.min(), values.max()))
    return f"{low} to {high}"
