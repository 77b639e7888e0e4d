"""The section on the motions: verdict, reasons, curves, terms; what was left out."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from bige_osim.errors import BigeError, count_nouns
from bige_osim.guidance.terms import find_title
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.io.opensim_files.series import read_activations
from bige_osim.motion import Motion, Series
from bige_osim.report.figures.curves import (
    JOINTS,
    Curve,
    activation_figure,
    joint_figure,
)
from bige_osim.report.formatting import (
    MISSING,
    format_with_unit,
    join_names,
    number,
)
from bige_osim.report.page import (
    Block,
    Card,
    Cell,
    Facts,
    Note,
    Picture,
    Pictures,
    Section,
    Table,
    judge_cell,
)
from bige_osim.report.results import Json, Output, Results
from bige_osim.report.sections.goal import term_at

MOST_MOTIONS = 10
"""Motions whose curves are drawn; a page of many more is slow to open."""

MOST_FAILED = 20
"""Repetitions that are listed with why they were not delivered."""

MOST_MUSCLES = 8
"""Muscles that are drawn per motion."""

S = TypeVar("S", bound=Series)


def motion_section(results: Results) -> Section:
    """Show every motion with its verdict and its curves."""
    guided, validated = results.one("guide"), results.one("validate")
    entries = {} if guided is None else _by_name(guided)
    checks = {}
    if validated is not None:
        motions = validated.content["validation"]["motions"]
        checks = {str(check["name"]): check for check in motions}
    names = list(dict.fromkeys([*checks, *entries]))
    failed = [] if guided is None else list(guided.content.get("failed", ()))
    if not names and not failed:
        note = Note("No guided motions here: there is no guide.json or validate.json.")
        return Section("Motions", "motions", (note,))
    blocks: list[Block] = [
        _card(
            name,
            entry=entries.get(name, {}),
            check=checks.get(name),
            curves=_Curves(name, guided=guided, validated=validated, entries=entries),
            expected=results.expected_by,
        )
        for name in names[:MOST_MOTIONS]
    ]
    if len(names) > MOST_MOTIONS:
        left = count_nouns(len(names) - MOST_MOTIONS, "more motion")
        blocks.append(Note(f"{left}: see the tables above and below."))
    if failed:
        blocks.append(_list_failed(failed))
    return Section("Motions", "motions", tuple(blocks))


def _by_name(guided: Output) -> dict[str, Json]:
    return {Path(str(m["file"])).stem: m for m in guided.content["motions"]}


def _list_failed(failed: Sequence[Json]) -> Table:
    """Say briefly why repetitions that were refined were not delivered."""
    rows = []
    for place, one in enumerate(failed[:MOST_FAILED], start=1):
        first, *others = one["reasons"]
        more = f" (and {count_nouns(len(others), 'more reason')})" if others else ""
        change = format_with_unit(one["change_deg"]["all"], "deg")
        rows.append((str(one.get("repetition", place)), change, f"{first}{more}"))
    left = len(failed) - len(rows)
    return Table(
        headings=("repetition", "changed by (RMS)", "why it does not pass"),
        rows=tuple(rows),
        caption="Refined and not delivered" + (f"; {left} more" if left else ""),
        folded=len(rows) > MOST_MOTIONS,
    )


def _card(
    name: str, *, entry: Json, check: Json | None, curves: "_Curves", expected: str
) -> Card:
    judged = {"passed": entry.get("holds"), **entry} if check is None else check
    badge = judge_cell(judged["passed"], ("passes", "fails"))
    reasons = tuple(str(text) for text in judged.get("reasons", ()))
    pictures = curves.pictures(check, expected=expected)
    blocks: list[Block] = [Facts(_changes(entry))] if "change_deg" in entry else []
    blocks += [Pictures(pictures)] if pictures else []
    blocks += [Note(text) for text in curves.missing]
    if check is not None:
        blocks += [Note(str(text)) for text in check["warnings"]]
    blocks.append(_terms(entry, check, expected=expected))
    return Card(f"Motion {name}", badge, reasons, tuple(blocks))


def _changes(entry: Json) -> tuple[tuple[str, str], ...]:
    """Say what refinement changed: joint angles (RMS) and the duration."""
    change = dict(entry["change_deg"])
    whole = format_with_unit(change.pop("all"), "deg")
    parts = join_names([f"{k} {format_with_unit(v, 'deg')}" for k, v in change.items()])
    before, after = (number(entry[key]) for key in ("duration_before", "duration"))
    return (
        ("joint angles changed by", f"{whole} RMS ({parts})"),
        ("duration", f"{after} s, before {before} s"),
    )


def _terms(entry: Json, check: Json | None, *, expected: str) -> Table:
    """Values of every term: before guidance, as expected, in simulation."""
    guided: list[Json] = list(entry.get("terms", ()))
    simulated: list[Json] = [] if check is None else list(check["terms"])
    rows = []
    seen: dict[str, int] = {}
    for term in guided or simulated:
        name, unit = str(term["name"]), str(term["unit"])
        occurrence = seen[name] = seen.get(name, -1) + 1
        found = term_at(simulated, name, occurrence)
        predicted = term_at(guided, name, occurrence)
        after = predicted["after"] if predicted else term["surrogate"]
        holds = Cell(MISSING) if found is None else judge_cell(found["holds"])
        rows.append(
            (
                find_title(name),
                format_with_unit(predicted["before"] if predicted else None, unit),
                format_with_unit(after, unit),
                format_with_unit(found["simulated"] if found else None, unit),
                holds if check is not None else judge_cell(term["holds"]),
            )
        )
    return Table(
        headings=(
            "term",
            "before guidance",
            f"after ({expected})",
            "after (simulation)",
            f"satisfied ({expected if check is None else 'simulation'})",
        ),
        rows=tuple(rows),
        caption="Terms of the goal, in numbers",
        folded=True,
    )


class _Curves:
    """The curves of one motion, and which of them could not be had."""

    def __init__(
        self,
        name: str,
        *,
        guided: Output | None,
        validated: Output | None,
        entries: dict[str, Json],
    ) -> None:
        self.name = name
        self.missing: list[str] = []
        entry = entries.get(name)
        self.terms: list[Json] = [] if entry is None else list(entry["terms"])
        self.motion: Motion | None = None
        self.surrogate = self.uncertainty = self.simulated = None
        if guided is not None and entry is not None:
            folder = guided.folder
            self.motion = self._read(folder / str(entry["file"]), read_motion)
            predicted = str(entry.get("activations", f"{name}_activations.sto"))
            self.surrogate = self._read(folder / predicted, read_activations)
            spread = folder / f"{name}_uncertainty.sto"
            if spread.is_file():
                self.uncertainty = self._read(spread, read_activations)
        if validated is not None:
            path = validated.folder / f"{name}_simulated.sto"
            self.simulated = self._read(path, read_activations)

    def pictures(self, check: Json | None, *, expected: str) -> tuple[Picture, ...]:
        """Joint angles, and activations of the muscles of the goal."""
        drawn = [] if self.motion is None else [self._joints(self.motion)]
        bands = _bands(self.terms if check is None else check["terms"])
        pairs = [s for s in (self.surrogate, self.simulated) if s is not None]
        muscles = [m for m in bands if any(m in series.names for series in pairs)]
        if muscles:
            shown = muscles[:MOST_MUSCLES]
            asked = {muscle: bands[muscle] for muscle in shown}
            drawn.append(self._muscles(asked, expected=expected))
        return tuple(drawn)

    def _read(self, path: Path, reader: Callable[[Path], S]) -> S | None:
        try:
            return reader(path)
        except BigeError as error:
            self.missing.append(f"Left out: {error}")
            return None

    def _curve(self, series: Series, name: str, scale: float = 1.0) -> Curve:
        """Position in the motion's cycle (%), and values."""
        whole = self.motion or series
        cycle = 100 * (series.time - whole.time[0]) / whole.duration
        return cycle, scale * series.column(name)

    def _curves(self, series: Series | None, names: Sequence[str]) -> dict[str, Curve]:
        known = () if series is None else series.names
        return {
            name: self._curve(series, name)
            for name in names
            if series is not None and name in known
        }

    def _joints(self, motion: Motion) -> Picture:
        stems = [stem for stem, _, _ in JOINTS]
        wanted = [f"{stem}{side}" for stem in stems for side in ("", "_r", "_l")]
        curves = {
            name: self._curve(motion, name, scale=180 / np.pi)
            for name in wanted
            if name in motion.names
        }
        spans = [
            f"{name} {number(float(v.min()))} to {number(float(v.max()))} deg"
            for name, (_, v) in curves.items()
        ]
        seconds = number(motion.duration)
        return Picture(
            joint_figure(curves),
            alt=f"Joint angles of motion {self.name} over its cycle: "
            f"{'; '.join(spans)}.",
            caption=f"Joint angles; the motion takes {seconds} s.",
        )

    def _muscles(
        self, bands: dict[str, tuple[float, float] | None], *, expected: str
    ) -> Picture:
        surrogate = self._curves(self.surrogate, list(bands))
        simulated = self._curves(self.simulated, list(bands))
        peaks = [
            f"{muscle}, {kind}, peaks at {number(float(values.max()), 2)}"
            for kind, drawn in ((expected, surrogate), ("simulated", simulated))
            for muscle, (_, values) in drawn.items()
        ]
        return Picture(
            activation_figure(
                surrogate,
                simulated,
                bands={name: band for name, band in bands.items() if band},
                spread=self._curves(self.uncertainty, list(surrogate)),
                expected=expected,
            ),
            alt=f"Activation over the cycle of {join_names(list(bands))}, {expected} "
            f"and simulated: {'; '.join(peaks)}.",
            caption="Activation of the muscles of the goal.",
        )


def _bands(terms: Sequence[Json]) -> dict[str, tuple[float, float] | None]:
    """Muscle of the goal -> range asked of it; none where muscles go together."""
    bands: dict[str, tuple[float, float] | None] = {}
    for term in terms:
        asked = term.get("range")
        if asked is None:
            continue
        own = asked.get("over", "each") == "each"
        band = (float(asked["low"]), float(asked["high"])) if own else None
        bands |= {str(muscle): band for muscle in asked["muscles"]}
    return bands
