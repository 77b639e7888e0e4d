"""``bige report``."""

from pathlib import Path

import click

from bige_osim.cli import options


@click.command(short_help="Make one page of a folder of results or of a dataset.")
@click.argument("path", type=options.ANY_PATH)
@options.reference
@options.writing
@options.printing
def report(path: Path, *, reference: Path | None, force: bool, as_json: bool) -> None:
    """Make one self-contained page of the results in a folder, or of a dataset.

    PATH is a folder (its page is PATH/report.html) or a dataset such as squats.nc (its
    data card is squats.html). The page of what bige solve wrote may have a --reference.

    Example: bige report demo
    """
    from bige_osim.stages.report import report as run

    result = run(path, reference=reference, force=force)
    options.show(result.summary, text=result.text, as_json=as_json)
