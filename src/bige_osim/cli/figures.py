"""``bige figures``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bige_osim.cli import options
from bige_osim.progress import Progress

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Draw a comparison: PNG and SVG for a paper.")
@click.argument("folder", type=options.FOLDER)
@click.option(
    "-o", "--output", type=options.FOLDER, help="Folder.  [default: FOLDER/figures]"
)
@click.option("--participant", metavar="NAME", help="Draw this one only.")
@click.option(
    "--muscles",
    multiple=True,
    metavar="NAME",
    help="Muscle or group whose activation is drawn; may be repeated.",
)
@options.writing
@options.reporting
def figures(
    folder: Path,
    *,
    output: Path | None,
    participant: str | None,
    muscles: tuple[str, ...],
    force: bool,
    progress: Progress,
) -> "StageResult":
    """Draw what bige compare left in FOLDER: figures for a paper, as PNG and SVG.

    Squats of all systems side by side with their hip trails; deepest postures in the
    order of peak activation; activations by simulation and by the surrogate.
    figures.json has the captions and the numbers.

    Example: bige figures compared
    """
    from bige_osim.stages.figures import figures as run

    return run(
        folder,
        output=output,
        participant=participant,
        muscles=muscles,
        force=force,
        progress=progress,
    )
