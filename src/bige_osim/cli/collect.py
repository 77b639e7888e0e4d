"""``bige collect``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options
from bige_osim.cli.study import read_shared

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult

EXERCISES = (
    "squat",
    "single-leg-squat",
    "lunge",
    "sit-to-stand",
    "drop-jump",
    "gait-cycle",
)
"""Those of ``repetitions.exercises``, which `bige --help` does not load."""


@click.command(short_help="Find repetitions, solve them, make a dataset.")
@click.argument("sessions", type=options.ANY_PATH, nargs=-1, required=True)
@click.option("-o", "--output", type=options.FILE, required=True, help="Dataset (.nc).")
@options.engine
@options.solving(cutoff=4.0)
@click.option(
    "--exercise",
    "exercises",
    type=click.Choice([*EXERCISES, "all"]),
    multiple=True,
    default=("squat",),
    show_default=True,
    help="What to look for; may be given several times.",
)
@click.option(
    "--plots",
    type=options.FOLDER,
    metavar="DIR",
    help="Draw what was found in every trial, a .png each.",
)
@click.option(
    "--licence",
    default="",
    metavar="TEXT",
    help="Of recordings whose metadata do not state it, such as 'CC BY 4.0'.",
)
@options.contacts
@click.option("--add", is_flag=True, help="Add to the dataset that is there.")
@click.option(
    "--keep-going",
    is_flag=True,
    help="Leave out sessions that fail, and list them at the end.",
)
@click.option("--dry-run", is_flag=True, help="Only find the repetitions.")
@click.option("-v", "--verbose", is_flag=True, help="Show every candidate.")
@options.jobs
@options.writing
@options.reporting
def collect(
    sessions: tuple[Path, ...], *, exercises: tuple[str, ...], **given: Any
) -> "StageResult":
    """Find repetitions in SESSIONS (folders, .zip or .b3d), solve them, make a dataset.

    A dataset (.nc) among SESSIONS is taken over as it is. Options may stand in a
    bige.toml beside the sessions.

    Example: bige collect session_a session_b -o squats.nc
    """
    from bige_osim.stages.collect import collect as run

    given = read_shared(sessions, {"exercises": exercises, **given}).given
    if "all" in given["exercises"]:
        given["exercises"] = EXERCISES
    return run(sessions, **given)
