"""``bige compare``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options
from bige_osim.progress import Progress

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


def _split(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, Path]:
    """Take ``NAME=PATH`` apart."""
    found = {}
    for value in values:
        name, equals, path = value.partition("=")
        if not (name and equals and path):
            raise click.BadParameter(f"expected NAME=PATH, got {value}.")
        found[name] = Path(path)
    return found


@click.command(short_help="Compare systems that make motions.")
@click.argument("data", type=options.FILE)
@click.option(
    "--hold-out",
    "held_out",
    multiple=True,
    required=True,
    metavar="PERSON",
    help="Keep this participant from all nets, and make motions for the body.",
)
@click.option(
    "--reference",
    type=options.FILE,
    help="Dataset with their recorded repetitions.  [default: DATA]",
)
@click.option(
    "--session",
    "sessions",
    type=options.FOLDER,
    multiple=True,
    help="Session of a participant who is held out, for MoCap: recordings as made.",
)
@click.option(
    "--goal",
    type=options.FILE,
    help="Goal (.toml).  [default: vasti medialis 0.25 to 0.35]",
)
@click.option(
    "-n",
    "count",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Motions of each system and participant.",
)
@click.option(
    "--net",
    "nets",
    multiple=True,
    metavar="KIND=RUN",
    callback=_split,
    help="Run folder of a net that is trained already.",
)
@click.option(
    "--settings",
    multiple=True,
    metavar="KIND=TOML",
    callback=_split,
    help="Settings of a net's training.",
)
@click.option(
    "--extra",
    multiple=True,
    metavar="NAME=FOLDER",
    callback=_split,
    help="Motions (.mot) of another system.",
)
@options.output
@options.seed
@options.jobs
@options.reporting
def compare(
    *, output: Path, jobs: int, progress: Progress, **given: Any
) -> "StageResult":
    """Compare systems that make motions on participants whom no net has seen.

    Trains the generator, MDM and T2M-GPT on everybody else, draws as many motions of
    each for each body, guides as many, simulates and scores all of them. What is in the
    folder already is not made again.

    Example: bige compare squats.nc --hold-out s4 -o compared
    """
    from bige_osim.stages.compare import compare as run
    from bige_osim.stages.compare_request import CompareRequest

    request = CompareRequest(**given)
    return run(request, output=output, jobs=jobs, progress=progress)
