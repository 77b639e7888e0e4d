"""What ``collect`` found: as plain data, and as a few lines whatever the size."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.errors import name_some
from bige_osim.paths import AnyPath
from bige_osim.repetitions.exercises import EXERCISES
from bige_osim.repetitions.find import SAME
from bige_osim.repetitions.repetition import Detection, Repetition
from bige_osim.stages.text.reasons import (
    LONGEST,
    Group,
    group_reasons,
    shorten,
    warning_lines,
)

LINES = 10
"""About how many lines a summary has."""

Rows = Sequence[Mapping[str, Any]]


def report_path(dataset: AnyPath) -> Path:
    """Name of the report that ``collect`` writes beside a dataset.

    Examples
    --------
    >>> report_path("all/squats.nc").as_posix()
    'all/squats.collect.json'
    """
    dataset = Path(dataset)
    name = dataset.stem if is_dataset(dataset) else dataset.name
    return dataset.with_name(f"{name}.collect.json")


def is_dataset(path: AnyPath) -> bool:
    """Say whether a source is a dataset, by its ending.

    Examples
    --------
    >>> is_dataset("squats.nc"), is_dataset("OpenCapData_1234")
    (True, False)
    """
    return Path(path).suffix.lower() == ".nc"


def repetition_row(repetition: Repetition) -> dict[str, Any]:
    """Plain data of one repetition, with units in the names.

    Examples
    --------
    >>> repetition_row(Repetition(0.0, 2.0, 1.0, 1.5, "squat", 0.8))["depth_deg"]
    85.9
    """
    return {
        "exercise": repetition.exercise,
        "side": repetition.side,
        "start_s": round(repetition.start, 3),
        "stop_s": round(repetition.stop, 3),
        "depth_deg": round(float(np.rad2deg(repetition.depth)), 1),
        "quality": round(repetition.quality, 2),
        "reasons": list(repetition.reasons),
    }


def drop_known(found: Mapping[str, Detection]) -> dict[str, Detection]:
    """Leave out the candidates for one exercise that are repetitions of another.

    Parameters
    ----------
    found : exercise -> what was found of it

    Examples
    --------
    >>> squat = Repetition(0.0, 2.0, 1.0, 1.5, "squat", 0.8)
    >>> lunge = Repetition(0.0, 2.0, 1.0, 1.5, "lunge", 0.0, ("the hips are alike",))
    >>> found = {"squat": Detection((squat,), ()), "lunge": Detection((), (lunge,))}
    >>> drop_known(found)["lunge"].rejected
    ()
    """
    accepted = [one for detection in found.values() for one in detection.accepted]

    def is_known(candidate: Repetition) -> bool:
        return any(
            one.exercise != candidate.exercise and one.shared(candidate) > SAME
            for one in accepted
        )

    return {
        name: replace(
            detection, rejected=tuple(r for r in detection.rejected if not is_known(r))
        )
        for name, detection in found.items()
    }


def count_rows(
    rows: Sequence[Mapping[str, Any]], exercises: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Count accepted and rejected repetitions of each exercise, asked for or found.

    Examples
    --------
    >>> count_rows([{"exercise": "squat", "accepted": 5, "rejected": []}], ["squat"])
    {'squat': {'accepted': 5, 'rejected': 0}}
    """
    names = dict.fromkeys([*exercises, *(row["exercise"] for row in rows)])
    return {
        name: {
            "accepted": sum(r["accepted"] for r in rows if r["exercise"] == name),
            "rejected": sum(len(r["rejected"]) for r in rows if r["exercise"] == name),
        }
        for name in names
    }


def reject_groups(rows: Sequence[Mapping[str, Any]]) -> list[Group]:
    """Group the reasons of rejected candidates, the most frequent first.

    Candidates that are repetitions of another exercise (``hidden``) are left out.

    Examples
    --------
    >>> one = {"start_s": 1.0, "reasons": ["the pelvis travels 19 cm"]}
    >>> reject_groups([{"trial": "squats1", "rejected": [one]}])[0].where
    'squats1 at 1.00 s'
    """
    return group_reasons(
        (f"{row['trial']} at {one['start_s']:.2f} s", reason)
        for row in rows
        for one in row["rejected"]
        if not one.get("hidden")
        for reason in one["reasons"]
    )


def describe_nothing_found(
    rows: Rows,
    sessions: Sequence[AnyPath],
    exercises: Sequence[str],
) -> str:
    """Say why nothing was found in one sentence, as an error does.

    Parameters
    ----------
    rows : one for each trial and exercise
    sessions : where it was looked for
    exercises : what was looked for

    Examples
    --------
    >>> describe_nothing_found([], ["s4"], ["squat"])
    'No squat was found in s4; look at the knee angles of its motions.'
    """
    what = f"No {exercises[0]}"
    if len(exercises) > 1:
        what = f"None of the {len(exercises)} exercises asked for"
    start = (
        f"{what} was found in {name_some([Path(path).name for path in sessions], 2)}"
    )
    groups = reject_groups(rows)
    if not groups:
        return f"{start}; look at the knee angles of its motions."
    count = _count_shown(rows)
    text = (
        f"{start}; {count} candidate{'s were' if count > 1 else ' was'} rejected, "
        "mostly because"
    )
    end = "; bige collect --dry-run -v shows all."
    reasons = ""
    for group in groups:
        more = f"{',' if reasons else ''} {group.text} ({group.count})"
        if len(text + reasons + more + end) > LONGEST:
            break
        reasons += more
    return shorten(f"{text}{reasons}", LONGEST - len(end)) + end


