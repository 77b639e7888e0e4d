"""``bige solve``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options
from bige_osim.progress import Progress

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Simulate muscle activations of a session or motion.")
@click.argument("source", type=options.ANY_PATH)
@click.option("--model", type=options.FILE, help="Model (.osim); else the session's.")
@click.option("--grf", type=options.FILE, help="Force plates (.mot) of a single trial.")
@click.option(
    "--trial", "trials", multiple=True, metavar="NAME", help="Only these trials."
)
@options.engine
@click.option("--from", "start", type=float, metavar="S", help="Start time, s.")
@click.option("--to", "stop", type=float, metavar="S", help="Stop time, s.")
@options.solving(cutoff=6.0)
@click.option(
    "--calibrate",
    is_flag=True,
    help="Fit the model's masses to the session's force plates first.",
)
@click.option(
    "--anyway",
    is_flag=True,
    help="Write trials with implausible residuals too, marked FAILED.",
)
@options.contacts
@click.option(
    "--report/--no-report",
    default=True,
    help="Write report.html beside the results, or none.",
)
@options.reference
@options.output
@options.jobs
@options.writing
@options.reporting
def solve(
    *,
    grf: Path | None,
    output: Path,
    jobs: int,
    force: bool,
    progress: Progress,
    **given: Any,
) -> "StageResult":
    """Simulate muscle activations of a session (folder, .zip, .b3d) or .mot (SOURCE).

    Exit code 3: a trial FAILED, for its residuals are beyond half of body weight (RMS),
    or a quarter of body weight times the height of the centre of mass.

    Example: bige solve OpenCapData_1234 --trial squats1 -o solved
    """
    from bige_osim.stages.solve import SolveRequest
    from bige_osim.stages.solve import solve as run

    request = SolveRequest(forces=grf, **given)
    return run(request, output=output, jobs=jobs, force=force, progress=progress)
