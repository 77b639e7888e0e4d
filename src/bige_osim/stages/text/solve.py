"""What ``solve`` prints of its trials."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def text_of(summary: Mapping[str, Any], output: Path) -> str:
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
    """Say in a sentence what became of a trial."""
    if row["failure"]:
        how = "written all the same" if row["written"] else "not written (see --anyway)"
        return f"FAILED, {how}: {row['failure']}."
    failed = f", {len(row['failed_s'])} failed" if row["failed_s"] else ""
    return (
        f"{row['frames']} frames from {row['from_s']:.2f} to "
        f"{row['to_s']:.2f} s solved{failed}, {1000 * row['seconds_per_frame']:.2g} "
        f"ms a frame; ground reaction {row['ground']}."
    )
