"""``bige agreement``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Compare muscle activations of several sources.")
@click.argument("sources", type=options.ANY_PATH, nargs=-1, required=True)
@click.option("--groups", is_flag=True, help="Show groups of muscles.")
@click.option(
    "--names",
    type=options.FILE,
    metavar="TABLE",
    help="Names that stand for muscles (.toml or .csv).",
)
@click.option("--emg", is_flag=True, help="The first source is envelopes of EMG.")
@click.option(
    "--model",
    type=options.FILE,
    help="Model (.osim) whose strengths weight the muscles of a group.",
)
@options.output
@options.seed
@options.writing
@options.reporting
def agreement(
    sources: tuple[Path, ...], *, output: Path, force: bool, **given: Any
) -> "StageResult":
    """Compare muscle activations: the first of SOURCES is the reference of the others.

    SOURCES are files (.sto, .mot, .csv), or folders in which files of the same
    NAME_activations.sto belong together. Writes agreement.html, agreement.csv and
    agreement.json.

    Example: bige agreement simulated.sto predicted.sto --groups -o agreement
    """
    if len(sources) < 2:
        raise click.UsageError("Name a reference, and what is compared with it.")
    from bige_osim.stages.agreement import AgreementRequest
    from bige_osim.stages.agreement import agreement as run

    progress = given.pop("progress")
    request = AgreementRequest(sources=sources, **given)
    return run(request, output=output, force=force, progress=progress)
