"""``bige validate``."""

from pathlib import Path
from typing import Any

import click

from bige_osim.cli import options


@click.command(short_help="Simulate guided motions again and judge them.")
@click.argument("sources", type=options.ANY_PATH, nargs=-1, required=True)
@click.option(
    "--model", type=options.FILE, required=True, help="The participant's model (.osim)."
)
@options.engine
@options.solving(cutoff=4.0)
@options.contacts
@click.option("-o", "--output", type=options.FOLDER, required=True, help="Folder.")
@click.option("-v", "--verbose", is_flag=True, help="Give every reason.")
@options.jobs
@options.writing
@options.printing
def validate(sources: tuple[Path, ...], *, as_json: bool, **given: Any) -> None:
    """Re-simulate guided motions (a guide folder or .mot files) and compare.

    Example: bige validate guided --model s4.osim -o validated
    """
    from bige_osim.stages.validate import validate as run

    with options.progress_bar() as progress:
        result = run(sources, progress=progress, **given)
    options.show(result.summary, text=result.text, as_json=as_json)
