"""``studio``: the finished jobs of a folder, and what they delivered."""

import io
import json
import math
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bige_osim.errors import DataError
from bige_osim.io.opensim_files.table import read_table
from bige_osim.paths import AnyPath
from bige_osim.stages.studio_jobs import LOG
from bige_osim.stages.studio_plans import PAGE, RECORD, VALIDATED

SUMMARY, REPORT, OPENSIM = "guide.json", "report.html", "opensim"
"""What ``guide`` and ``report`` write."""

CERTIFICATE = "certificate.html"
"""Page with every check of every motion."""

KNEES = ("knee_angle_r", "knee_angle_l")

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_ZIP = re.compile(r"opensim_(\d{2,3})\.zip")


@dataclass(frozen=True, kw_only=True)
class Found:
    """A motion that was delivered.

    Attributes
    ----------
    name : ``01`` of ``01.mot``
    seconds : its duration, s
    depth : knee flexion at the bottom, deg; NaN for a model without knees
    peaks : peak activation of each muscle that was asked for, mean of its muscles
    asymmetry : RMS over time and hip, knee and ankle, deg; NaN if it was not asked for
    change : RMS change of the legs' angles from where refinement started, deg
    room : least distance from a bound of activation, as a share of half the range
    """

    name: str
    seconds: float
    depth: float
    peaks: Mapping[str, float]
    asymmetry: float
    change: float
    room: float


@dataclass(frozen=True, kw_only=True)
class Result:
    """A finished job.

    Attributes
    ----------
    folder : of its files
    asked : what the page asked for (``studio.json``)
    found : motions that pass, the best first: those changed least, or those furthest
        within the ranges of new ones
    warnings : why there are fewer than asked for, one sentence each
    """

    folder: Path
    asked: Mapping[str, Any]
    found: tuple[Found, ...]
    warnings: tuple[str, ...]

    @property
    def has_view(self) -> bool:
        """Whether there is a page with the bodies in 3-D."""
        return (self.folder / PAGE).is_file()

    @property
    def has_own(self) -> bool:
        """Whether it shows the participant's own squat, too."""
        return self.has_view and (self.folder / "own" / "solve.json").is_file()


def list_results(folder: AnyPath) -> list[str]:
    """Names of the finished jobs in a folder, the latest first."""
    folder = Path(folder)
    if not folder.is_dir():
        return []
    found = [
        path.name
        for path in folder.iterdir()
        if _NAME.fullmatch(path.name)
        and (path / RECORD).is_file()
        and (path / SUMMARY).is_file()
    ]
    return sorted(found, reverse=True)


def read_result(folder: AnyPath) -> Result:
    """Read what a job left.

    Raises
    ------
    DataError
        A file of it is damaged.
    """
    folder = Path(folder)
    try:
        asked = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        summary = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        change = bool(asked["change"])
        rows = [_take(folder, row, asked) for row in summary["motions"]]
        warnings = [*summary["manifest"]["warnings"]]
        failed = summary["failed"] if change else []
        warnings += [text for row in failed for text in row["reasons"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            folder,
            expected="a job of bige studio",
            got=f"something else ({error})",
            remedy="remove the folder",
        ) from error
    rows.sort(key=lambda one: one.change if change else -one.room)
    return Result(
        folder=folder,
        asked=asked,
        found=tuple(rows),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _take(folder: Path, row: Mapping[str, Any], asked: Mapping[str, Any]) -> Found:
    terms = row["terms"]
    activations = [term for term in terms if term["name"] == "activation"]
    uneven = [term["after"] for term in terms if term["name"] == "asymmetry"]
    names = list(asked["muscles"])  # in the order of the goal's tables
    rooms = [
        2 * term["margin"] / (term["range"]["high"] - term["range"]["low"])
        for term in activations
    ]
    return Found(
        name=Path(row["file"]).stem,
        seconds=row["duration"],
        depth=_measure_depth(folder / row["file"]),
        peaks={
            name: float(np.mean(term["range"]["reached"]))
            for name, term in zip(names, activations, strict=True)
        },
        asymmetry=uneven[0] if uneven else math.nan,
        change=row["change_deg"]["legs"],
        room=min(rooms, default=0.0),
    )


def _measure_depth(path: Path) -> float:
    """Peak over time of the mean flexion of both knees, deg."""
    table = read_table(path)
    if not {*KNEES} <= {*table.names}:
        return math.nan
    knees = table.values[:, [table.names.index(name) for name in KNEES]]
    depth = float(knees.mean(1).max())
    return depth if table.in_degrees else math.degrees(depth)


def list_files(folder: AnyPath) -> dict[str, Path]:
    """Files of a job that the page may hand out, by the names they are asked for by."""
    folder = Path(folder)
    names = [SUMMARY, RECORD, REPORT, PAGE, LOG, "goal.toml"]
    found = [folder / name for name in names]
    found.append(folder / VALIDATED / CERTIFICATE)
    found += sorted(folder.glob("[0-9]*.mot"))
    found += sorted(folder.glob("[0-9]*_activations.sto"))
    return {
        path.name: path for path in found if path.is_file() and not path.is_symlink()
    }


def zip_opensim(folder: AnyPath, name: str) -> bytes | None:
    """Zip what OpenSim runs a motion again from; ``None`` for another name.

    Parameters
    ----------
    folder : of the job
    name : that is asked for, ``opensim_01.zip``
    """
    match = _ZIP.fullmatch(name)
    place = Path(folder) / OPENSIM / match[1] if match else None
    if place is None or not place.is_dir():
        return None
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(place.rglob("*")):
            if path.is_file() and not path.is_symlink():
                inside = Path(f"opensim_{place.name}") / path.relative_to(place)
                archive.write(path, inside.as_posix())
    return stream.getvalue()


def describe_delivery(result: Result) -> str:
    """Say in a sentence what came out.

    Examples
    --------
    >>> describe_delivery(Result(folder=Path("a"), asked={"change": True}, found=(),
    ...                          warnings=()))
    'No motion passes: nothing near this squat meets the goal.'
    """
    count = len(result.found)
    if result.asked["change"]:
        if not count:
            return "No motion passes: nothing near this squat meets the goal."
        return (
            f"The squat meets the goal when the angles of the legs change by "
            f"{result.found[0].change:.1f}° (RMS)."
        )
    if not count:
        return "No motion passes: no squat of this body was found that meets the goal."
    plural = "motion passes" if count == 1 else "motions pass"
    return f"{count} {plural} when simulated again."
