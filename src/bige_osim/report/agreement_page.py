"""The page of ``bige agreement``: it judges nothing."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

import numpy as np

from bige_osim.errors import count_nouns
from bige_osim.evaluation.burst_timing import BurstTiming
from bige_osim.evaluation.curve_agreement import CurveAgreement, pool_curves
from bige_osim.evaluation.method_agreement import CurveSet, MethodAgreement
from bige_osim.evaluation.paired_curves import PairedCurves
from bige_osim.io.profile import Profile
from bige_osim.report.agreement_content import AgreementPage, join_sets
from bige_osim.report.figures.agreement_figures import MOST, Overlay, overlay_figure
from bige_osim.report.formatting import MISSING, format_fixed, join_names
from bige_osim.report.page import (
    Block,
    Facts,
    Headline,
    Note,
    Page,
    Paragraph,
    Picture,
    Pictures,
    Section,
    Table,
    Tile,
)
from bige_osim.report.sections.method_agreement import (
    AGREEMENT,
    ENVELOPES,
    agreement_table,
    statistics_blocks,
)
from bige_osim.report.sections.provenance import HASH_LENGTH

DRAWN = 10
"""Muscles that are drawn where groups are not: those with the largest RMSE."""

FOOTER = (
    "Made by bige agreement. Simulated activations come from a model; they are not "
    "measured muscle activity. Agreement says how near two sources are to each other, "
    "not which is right."
)


def make_agreement_page(content: AgreementPage) -> Page:
    """Make the page: curves, tables of every method, how it was compared."""
    return Page(
        title=f"Agreement with {content.reference}",
        headline=_headline(content),
        sections=(
            _curves_section(content),
            *(
                Section(
                    method.name,
                    f"method{number}",
                    tuple(_method_blocks(content, method)),
                )
                for number, method in enumerate(content.methods, 1)
            ),
            _settings_section(content),
        ),
        footer=FOOTER,
    )


def _headline(content: AgreementPage) -> Headline:
    names = join_names([method.name for method in content.methods], most=3)
    first = content.methods[0]
    details = [_describe(method) for method in content.methods]
    tiles: tuple[Tile, ...] = ()
    if len(content.methods) == 1:
        one, of = first.overall, "of the own peak" if first.envelopes else "0 to 1"
        tiles = (
            Tile(format_fixed(one.rmse, 3), f"RMSE ({of})"),
            Tile(format_fixed(one.mae, 3), f"mean absolute difference ({of})"),
            Tile(format_fixed(one.correlation, 2), "correlation, mean of muscles"),
            Tile(format_fixed(one.lag_correlation, 2), "the same, at its best lag")
            if first.envelopes
            else Tile(format_fixed(one.r2, 2), "R², all muscles pooled"),
        )
    return Headline(
        f"{names} against {content.reference}", "none", tuple(details), tiles
    )


def _describe(method: MethodAgreement) -> str:
    whose = {pair.participant for pair in method.pairs if pair.participant}
    trials = count_nouns(len(method.pairs), "trial")
    if whose:
        trials += f" of {count_nouns(len(whose), 'participant')}"
    over = (
        f"{count_nouns(method.repetitions, 'repetition')} in {trials}"
        if method.repetitions
        else f"{trials}, each as a whole"
    )
    one = method.overall
    return (
        f"{method.name}: {count_nouns(len(method.muscles.pooled), 'muscle')}, {over}; "
        f"RMSE {format_fixed(one.rmse, 3)}, correlation "
        f"{format_fixed(one.correlation, 2)}."
    )


def _curves_section(content: AgreementPage) -> Section:
    shown = content.methods[:MOST]
    names: dict[str, str] = {}
    for method in shown:
        own = content.list_shown(method)
        names |= own if content.groups else dict(list(own.items())[:DRAWN])
    names = names if content.groups else dict(list(names.items())[:DRAWN])
    panels, across = _make_panels(shown, names, content.profile)
    unit = "part of the own peak" if content.envelopes else "activation (0 to 1)"
    picture = Picture(
        overlay_figure(
            panels, [content.reference, *(m.name for m in shown)],
            across=across, unit=unit,
        ),
        alt=f"Curves of {count_nouns(len(panels), 'panel')} over {across}; the tables "
        "below have the numbers.",
        caption="Means over the muscles of each group"
        + (", weighted by strength" if content.weighted else "")
        if content.groups
        else f"The {len(panels)} muscles with the largest RMSE",
    )  # fmt: skip
    blocks: list[Block] = [Pictures((picture,), wide=True)]
    if len(content.methods) > MOST:
        blocks.append(Note(f"The first {MOST} are drawn; tables have all."))
    return Section("Curves", "curves", tuple(blocks))


def _make_panels(
    methods: tuple[MethodAgreement, ...], names: Mapping[str, str], profile: Profile
) -> tuple[list[Overlay], str]:
    """Curves over time where there is one trial without repetitions, else the cycle."""
    sets = [join_sets(method) for method in methods]
    pairs = [pair for method in methods for pair in method.pairs]
    whole = len(pairs) == 1 and not pairs[0].repetitions
    start, stop = (pairs[0].spans[0]) if whole else (0.0, 100.0)
    count = next(iter(sets[0].curves.values()))[0].shape[1]
    position = np.linspace(start, stop, count)
    panels = []
    for name in names:
        known = [one.curves.get(name) for one in sets]
        reference = next(both[0] for both in known if both is not None)
        test = sets[0].statistics.get(name) if len(sets) == 1 else None
        panels.append(
            Overlay(
                profile.full_name(name),
                position,
                (reference, *(both and both[1] for both in known)),
                tuple((c.start, c.stop) for c in test.test.clusters) if test else (),
            )
        )
    if whole:
        return panels, "time (s)"
    repeated = all(pair.repetitions for pair in pairs)
    return panels, "repetition (%)" if repeated else "trial (%)"


def _method_blocks(content: AgreementPage, method: MethodAgreement) -> Iterator[Block]:
    found, names = join_sets(method), content.list_shown(method)
    what = "group" if content.groups else "muscle"
    yield agreement_table(
        _list_curves(found, names),
        "Groups of muscles" if content.groups else "Muscles, largest RMSE first",
        what=what,
    )
    yield Paragraph(ENVELOPES if method.envelopes else AGREEMENT)
    yield from statistics_blocks(method, names, found, what=what)
    if content.groups:
        every = {n: content.name_muscle(n) for n in method.muscles.pooled}
        caption = f"Every muscle ({len(every)})"
        yield agreement_table(
            _list_curves(method.muscles, every), caption, what="muscle", folded=True
        )
    if len(method.pairs) > 1:
        yield _trial_table(method)


def _list_curves(
    found: CurveSet, names: Mapping[str, str]
) -> list[tuple[str, CurveAgreement, BurstTiming | None]]:
    return [(t, found.pooled[n], found.bursts.get(n)) for n, t in names.items()]


def _trial_table(method: MethodAgreement) -> Table:
    rows = []
    for pair in method.pairs:
        own = [
            row.agreement
            for row in method.muscles.rows
            if (row.participant, row.trial) == (pair.participant, pair.trial)
        ]
        if not own:
            continue
        one = pool_curves(pair.trial, own)
        rows.append(
            (
                _name_trial(pair),
                str(len(pair.spans)) if pair.repetitions else MISSING,
                format_fixed(one.rmse, 3),
                format_fixed(one.mae, 3),
                format_fixed(one.r2, 2),
                format_fixed(one.correlation, 2),
            )
        )
    headings = ("trial", "repetitions", "RMSE", "MAE", "R²", "r")
    return Table(
        headings, tuple(rows), f"Every trial ({len(rows)})",
        numbers=frozenset(range(1, len(headings))), folded=True,
    )  # fmt: skip


def _name_trial(pair: PairedCurves) -> str:
    return f"{pair.participant} {pair.trial}".strip()


def _settings_section(content: AgreementPage) -> Section:
    inputs = content.manifest.get("inputs", ())
    versions = content.manifest.get("versions", {})
    facts = Facts(
        (
            ("reference", content.reference),
            ("interpolation", "linear, at the reference's frames"),
            ("groups", "means of their muscles"
             + (", weighted by strength" if content.weighted else "")),
            ("seed of permutations", str(content.manifest.get("seed"))),
            ("versions", ", ".join(f"{k} {v}" for k, v in versions.items())),
        )
    )  # fmt: skip
    files = Table(
        ("file", "SHA-256, first characters"),
        tuple(
            (PurePosixPath(str(one["file"])).name, str(one["sha256"])[:HASH_LENGTH])
            for one in inputs
        ),
        f"Input files ({len(inputs)})",
        folded=True,
    )
    return Section(
        "How it was compared",
        "settings",
        (facts, *map(Note, content.notes), *_left_out(content), files),
    )


def _left_out(content: AgreementPage) -> Iterator[Note]:
    for method in content.methods:
        names = list(dict.fromkeys(n for p in method.pairs for n in p.left_out))
        if names:
            yield Note(
                f"{method.name}: columns without a counterpart were left out: "
                f"{join_names(names)}."
            )
