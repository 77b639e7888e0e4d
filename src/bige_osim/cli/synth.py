"""``bige synth``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Make sessions of synthetic participants who squat.")
@click.option(
    "-n",
    "--people",
    type=click.IntRange(1),
    required=True,
    help="How many participants.",
)
@options.output
@click.option(
    "--generic",
    type=options.FILE,
    help="Model to scale: Rajagopal2015 or one made from it, such as LaiUhlrich2022 "
    "for deeper squats.  [default: Rajagopal2015]",
)
@click.option(
    "--noise", is_flag=True, help="Add errors like those of phone recordings."
)
@click.option(
    "--from",
    "sources",
    type=options.ANY_PATH,
    multiple=True,
    metavar="SESSION",
    help="Let them do the squats of a recorded participant; may be given repeatedly.",
)
@click.option(
    "--first",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Number of the first, so that populations made apart can be put together.",
)
@options.seed
@options.jobs
@options.writing
@options.reporting
def synth(
    people: int, *, noise: bool, sources: tuple[Path, ...], **given: Any
) -> "StageResult":
    """Make OpenCap-shaped sessions of synthetic participants who squat.

    Bodies are drawn from the ANSUR II statistics; everything is marked synthetic.
    Squats that physics does not allow are rejected and counted.

    Example: bige synth -n 5 -o people
    """
    if noise and sources:
        raise click.UsageError("--noise is for squats made up, not for copies (--from)")
    from bige_osim.stages.synth import synth as run

    return run(people, noise=noise, sources=sources, **given)
