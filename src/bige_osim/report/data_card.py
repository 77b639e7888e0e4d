"""The page of a dataset: who is in it, what, from where, and how it is distributed."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from bige_osim.data.coverage import Coverage, measure_coverage
from bige_osim.data.repetition_table import RepetitionTable, repetition_table
from bige_osim.data.residuals import FORCE_LIMIT, MOMENT_LIMIT
from bige_osim.io.dataset import read_attributes, read_blocks
from bige_osim.report.distribution_plots import KINDS, distribution_figure
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
    judged,
)
from bige_osim.report.words import MISSING, counted, fixed

DEGREES = 180 / np.pi

SQUAT = {
    "depth": ("knee flexion at the bottom (deg)", DEGREES),
    "descent": ("descent (s)", 1.0),
    "ascent": ("ascent (s)", 1.0),
    "pause": ("pause at the bottom (s)", 1.0),
    "stance_width": ("stance (shoulder widths)", 1.0),
    "toe_out": ("toes outwards (deg)", DEGREES),
    "trunk_lean": ("forward lean of the trunk (deg)", DEGREES),
    "arms": ("shoulder flexion (deg)", DEGREES),
    "right_load": ("right foot's share", 1.0),
}
"""Measures of squats: what they are called, and the factor from SI to that unit."""

OTHER = {"depth": SQUAT["depth"], "duration": ("duration (s)", 1.0)}
"""Measures of every exercise."""

FOLDED = 30
"""People from which their table is folded."""

Values = pd.Series | np.ndarray

GUIDELINE = 20.0
"""Marker error that OpenSim's guideline accepts, mm RMS."""


def page_from_dataset(path: Path) -> Page:
    """Make the page of a dataset, which is read a few repetitions at a time.

    Errors are those of :func:`~bige_osim.io.dataset.read_blocks`.
    """
    table = repetition_table(read_blocks(path))
    rows = table.rows
    rows["kind"] = np.select(
        [rows["source"] == "measured", rows["derived_from"] != ""],
        ["recorded", "copies"],
        "made",
    )
    sections = (
        Section("People", "people", (_people(rows),)),
        Section("Exercises", "exercises", (_exercises(rows),)),
        Section("Sources and licences", "sources", tuple(_sources(rows))),
        Section("Distributions", "distributions", tuple(_distributions(rows))),
        Section("Physics", "physics", tuple(_physics(rows))),
        Section("Muscles", "muscles", (_muscles(table),)),
        Section("Marker errors", "markers", tuple(_markers(rows))),
        Section("Provenance", "provenance", (_provenance(path, rows),)),
    )
    return Page(
        title=f"Data card: {path.name}",
        headline=_headline(rows),
        sections=sections,
        footer="Made by bige report. Activations come from static optimisation of a "
        "model; they are not measured muscle activity.",
    )


def _headline(rows: pd.DataFrame) -> Headline:
    people = rows.groupby("kind")["person"].nunique()
    counts = rows["kind"].value_counts()
    tiles = [
        Tile(
            str(counts[kind]),
            f"{kind}, {counted(int(people[kind]), 'person', 'people')}",
        )
        for kind in KINDS
        if kind in counts
    ]
    exercises = ", ".join(
        f"{count} {name}" for name, count in rows["exercise"].value_counts().items()
    )
    text = (
        f"{counted(len(rows), 'repetition')} of "
        f"{counted(rows['person'].nunique(), 'person', 'people')}"
    )
    return Headline(text, "none", details=(exercises,), tiles=tuple(tiles))


def _people(rows: pd.DataFrame) -> Table:
    lines = []
    for name, own in rows.groupby("person"):
        first = own.iloc[0]
        depth = own["depth"] * DEGREES
        lines.append(
            (
                str(name),
                first["sex"] or MISSING,
                fixed(float(first["height_m"]), 2),
                fixed(float(first["mass_kg"]), 1),
                str(first["kind"]),
                first["derived_from"] or MISSING,
                str(own["session"].nunique()),
                str(len(own)),
                f"{fixed(depth.min(), 0)} to {fixed(depth.max(), 0)}",
            )
        )
    return Table(
        headings=(
            *("person", "sex", "stature (m)", "mass (kg)", "repetitions are"),
            *("moves like", "sessions", "repetitions", "knee flexion (deg)"),
        ),
        rows=tuple(lines),
        caption=f"People ({len(lines)})",
        numbers=frozenset({2, 3, 6, 7, 8}),
        folded=len(lines) > FOLDED,
    )


