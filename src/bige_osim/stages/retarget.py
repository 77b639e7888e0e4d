"""``retarget``: clips of joint centres to motions of a participant's model."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from math import degrees
from os import fspath
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, ExistingOutputError, count_nouns, name_some
from bige_osim.io.joint_clips import RATES, read_clips
from bige_osim.io.manifest import Manifest
from bige_osim.io.opensim_files.mot import write_motion
from bige_osim.io.output import new_file, new_folder, write_json
from bige_osim.motion import Markers
from bige_osim.paths import AnyPath
from bige_osim.processes.stopping import promise, uninterrupted
from bige_osim.progress import Progress, report_each, silent
from bige_osim.retargeting.placing import Up
from bige_osim.retargeting.result import Retargeted
from bige_osim.retargeting.retarget import RetargetConfig, retarget_clip
from bige_osim.solving.model import Model, read_model
from bige_osim.spec import ModelSpec
from bige_osim.stages.result import StageResult

ENDING = ".mot"
"""Of an output that is one motion; any other is a folder of motions."""

SUMMARY = "retarget.json"

Done = tuple[Markers, Retargeted | BigeError]


@dataclass(frozen=True, kw_only=True)
class RetargetRequest:
    """What to follow, and how.

    Attributes
    ----------
    file : ``.npy`` of one clip or several
    model : ``.osim`` of the participant
    fps : frames per second of the file, Hz
    rate : of the motions, Hz
    names : ``humanml3d``, ``smpl``, or a file of names; told by the number of joints
        for ``None``
    up : axis of the file that points up
    cutoff : highest frequency that is followed, Hz; chosen for ``None``
    clip : number of the only clip that is wanted, from 0; all for ``None``
    contacts : feet and contact points of the model; found for ``None``

    Examples
    --------
    >>> RetargetRequest(file="joints.npy", model="person.osim").fps
    20.0
    """

    file: AnyPath
    model: AnyPath
    fps: float = 20.0
    rate: float = 60.0
    names: AnyPath | None = None
    up: Up = "y"
    cutoff: float | None = None
    clip: int | None = None
    contacts: AnyPath | None = None


def retarget(
    request: RetargetRequest,
    *,
    output: AnyPath,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write ``X.mot`` and ``X.retarget.json``, or a folder of motions.

    Of several clips, one that cannot be followed is reported and does not stop the
    others; if none can be, the first reason is raised.

    Parameters
    ----------
    request : what to follow, and how
    output : a ``.mot`` file for one clip; otherwise a folder, for ``<clip>.mot`` of
        each and ``retarget.json``
    force : replace what is there

    Raises
    ------
    MissingFileError, DataError, ModelError, UnknownNameError
        The file, the names or the model are not there, or damaged.
    ExistingOutputError
        The output exists, without ``force``.
    BigeError
        A rate is none, there is no clip of that number, the output can hold one motion
        and there are several clips, or none could be followed.
    """
    output = Path(output)
    alone = output.suffix == ENDING
    landmark = report_path(output) if alone else output / SUMMARY
    for path in (output, landmark) if alone else (landmark,):
        if path.exists() and not force:
            raise ExistingOutputError(path)
    _check_rate(request.rate)
    manifest = Manifest("retarget", config=_settings(request))
    others = [Path(p) for p in (request.names, request.contacts) if p is not None]
    manifest.inputs = [Path(request.file), Path(request.model)]
    manifest.inputs += [path for path in others if path.is_file()]
    with manifest.time_part("read"):
        clips = _choose(read_clips(request.file, fps=request.fps, names=request.names),
                        request)  # fmt: skip
        if alone and len(clips) > 1:
            raise BigeError(
                f"{request.file} has {len(clips)} clips, and {output} can hold one; "
                "name a folder, or choose a clip with --clip."
            )
        model = read_model(request.model, contacts=request.contacts)
    with manifest.time_part("inverse kinematics"):
        done = _follow_all(clips, model, request, progress)
    summary = _summarise(done, request, manifest)
    _write(done, summary, output=output, spec=model.spec, force=force)
    return StageResult(summary, _text(summary, done, output))


def report_path(motion: AnyPath) -> Path:
    """Name of the report that ``retarget`` writes beside a motion.

    Examples
    --------
    >>> report_path("made/squat.mot").as_posix()
    'made/squat.retarget.json'
    """
    return Path(motion).with_suffix(f".{SUMMARY}")


def _check_rate(rate: float) -> None:
    if not RATES[0] <= rate <= RATES[1]:
        raise BigeError(
            f"--rate: a motion has {RATES[0]:g} to {RATES[1]:g} frames a second, got "
            f"{rate:g}."
        )


def _settings(request: RetargetRequest) -> dict[str, Any]:
    names = None if request.names is None else fspath(request.names)
    return {
        "fps": request.fps,
        "rate_hz": request.rate,
        "names": names,
        "up": request.up,
        "cutoff_hz": request.cutoff,
        "clip": request.clip,
    }


