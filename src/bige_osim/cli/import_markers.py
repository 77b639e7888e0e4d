"""``bige import-markers``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options
from bige_osim.progress import Progress

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command("import-markers", short_help="Make a session of marker recordings.")
@click.argument("files", nargs=-1, required=True, type=options.FILE, metavar="FILE…")
@click.option(
    "--markerset",
    required=True,
    metavar="NAME_OR_FILE",
    help="plug_in_gait_39, opencap_study, opencap_video, a .toml, or OpenSim's .xml.",
)
@click.option(
    "--mass",
    type=options.POSITIVE,
    required=True,
    metavar="KG",
    help="The participant's mass.",
)
@click.option(
    "--height",
    type=options.POSITIVE,
    required=True,
    metavar="M",
    help="The participant's stature.",
)
@click.option(
    "--generic", type=options.FILE, help="Model to scale.  [default: Rajagopal2015]"
)
@click.option(
    "--person", metavar="NAME", help="Name of the participant; else the folder's."
)
@click.option(
    "--static", metavar="NAME", help="Trial of standing; else the stillest of all."
)
@click.option(
    "--subject",
    metavar="NAME",
    help="Whose markers, if their names begin with a subject's (P01:LASI).",
)
@click.option(
    "--accuracy",
    type=options.POSITIVE,
    default=1e-5,
    show_default=True,
    help="Tolerance of the inverse kinematics.",
)
@click.option(
    "--fit/--no-fit",
    default=True,
    show_default=True,
    help="Fit bone lengths to the movement where the marker set asks for it.",
)
@click.option("-o", "--output", type=options.FOLDER, required=True, help="Session.")
@options.jobs
@options.writing
@options.reporting
def import_markers(
    *, output: Path, jobs: int, force: bool, progress: Progress, **given: Any
) -> "StageResult":
    """Make a session of marker recordings (.trc, .c3d, UI-PRMD's .txt).

    A generic model is scaled to the participant's stillest standing, and OpenSim's
    inverse kinematics follows the markers of every FILE.

    Example: bige import-markers squats.trc --markerset opencap_study --mass 62.6
    --height 1.68 -o session
    """
    from bige_osim.stages.import_markers import ImportRequest
    from bige_osim.stages.import_markers import import_markers as run

    request = ImportRequest(**given)
    return run(request, output=output, jobs=jobs, force=force, progress=progress)
