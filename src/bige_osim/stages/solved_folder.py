"""The folder that ``solve`` writes: its files, and its summary over several runs."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, DataError, name_some
from bige_osim.io.opensim_files.forces import write_ground_reaction
from bige_osim.io.opensim_files.series import write_series
from bige_osim.solving.solution import Solution

SUMMARY = "solve.json"
"""Name of the summary."""


def read_summary(
    path: Path, names: Sequence[str], *, force: bool
) -> dict[str, Any] | None:
    """Read what a folder holds already; its trials must not be solved again.

    Parameters
    ----------
    path : of the summary; ``None`` is returned if there is none
    names : of the trials to be solved
    force : replace those that are there, or whatever else the file is

    Raises
    ------
    DataError
        It is no summary.
    BigeError
        A trial is there, and nothing may be replaced.
    """
    if not path.is_file():
        return None
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        known = {row["trial"] for row in found["trials"] if row.get("written", True)}
    except (ValueError, KeyError, TypeError) as error:
        if force:
            return None
        raise DataError(
            path,
            expected="the summary of bige solve",
            got="another file",
            remedy="pass another folder, or --force to replace it",
        ) from error
    again = [name for name in names if name in known]
    if again and not force:
        raise BigeError(
            f"{path.parent} holds {name_some(again)} already; pass --force to replace "
            "what is there, or --trial to solve others."
        )
    return found


def join_summaries(
    before: dict[str, Any] | None, new: dict[str, Any]
) -> dict[str, Any]:
    """Add the trials of an older summary that were not solved again."""
    if before is None:
        return new
    solved = {row["trial"] for row in new["trials"]}
    kept = [row for row in before["trials"] if row["trial"] not in solved]
    old, manifest = before["manifest"], dict(new["manifest"])
    files = {one["file"]: one for one in [*old["inputs"], *manifest["inputs"]]}
    manifest["inputs"] = list(files.values())
    manifest["timings"] = {**old["timings"], **manifest["timings"]}
    return {**before, **new, "trials": kept + new["trials"], "manifest": manifest}


def write_solution(folder: Path, name: str, solution: Solution) -> None:
    """Write the files of a trial; those of a failed one say so in their title."""
    mark = f" FAILED: {solution.failure}" if solution.failure else ""
    for ending, what, series in (
        ("activations", "activations", solution.activations.finite()),
        ("forces", "muscle forces", solution.forces.finite()),
        ("moments", "net moments", solution.moments),
    ):
        write_series(
            folder / f"{name}_{ending}.sto", series, name=f"{name} {what}{mark}"
        )
    write_ground_reaction(folder / f"{name}_grf.mot", solution.ground)
