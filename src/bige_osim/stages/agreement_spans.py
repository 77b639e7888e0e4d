"""Repetitions of the trial that a file of activations belongs to."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError
from bige_osim.evaluation.paired_curves import Span
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.paths import AnyPath
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.report.trial import find_shown, read_skeleton
from bige_osim.stages.agreement_files import ACTIVATIONS
from bige_osim.stages.solved_folder import SUMMARY


def find_spans(path: AnyPath, skeletons: dict[Path, Skeleton]) -> tuple[Span, ...]:
    """Find the repetitions of a trial that ``bige solve`` left, s; none elsewhere.

    They are those of the exercise that the trial has most of, as on the page of the
    solved trial.

    Parameters
    ----------
    path : the file of activations
    skeletons : by description, those that are known already; added to
    """
    path = Path(path)
    row = _find_row(path)
    if row is None:
        return ()
    description = path.parent / str(row["description"])
    try:
        if description not in skeletons:
            skeletons[description] = read_skeleton(description)
        skeleton = skeletons[description]
        motion = read_motion(path.parent / str(row["motion"]), spec=skeleton.spec)
        span = (float(row["from_s"]), float(row["to_s"]))
        found = find_shown(motion, skeleton, span=span)
    except (BigeError, OSError):
        return ()  # the whole trial is compared, which is said
    return tuple((one.start, one.stop) for one in found)


def _find_row(path: Path) -> Mapping[str, Any] | None:
    """Find what ``solve.json`` beside the file says of its trial, if anything."""
    trial = path.stem.removesuffix(ACTIVATIONS)
    try:
        content = json.loads((path.parent / SUMMARY).read_text(encoding="utf-8"))
        (row,) = [one for one in content["trials"] if one["trial"] == trial]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    needed = ("description", "motion", "from_s", "to_s")
    return row if all(row.get(key) is not None for key in needed) else None
