"""What was asked of motions that are scored: a range of activation."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, DataError, count_nouns, name_some
from bige_osim.evaluation.metrics import TargetRange
from bige_osim.guidance.goal import Goal, read_goal
from bige_osim.guidance.terms.activation import Activation
from bige_osim.paths import AnyPath
from bige_osim.stages.viewed_motions import ViewedMotion

GUIDE = "guide.json"
"""What a folder of guided motions has."""


def find_asked(
    goal: AnyPath | None, participants: Mapping[str, Sequence[ViewedMotion]]
) -> TargetRange | None:
    """Find the range of activation that is asked: of a goal file, or what was guided.

    Muscles and groups are called as in the goal. Whether ``each`` of them or their mean
    is to be in the range makes no difference here.

    Parameters
    ----------
    goal : goal file; the goal in ``guide.json`` for ``None``
    participants : whose folders may have one

    Raises
    ------
    MissingFileError, GoalError, DataError
        A goal is not there, or is none.
    BigeError
        It asks for several ranges, or folders were guided to different ones.
    """
    if goal is not None:
        goals = {str(goal): read_goal(goal)}
    else:
        folders = [one.folder for own in participants.values() for one in own]
        guides = {folder: read_guide(folder) for folder in dict.fromkeys(folders)}
        goals = {
            str(folder): Goal.from_dict(guide["goal"], where=str(folder / GUIDE))
            for folder, guide in guides.items()
            if guide is not None
        }
    found = {where: _list_ranges(one) for where, one in goals.items()}
    for where, ranges in found.items():
        if len(ranges) > 1:
            raise BigeError(
                f"The goal of {where} has {count_nouns(len(ranges), 'range')} of "
                "activation, expected one; pass a --goal with the one to score."
            )
    asked = {ranges[0]: where for where, ranges in found.items() if ranges}
    if len(asked) > 1:
        raise BigeError(
            f"{name_some(asked.values())} were guided to different ranges of "
            "activation; pass --goal, or score them apart."
        )
    return next(iter(asked), None)


def is_guided(files: ViewedMotion) -> bool:
    """Say whether a motion was found for a goal, and stands on a floor at 0."""
    summary = read_guide(files.folder)
    if summary is None:
        return False
    stem = files.motion.stem.removesuffix("_ik")
    return stem in {Path(row["file"]).stem for row in summary["motions"]}


def read_guide(folder: AnyPath) -> dict[str, Any] | None:
    """Read what ``bige guide`` says of a folder; ``None`` if it says nothing.

    Raises
    ------
    DataError
        It is something else.

    Examples
    --------
    >>> read_guide("nowhere") is None
    True
    """
    path = Path(folder) / GUIDE
    if not path.is_file():
        return None
    try:
        summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _ = summary["goal"], [row["file"] for row in summary["motions"]]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            path,
            expected="what bige guide writes",
            got=f"something else ({error})",
            remedy="guide again",
        ) from error
    return summary


def _list_ranges(goal: Goal) -> list[TargetRange]:
    return [
        TargetRange(muscles=term.muscles, low=term.low, high=term.high)
        for term in goal.terms
        if isinstance(term, Activation)
    ]
