"""The table of the systems that are compared, and who is the nearest."""

from collections import defaultdict
from collections.abc import Sequence

from bige_osim.errors import count_nouns
from bige_osim.evaluation.compared_values import Verdict
from bige_osim.evaluation.comparison import Column, ComparedSystem
from bige_osim.evaluation.curve_tests import LEAST_PAIRS
from bige_osim.evaluation.estimate import Estimate
from bige_osim.report.compare_content import ComparePage
from bige_osim.report.formatting import (
    MISSING,
    format_fixed,
    format_interval,
    join_names,
)
from bige_osim.report.page import (
    Block,
    Cell,
    Headline,
    Note,
    Paragraph,
    Section,
    Table,
)

LEGEND = (
    "Mean ± SD over n participants, who count equally; in brackets the 95 % interval "
    "of the mean (bootstrap over participants; too narrow for fewer than ten). "
    "Bold: among the generated systems, the one whose mean is nearest to that of the "
    "reference, or nearest to 0 of {least}; all of them, if what is shown is equal. "
    "Bold does not say that the next system is farther by more than chance."
)

LONE = (
    "There is one participant: no SD, no interval and no test, so that nothing here "
    "holds for others."
)

COLUMNS_SAID = (
    "Constraint: distance of the goal's muscles from the range that is asked for, 0 "
    "inside; the reference was not asked for it. Fidelity: distance from the "
    "reference's motions in their standard deviations (SD); that of the reference "
    "itself is of each participant from the others. Diversity: how far the motions of "
    "one participant are from each other."
)


def make_headline(content: ComparePage) -> Headline:
    """Say who is nearest in how many columns, and where the guided system is not."""
    marked, titles = content.list_marked(), content.generated
    guided = content.statistics.guided
    counts = {key: [c for c, keys in marked.items() if key in keys] for key in titles}
    details = [_describe_who(content)]
    if not marked:
        return Headline("No system is the nearest", "none", tuple(details))
    first = guided or max(counts, key=lambda key: len(counts[key]))
    text = (
        f"{titles[first]} is nearest to the reference in {len(counts[first])} of "
        f"{count_nouns(len(marked), 'column')}"
    )
    ranked = sorted(counts, key=lambda k: (k != first, -len(counts[k])))
    for word, keys in (("Nearest", ranked[:1]), ("The others", ranked[1:])):
        each = [_describe_count(titles[key], counts[key]) for key in keys]
        details += [f"{word}: {'; '.join(each)}."] if each else []
    missed = [c for c in marked if c not in counts[first]]
    if missed:
        where = "; ".join(_describe_miss(content, c, first) for c in missed)
        details.append(f"{titles[first]} is not the nearest in {where}.")
    details += [said] if (said := _describe_chance(content)) else []
    return Headline(text, "none", tuple(details))


def systems_section(content: ComparePage) -> Section:
    """Show every system as a row of several tables."""
    least = [_write_title(c) for c in content.list_marked() if c.best == "least"]
    said = join_names(least, most=len(least)) or "what should be 0"
    blocks: list[Block] = [Paragraph(LEGEND.format(least=said))]
    if len(content.held_out) == 1:
        blocks.append(Note(LONE))
    blocks += [
        _make_table(content, title, columns)
        for title, columns in content.list_groups().items()
    ]
    blocks.append(Paragraph(COLUMNS_SAID))
    return Section("Systems", "systems", tuple(blocks))


def _describe_who(content: ComparePage) -> str:
    made = count_nouns(sum(s.motions for s in content.comparison.systems), "motion")
    return (
        f"{count_nouns(len(content.held_out), 'participant')} whom no net has seen "
        f"({join_names(content.held_out)}), {made}, all simulated alike."
    )


def _describe_count(title: str, columns: Sequence[Column]) -> str:
    """Say in how many columns a system is nearest, and in which."""
    names = [_write_title(column) for column in columns]
    which = f" ({join_names(names, most=len(names))})" if names else ""
    return f"{title} in {len(names)}{which}"


def _describe_chance(content: ComparePage) -> str:
    """Say in how many columns the guided system is told apart from the others."""
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    for column in content.statistics.columns:
        for one in column.nearness:
            verdicts[one.other].append(one.verdict)
    if not verdicts:
        return ""
    if all(one == "too few" for own in verdicts.values() for one in own):
        return (
            f"None of this is more than chance may do: {LEAST_PAIRS} participants or "
            "more are needed to tell."
        )
    said = [
        f"than {content.titles[key]} in {own.count('nearer')} of {len(own)} (farther "
        f"in {own.count('farther')})"
        for key, own in verdicts.items()
    ]
    name = content.titles[content.statistics.guided or ""]
    return (
        f"By more than chance, participant by participant, {name} is nearer "
        f"{join_names(said, most=len(said))}."
    )


def _write_title(column: Column) -> str:
    """Write a title without a comma, for lists."""
    return column.title.replace(", ", " of ")


def _describe_miss(content: ComparePage, column: Column, key: str) -> str:
    """Say what is nearer than a system, and by which means."""
    systems = {one.key: one for one in content.comparison.systems}
    (best, *_) = content.list_marked()[column]
    reference = content.comparison.reference
    keys = [best, key]
    if column.best == "nearest" and reference is not None:
        keys.append(reference.key)
    shown = [
        f"{systems[k].title} {format_fixed(found.mean, column.digits)}"
        for k in keys
        if (found := systems[k].values.get(column.key)) and found.participants
    ]
    unit = "" if column.unit == "0 to 1" else f" {column.unit}"
    return f"{_write_title(column)} ({', '.join(shown)}{unit})"


def _make_table(content: ComparePage, title: str, columns: tuple[Column, ...]) -> Table:
    nearest = {c.key: content.comparison.find_nearest(c) for c in columns}
    rows = tuple(
        (
            Cell(system.title, below=_count(system)),
            *(
                _make_cell(
                    system.values.get(c.key), c, strong=system.key in nearest[c.key]
                )
                for c in columns
            ),
        )
        for system in content.comparison.systems
    )
    headings = ("system", *(f"{c.title} ({c.unit})" for c in columns))
    return Table(headings, rows, title, numbers=frozenset(range(1, len(headings))))


def _count(system: ComparedSystem) -> str:
    return f"{count_nouns(system.motions, 'motion')}, n = {len(system.each)}"


def _make_cell(found: Estimate | None, column: Column, *, strong: bool) -> Cell:
    if found is None or not found.participants:
        return Cell(MISSING)
    return Cell(
        format_estimate(found, column.digits),
        strong=strong,
        below=format_interval((found.low, found.high), column.digits),
    )


def format_estimate(found: Estimate, decimals: int) -> str:
    """Write mean ± SD over participants; without SD of one.

    Examples
    --------
    >>> format_estimate(Estimate(-1.25, 0.5, None, None, 3), 1)
    '−1.2 ± 0.5'
    """
    if not found.participants:
        return MISSING
    text = format_fixed(found.mean, decimals)
    return text if found.participants < 2 else f"{text} ± {found.std:.{decimals}f}"