def _choose(
    clips: tuple[Markers, ...], request: RetargetRequest
) -> tuple[Markers, ...]:
    if request.clip is None:
        return clips
    if request.clip >= len(clips):
        raise BigeError(
            f"{request.file} has {count_nouns(len(clips), 'clip')}, numbered from 0, "
            f"and none of number {request.clip}; pass another --clip."
        )
    return (clips[request.clip],)


def _follow_all(
    clips: Sequence[Markers],
    model: Model,
    request: RetargetRequest,
    progress: Progress,
) -> list[Done]:
    config = RetargetConfig(rate=request.rate, cutoff=request.cutoff, up=request.up)
    done: list[Done] = []
    for clip in report_each(clips, progress, what="clips", total=len(clips)):
        try:
            spheres = model.contacts.spheres
            found = retarget_clip(clip, model.spec, contacts=spheres, config=config)
            done.append((clip, found))
        except BigeError as error:
            done.append((clip, error))
    failures = [found for _, found in done if isinstance(found, BigeError)]
    if len(failures) == len(done):
        raise failures[0]
    return done


def _summarise(
    done: Sequence[Done], request: RetargetRequest, manifest: Manifest
) -> dict[str, Any]:
    rows = []
    for clip, found in done:
        if isinstance(found, BigeError):
            rows.append({"clip": clip.name, "error": str(found)})
            manifest.warnings.append(f"{clip.name}: not followed. {found}")
            continue
        manifest.warnings += [f"{clip.name}: {said}" for said in found.warnings]
        rows.append({"clip": clip.name, **_describe(found)})
    return {
        "model": Path(request.model).name,
        "clips": rows,
        "manifest": manifest.to_dict(),
    }


def _describe(found: Retargeted) -> dict[str, Any]:
    """Plain data of a motion, in units that are read: mm, degrees."""
    return {
        "frames": len(found.motion.time),
        "duration_s": round(found.motion.duration, 4),
        "cutoff_hz": found.cutoff,
        "scale": round(found.scale, 5),
        "turned_deg": round(degrees(found.turn), 2),
        "origin": [round(x, 4) for x in found.start.tolist()],
        "raised_m": round(found.raised, 4),
        "rms_mm": round(1000 * found.rms(), 2),
        "joints": {
            name: {
                "rms_mm": round(1000 * error.rms, 2),
                "max_mm": round(1000 * error.largest, 2),
                "from_scaled_clip_rms_mm": round(1000 * error.from_clip, 2),
            }
            for name, error in found.errors.items()
        },
        "coordinates": {
            name: {
                "known_by": known.source,
                "share_of_frames": round(known.share, 3),
                **_describe_deviation(name, known.deviation, found),
            }
            for name, known in found.coordinates.items()
        },
        "segment_variation": {
            name: round(value, 4) for name, value in found.variation.items()
        },
        "warnings": list(found.warnings),
    }


def _describe_deviation(
    name: str, deviation: float, found: Retargeted
) -> dict[str, float]:
    if name in found.translations:
        return {"deviation_mm": round(1000 * deviation, 1)}
    return {"deviation_deg": round(degrees(deviation), 1)}


def _write(
    done: Sequence[Done],
    summary: dict[str, Any],
    *,
    output: Path,
    spec: ModelSpec,
    force: bool,
) -> None:
    found = {c.name: one for c, one in done if isinstance(one, Retargeted)}
    if output.suffix != ENDING:
        with new_folder(output, landmark=SUMMARY, force=force) as folder:
            for name, one in found.items():
                write_motion(folder / f"{name}{ENDING}", one.motion, spec=spec)
            write_json(folder / SUMMARY, summary)
        return
    (one,) = found.values()
    whole = False

    def say_kept() -> str:
        return f"{output} is complete" if whole else f"nothing was written to {output}"

    with promise(say_kept), ExitStack() as stack:
        with new_file(output, force=force) as temporary:
            write_motion(temporary, one.motion, spec=spec)
            stack.enter_context(uninterrupted())  # the motion and its report
        with new_file(report_path(output), force=True) as temporary:
            write_json(temporary, summary)
        whole = True


def _text(summary: dict[str, Any], done: Sequence[Done], output: Path) -> str:
    lines = []
    for clip, found in done:
        if isinstance(found, BigeError):
            lines.append(f"{clip.name}: not followed. {found}")
            continue
        lines.append(
            f"{clip.name}: {len(found.motion.time)} frames at {found.motion.rate:.4g} "
            f"Hz, joints {1000 * found.rms():.1f} mm RMS off; scaled by "
            f"{found.scale:.3f}, turned by {degrees(found.turn):.0f} deg, raised by "
            f"{100 * found.raised:.1f} cm, low-pass {found.cutoff:g} Hz."
        )
        open_ones = found.names_known_by("default")
        if open_ones:
            lines.append(
                f"No joint tells {name_some(open_ones)}: left where they are usually."
            )
        lines += found.warnings
    lines.append(f"Written to {output}.")
    return "\n".join(lines)
