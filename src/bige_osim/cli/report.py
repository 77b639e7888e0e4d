"""``bige report``."""

from pathlib import Path

import click

from bige_osim.cli import options


@click.command()
@click.argument("folder", type=options.FOLDER)
@options.writing
@options.printing
def report(folder: Path, *, force: bool, as_json: bool) -> None:
    """Make one self-contained page, FOLDER/report.html, of the results in FOLDER.

    Example: bige report demo
    """
    from bige_osim.stages.report import report as run

    result = run(folder, force=force)
    options.show(result.summary, text=result.text, as_json=as_json)
