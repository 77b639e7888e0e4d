"""What ``guide`` says of the motions it found."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bige_osim.guidance.terms.activation import ACTIVATION_TOLERANCE
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
    satisfied = sum(motion["holds"] for motion in motions)
    lines = [
        f"Found {len(motions)} motion{'s' if len(motions) != 1 else ''}; in "
        f"{satisfied} every constraint is satisfied, as the surrogate predicts. Run "
        "`bige validate` to see whether it is in simulation.",
        f"Written to {output}.",
    ]
    for motion in motions if verbose else motions[:SHOWN]:
        terms = ", ".join(_terms(motion, verbose=verbose))
        line = f"  {motion['file']}  {motion['duration']:.2f} s  {terms}"
        lines.append(line if verbose else shorten(line))
    if not verbose:
        more = len(motions) - SHOWN
        left = f"{more} more motions and all" if more > 0 else "All"
        lines.append(f"{left} terms before and after: -v, or guide.json.")
    return "\n".join(lines + warning_lines(summary["manifest"]["warnings"]))


def _terms(motion: Mapping[str, Any], *, verbose: bool) -> Iterator[str]:
    """Say what each term comes to: constraints first, for these are judged."""
    judged = [t for t in motion["terms"] if t["holds"] is not None]
    others = [t for t in motion["terms"] if t["holds"] is None]
    for term in [*judged, *others]:
        value = f"{term['after']:.3g}"
        if verbose:
            value = f"{term['before']:.3g} to {value}"
        unit = "" if term["unit"] == "activation" else f" {term['unit']}"
        text = f"{term['name']} {value}{unit}"
        if term["holds"] is not None:
            text += (
                f"{_muscles(term)} {'satisfied' if term['holds'] else 'not satisfied'}"
            )
        yield text


def _muscles(term: Mapping[str, Any]) -> str:
    """Say whose value an activation term's is."""
    asked = term.get("range")
    if asked is None:
        return ""
    if asked["over"] != "each":
        return f" ({asked['over']} of {len(asked['muscles'])} muscles)"
    values = dict(zip(asked["muscles"], asked["surrogate"], strict=True))
    # the muscle that was judged: the one whose value is given
    worst = min(values, key=lambda name: abs(values[name] - term["after"]))
    room = ACTIVATION_TOLERANCE
    within = sum(
        asked["low"] - room <= value <= asked["high"] + room
        for value in values.values()
    )
    return f" ({worst}; {within} of {len(values)} in range)"
