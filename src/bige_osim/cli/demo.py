"""``bige demo``."""

from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Run every step on synthetic participants.")
@click.option(
    "-o",
    "--output",
    type=options.FOLDER,
    default="demo",
    show_default=True,
    help="Folder.",
)
@options.jobs
@options.seed
@options.writing
@options.reporting
def demo(**given: Any) -> "StageResult":
    """Run every step on synthetic participants, ending in a report and a viewer.

    Example: bige demo -o demo
    """
    from bige_osim.stages.demo import demo as run

    return run(**given)
