"""``bige bench``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Measure speed and agreement against OpenSim.")
@click.argument(
    "what",
    type=click.Choice(["kinematics", "dynamics", "muscles", "solve", "surrogate"]),
    required=False,
)
@click.option("--model", type=options.FILE, help="Model (.osim); else made up.")
@click.option("--motion", type=options.FILE, help="Motion (.mot) of that model.")
@click.option("--grf", type=options.FILE, help="Force plates (.mot) of that motion.")
@click.option(
    "--surrogate", type=options.FOLDER, help="Run folder of a net.  [default: shipped]"
)
@options.reporting
def bench(what: str | None, *, grf: Path | None, **given: Any) -> "StageResult":
    """Measure speed and agreement against OpenSim and nimblephysics.

    Example: bige bench solve --model s4.osim --motion squats1.mot
    """
    from bige_osim.stages.bench import bench as run

    return run(what, forces=grf, **given)
