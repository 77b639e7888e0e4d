"""``bige info``."""

from pathlib import Path

import click

from bige_osim.cli import options


@click.command(short_help="Show what a session holds and what is wrong with it.")
@click.argument("session", type=options.ANY_PATH)
@options.printing
def info(session: Path, *, as_json: bool) -> None:
    """Show what a SESSION (folder, .zip or .b3d) holds and what is wrong with it.

    Example: bige info OpenCapData_1234
    """
    from bige_osim.stages.info import info as run

    result = run(session)
    options.show(result.summary, text=result.text, as_json=as_json)
