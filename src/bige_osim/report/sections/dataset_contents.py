"""Sections of a dataset's page on its participants, exercises, sources and markers."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from bige_osim.report.figures.distributions import KINDS
from bige_osim.report.formatting import (
    MISSING,
    format_fixed,
    join_names,
    say_count,
    spread,
)
from bige_osim.report.page import Block, Cell, Facts, Note, Table, how_many

FOLDED = 30
"""Rows from which a table is folded."""

GUIDELINE = 20.0
"""Marker error that OpenSim's guideline accepts, mm RMS."""

UNKNOWN = "not stated"
"""What a licence says, or ends with, that nobody stated."""


def participants_block(rows: pd.DataFrame) -> Table:
    """Show each participant, recorded ones first."""
    lines = []
    for kind in KINDS:
        for name, own in rows[rows["kind"] == kind].groupby("person"):
            first = own.iloc[0]
            depth = np.rad2deg(own["depth"].dropna())
            lines.append(
                (
                    str(name),
                    first["sex"] or MISSING,
                    format_fixed(float(first["height_m"]), 2),
                    format_fixed(float(first["mass_kg"]), 1),
                    kind,
                    join_names(sorted(set(own["derived_from"]) - {""})) or MISSING,
                    str(own["session"].nunique()),
                    str(len(own)),
                    f"{format_fixed(depth.min(), 0)} to {format_fixed(depth.max(), 0)}"
                    if len(depth)
                    else MISSING,
                )
            )
    return Table(
        headings=(
            *("person", "sex", "stature (m)", "mass (kg)", "repetitions are"),
            *("copied from", "sessions", "repetitions", "knee flexion (deg)"),
        ),
        rows=tuple(lines),
        caption=f"Participants ({rows['person'].nunique()})",
        numbers=frozenset({2, 3, 6, 7, 8}),
        folded=len(lines) > FOLDED,
    )


def exercises_block(rows: pd.DataFrame) -> Table:
    """Show how many repetitions there are of each exercise, how long and how deep."""
    return Table(
        headings=(
            *("exercise", "side", "repetitions are", "repetitions", "duration (s)"),
            *("knee flexion (deg)", "quality (0 to 1)"),
        ),
        rows=tuple(
            (
                str(name).replace("_", " "),
                str(side),
                str(kind),
                str(len(own)),
                spread(own["duration"], 1),
                spread(np.rad2deg(own["depth"]), 0),
                spread(own["quality"], 2),
            )
            for (name, side, kind), own in rows.groupby(["exercise", "side", "kind"])
        ),
        caption="Repetitions: least, median, most",
        numbers=frozenset({3, 4, 5, 6}),
    )


def source_blocks(rows: pd.DataFrame) -> tuple[Block, ...]:
    """Show under which terms repetitions stand, and which of these nobody stated."""
    return tuple(_sources(rows.assign(licence=rows["licence"].replace("", UNKNOWN))))


def _sources(rows: pd.DataFrame) -> Iterator[Block]:
    groups = ["kind", "licence", "engine"]
    yield Table(
        headings=(
            *("repetitions are", "licence", "simulated by"),
            *("people", "sessions", "repetitions"),
        ),
        rows=tuple(
            (
                *(str(name) for name in names),
                str(own["person"].nunique()),
                str(own["session"].nunique()),
                str(len(own)),
            )
            for names, own in rows.groupby(groups)
        ),
        caption="Where repetitions come from",
        numbers=frozenset({3, 4, 5}),
    )
    yield from _unknown_licences(rows)
    sessions = rows.groupby(["session", *groups])
    yield Table(
        headings=(
            *("session", "repetitions are", "licence", "simulated by"),
            *("trials", "repetitions"),
        ),
        rows=tuple(
            (
                *(str(name) for name in names),
                str(own["trial"].nunique()),
                str(len(own)),
            )
            for names, own in sessions
        ),
        caption=f"Session by session ({rows['session'].nunique()})",
        numbers=frozenset({4, 5}),
        folded=True,
    )


def _unknown_licences(rows: pd.DataFrame) -> Iterator[Note]:
    unknown = rows[rows["licence"].str.contains(UNKNOWN)]
    recorded = sorted(set(unknown.loc[unknown["kind"] == "recorded", "session"]))
    if recorded:
        yield Note(
            f"No licence is stated for {join_names(recorded)}: write licence: into "
            "their sessionMetadata.yaml, or collect them with bige collect --licence."
        )
    copies = sorted(set(unknown.loc[unknown["kind"] == "copies", "derived_from"]))
    if copies:
        yield Note(
            f"Copies of {join_names(copies)} were made from recordings without a "
            "licence: write licence: into the sessionMetadata.yaml of these, and make "
            "the copies again."
        )


def marker_blocks(rows: pd.DataFrame) -> tuple[Block, ...]:
    """Show how far the models' markers are from the recorded ones, by session."""
    known = rows.dropna(subset=["marker_error"])
    if not len(known):
        text = "Not known: no session was made from markers by bige import-markers."
        return (Note(text),)
    # one error a trial, however many repetitions were found in it
    trials = known.groupby(["session", "trial"], as_index=False)["marker_error"].first()
    lines = tuple(
        _marker_line(str(name), 1000 * own["marker_error"])
        for name, own in trials.groupby("session")
    )
    table = Table(
        headings=("session", "trials", "median (mm)", "worst (mm)", "within 20 mm"),
        rows=lines,
        caption="RMS distance of the model's markers on pelvis, trunk and legs from "
        "the recorded ones; OpenSim's guideline is 20 mm",
        numbers=frozenset({1, 2, 3, 4}),
        folded=len(lines) > FOLDED,
    )
    missing = rows.loc[rows["kind"] == "recorded", "marker_error"].isna().sum()
    if not missing:
        return (table,)
    return table, Note(
        f"Not known of {say_count(int(missing), 'recorded repetition')}: their "
        f"sessions "
        "came without markers or with inverse kinematics of their own."
    )


def _marker_line(session: str, errors: pd.Series) -> tuple[Cell | str, ...]:
    return (
        session,
        str(len(errors)),
        format_fixed(float(errors.median()), 1),
        format_fixed(float(errors.max()), 1),
        how_many(int((errors <= GUIDELINE).sum()), len(errors)),
    )


def provenance_block(attributes: Mapping[str, Any]) -> Facts:
    """Show what the dataset says of itself."""
    versions = json.loads(attributes["versions"])
    return Facts(
        (
            ("content hash", str(attributes["content_hash"])),
            ("low-pass of the motions", f"{float(attributes['cutoff_hz']):g} Hz"),
            ("versions", ", ".join(f"{n} {v}" for n, v in versions.items())),
        )
    )
