"""What ``score`` says: metrics over participants, beside those of the reference."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bige_osim.errors import count_nouns
from bige_osim.report.formatting import amount
from bige_osim.stages.text.reasons import warning_lines

TITLES = {
    "pelvis_tilt": "pelvis tilt at the peak",
    "asymmetry": "asymmetry",
    "angular_velocity": "angular velocity",
    "com_velocity": "velocity of the centre",
    "com_acceleration": "acceleration of the centre",
    "constraint": "distance from the range",
    "foot_sliding": "foot sliding",
    "penetration": "penetration",
    "floating": "float",
    "fidelity_rotations": "fidelity, rotations",
    "fidelity_translations": "fidelity, translations",
    "diversity": "diversity",
}
"""Metrics that are printed, and what they are called."""


def text_of(summary: Mapping[str, Any], output: Path) -> str:
    """Turn the summary of ``score`` into lines for a reader.

    Parameters
    ----------
    summary : of ``score``
    output : where the results are
    """
    systems, units = summary["systems"], summary["units"]
    titles = {
        name: f"{title} ({units[name]})"
        for name, title in TITLES.items()
        if any(one["summary"][name]["mean"] is not None for one in systems)
    }
    rows = [[_describe_count(one) for one in systems]]
    rows += [
        [_describe(one["summary"][name], units[name]) for one in systems]
        for name in titles
    ]
    first = ["", *titles.values()]
    widths = [max(map(len, cells)) for cells in (first, *zip(*rows, strict=True))]
    lines = [
        "  ".join(
            cell.ljust(width)
            for cell, width in zip((title, *cells), widths, strict=True)
        ).rstrip()
        for title, cells in zip(first, rows, strict=True)
    ]
    lines.append("Means of participants ± SD [95 % interval of the mean].")
    if len(systems) > 1:
        lines.append(
            "Fidelity is a distance from the reference; its own is that of each of its "
            "participants from the others."
        )
    lines.append(f"Written to {output}.")
    return "\n".join(lines + warning_lines(summary["manifest"]["warnings"]))


def _describe_count(system: Mapping[str, Any]) -> str:
    motions = count_nouns(system["motions"], "motion")
    participants = count_nouns(system["participants"], "participant")
    return f"{system['system']}: {motions}, {participants}"


def _describe(estimate: Mapping[str, Any], unit: str) -> str:
    """Write a mean, with what is known of how far it is to be trusted."""
    if estimate["mean"] is None:
        return amount(None, unit)
    text = amount(estimate["mean"], unit)
    if estimate["low"] is None:
        return text
    sd, low, high = (amount(estimate[key], unit) for key in ("sd", "low", "high"))
    return f"{text} ± {sd} [{low}, {high}]"
