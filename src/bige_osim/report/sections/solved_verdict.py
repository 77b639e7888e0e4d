"""What can be made of solved trials: green, amber or red, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from bige_osim.errors import count_nouns
from bige_osim.report.page import Cell, Headline, Section, State, Table
from bige_osim.report.results import Json

SATURATED = 0.05
"""Fraction of a trial's frames from which a muscle's saturation asks for care."""

MEANING: dict[State, str] = {
    "good": "accepted",
    "mixed": "use with care",
    "bad": "not usable",
}

GROUND = {
    "measured": "measured on force plates",
    "estimated": "estimated from the motion",
    "none": "none: the model is fixed to ground",
}

FIRST = ("Missing external force", "The right foot", "The left foot", "Pelvis residual")
"""How warnings begin that say most, those of most weight first."""

EXPLAINED = (
    "Green: solved, and nothing stands against it. Amber: solved, but pelvis "
    "residuals, kinematics, missing forces or saturated muscles ask for care. Red: not "
    "solved, or with implausible residuals. A ground reaction that was estimated from "
    "the motion is no independent check: small residuals prove little then."
)


@dataclass(frozen=True)
class TrialVerdict:
    """Whether a trial can be used.

    Attributes
    ----------
    state : good, mixed or bad: green, amber or red
    reasons : sentences, the weightiest first
    ground : how the ground reaction is known
    """

    state: State
    reasons: tuple[str, ...]
    ground: str

    @property
    def cell(self) -> Cell:
        """Verdict in words with its sign."""
        return Cell(MEANING[self.state], self.state)


def judge_trial(row: Json) -> TrialVerdict:
    """Judge a trial by what ``solve.json`` says of it.

    Examples
    --------
    >>> judge_trial({"trial": "squats1", "error": "It is empty."})
    TrialVerdict(state='bad', reasons=('It was not solved: It is empty.',), \
ground='not known')
    """
    if "error" in row:
        return TrialVerdict("bad", (f"It was not solved: {row['error']}",), "not known")
    ground = GROUND.get(str(row["ground"]), str(row["ground"]))
    if row["failure"]:
        causes = tuple(str(text) for text in row.get("likely_causes", ()))
        failure = str(row["failure"])
        first = f"{failure[0].upper()}{failure[1:]}, so this is no solution."
        return TrialVerdict("bad", (first, *_kinematics(row), *causes), ground)
    reasons = _reasons_for_care(row)
    if reasons:
        return TrialVerdict("mixed", reasons, ground)
    fine = (
        "Every frame was solved, and pelvis residuals are within what Hicks et al. "
        "2015 accept."
    )
    return TrialVerdict("good", (fine,), ground)


def verdict_section(rows: Sequence[Json]) -> Section:
    """Show the verdicts of all trials in one table, each with its first reason."""
    lines = []
    for row in rows:
        verdict = judge_trial(row)
        more = len(verdict.reasons) - 1
        text = verdict.reasons[0]
        if more:
            text += f" ({count_nouns(more, 'more reason')})"
        lines.append((str(row["trial"]), verdict.cell, verdict.ground, text))
    table = Table(
        headings=("trial", "verdict", "ground reaction", "reason"),
        rows=tuple(lines),
        caption=EXPLAINED,
    )
    return Section("Verdict", "verdict", (table,))


def make_solved_headline(rows: Sequence[Json]) -> Headline:
    """Say how many trials there are of each verdict, or what the only one is.

    Examples
    --------
    >>> make_solved_headline([{"trial": "squats1", "error": "It is empty."}]).text
    'squats1: not usable'
    """
    verdicts = [judge_trial(row) for row in rows]
    if len(rows) == 1:
        only = verdicts[0]
        ground = f"Ground reaction {only.ground}."
        return Headline(
            f"{rows[0]['trial']}: {MEANING[only.state]}",
            only.state,
            details=(only.reasons[0], ground),
        )
    counts = {state: sum(one.state == state for one in verdicts) for state in MEANING}
    parts = [f"{count} {MEANING[state]}" for state, count in counts.items() if count]
    state: State = "mixed"
    for one in ("good", "bad"):
        if counts[one] == len(rows):
            state = one
    return Headline(f"{count_nouns(len(rows), 'trial')}: {', '.join(parts)}", state)


def _reasons_for_care(row: Json) -> tuple[str, ...]:
    notes = {str(note) for note in row.get("notes", ())}
    warnings = [str(text) for text in row["warnings"] if text not in notes]
    warnings.sort(key=_weigh)
    reasons = []
    if row["failed_s"]:
        frames = f"{len(row['failed_s'])} of {count_nouns(row['frames'], 'frame')}"
        reasons.append(f"Static optimisation failed in {frames}.")
    reasons += [*warnings, *_kinematics(row)]
    full = [name for name, part in row["saturated"].items() if part > SATURATED]
    if full:
        reasons.append(
            f"{count_nouns(len(full), 'muscle')} saturated in more than "
            f"{100 * SATURATED:.0f} % of the frames."
        )
    return tuple(reasons)


def _kinematics(row: Json) -> tuple[str, ...]:
    return tuple(f"Kinematics: {text}." for text in row.get("kinematics", ()))


def _weigh(warning: str) -> int:
    """Place of a warning among others; sorting keeps the order of equals."""
    places = [i for i, start in enumerate(FIRST) if warning.startswith(start)]
    return places[0] if places else len(FIRST)
