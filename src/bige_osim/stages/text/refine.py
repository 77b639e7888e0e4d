"""What ``guide --from`` says of the motions it made."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bige_osim.errors import count_nouns
from bige_osim.stages.text.outcomes import describe_terms
from bige_osim.stages.text.reasons import shorten, warning_lines


def text_of(summary: Mapping[str, Any], output: Path, *, verbose: bool = False) -> str:
    """Turn the summary of ``guide --from`` into lines for a reader.

    Parameters
    ----------
    summary : of ``guide_from``
    output : where the motions are
    verbose : every term of every motion, before and after
    """
    motions, failed = summary["motions"], summary["failed"]
    total, trial = len(motions) + len(failed), summary["from"]["trial"]
    lines = [
        f"{len(motions)} of {count_nouns(total, 'repetition')} of {trial} meet the goal"
        " after refinement, and pass when they are simulated again.",
        f"Written to {output}.",
    ]
    for motion in [*motions, *failed]:
        lines += _motion_lines(motion, verbose=verbose)
    if not verbose:
        lines.append("All terms before and after: -v, or guide.json.")
    return "\n".join(lines + warning_lines(summary["manifest"]["warnings"]))


def _motion_lines(motion: Mapping[str, Any], *, verbose: bool) -> Iterator[str]:
    where = motion.get("file", "not delivered")
    change = motion["change_deg"]
    regions = ", ".join(
        f"{name} {change[name]:.1f}°" for name in change if name != "all"
    )
    yield (
        f"  repetition {motion['repetition']}  {where}  changed by {regions} (RMS); "
        f"{motion['duration_before']:.2f} to {motion['duration']:.2f} s; feet planted "
        f"by {motion['planting_deg']['all']:.1f}°"
    )
    line = describe_terms(motion["terms"], verbose=verbose)
    yield f"    {line}" if verbose else shorten(f"    {line}")
    if "file" not in motion:
        for reason in motion["reasons"]:
            yield f"    {reason}"
