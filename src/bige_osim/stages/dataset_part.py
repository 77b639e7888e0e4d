"""A dataset made before, as a part of the one that ``collect`` makes."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xarray as xr

from bige_osim.dataset.netcdf_read import read_attributes, read_blocks
from bige_osim.paths import AnyPath
from bige_osim.repetitions.repetition import Repetition
from bige_osim.stages.session_repetitions import Collected
from bige_osim.stages.text.collect import repetition_row, report_path


def collect_dataset(path: AnyPath) -> Collected:
    """Take in the repetitions of a dataset as they are.

    The file is read through once before, so that a damaged one gives nothing.

    Parameters
    ----------
    path : the dataset; if the report beside it is of this dataset, its
        rejected candidates, warnings and sources that failed are taken over too. If
        that says that nothing was found to make a dataset of, there is none to read

    Raises
    ------
    MissingFileError, DatasetError
        if it cannot be read or was changed
    """
    path = Path(path)
    report = report_path(path)
    if not path.exists() and (empty := _read_report(report, None)):
        return _collected_from_report(empty, (), inputs=(report,))
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for block in read_blocks(path):
        _count(block, rows)
    content_hash = str(read_attributes(path)["content_hash"])
    known = _read_report(report, content_hash)
    if known is None:
        return Collected(read_blocks(path), tuple(rows.values()), inputs=(path,))
    return _collected_from_report(known, read_blocks(path), inputs=(path, report))


def _collected_from_report(
    report: dict[str, Any], blocks: Iterable[xr.Dataset], *, inputs: tuple[Path, ...]
) -> Collected:
    return Collected(
        blocks,
        tuple(report["trials"]),
        inputs=inputs,
        warnings=tuple(report["manifest"]["warnings"]),
        failed=tuple(report.get("failed", ())),
    )


def _read_report(path: Path, content_hash: str | None) -> dict[str, Any] | None:
    """Read what was found beside a dataset, unless it is about another one."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = isinstance(report, dict) and "manifest" in report
    return report if known and report.get("content_hash") == content_hash else None


def _count(block: xr.Dataset, rows: dict[tuple[str, ...], dict[str, Any]]) -> None:
    """Add a block's repetitions to the rows of their trials."""
    names = ("session", "person", "trial", "exercise")
    for place in range(block.sizes["repetition"]):
        one = block.isel(repetition=place)
        key = tuple(str(one[name].values) for name in names)
        row = rows.setdefault(
            key,
            dict(zip(names, key, strict=True))
            | {"accepted": 0, "repetitions": [], "rejected": []},
        )
        start, duration = float(one["start"]), float(one["duration"])
        row["accepted"] += 1
        row["repetitions"].append(
            repetition_row(
                Repetition(
                    start=start,
                    stop=start + duration,
                    bottom=start,  # which is in no row
                    depth=float(one["depth"]),
                    exercise=key[-1],
                    quality=float(one["quality"]),
                    side=str(one["side"].values),
                )
            )
        )