def _exercises(rows: pd.DataFrame) -> Table:
    lines = [
        (
            str(name),
            str(side),
            str(kind),
            str(len(own)),
            _spread(own["duration"], 1),
            _spread(own["depth"] * DEGREES, 0),
            _spread(own["quality"], 2),
        )
        for (name, side, kind), own in rows.groupby(["exercise", "side", "kind"])
    ]
    return Table(
        headings=(
            *("exercise", "side", "", "repetitions", "duration (s)"),
            *("knee flexion (deg)", "quality (0 to 1)"),
        ),
        rows=tuple(lines),
        caption="Repetitions: least, median, most",
        numbers=frozenset({3, 4, 5, 6}),
    )


def _sources(rows: pd.DataFrame) -> Iterator[Block]:
    groups = rows.groupby(["kind", "licence", "engine"])
    yield Table(
        headings=("repetitions are", "licence", "simulated by", "sessions", "number"),
        rows=tuple(
            (
                str(kind),
                str(licence) or "not stated",
                str(engine),
                str(own["session"].nunique()),
                str(len(own)),
            )
            for (kind, licence, engine), own in groups
        ),
        caption="Where repetitions come from",
        numbers=frozenset({3, 4}),
    )
    unknown = rows[(rows["licence"] == "") & (rows["kind"] == "recorded")]
    if len(unknown):
        sessions = sorted(set(unknown["session"]))
        yield Note(
            f"No licence is stated for {', '.join(sessions[:6])}"
            f"{' and others' if len(sessions) > 6 else ''}: write licence: into their "
            "sessionMetadata.yaml, or collect them with --licence."
        )


def _distributions(rows: pd.DataFrame) -> Iterator[Block]:
    for exercise, own in rows.groupby("exercise"):
        named = SQUAT if exercise == "squat" else OTHER
        known = own.dropna(subset=list(named)) if exercise == "squat" else own
        if not len(known):
            continue
        values = {
            label: {
                str(kind): (one[name] * factor).to_numpy()
                for kind, one in known.groupby("kind")
            }
            for name, (label, factor) in named.items()
        }
        figure = distribution_figure(values)
        coverage = _coverage(known, list(named))
        yield Pictures(
            (
                Picture(
                    figure,
                    alt=f"Distributions of {len(named)} measures of {exercise}",
                    caption=f"{exercise}: share of the repetitions of each kind",
                ),
            )
        )
        yield _ranges(str(exercise), values, coverage)
        if coverage is not None:
            yield Paragraph(_nearness(coverage))


def _coverage(rows: pd.DataFrame, names: list[str]) -> Coverage | None:
    recorded = rows[rows["kind"] == "recorded"]
    made = rows[rows["kind"] != "recorded"]
    if not (len(recorded) and len(made)):
        return None
    return measure_coverage(
        recorded[names].to_numpy(),
        made[names].to_numpy(),
        people=recorded["person"].tolist(),
    )


def _nearness(coverage: Coverage) -> str:
    text = (
        "All measures together, each in its standard deviation over the recorded "
        f"repetitions: half of those have a made one within {coverage.to_made:.2f}"
    )
    if np.isnan(coverage.to_others):
        return f"{text}."
    return (
        f"{text}, and a recorded one of another person within "
        f"{coverage.to_others:.2f}. Made ones fill the gaps between people where the "
        "first number is the smaller one."
    )


