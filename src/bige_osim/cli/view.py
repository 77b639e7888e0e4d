"""``bige view``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options
from bige_osim.progress import Progress

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult
    from bige_osim.stages.view import ViewRequest


@click.command(short_help="Show motions in 3-D, in the browser.")
@click.argument("paths", type=options.ANY_PATH, nargs=-1, required=True)
@click.option("--model", type=options.FILE, help="Model (.osim) of .mot files.")
@click.option(
    "--trial", "trials", multiple=True, metavar="NAME", help="Only these motions."
)
@click.option(
    "--repetition",
    type=click.IntRange(1),
    metavar="N",
    help="Only the repetition of this number in each motion.",
)
@click.option(
    "--beside/--over",
    default=True,
    help="Several motions beside each other (default) or over each other.",
)
@click.option(
    "--geometry", type=options.FOLDER, help="Bone meshes (.vtp, .obj, .stl) to prefer."
)
@click.option(
    "-o",
    "--output",
    type=options.FILE,
    help="HTML file.  [default: view.html in the folder of results]",
)
@click.option("--movie", type=options.FILE, metavar="MP4", help="Write a movie.")
@click.option("--live", is_flag=True, help="Serve the page on 127.0.0.1 instead.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="For --live.  [default: a free one]",
)
@options.writing
@options.reporting
def view(
    *,
    beside: bool,
    output: Path | None,
    movie: Path | None,
    live: bool,
    port: int,
    force: bool,
    progress: Progress,
    **given: Any,
) -> "StageResult":
    """Show motions in 3-D: one HTML file that needs no network, a movie, or a server.

    PATHS are folders that bige solve, guide or validate wrote, and .mot files. Bones,
    muscles coloured by activation, ground forces, the trail of the hips and half of
    their depth move in any browser. A movie needs Chromium.

    Example: bige view solved --trial squats1 -o squats1.html
    """
    from bige_osim.stages.view import ViewRequest
    from bige_osim.stages.view import view as run

    request = ViewRequest(layout="beside" if beside else "over", **given)
    if not live:
        return run(request, output=output, movie=movie, force=force, progress=progress)
    if output or movie:
        raise click.UsageError("--live writes nothing: leave out --output and --movie.")
    return _serve(request, port=port)


def _serve(request: "ViewRequest", *, port: int) -> "StageResult":
    """Serve until the command is stopped."""
    from bige_osim.stages.result import StageResult
    from bige_osim.stages.view_live import open_server

    with open_server(request, port=port) as server:
        address = f"http://{server.server_address[0]!s}:{server.server_port}/"
        click.echo(f"{address} shows it, and reads the files again when it is loaded.")
        click.echo("Ctrl-C ends it.", err=True)
        server.serve_forever()
    return StageResult({"address": address}, "")
