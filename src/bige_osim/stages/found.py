"""What ``collect`` found, as plain data and as text."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.data.exercises import EXERCISES
from bige_osim.data.repetition import Detection, Repetition
from bige_osim.data.repetitions import SAME


def repetition_row(repetition: Repetition) -> dict[str, Any]:
    """Plain data of one repetition, with units in the names."""
    return {
        "exercise": repetition.exercise,
        "side": repetition.side,
        "start_s": round(repetition.start, 3),
        "stop_s": round(repetition.stop, 3),
        "depth_deg": round(float(np.rad2deg(repetition.depth)), 1),
        "quality": round(repetition.quality, 2),
        "reasons": list(repetition.reasons),
    }


def notable(found: Mapping[str, Detection]) -> dict[str, Detection]:
    """Leave out the candidates for one exercise that are repetitions of another.

    Parameters
    ----------
    found : exercise -> what was found of it

    Examples
    --------
    >>> squat = Repetition(0.0, 2.0, 1.0, 1.5, "squat", 0.8)
    >>> lunge = Repetition(0.0, 2.0, 1.0, 1.5, "lunge", 0.0, ("the hips are alike",))
    >>> found = {"squat": Detection((squat,), ()), "lunge": Detection((), (lunge,))}
    >>> notable(found)["lunge"].rejected
    ()
    """
    accepted = [one for detection in found.values() for one in detection.accepted]

    def known(candidate: Repetition) -> bool:
        return any(
            one.exercise != candidate.exercise and one.shared(candidate) > SAME
            for one in accepted
        )

    return {
        name: replace(
            detection, rejected=tuple(r for r in detection.rejected if not known(r))
        )
        for name, detection in found.items()
    }


def count_rows(
    rows: Sequence[Mapping[str, Any]], exercises: Sequence[str]
) -> dict[str, dict[str, int]]:
    """Count accepted and rejected repetitions of each exercise, asked for or found."""
    names = dict.fromkeys([*exercises, *(row["exercise"] for row in rows)])
    return {
        name: {
            "accepted": sum(r["accepted"] for r in rows if r["exercise"] == name),
            "rejected": sum(len(r["rejected"]) for r in rows if r["exercise"] == name),
        }
        for name in names
    }


def nothing_found(
    rows: Sequence[Mapping[str, Any]],
    sessions: Sequence[Path],
    exercises: Sequence[str],
) -> str:
    """Say why nothing was found, as an error does."""
    reasons = {
        reason
        for row in rows
        for rejected in row["rejected"]
        for reason in rejected["reasons"]
    }
    where = ", ".join(path.name for path in sessions)
    what = " or ".join(exercises)
    return f"No {what} was found in {where}" + (
        f"; candidates were rejected because {', or '.join(sorted(reasons))}."
        if reasons
        else "; look at the knee angles of its motions."
    )


def text_of(summary: Mapping[str, Any], output: Path | None) -> str:
    """Turn the summary of ``collect`` into lines for a person.

    With several exercises, trials without repetitions of one are left out of its lines,
    and so are candidates that are repetitions of another exercise (``hidden``).
    """
    several = len(summary["exercises"]) > 1
    lines = []
    for row in summary["trials"]:
        shown = [r for r in row["rejected"] if not r.get("hidden")]
        if several and not (row["accepted"] or shown):
            continue
        plural = EXERCISES[row["exercise"]].plural
        lines.append(f"{row['session']}  {row['trial']}: {_counted(row, plural)}")
        lines += [
            f"  {r['start_s']:.2f} to {r['stop_s']:.2f} s rejected{_side(r)}: "
            f"{'; '.join(r['reasons'])}"
            for r in shown
        ]
    if several:
        lines += [
            f"{name}: {count['accepted']} accepted, {count['rejected']} rejected"
            for name, count in summary["exercises"].items()
        ]
    counts = summary["repetitions"]
    lines.append(
        f"{counts['accepted']} repetitions, {counts['rejected']} candidates rejected."
    )
    lines += [
        f"{one['source']} was left out: {one['reason']}" for one in summary["failed"]
    ]
    lines += [f"Warning: {w}" for w in summary.get("manifest", {}).get("warnings", [])]
    if "plots" in summary:
        lines.append(f"{len(summary['plots'])} figures, {summary['plots'][0]} first.")
    if output is not None:
        lines.append(f"Written to {output}.")
    elif "manifest" in summary:
        lines.append("No dataset was written.")
    return "\n".join(lines)


def _counted(row: Mapping[str, Any], plural: str) -> str:
    depth = ", ".join(f"{r['depth_deg']:.0f}{_side(r)}" for r in row["repetitions"])
    return f"{row['accepted']} {plural}" + (f" (knee to {depth} deg)" if depth else "")


def _side(row: Mapping[str, Any]) -> str:
    return "" if row["side"] == "both" else f" {row['side']}"
