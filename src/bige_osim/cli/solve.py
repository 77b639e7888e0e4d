"""``bige solve``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options
from bige_osim.cli.study import read_study
from bige_osim.progress import Progress

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult
    from bige_osim.stages.solve_request import SolveRequest

OF_TRIAL = frozenset({"from", "to", "cutoff"})
"""Options that a trial may have of its own."""


@click.command(short_help="Simulate muscle activations of a session or motion.")
@click.argument("sources", type=options.ANY_PATH, nargs=-1, required=True)
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
    sources: tuple[Path, ...],
    output: Path,
    jobs: int,
    force: bool,
    progress: Progress,
    **given: Any,
) -> "StageResult":
    """Simulate muscle activations of sessions (folder, .zip, .b3d) or .mot (SOURCES).

    Several are solved into a folder each. Options may stand in a bige.toml beside the
    sessions, or within one.

    Exit code 3: a trial FAILED, for its residuals are beyond half of body weight (RMS),
    or a quarter of body weight times the height of the centre of mass.

    Example: bige solve OpenCapData_1234 --trial squats1 -o solved
    """
    from bige_osim.stages.solve import solve as run
    from bige_osim.stages.solve_many import solve_many

    requests = [_make_request(source, given) for source in sources]
    how: dict[str, Any] = {
        "output": output,
        "jobs": jobs,
        "force": force,
        "progress": progress,
    }
    if len(requests) == 1:
        return run(requests[0], **how)
    return solve_many(requests, **how)


def _make_request(source: Path, given: dict[str, Any]) -> "SolveRequest":
    """Put the options of a source together, those of its study and its own."""
    from bige_osim.stages.solve_request import SolveRequest, TrialOptions

    found = read_study(source, given, of_trial=OF_TRIAL)
    own = dict(found.given)
    return SolveRequest(
        source=source,
        forces=own.pop("grf"),
        of_trials={n: TrialOptions(**o) for n, o in found.of_trials.items()},
        options_from=found.files,
        **own,
    )
