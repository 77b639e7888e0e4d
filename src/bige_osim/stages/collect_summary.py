"""What ``collect`` found, as plain data; its text is made in ``found_text``."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from bige_osim.repetitions.find import SAME
from bige_osim.repetitions.repetition import Detection, Repetition
from bige_osim.stages.text.reasons import Group, group_reasons


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
    """Count accepted and rejected repetitions of each exercise, asked for or found."""
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
    """
    return group_reasons(
        (f"{row['trial']} at {one['start_s']:.2f} s", reason)
        for row in rows
        for one in row["rejected"]
        if not one.get("hidden")
        for reason in one["reasons"]
    )
