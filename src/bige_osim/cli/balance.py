"""``bige balance``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Make a dataset's squats stand on their own.")
@click.argument("data", type=options.FILE)
@click.option("-o", "--output", type=options.FILE, required=True, help="Dataset (.nc).")
@options.jobs
@options.writing
@options.reporting
def balance(data: Path, **given: Any) -> "StageResult":
    """Move the squats of DATA (.nc) until the ground can carry them, and solve them.

    Each is changed as little as possible, to start and end standing and at rest, with
    planted feet and pelvis residuals within what is accepted.

    Example: bige balance squats.nc -o balanced.nc
    """
    from bige_osim.stages.balance import balance as run

    return run(data, **given)
