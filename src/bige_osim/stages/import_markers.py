"""``import-markers``: marker recordings to a session with scaled model and motions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from os import fspath
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, name_some
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_folder, write_json
from bige_osim.io.plausible import mass_fault, stature_fault
from bige_osim.io.session.marker_report import REPORT
from bige_osim.io.session.participant import write_participant
from bige_osim.markers.marker_errors import GUIDE_MAX, GUIDE_RMS
from bige_osim.markers.recordings import MarkerTrial, trial_name
from bige_osim.markers.segment_lengths import Refinement, refine
from bige_osim.markers.static_pose import Standing
from bige_osim.markers.tracking import ACCURACY, Tracker
from bige_osim.osim.anthropometry import SUBTALAR, generic_model
from bige_osim.osim.tools.scale_tool import ScaledModel, scale_to_markers
from bige_osim.paths import AnyPath
from bige_osim.processes.workers import run_each
from bige_osim.progress import Progress, report_each, silent
from bige_osim.spec.marker_set import MarkerSet
from bige_osim.stages.marker_recordings import (
    BACK,
    find_standing_participant,
    find_undetermined,
    open_marker_set,
    pelvis_markers,
    read_trials,
    reading_warnings,
)
from bige_osim.stages.result import StageResult

FARTHEST_MOVE = 0.05
"""A marker that is moved farther than this (m) from the marker set's place is named."""


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """What to import.

    Attributes
    ----------
    files : ``.trc``, ``.c3d`` or UI-PRMD text files of one participant
    markerset : name of a set that comes with the program, ``.toml``, or OpenSim's XML
    mass, height : of the participant, kg and m
    generic : model to scale; Rajagopal2015 for ``None``
    person : name; that of the session's folder for ``None``
    static : trial in which the participant stands; found among all for ``None``
    subject : whose markers, where recordings have a subject's name before a marker's
    accuracy : of OpenSim's inverse kinematics, a tolerance without unit
    fit : fit bone lengths to the movement where the marker set asks for it

    Examples
    --------
    >>> ImportRequest(
    ...     files=["a.trc"], markerset="opencap_study", mass=62.6, height=1.68
    ... ).fit
    True
    """

    files: Sequence[AnyPath]
    markerset: AnyPath
    mass: float
    height: float
    generic: AnyPath | None = None
    person: str | None = None
    static: str | None = None
    subject: str | None = None
    accuracy: float = ACCURACY
    fit: bool = True


