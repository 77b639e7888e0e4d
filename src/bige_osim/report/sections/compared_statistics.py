"""Statistics of systems that are compared: values and curves of participants."""

from collections.abc import Iterator, Mapping

from bige_osim.evaluation.compared_curves import CurveComparison
from bige_osim.evaluation.compared_values import (
    Difference,
    Nearness,
    Verdict,
)
from bige_osim.evaluation.comparison import Column
from bige_osim.evaluation.curve_tests import LEAST_PAIRS
from bige_osim.report.compare_content import ComparePage
from bige_osim.report.figures.agreement_figures import bland_altman_figure
from bige_osim.report.figures.compared_figures import (
    MOST_ACROSS,
    compared_curves_figure,
    effects_figure,
)
from bige_osim.report.formatting import (
    MISSING,
    format_fixed,
    format_interval,
    join_names,
)
from bige_osim.report.page import (
    Block,
    Cell,
    Note,
    Paragraph,
    Picture,
    Pictures,
    Section,
    State,
    Table,
    make_table,
)
from bige_osim.report.sections.compared_systems import format_estimate

NEARER = (
    "Distances are those of each participant's value from the reference's value of the "
    "same participant, or from 0 of what should be 0. In each cell: on how many "
    "participants {guided} is nearer, and the mean of its distance minus the other's "
    "(below 0: {guided} is nearer) with its 95 % bootstrap interval. ✓ nearer, "
    "✗ farther: neither this interval nor an exact test by sign flips (p < 0.05) "
    "allows for chance. A difference in digits that are not shown counts as none. Of "
    "{count} comparisons of equal systems about one in twenty "
    "would be marked at most."
)

TOO_FEW = (
    "Fewer than six participants: nothing can be told apart here, because even if all "
    "agree chance alone does that in more than one of twenty comparisons."
)

DIFFERENCES = (
    "System minus reference, paired by participant. Limits of agreement hold 95 % of "
    "such differences, if these are normal (Bland and Altman 1999). d_z is the mean "
    "difference over the SD of the differences (Lakens 2013), with the 95 % interval "
    "of the noncentral t distribution (Cumming and Finch 2001): it says how consistent "
    "a difference is, not how large. It is missing where differences do not vary."
)

CURVES = (
    "Each repetition is drawn out to 0 to 100 % of its time; a participant's curve is "
    "the mean over the participant's repetitions and over both legs (asymmetry has a "
    "column of its own). Angles are the model's coordinates, activations those of "
    "static optimisation; vasti and gluteus maximus are means of their parts."
)

TESTED = (
    "Where curves differ is tested over the whole cycle at once: paired t, largest |t| "
    "under flipped signs of whole participants (Nichols and Holmes 2002; statistical "
    "parametric mapping by permutation). Each row and system is a test of its own: of "
    "those that do not differ, one in twenty is below 0.05 by chance. Curves in which "
    "no difference was found need not be equal."
)

UNTESTED = (
    "Curves are not tested with fewer than six participants: no difference could be "
    "found at p < 0.05, however large. Differences are shown all the same."
)

_STATES: Mapping[Verdict, State] = {"nearer": "good", "farther": "bad"}
_DECIMALS = {"angle": 1, "activation": 3}


def nearness_section(content: ComparePage) -> Section | None:
    """Show whether the guided system is nearer than the others; ``None`` of none."""
    guided = content.statistics.guided
    known = [one for one in content.statistics.columns if one.nearness]
    if guided is None or not known:
        return None
    title = content.titles[guided]
    others = {n.other: content.titles[n.other] for one in known for n in one.nearness}
    rows = []
    for one in known:
        found = {n.other: n for n in one.nearness}
        row: dict[str, Cell | str] = {"quantity": _label(one.column)}
        for key, name in others.items():
            row[f"{title} against {name}"] = _nearness_cell(found.get(key), one.column)
        rows.append(row)
    count = sum(len(one.nearness) for one in known)
    blocks: list[Block] = [
        make_table(rows, f"Distance from the reference, {title} against the others",
                   texts=tuple(rows[0])),
        Paragraph(NEARER.format(guided=title, count=count)),
        *_disagreements(content),
    ]  # fmt: skip
    if all(n.verdict == "too few" for one in known for n in one.nearness):
        blocks.append(Note(TOO_FEW))
    return Section("Nearer, participant by participant", "nearer", tuple(blocks))


def differences_section(content: ComparePage) -> Section | None:
    """Show differences from the reference of every system; ``None`` of none."""
    columns = content.statistics.columns
    if not columns:
        return None
    guided = content.statistics.guided
    blocks = [*_effects(content), *_bland_altman(content)]
    for key, title in content.generated.items():
        rows = [
            _difference_row(difference, one.column)
            for one in columns
            for difference in one.differences
            if difference.system == key
        ]
        if rows:
            blocks.append(
                make_table(
                    rows, f"{title} minus reference", folded=key != (guided or key)
                )
            )
    blocks.append(Paragraph(DIFFERENCES))
    return Section("Differences from the reference", "differences", tuple(blocks))


