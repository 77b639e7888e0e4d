"""``bige doctor``."""

import click

from bige_osim.cli import options


@click.command(short_help="Show versions and what works on this computer.")
@options.printing
def doctor(*, as_json: bool) -> None:
    """Show versions and what works on this computer, for a bug report.

    Example: bige doctor
    """
    from bige_osim.stages.doctor import doctor as run

    result = run()
    options.show(result.summary, text=result.text, as_json=as_json)