def _ranges(
    exercise: str,
    values: Mapping[str, Mapping[str, np.ndarray]],
    coverage: Coverage | None,
) -> Table:
    kinds = [kind for kind in KINDS if any(kind in v for v in values.values())]
    lines = []
    for place, (label, found) in enumerate(values.items()):
        decimals = 0 if "(deg)" in label else 2
        cells = [
            _spread(found[kind], decimals) if kind in found else MISSING
            for kind in kinds
        ]
        covered = MISSING if coverage is None else f"{coverage.within[place]:.0%}"
        lines.append((label, *cells, covered))
    return Table(
        headings=("", *kinds, "recorded within 95 % of the others"),
        rows=tuple(lines),
        caption=f"{exercise}: least, median, most",
        numbers=frozenset(range(1, len(kinds) + 2)),
    )


def _physics(rows: pd.DataFrame) -> Iterator[Block]:
    limits = {
        "residual_force": ("force, of the largest ground reaction", FORCE_LIMIT),
        "residual_moment": (
            "moment, of that times the height of the centre of mass",
            MOMENT_LIMIT,
        ),
    }
    lines = []
    for kind, own in rows.groupby("kind"):
        for name, (label, limit) in limits.items():
            share = float((own[name] <= limit).mean())
            lines.append(
                (
                    str(kind),
                    label,
                    " / ".join(f"{100 * v:.1f}" for v in _three(own[name])),
                    f"{100 * limit:.0f}",
                    judged(share == 1.0, (f"{share:.0%}", f"{share:.0%}", MISSING)),
                )
            )
    yield Table(
        headings=("repetitions are", "largest residual (%)", "", "accepted", "within"),
        rows=tuple(lines),
        caption="What the ground does not explain: least / median / most, in per cent",
        numbers=frozenset({2, 3, 4}),
    )
    yield Paragraph(
        "Accepted after Hicks et al. 2015 (J Biomech Eng 137, 020905). Recorded motion "
        "often exceeds the moment: see the warnings in collect.json."
    )


def _muscles(table: RepetitionTable) -> Table:
    most = table.peaks.median().sort_values(ascending=False).head(12).index
    return Table(
        headings=("muscle", "median", "95 % of repetitions below"),
        rows=tuple(
            (
                str(name),
                fixed(float(table.peaks[name].median()), 2),
                fixed(float(table.peaks[name].quantile(0.95)), 2),
            )
            for name in most
        ),
        caption="Peak activation (0 to 1) of the twelve muscles with the highest",
        numbers=frozenset({1, 2}),
    )


def _markers(rows: pd.DataFrame) -> Iterator[Block]:
    known = rows.dropna(subset=["marker_error"])
    if not len(known):
        yield Note(
            "Not known: these sessions were not made from markers by bige "
            "import-markers."
        )
        return
    lines = []
    for session, own in known.groupby("session"):
        errors = 1000 * own["marker_error"]
        share = float((errors <= GUIDELINE).mean())
        lines.append(
            (
                str(session),
                str(own["trial"].nunique()),
                fixed(float(errors.median()), 1),
                fixed(float(errors.max()), 1),
                judged(share == 1.0, (f"{share:.0%}", f"{share:.0%}", MISSING)),
            )
        )
    yield Table(
        headings=("session", "trials", "median (mm)", "worst (mm)", "within 20 mm"),
        rows=tuple(lines),
        caption="RMS distance of the model's markers on pelvis, trunk and legs from "
        "the recorded ones; OpenSim's guideline is 20 mm",
        numbers=frozenset({1, 2, 3, 4}),
    )


def _provenance(path: Path, rows: pd.DataFrame) -> Facts:
    attributes = read_attributes(path)
    versions = json.loads(attributes["versions"])
    return Facts(
        (
            ("content hash", str(attributes["content_hash"])),
            ("low-pass of the motions", f"{float(attributes['cutoff_hz']):g} Hz"),
            ("models", str(rows["model"].nunique())),
            ("versions", ", ".join(f"{n} {v}" for n, v in versions.items())),
        )
    )


def _three(values: Values) -> tuple[float, float, float]:
    return float(np.min(values)), float(np.median(values)), float(np.max(values))


def _spread(values: Values, decimals: int) -> str:
    return ", ".join(fixed(value, decimals) for value in _three(values))
