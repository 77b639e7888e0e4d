"""What ``guide`` says of the motions it found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bige_osim.errors import count_nouns
from bige_osim.stages.text.outcomes import describe_terms
from bige_osim.stages.text.reasons import shorten, warning_lines

SHOWN = 6
"""Motions that are shown unless all are asked for."""


def text_of(summary: Mapping[str, Any], output: Path, *, verbose: bool = False) -> str:
    """Turn the summary of ``guide`` into lines for a reader.

    Parameters
    ----------
    summary : of ``guide``
    output : where the motions are
    verbose : every motion with every term, before and after
    """
    motions = summary["motions"]
    count = f"{len(motions)} of {count_nouns(summary['asked'], 'motion')} delivered"
    search = (
        f"Of {count_nouns(summary['drawn'], 'repetition')} drawn "
        f"{summary['satisfied_when_drawn']} satisfied the goal as they were; "
        f"{summary['refined']} were refined."
    )
    warnings = warning_lines(summary["manifest"]["warnings"])
    if not motions:
        why = f"Why they do not pass: guide.json in {output}."
        return "\n".join([f"{count}.", search, why, *warnings])
    lines = [
        f"{count}: every constraint is satisfied, and they pass when they are "
        "simulated again.",
        search,
        f"Written to {output}.",
    ]
    for motion in motions if verbose else motions[:SHOWN]:
        line = (
            f"  {motion['file']}  {motion['duration']:.2f} s  changed by "
            f"{motion['change_deg']['all']:.1f}°  "
            f"{describe_terms(motion['terms'], verbose=verbose)}"
        )
        lines.append(line if verbose else shorten(line))
    if not verbose:
        more = len(motions) - SHOWN
        left = f"{more} more motions and all" if more > 0 else "All"
        lines.append(f"{left} terms before and after: -v, or guide.json.")
    return "\n".join(lines + warnings)
