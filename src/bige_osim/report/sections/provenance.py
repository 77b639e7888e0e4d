"""The section on provenance: what made these results, from what."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from bige_osim.errors import count_nouns
from bige_osim.report.formatting import MISSING, format_fixed
from bige_osim.report.page import Block, Note, Section, Table
from bige_osim.report.results import VERBS, Json, Output, Results

EXPECTED = ("collect", "train", "guide", "validate")
"""Steps that lead to guided motions; what is missing of them is said."""

HASH_LENGTH = 12
"""Characters of a SHA-256 that are shown; the rest is in the JSON files."""


def provenance_section(
    results: Results, *, expected: Sequence[str] = EXPECTED
) -> Section:
    """Show every step with its seed, time and input hashes, versions and warnings.

    Parameters
    ----------
    results : of all steps
    expected : steps of which it is said if they have left nothing

    Examples
    --------
    >>> from pathlib import Path
    >>> provenance_section(Results(Path("demo"), {})).blocks[0].text
    'Steps without results in this folder: collect, train, guide, validate.'
    """
    outputs = [output for verb in VERBS for output in results.all(verb)]
    missing = [verb for verb in expected if not results.all(verb)]
    tables = (_steps(outputs, results), _versions(outputs), _inputs(outputs))
    blocks: list[Block] = [table for table in tables if table.rows]
    for output in outputs:
        place = results.name(output.path)
        blocks += [
            Note(f"{place}: {text}") for text in output.manifest.get("warnings", ())
        ]
    if missing:
        blocks.append(
            Note(f"Steps without results in this folder: {', '.join(missing)}.")
        )
    return Section("Provenance", "provenance", tuple(blocks))


def _steps(outputs: Sequence[Output], results: Results) -> Table:
    lines = []
    for output in outputs:
        manifest = output.manifest
        seconds = sum(float(t) for t in manifest.get("timings", {}).values())
        seed = manifest.get("seed")
        lines.append(
            (
                str(output.content.get("command", output.step)),
                results.name(output.path),
                MISSING if seed is None else str(seed),
                format_fixed(seconds, 1) if seconds else MISSING,
                count_nouns(len(manifest.get("inputs", ())), "file"),
            )
        )
    headings = ("step", "results", "seed", "time (s)", "inputs")
    return Table(headings, tuple(lines), "Steps", numbers=frozenset({2, 3}))


def _versions(outputs: Sequence[Output]) -> Table:
    """One column where all steps agree, else one per step."""
    known = [
        (output.step, output.manifest.get("versions", {}))
        for output in outputs
        if output.manifest.get("versions")
    ]
    packages = list(dict.fromkeys(name for _, found in known for name in found))
    alike = all(found == known[0][1] for _, found in known)
    columns: list[tuple[str, Json]] = (
        [("version", known[0][1])] if known and alike else known
    )
    rows = tuple(
        (package, *(str(found.get(package, MISSING)) for _, found in columns))
        for package in packages
    )
    return Table(("program", *(name for name, _ in columns)), rows, "Versions")


def _inputs(outputs: Sequence[Output]) -> Table:
    rows = [
        (output.step, PurePosixPath(str(entry["file"])).name, str(entry["sha256"]))
        for output in outputs
        for entry in output.manifest.get("inputs", ())
    ]
    cut = dict.fromkeys((step, file, sha[:HASH_LENGTH]) for step, file, sha in rows)
    headings = ("step", "file", "SHA-256, first characters")
    return Table(headings, tuple(cut), f"Input files ({len(rows)})", folded=True)
