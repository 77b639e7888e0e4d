"""``bige look``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="See what squats of a body come to.")
@click.argument("model", type=options.FILE)
@click.option(
    "--from", "trial", type=options.FILE, help="The participant's own squats (.mot)."
)
@click.option(
    "--height", type=float, metavar="M", help="Stature of the participant, m."
)
@click.option("-o", "--output", type=options.FILE, required=True, help="JSON file.")
@options.writing
@options.reporting
def look(model: Path, **given: Any) -> "StageResult":
    """See what squats of a body (MODEL, .osim) come to, before anything is asked.

    Squats drawn for the body and the participant's own are judged once: depth,
    duration, asymmetry, and the peaks of all muscle groups.

    Example: bige look s4.osim --from squats1.mot -o s4.json
    """
    from bige_osim.stages.studio_look import LookRequest
    from bige_osim.stages.studio_look import look as run

    request = LookRequest(
        model=model, trial=given.pop("trial"), height=given.pop("height")
    )
    return run(request, **given)