def curves_section(content: ComparePage) -> Section | None:
    """Show curves of every system beside the reference's; ``None`` of none."""
    curves = content.statistics.curves
    if not curves:
        return None
    blocks: list[Block] = []
    for kind, caption in (
        ("angle", "Joint angles"), ("activation", "Muscle activations"),
    ):  # fmt: skip
        own = [one for one in curves if one.quantity.kind == kind]
        if not own:
            continue
        for titles in _split(content.generated):
            shown = [one for one in own if one.system in titles]
            if not shown:
                continue
            picture = Picture(
                compared_curves_figure(shown, titles),
                alt=f"{caption} over the repetition, every system beside the "
                "reference; the table below has the numbers.",
                caption=f"{caption}, each system over the reference",
            )
            blocks.append(Pictures((picture,), wide=True))
        blocks.append(_curve_table(content, own, caption))
    blocks.append(Paragraph(CURVES))
    tested = any(one.test is not None for one in curves)
    blocks.append(Paragraph(TESTED) if tested else Note(UNTESTED))
    return Section("Curves", "curves", tuple(blocks), sheet=True)


def _label(column: Column) -> str:
    return f"{column.title} ({column.unit})"


def _nearness_cell(one: Nearness | None, column: Column) -> Cell:
    if one is None:
        return Cell(MISSING)
    found, digits = one.difference, column.digits
    interval = format_interval((found.low, found.high), digits)
    return Cell(
        f"{one.nearer} of {found.participants}",
        _STATES.get(one.verdict, "none"),
        below=f"{format_fixed(found.mean, digits)} {interval}".strip(),
    )


def _disagreements(content: ComparePage) -> Iterator[Note]:
    """Say where the nearest mean and the least mean distance are of two systems."""
    for one in content.statistics.columns:
        marked, nearest = content.list_marked().get(one.column, ()), one.list_nearest()
        if not marked or not nearest or {*marked} & {*nearest}:
            continue
        means, distances = (
            join_names([content.titles[key] for key in keys])
            for keys in (marked, nearest)
        )
        yield Note(
            f"Of {one.column.title} the nearest mean is that of {means}; the least "
            f"mean distance, participant by participant, is that of {distances}."
        )


def _effects(content: ComparePage) -> Iterator[Block]:
    columns = [
        one
        for one in content.statistics.columns
        if any(d.effect is not None for d in one.differences)
    ]
    for titles in _split(content.generated) if columns else ():
        picture = Picture(
            effects_figure(columns, titles),
            alt="Effect sizes of the differences from the reference with their "
            "intervals; the tables below have the numbers.",
            caption="Effect size of system minus reference: 0 is none",
        )
        yield Pictures((picture,), wide=True)


def _bland_altman(content: ComparePage) -> Iterator[Block]:
    """Draw limits of agreement of the guided system, if it has three pairs or more."""
    peaks, limits = {}, {}
    for one in content.statistics.columns:
        for found in one.differences:
            drawn = found.limits is not None and found.limits.count > 2
            if drawn and found.system == content.statistics.guided:
                label = f"{one.column.title}, {one.column.unit}"
                peaks[label] = found.reference, found.values
                limits[label] = found.limits
    known = {title: one for title, one in limits.items() if one is not None}
    if known:
        name = content.titles[content.statistics.guided or ""]
        picture = Picture(
            bland_altman_figure(peaks, known, what="values", shared=False),
            alt="Differences over means of both, with bias and limits of agreement; "
            "the table below has the numbers.",
            caption=f"{name} minus reference over the mean of both, a point for each "
            "participant",
        )
        yield Pictures((picture,), wide=True)


def _difference_row(one: Difference, column: Column) -> dict[str, Cell | str]:
    digits, found, limits = column.digits, one.difference, one.limits
    return {
        "quantity": _label(column),
        "participants": str(found.participants),
        "difference, mean ± SD": Cell(
            format_estimate(found, digits),
            below=format_interval((found.low, found.high), digits),
        ),
        "limits of agreement": MISSING
        if limits is None
        else format_interval((limits.lower, limits.upper), digits, brackets=False),
        "d_z": Cell(
            format_fixed(one.effect, 2), below=format_interval(one.effect_interval, 2)
        ),
        "distance, mean ± SD": format_estimate(one.distance, digits),
    }


def _curve_table(
    content: ComparePage, curves: list[CurveComparison], caption: str
) -> Table:
    found = {(one.quantity.key, one.system): one for one in curves}
    rows = [
        {"quantity": f"{quantity.title} ({quantity.unit})"}
        | {
            title: _curve_cell(found.get((quantity.key, key)))
            for key, title in content.generated.items()
        }
        for quantity in {one.quantity.key: one.quantity for one in curves}.values()
    ]
    count = max(len(one.participants) for one in curves)
    over = "of one participant" if count == 1 else f"mean ± SD, n = {count}"
    return make_table(
        rows,
        f"{caption}: RMS difference from the reference over the repetition, {over}",
        texts=tuple(rows[0]),
    )


def _curve_cell(one: CurveComparison | None) -> Cell:
    if one is None:
        return Cell(MISSING)
    tested = len(one.participants) >= LEAST_PAIRS
    return Cell(
        format_estimate(one.rms, _DECIMALS[one.quantity.kind]),
        below=one.describe().replace(" %", "\N{NO-BREAK SPACE}%") if tested else "",
    )


def _split(titles: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Take so many systems at a time as a figure has room for."""
    entries = list(titles.items())
    for start in range(0, len(entries), MOST_ACROSS):
        yield dict(entries[start : start + MOST_ACROSS])
