"""The folder that ``solve`` writes: files, summary over several runs, its text."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from bige_osim.errors import BigeError, DataError, name_some
from bige_osim.io.opensim_files.forces import write_ground_reaction
from bige_osim.io.opensim_files.series import write_moments, write_series
from bige_osim.paths import AnyPath
from bige_osim.solving.solution import Solution
from bige_osim.spec import ModelSpec, spec_to_json
from bige_osim.stages.opensim_folder import OpenSimFolders

SUMMARY = "solve.json"
"""Name of the summary."""


def read_summary(
    path: AnyPath, names: Sequence[str], *, force: bool
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

    Examples
    --------
    >>> read_summary("nowhere/solve.json", ["squats1"], force=False) is None
    True
    """
    path = Path(path)
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
    """Add the trials of an older summary that were not solved again.

    Examples
    --------
    >>> join_summaries(None, {"trials": []})
    {'trials': []}
    """
    if before is None:
        return new
    solved = {row["trial"] for row in new["trials"]}
    kept = [row for row in before["trials"] if row["trial"] not in solved]
    old, manifest = before["manifest"], dict(new["manifest"])
    files = {one["file"]: one for one in [*old["inputs"], *manifest["inputs"]]}
    manifest["inputs"] = list(files.values())
    manifest["timings"] = {**old["timings"], **manifest["timings"]}
    return {**before, **new, "trials": kept + new["trials"], "manifest": manifest}


def write_model(folder: AnyPath, spec: ModelSpec, *, known: AnyPath) -> str:
    """Write a model's description and return the name of its file.

    Files of different models have different names, and those of one model one name; a
    folder ``known`` that has it needs no other.
    """
    text = spec_to_json(spec)
    name = f"model_{sha256(text.encode()).hexdigest()[:12]}.json"
    if not (Path(known) / name).is_file():
        (Path(folder) / name).write_text(text, encoding="utf-8")
    return name


def write_solution(
    folder: AnyPath, name: str, solution: Solution, *, folders: OpenSimFolders
) -> str:
    """Write the files of a trial and return the path of its motion, within ``folder``.

    Files of a failed trial say so in their title. Reserves and residuals are written
    where the model has coordinates for them.
    """
    folder, spec = Path(folder), folders.engine.skeleton.spec
    mark = f" FAILED: {solution.failure}" if solution.failure else ""
    for ending, what, series in (
        ("activations", "activations", solution.activations.finite()),
        ("forces", "muscle forces", solution.forces.finite()),
        ("reserves", "reserves", solution.reserves.finite()),
        ("residuals", "residuals", solution.residuals.finite()),
    ):
        if series.names or ending in ("activations", "forces"):
            path = folder / f"{name}_{ending}.sto"
            write_series(path, series, name=f"{name} {what}{mark}")
    write_moments(
        folder / f"{name}_moments.sto",
        solution.moments,
        spec=spec,
        name=f"{name} net moments{mark}",
    )
    write_ground_reaction(folder / f"{name}_grf.mot", solution.ground)
    return folders.write(folder, name, solution)


def text_of(summary: Mapping[str, Any], output: AnyPath) -> str:
    """Turn the summary of ``solve`` into lines for a reader."""
    lines = [summary["masses"]["text"]] if "masses" in summary else []
    for row in summary["trials"]:
        if "error" in row:
            lines.append(f"{row['trial']}: not solved. {row['error']}")
            continue
        lines.append(f"{row['trial']}: {row['text']}")
        lines += [f"  Kinematics: {text}." for text in row["kinematics"]]
        shown = row["likely_causes"] if row["failure"] else row["warnings"]
        lines += [f"  {warning}" for warning in shown]
    lines.append(f"Written to {output}.")
    return "\n".join(lines)


def row_text(row: Mapping[str, Any]) -> str:
    """Say in a sentence what became of a trial.

    Examples
    --------
    >>> row_text({"failure": "too large", "written": False})
    'FAILED, not written (see --anyway): too large.'
    """
    if row["failure"]:
        how = "written all the same" if row["written"] else "not written (see --anyway)"
        return f"FAILED, {how}: {row['failure']}."
    failed = f", {len(row['failed_s'])} failed" if row["failed_s"] else ""
    return (
        f"{row['frames']} frames from {row['from_s']:.2f} to "
        f"{row['to_s']:.2f} s solved{failed}, {1000 * row['seconds_per_frame']:.2g} "
        f"ms a frame; ground reaction {row['ground']}."
    )
