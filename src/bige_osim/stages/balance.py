"""``balance``: a dataset whose repetitions stand on their own, made of another."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from bige_osim.dataset.dataset import read_stored_models
from bige_osim.dataset.netcdf_read import read_attributes, read_blocks
from bige_osim.dataset.netcdf_write import DatasetWriter
from bige_osim.errors import DatasetError, ExistingOutputError
from bige_osim.guidance.balance import BALANCING, EXERCISE, REST
from bige_osim.io.manifest import Manifest
from bige_osim.io.output import new_file, write_json
from bige_osim.paths import AnyPath
from bige_osim.processes.stopping import promise, uninterrupted
from bige_osim.processes.workers import run_each
from bige_osim.progress import Progress, silent
from bige_osim.stages.balanced_repetitions import (
    Given,
    Settled,
    read_given,
    settle,
    share_out,
)
from bige_osim.stages.result import StageResult
from bige_osim.stages.text.reasons import Group, group_reasons, shorten

NEEDED = ("exercise", "origin", "depth", "quality", "marker_error", "derived_from")
"""Variables that are taken over, besides those that every dataset has."""


def balance(
    data: AnyPath,
    *,
    output: AnyPath,
    jobs: int = 1,
    force: bool = False,
    progress: Progress = silent,
) -> StageResult:
    """Write the dataset ``NAME.nc`` and ``NAME.balance.json`` beside it.

    Every squat is moved as little as possible until it starts and ends standing and at
    rest, on planted feet, with pelvis residuals within what is accepted, and solved by
    the fast engine; ground reaction is estimated. Those that do not get a certificate
    and repetitions of other exercises are left out, and listed.

    Parameters
    ----------
    data : dataset (``.nc``) of ``bige collect``
    jobs : processes

    Raises
    ------
    MissingFileError, DatasetError
        The dataset cannot be read, has been balanced already, or none of its
        repetitions could be balanced.
    ExistingOutputError
        ``output`` or its report exists, without ``force``.
    """
    data, output = Path(data), Path(output)
    for path in (output, report_path(output)):
        if path.exists() and not force:
            raise ExistingOutputError(path)
    settings = {**asdict(BALANCING), "rest": REST, "exercise": EXERCISE}
    manifest = Manifest("balance", inputs=[data], config=settings)
    whole = False

    def say_kept() -> str:
        return f"{output} is complete" if whole else f"nothing was written to {output}"

    with promise(say_kept), ExitStack() as stack:
        with manifest.time_part("read"):
            given, others, models = _read(data)
        attributes = read_attributes(data)
        cutoff = float(attributes["cutoff_hz"])
        calls = [
            partial(settle, part, models[part[0].model], cutoff)
            for part in share_out(given)
        ]
        history = f"bige balance of the content {attributes['content_hash']}"
        with new_file(output, force=force) as temporary:
            with DatasetWriter(temporary) as writer, manifest.time_part("balance"):
                found = run_each(calls, processes=jobs)
                rows = list(_write(writer, found, history, progress, total=len(given)))
            if not writer.count:
                raise DatasetError(_describe_none(rows, data, others))
            stack.enter_context(uninterrupted())  # the dataset and its report
        summary = _summarise(rows, others, writer, manifest)
        with new_file(report_path(output), force=True) as temporary:
            write_json(temporary, summary)
        whole = True
    return StageResult(summary, _text(summary, output))


def report_path(dataset: AnyPath) -> Path:
    """Name of the report that ``balance`` writes beside a dataset.

    Examples
    --------
    >>> report_path("all/balanced.nc").as_posix()
    'all/balanced.balance.json'
    """
    return Path(dataset).with_suffix(".balance.json")


def _read(data: Path) -> tuple[list[Given], dict[str, int], dict[str, str]]:
    """Read the squats, how many of what else there are, and the models as JSON."""
    given: list[Given] = []
    others: dict[str, int] = {}
    models: dict[str, str] = {}
    for block in read_blocks(data):
        _check(block, data)
        models |= read_stored_models(block)
        for name in (str(one) for one in block["exercise"].values):
            if name != EXERCISE:
                others[name] = others.get(name, 0) + 1
        kept = np.flatnonzero(block["exercise"].values.astype(str) == EXERCISE)
        given += read_given(block.isel(repetition=kept))
    return given, others, models


def _check(block: xr.Dataset, data: Path) -> None:
    for name in NEEDED:
        if name not in block:
            raise DatasetError(f"{data} has no variable {name}; collect it again.")
    if "balance_change" in block and np.isfinite(block["balance_change"].values).any():
        raise DatasetError(
            f"{data} holds repetitions that are balanced already; balance what bige "
            "collect made, and join the results."
        )


def _write(
    writer: DatasetWriter,
    found: Iterator[Settled],
    history: str,
    progress: Progress,
    *,
    total: int,
) -> Iterator[dict[str, Any]]:
    """Write what settled; yield a row of every repetition."""
    what, done = "balancing squats", 0
    progress(what, done, total)
    for part in found:
        if part.block is not None:
            writer.append(part.block.assign_attrs(history=history))
        yield from part.rows
        done += len(part.rows)
        progress(what, done, total)


def _summarise(
    rows: Sequence[dict[str, Any]],
    others: dict[str, int],
    writer: DatasetWriter,
    manifest: Manifest,
) -> dict[str, Any]:
    changes = [row["change_deg"] for row in rows if row["settled"]]
    return {
        "repetitions": {
            "settled": len(changes),
            "left_out": len(rows) - len(changes),
            "other_exercises": others,
        },
        "change_deg": {
            "median": round(float(np.median(changes)), 2),
            "most": max(changes),
        },
        "reasons": [
            {"reason": group.text, "repetitions": group.count, "first": group.where}
            for group in _group(rows)
        ],
        "trials": list(rows),
        "content_hash": writer.content_hash,
        "manifest": manifest.to_dict(),
    }


def _group(rows: Sequence[dict[str, Any]]) -> list[Group]:
    """Group why repetitions were left out."""
    return group_reasons(
        (f"{row['session']} {row['trial']} at {row['start_s']:.2f} s", reason)
        for row in rows
        for reason in row["reasons"]
    )


def _describe_none(
    rows: Sequence[dict[str, Any]], data: Path, others: dict[str, int]
) -> str:
    """Say in a sentence why there is nothing to write."""
    if not rows:
        held = ", ".join(f"{count} of {name}" for name, count in others.items())
        return (
            f"{data} has no {EXERCISE} to balance (repetitions: {held or 'none'}); "
            "feet have to stay where they stand."
        )
    why = shorten(_group(rows)[0].text.rstrip("."), 150)
    return (
        f"None of the {len(rows)} squats of {data} could be balanced, mostly because: "
        f"{why}; look at them with bige report."
    )


def _text(summary: dict[str, Any], output: Path) -> str:
    counts, change = summary["repetitions"], summary["change_deg"]
    total = counts["settled"] + counts["left_out"]
    lines = [
        f"Balanced {counts['settled']} of {total} squats, changed by "
        f"{change['median']:.1f} deg (median) to {change['most']:.1f} deg.",
        f"Written to {output}.",
    ]
    if left := counts["left_out"]:
        lines.append(f"{left} {'was' if left == 1 else 'were'} left out:")
        lines += [
            shorten(f"  {one['repetitions']} x {one['reason']}, as in {one['first']}")
            for one in summary["reasons"][:3]
        ]
    if others := counts["other_exercises"]:
        held = ", ".join(f"{count} of {name}" for name, count in others.items())
        lines.append(f"Repetitions of other exercises were left out: {held}.")
    return "\n".join(lines)
