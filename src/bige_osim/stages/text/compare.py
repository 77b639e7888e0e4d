"""What ``compare`` says on the screen."""

from pathlib import Path

from bige_osim.evaluation.comparison import COLUMNS, Comparison, tell


def text_of(comparison: Comparison, output: Path) -> str:
    """Say what came out: a line for each quantity, the nearest system marked."""
    lines = []
    for column in COLUMNS:
        nearest = comparison.find_nearest(column)
        cells = [
            f"{system.title} {tell(system.values.get(column.key), column.digits)}"
            + ("*" if system.key in nearest else "")
            for system in comparison.systems
        ]
        lines.append(f"{column.title} ({column.unit}): " + "; ".join(cells))
    lines.append("* nearest to the reference among what is generated.")
    return "\n".join([*lines, f"Written to {output}."])
