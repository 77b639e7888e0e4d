"""``bige studio``."""

import threading
import webbrowser
from importlib.util import find_spec
from pathlib import Path

import click

from bige_osim.cli import options
from bige_osim.errors import BigeError
from bige_osim.processes.stopping import promise


@click.command(short_help="Open the clinician's page in the browser.")
@click.argument("paths", type=options.ANY_PATH, nargs=-1)
@click.option(
    "-o",
    "--output",
    type=options.FOLDER,
    default=Path("studio"),
    help="Folder of the results.  [default: studio]",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Of 127.0.0.1.  [default: a free one]",
)
@click.option("--browser/--no-browser", default=True, help="Open the browser, or not.")
@options.printing
def studio(
    *, paths: tuple[Path, ...], output: Path, port: int, browser: bool, as_json: bool
) -> None:
    """Open a page on which squats are searched for: choose a participant and a goal.

    PATHS are sessions, models (.osim), or folders of these; others can be chosen on the
    page. Whatever is made is in a folder of its own in -o. The page is served on
    127.0.0.1 to this machine only. Needs pip install 'bige-osim[studio]'.

    Example: bige studio OpenCapData_1234 -o studio
    """
    if find_spec("nicegui") is None:
        raise BigeError(
            "bige studio needs NiceGUI, which is not installed; run pip install "
            "'bige-osim[studio]'."
        )
    from bige_osim.stages.studio_bodies import find_bodies
    from bige_osim.studio.server import open_studio
    from bige_osim.studio.workroom import Workroom

    room = Workroom(output)
    for body in find_bodies(paths):
        room.add(body)
    kept = f"finished jobs are in {output}, and one that ran is gone"
    with promise(lambda: kept, whole=True), open_studio(room, port=port) as address:
        options.show(
            {"address": address, "output": output.as_posix()},
            text=f"{address} is the studio, for this machine only. Ctrl-C ends it.",
            as_json=as_json,
        )
        if browser:
            webbrowser.open(address)
        while True:  # signals are taken in between
            threading.Event().wait(0.5)
