"""``bige validate``."""

from pathlib import Path
from typing import Any

import click

from bige_osim.cli import options


@click.command(short_help="Simulate motions, judge and certify them.")
@click.argument("sources", type=options.ANY_PATH, nargs=-1, required=True)
@click.option(
    "--model", type=options.FILE, required=True, help="The participant's model (.osim)."
)
@click.option(
    "--surrogate",
    type=options.FOLDER,
    metavar="RUN",
    help="Trained net whose predictions of .mot files are compared.  "
    "[default: shipped]",
)
@click.option(
    "--net-alone",
    is_flag=True,
    help="Ask the net, too, of frames that it is unsure of; solved exactly else.",
)
@click.option("--grf", type=options.FILE, help="Force plates (.mot) of a single .mot.")
@options.engine
@options.solving(cutoff=4.0)
@options.contacts
@click.option("-o", "--output", type=options.FOLDER, required=True, help="Folder.")
@click.option("-v", "--verbose", is_flag=True, help="Give every reason.")
@options.jobs
@options.writing
@options.printing
def validate(sources: tuple[Path, ...], *, as_json: bool, **given: Any) -> None:
    """Simulate guided motions (a guide folder) or recorded ones (.mot) and judge them.

    Writes validate.json; certificate.json and certificate.html, with every check, its
    bound, and who computed it; and what was simulated.

    Example: bige validate guided --model s4.osim -o validated
    """
    from bige_osim.stages.validate import validate as run

    with options.progress_bar() as progress:
        result = run(sources, progress=progress, **given)
    options.show(result.summary, text=result.text, as_json=as_json)
