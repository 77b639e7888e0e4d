"""``bige sample``."""

from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options
from bige_osim.progress import Progress

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Draw motions as a net makes them, without a goal.")
@click.option(
    "--model", type=options.FILE, required=True, help="The participant's model (.osim)."
)
@click.option(
    "--generator",
    type=options.FOLDER,
    help="Run folder of bige train generator, mdm or t2mgpt.  [default: shipped]",
)
@click.option(
    "-n", "count", type=click.IntRange(1), default=4, show_default=True, help="Motions."
)
@click.option(
    "--height", type=float, metavar="M", help="Stature of the participant, m."
)
@options.contacts
@options.output
@options.seed
@options.writing
@options.reporting
def sample(
    *, output: Any, seed: int, force: bool, progress: Progress, **given: Any
) -> "StageResult":
    """Draw motions of a participant's model as a net makes them.

    They are neither guided nor judged: `bige validate` says whether they hold up, and
    `bige guide` delivers motions that do.

    Example: bige sample --model s4.osim -n 8 -o drawn
    """
    from bige_osim.stages.sample import SampleRequest
    from bige_osim.stages.sample import sample as run

    request = SampleRequest(**given)
    return run(request, output=output, seed=seed, force=force, progress=progress)
