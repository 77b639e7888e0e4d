"""Sections of a dataset's page on its participants, exercises, sources and markers."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from bige_osim.errors import count_nouns
from bige_osim.report.figures.distributions import KINDS
from bige_osim.report.formatting import (
    MISSING,
    format_fixed,
    join_names,
    spread,
)
from bige_osim.report.page import (
    Block,
    Cell,
    Facts,
    Note,
    Section,
    how_many,
    make_table,
)

FOLDED = 30
"""Rows from which a table is folded."""

GUIDELINE = 20.0
"""Marker error that OpenSim's guideline accepts, mm RMS."""

KIND = "repetitions are"
"""Heading of the column that says which of :data:`KINDS` they are."""

UNKNOWN = "not stated"
"""What a licence says, or ends with, that nobody stated."""


def participants_section(rows: pd.DataFrame) -> Section:
    """Show each participant, recorded ones first."""
    lines = [
        _participant_line(str(name), kind, own)
        for kind in KINDS
        for name, own in rows[rows["kind"] == kind].groupby("person")
    ]
    table = make_table(
        lines,
        f"Participants ({rows['person'].nunique()})",
        texts=("sex", KIND, "copied from"),
        folded=len(lines) > FOLDED,
    )
    return Section("Participants", "people", (table,))


def _participant_line(name: str, kind: str, own: pd.DataFrame) -> dict[str, str]:
    first, depth = own.iloc[0], np.rad2deg(own["depth"].dropna())
    lowest, deepest = format_fixed(depth.min(), 0), format_fixed(depth.max(), 0)
    return {
        "person": name,
        "sex": first["sex"] or MISSING,
        "stature (m)": format_fixed(float(first["height_m"]), 2),
        "mass (kg)": format_fixed(float(first["mass_kg"]), 1),
        KIND: kind,
        "copied from": join_names(sorted(set(own["derived_from"]) - {""})) or MISSING,
        "sessions": str(own["session"].nunique()),
        "repetitions": str(len(own)),
        "knee flexion (deg)": f"{lowest} to {deepest}" if len(depth) else MISSING,
    }


def exercises_section(rows: pd.DataFrame) -> Section:
    """Show how many repetitions there are of each exercise, how long and how deep."""
    lines = [
        {
            "exercise": str(name).replace("_", " "),
            "side": str(side),
            KIND: str(kind),
            "repetitions": str(len(own)),
            "duration (s)": spread(own["duration"], 1),
            "knee flexion (deg)": spread(np.rad2deg(own["depth"]), 0),
            "quality (0 to 1)": spread(own["quality"], 2),
        }
        for (name, side, kind), own in rows.groupby(["exercise", "side", "kind"])
    ]
    table = make_table(lines, "Repetitions: least, median, most", texts=("side", KIND))
    return Section("Exercises", "exercises", (table,))


def sources_section(rows: pd.DataFrame) -> Section:
    """Show under which terms repetitions stand, and which of these nobody stated."""
    stated = rows.assign(licence=rows["licence"].replace("", UNKNOWN))
    return Section("Sources and licences", "sources", tuple(_sources(stated)))


def _sources(rows: pd.DataFrame) -> Iterator[Block]:
    groups = {"kind": KIND, "licence": "licence", "engine": "simulated by"}
    columns = {"person": "participants", "session": "sessions"}
    yield make_table(
        _count_by(rows, groups, columns),
        "Where repetitions come from",
        texts=groups.values(),
    )
    yield from _unknown_licences(rows)
    yield make_table(
        _count_by(rows, {"session": "session", **groups}, {"trial": "trials"}),
        f"Session by session ({rows['session'].nunique()})",
        texts=groups.values(),
        folded=True,
    )


def _count_by(
    rows: pd.DataFrame, groups: Mapping[str, str], counted: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Count repetitions, and distinct values of columns, by groups of columns."""
    for names, own in rows.groupby(list(groups)):
        yield {
            **dict(zip(groups.values(), map(str, names), strict=True)),
            **{title: str(own[name].nunique()) for name, title in counted.items()},
            "repetitions": str(len(own)),
        }


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


def markers_section(rows: pd.DataFrame) -> Section:
    """Show how far the models' markers are from the recorded ones, by session."""
    return Section("Marker errors", "markers", tuple(_marker_blocks(rows)))


def _marker_blocks(rows: pd.DataFrame) -> Iterator[Block]:
    known = rows.dropna(subset=["marker_error"])
    if not len(known):
        yield Note(
            "Not known: no session was made from markers by bige import-markers."
        )
        return
    # one error a trial, however many repetitions were found in it
    trials = known.groupby(["session", "trial"], as_index=False)["marker_error"].first()
    yield make_table(
        (
            _marker_line(str(name), 1000 * own["marker_error"])
            for name, own in trials.groupby("session")
        ),
        "RMS distance of the model's markers on pelvis, trunk and legs from the "
        "recorded ones; OpenSim's guideline is 20 mm",
        folded=trials["session"].nunique() > FOLDED,
    )
    missing = rows.loc[rows["kind"] == "recorded", "marker_error"].isna().sum()
    if missing:
        yield Note(
            f"Not known of {count_nouns(int(missing), 'recorded repetition')}: their "
            "sessions came without markers or with inverse kinematics of their own."
        )


def _marker_line(session: str, errors: pd.Series) -> dict[str, Cell | str]:
    return {
        "session": session,
        "trials": str(len(errors)),
        "median (mm)": format_fixed(float(errors.median()), 1),
        "worst (mm)": format_fixed(float(errors.max()), 1),
        "within 20 mm": how_many(int((errors <= GUIDELINE).sum()), len(errors)),
    }


def provenance_section(attributes: Mapping[str, Any]) -> Section:
    """Show what the dataset says of itself.

    Examples
    --------
    >>> said = {"versions": "{}", "content_hash": "1f", "cutoff_hz": 4.0}
    >>> provenance_section(said).blocks[0].entries[1]
    ('low-pass of the motions', '4 Hz')
    """
    versions = json.loads(attributes["versions"])
    facts = (
        ("content hash", str(attributes["content_hash"])),
        ("low-pass of the motions", f"{float(attributes['cutoff_hz']):g} Hz"),
        ("versions", ", ".join(f"{n} {v}" for n, v in versions.items())),
    )
    return Section("Provenance", "provenance", (Facts(facts),))