def import_markers(
    request: ImportRequest,
    *,
    output: AnyPath,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write a session like OpenCap's, marker errors, and ``import-markers.json``.

    A recording that cannot be read or solved is reported and does not stop the others;
    if none can be, the first reason is raised.

    Raises
    ------
    BigeError
        Two files give trials of one name, none has the markers of the subject or of
        one participant alone, no recording shows the participant standing, or scaling
        failed.
    """
    output = Path(output)
    files = [Path(file) for file in request.files]
    _check(request, files)
    generic = Path(request.generic or generic_model())
    manifest = Manifest("import-markers", config=_settings(request, generic))
    subject = request.subject
    marker_set = open_marker_set(
        request.markerset, generic=generic, files=files, subject=subject
    )
    with manifest.time_part("read"):
        trials, failures = read_trials(files, marker_set, subject=subject)
    manifest.inputs = [generic, *(trial.source for trial in trials)]
    standing, source = find_standing_participant(
        trials, marker_set, static=request.static
    )
    with new_folder(output, landmark=REPORT, force=force) as folder:
        _make_folders(folder, trials)
        with manifest.time_part("scale"):
            scaled, fitted = _scale(
                request, folder, generic=generic, marker_set=marker_set,
                trials=trials, standing=standing,
            )  # fmt: skip
        tracker = Tracker(
            folder=folder,
            model=scaled.path,
            marker_set=marker_set,
            accuracy=request.accuracy,
            held=find_undetermined(trials, marker_set),
        )
        with manifest.time_part("inverse kinematics"):
            rows = _track(tracker, trials, jobs=jobs, progress=progress) + failures
        manifest.warnings = [
            *reading_warnings(trials, marker_set, subject=subject),
            *_warnings(scaled, fitted, standing, source),
        ]
        summary: dict[str, Any] = {
            "session": output.name,
            "person": request.person or output.resolve().name,
            "model": scaled.path.name,
            "marker_set": marker_set.name,
            "standing": _describe_standing(standing, source),
            "factors": {
                body: [round(factor, 4) for factor in factors]
                for body, factors in scaled.factors.items()
            },
            "guideline_mm": {"rms": 1000 * GUIDE_RMS, "max": 1000 * GUIDE_MAX},
            "trials": rows,
            "manifest": manifest.to_dict(),
        }
        _write_metadata(folder, request, person=summary["person"], generic=generic)
        write_json(folder / REPORT, summary)
    return StageResult(summary, _text(summary, output))


def _check(request: ImportRequest, files: Sequence[Path]) -> None:
    for option, fault in (
        ("--height", stature_fault(request.height)),
        ("--mass", mass_fault(request.mass)),
    ):
        if fault is not None:
            raise BigeError(f"{option}: {fault}.")
    for name, count in Counter(trial_name(path) for path in files).items():
        if count > 1:
            raise BigeError(
                f"Two recordings give the trial {name}; rename one of the files."
            )


def _settings(request: ImportRequest, generic: Path) -> dict[str, Any]:
    return {
        "markerset": fspath(request.markerset),
        "mass_kg": request.mass,
        "height_m": request.height,
        "generic": generic.name,
        "static": request.static,
        "subject": request.subject,
        "accuracy": request.accuracy,
        "fit": request.fit,
    }


def _make_folders(folder: Path, trials: Sequence[MarkerTrial]) -> None:
    """Make the folders of a session like OpenCap's."""
    parts = ["OpenSimData/Model", "OpenSimData/Kinematics", "MarkerData"]
    if any(trial.ground is not None for trial in trials):
        parts.append("ForceData")
    for part in parts:
        (folder / part).mkdir(parents=True)


def _scale(
    request: ImportRequest,
    folder: Path,
    *,
    generic: Path,
    marker_set: MarkerSet,
    trials: Sequence[MarkerTrial],
    standing: Standing,
) -> tuple[ScaledModel, Refinement | None]:
    """Scale the model to the stillest standing, and bone lengths to the movement."""
    name = f"{generic.stem}_scaled"
    scale = partial(
        scale_to_markers,
        generic,
        marker_set=marker_set,
        pose=standing.pose,
        mass=request.mass,
        height=request.height,
        name=name,
        unlocked=SUBTALAR,
        held=BACK if find_undetermined(trials, marker_set) else (),
    )
    fitted = None
    if request.fit:
        fitted = refine(
            lambda path, multipliers: scale(path=path, multipliers=multipliers),
            marker_set=marker_set,
            trials=[trial.markers for trial in trials],
            pelvis=pelvis_markers(trials, marker_set),
        )
    scaled = scale(
        path=folder / "OpenSimData" / "Model" / f"{name}.osim",
        multipliers=fitted.multipliers if fitted else None,
    )
    return scaled, fitted


def _describe_standing(standing: Standing, source: str) -> dict[str, Any]:
    return {
        "trial": source,
        "from_s": round(standing.start, 3),
        "to_s": round(standing.stop, 3),
        "speed_m_s": round(standing.speed, 4),
    }


def _track(
    tracker: Tracker, trials: Sequence[MarkerTrial], *, jobs: int, progress: Progress
) -> list[dict[str, Any]]:
    """Solve all trials; in processes, because OpenSim keeps a thread to itself."""
    calls = [partial(tracker.track, trial) for trial in trials]
    done = run_each(calls, processes=jobs)
    rows = list(
        report_each(done, progress, what="inverse kinematics", total=len(trials))
    )
    if all("error" in row for row in rows):
        raise BigeError(rows[0]["error"])
    return rows


def _warnings(
    scaled: ScaledModel, fitted: Refinement | None, standing: Standing, source: str
) -> list[str]:
    warnings = list(scaled.notes)
    if not standing.still:
        warnings.append(
            f"The markers move at {standing.speed:.2f} m/s in the stillest upright "
            f"stretch ({source}); the model is scaled to it nevertheless."
        )
    far = {name: far for name, far in scaled.moved.items() if far > FARTHEST_MOVE}
    if far:
        order = sorted(far, key=lambda name: -far[name])
        named = name_some(f"{name} {100 * far[name]:.0f} cm" for name in order)
        warnings.append(
            f"Placed elsewhere than in the marker set, and moved on the model: {named}."
        )
    if fitted is not None:
        warnings.append(fitted.sentence())
    return warnings


def _write_metadata(
    folder: Path, request: ImportRequest, *, person: str, generic: Path
) -> None:
    content = {
        "subjectID": person,
        "mass_kg": request.mass,
        "height_m": request.height,
        "openSimModel": generic.stem,
        "markerSet": fspath(request.markerset),
        "madeBy": "bige_osim import-markers: scaled model and inverse kinematics of "
        "recorded markers",
    }
    write_participant(folder, content)


def _text(summary: dict[str, Any], output: Path) -> str:
    standing = summary["standing"]
    lines = [
        f"{summary['model']} scaled to {standing['trial']}, "
        f"{standing['from_s']:.2f} to {standing['to_s']:.2f} s.",
        *summary["manifest"]["warnings"],
    ]
    for row in summary["trials"]:
        if "error" in row:
            lines.append(f"{row['trial']}: not imported. {row['error']}")
            continue
        start = f"{row['trial']}: {row['frames']} frames, "
        if row["core_rms_mm"] is None:
            lines.append(f"{start}none with markers of pelvis, trunk and legs.")
            continue
        share = 100 * row["frames_within_guideline"]
        lines.append(
            f"{start}pelvis, trunk and legs "
            f"{row['core_rms_mm']:.1f} mm RMS, {row['core_max_mm']:.0f} mm at most; "
            f"{share:.0f} % of the frames within OpenSim's guideline."
        )
    lines.append(f"Written to {output}.")
    return "\n".join(lines)