def text_of(
    summary: Mapping[str, Any], output: AnyPath | None, *, verbose: bool = False
) -> str:
    """Turn the summary of ``collect`` into lines for a reader.

    What was found comes first, then where it is, what was rejected and why.

    Parameters
    ----------
    summary : of ``collect``
    output : the dataset, if one was written
    verbose : add every trial with every rejected candidate, and every warning
    """
    rows = summary["trials"]
    warnings = summary.get("manifest", {}).get("warnings", [])
    lines = [_describe_found(summary)]
    if output is not None:
        lines.append(f"Written to {output}.")
    lines += _describe_places(rows)
    if "plots" in summary:
        lines.append(f"{len(summary['plots'])} figures, {summary['plots'][0]} first.")
    warned = warnings if verbose else warning_lines(warnings, most=2)
    failed = list(_describe_failed(summary["failed"], most=None if verbose else 3))
    room = LINES - len(lines) - len(warned) - len(failed) - 2
    lines += _describe_rejected(rows, most=min(max(room, 2), 4))
    if verbose:
        lines += _describe_trials(rows, several=len(summary["exercises"]) > 1)
        warned = [f"Warning: {warning}" for warning in warnings]
    lines += [*failed, *warned]
    if not verbose and _count_shown(rows):
        where = "--json" if output is None else report_path(output).name
        lines.append(f"-v shows every candidate with its reasons, as does {where}.")
    if output is None and "manifest" in summary:
        lines.append("No dataset was written.")
    return "\n".join(lines)


def _describe_found(summary: Mapping[str, Any]) -> str:
    """Say how many repetitions of what there are, and in how much."""
    found = {
        name: count["accepted"]
        for name, count in summary["exercises"].items()
        if count["accepted"]
    }
    what = ", ".join(
        f"{count} {name if count == 1 else EXERCISES[name].plural}"
        for name, count in found.items()
    )
    if not found:
        names = list(summary["exercises"])
        what = (
            f"no {names[0]}" if len(names) == 1 else f"none of {len(names)} exercises"
        )
    rows = summary["trials"]
    trials = len({(row["session"], row["trial"]) for row in rows})
    sessions = list(dict.fromkeys(row["session"] for row in rows))
    of = name_some(sessions) if len(sessions) < 3 else f"{len(sessions)} sessions"
    where = f" in {trials} trial{'s' if trials != 1 else ''} of {of}" if rows else ""
    return shorten(f"Found {what}{where}.")


def _describe_places(rows: Rows) -> Iterator[str]:
    """Say in which trials, or of which sessions, how many of each exercise are."""
    sessions = {row["session"] for row in rows}
    part = "trial" if len(sessions) == 1 else "session"
    exercises = Counter({row["exercise"]: 0 for row in rows})
    for row in rows:
        exercises[row["exercise"]] += row["accepted"]
    for name, count in exercises.items():
        if not count:
            continue
        own = [row for row in rows if row["exercise"] == name and row["accepted"]]
        places: Counter[str] = Counter()
        for row in own:
            places[row[part]] += row["accepted"]
        depths = [one["depth_deg"] for row in own for one in row["repetitions"]]
        where = name_some([f"{n} in {place}" for place, n in places.items()], 4)
        yield shorten(
            f"  {EXERCISES[name].plural}: {where}; knee to {min(depths):.0f}"
            f"{f' to {max(depths):.0f}' if len(depths) > 1 else ''} deg"
        )


def _describe_rejected(rows: Rows, *, most: int) -> Iterator[str]:
    """Say how many candidates were rejected, and why the most were."""
    groups = reject_groups(rows)
    count = _count_shown(rows)
    if not count:
        return
    several = ", some for several reasons" if len(groups) > 1 else ""
    yield f"{count} candidate{'s were' if count > 1 else ' was'} rejected{several}:"
    for group in groups[:most]:
        example = f"{', as in' if group.count > 1 else ', in'} {group.where}"
        yield shorten(f"  {group.count} x {group.text}{example}")
    if (left := len(groups) - most) > 0:
        yield f"  {left} more reason{'s' if left > 1 else ''}"


def _describe_failed(
    failed: Sequence[Mapping[str, str]], *, most: int | None
) -> Iterator[str]:
    """Say which sources were left out, and why."""
    for one in failed[:most]:
        line = f"{one['source']} was left out: {one['reason']}"
        yield line if most is None else shorten(line)
    if most is not None and len(failed) > most:
        names = [one["source"] for one in failed[most:]]
        yield shorten(f"{len(names)} more were left out: {name_some(names)}.")


def _describe_trials(rows: Rows, *, several: bool) -> Iterator[str]:
    """Show every trial with every candidate.

    With several exercises, trials without any of one are left out of its lines, and so
    are candidates that are repetitions of another exercise.
    """
    for row in rows:
        shown = [r for r in row["rejected"] if not r.get("hidden")]
        if several and not (row["accepted"] or shown):
            continue
        depth = ", ".join(f"{r['depth_deg']:.0f}{_side(r)}" for r in row["repetitions"])
        yield (
            f"{row['session']}  {row['trial']}: "
            f"{row['accepted']} {EXERCISES[row['exercise']].plural}"
            + (f" (knee to {depth} deg)" if depth else "")
        )
        for r in shown:
            yield (
                f"  {r['start_s']:.2f} to {r['stop_s']:.2f} s rejected{_side(r)}: "
                f"{'; '.join(r['reasons'])}"
            )


def _count_shown(rows: Rows) -> int:
    """Count rejected candidates that are no repetitions of another exercise."""
    return sum(not one.get("hidden") for row in rows for one in row["rejected"])


def _side(row: Mapping[str, Any]) -> str:
    return "" if row["side"] == "both" else f" {row['side']}"
