"""``score``: the metrics of motions, over participants, beside those of a reference."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError
from bige_osim.evaluation.metrics import Center, TargetRange
from bige_osim.evaluation.scores import SCORE_UNITS, MotionToScore
from bige_osim.evaluation.scoring import score_systems
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_folder, write_json
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.repetitions.find import find_exercise
from bige_osim.stages.result import StageResult
from bige_osim.stages.scored_files import list_participants
from bige_osim.stages.scored_goal import find_asked
from bige_osim.stages.scored_motions import MotionReader
from bige_osim.stages.text.collect import is_dataset
from bige_osim.stages.text.score import text_of

SUMMARY, TABLE = "score.json", "score.csv"
"""Names of what is written."""

SCORED = "scored"
"""Name of the system that is scored, beside the reference."""

STATISTICS = {"mean": "mean", "SD": "sd", "95 % low": "low", "95 % high": "high"}
"""Rows of a system in the table, and what they are called in the summary."""


@dataclass(frozen=True, kw_only=True)
class ScoreRequest:
    """What to score, and against what.

    Attributes
    ----------
    paths : folders of ``bige solve``, ``guide`` or ``validate``, folders with such
        folders or with ``.mot`` files in them, ``.mot`` files, datasets (``.nc``)
    reference : the same; without any there is no fidelity
    model : ``.osim`` of ``.mot`` files that have none beside them
    goal : goal file (.toml) with the range of activation; that of the guided motions
        for ``None``
    exercise : whose repetitions are scored in recordings
    whole : score motions as they are, not their repetitions
    center : whose velocity and acceleration count
    arms : compare sets by the angles of the arms, too
    """

    paths: Sequence[AnyPath]
    reference: Sequence[AnyPath] = ()
    model: AnyPath | None = None
    goal: AnyPath | None = None
    exercise: str = "squat"
    whole: bool = False
    center: Center = "pelvis"
    arms: bool = True


def score(
    request: ScoreRequest,
    *,
    output: AnyPath,
    seed: int = 0,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write ``score.json`` and ``score.csv`` to ``output``.

    Parameters
    ----------
    request : what to score, and against what
    seed : of directions along which sets are compared, and of the bootstrap

    Raises
    ------
    MissingFileError, DataError, GoalError, UnknownNameError, ModelError
        What is to be scored is not there, or damaged.
    BigeError
        There is no motion to score.
    """
    find_exercise(request.exercise)
    listed = list_participants(request.paths, model=request.model)
    compared = list_participants(request.reference, model=request.model)
    reader = MotionReader(
        find_asked(request.goal, listed), exercise=request.exercise, whole=request.whole
    )
    manifest = Manifest("score", config=_settings(request), seed=seed)
    with new_folder(output, landmark=SUMMARY, force=force) as folder:
        with manifest.time_part("reading"):
            participants = reader.read(listed)
            _add_datasets(participants, request.paths, reader)
            reference = reader.read(compared)
            _add_datasets(reference, request.reference, reader)
        _check(request, participants, reference, notes=reader.notes)
        with manifest.time_part("scoring"):
            scores = score_systems(
                {SCORED: participants},
                reference=reference or None,
                center=request.center,
                arms=request.arms,
                seed=seed,
                progress=progress,
            )
        manifest.inputs = reader.inputs + ([Path(request.goal)] if request.goal else [])
        manifest.warnings = list(dict.fromkeys(reader.notes))
        summary = {
            "command": "score",
            "target": _describe_target(reader.asked),
            **scores.to_dict(),
            "manifest": manifest.to_dict(),
        }
        write_json(folder / SUMMARY, summary)
        _write_table(folder / TABLE, summary)
    return StageResult(summary, text_of(summary, Path(output)))


def _describe_target(asked: TargetRange | None) -> dict[str, Any] | None:
    if asked is None:
        return None
    return {"muscles": list(asked.muscles), "low": asked.low, "high": asked.high}


def _settings(request: ScoreRequest) -> dict[str, Any]:
    return {
        "paths": [str(path) for path in request.paths],
        "reference": [str(path) for path in request.reference],
        "exercise": request.exercise,
        "whole": request.whole,
        "center": request.center,
        "arms": request.arms,
    }


def _add_datasets(
    participants: dict[str, list[MotionToScore]],
    paths: Sequence[AnyPath],
    reader: MotionReader,
) -> None:
    """Add what datasets among the paths have of the exercise."""
    for path in dict.fromkeys(map(Path, paths)):
        if is_dataset(path):
            for name, motions in reader.read_dataset(path).items():
                participants.setdefault(name, []).extend(motions)


def _check(
    request: ScoreRequest,
    participants: Mapping[str, Sequence[MotionToScore]],
    reference: Mapping[str, Sequence[MotionToScore]],
    *,
    notes: Sequence[str],
) -> None:
    """Refuse to score nothing, or against nothing."""
    why = f" {notes[0]}" if notes else ""
    if not participants:
        raise BigeError(f"There is no motion to score.{why}")
    if request.reference and not reference:
        raise BigeError(f"The reference has no motion.{why}")


def _write_table(path: Path, summary: Mapping[str, Any]) -> None:
    """Write a row for every motion and participant, and for statistics of systems."""
    fields = [
        *("system", "row", "participant", "motion", "participants", "motions"),
        "duration_s",
        *SCORE_UNITS,
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        for system in summary["systems"]:
            for row in _table_rows(system):
                writer.writerow({"system": system["system"], **row})


def _table_rows(system: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for motion in system["each_motion"]:
        yield {"row": "motion", **motion}
    for name, values in system["each_participant"].items():
        own = sum(one["participant"] == name for one in system["each_motion"])
        yield {"row": "participant", "participant": name, "motions": own, **values}
    for row, key in STATISTICS.items():
        yield {
            "row": row,
            "participants": system["participants"],
            "motions": system["motions"],
            **{name: one[key] for name, one in system["summary"].items()},
        }
