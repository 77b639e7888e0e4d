"""``bige retarget``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options
from bige_osim.progress import Progress

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Turn joint centres of other generators into motions.")
@click.argument("file", type=options.FILE, metavar="JOINTS.npy")
@click.option(
    "--fps",
    type=options.POSITIVE,
    default=20.0,
    show_default=True,
    metavar="HZ",
    help="Frames per second of the file.",
)
@click.option(
    "--model", type=options.FILE, required=True, help="The participant's model (.osim)."
)
@click.option(
    "--names",
    metavar="NAME_OR_FILE",
    help="humanml3d, smpl, or a file with a joint's name in each line.  [default: told "
    "by the number of joints]",
)
@click.option(
    "--up",
    type=click.Choice(["y", "z"]),
    default="y",
    show_default=True,
    help="Axis of the file that points up.",
)
@click.option(
    "--rate",
    type=options.POSITIVE,
    default=60.0,
    show_default=True,
    metavar="HZ",
    help="Frames per second of the motion.",
)
@click.option(
    "--cutoff",
    type=options.POSITIVE,
    metavar="HZ",
    help="Highest frequency that is followed.  [default: by the clip's noise, 6 at "
    "most]",
)
@click.option(
    "--clip",
    type=click.IntRange(0),
    metavar="N",
    help="Only the clip of this number, from 0, of a file of several.",
)
@options.contacts
@click.option(
    "-o",
    "--output",
    type=options.ANY_PATH,
    required=True,
    help="Motion (.mot), or a folder for several clips.",
)
@options.writing
@options.reporting
def retarget(
    *, output: Path, force: bool, progress: Progress, **given: Any
) -> "StageResult":
    """Let a participant's model follow joint centres (JOINTS.npy) of other generators.

    Inverse kinematics over whole clips of HumanML3D's or SMPL's joints: segments stay
    as long as the model's, the motion has true time stamps and stands on the floor.

    Example: bige retarget joints.npy --fps 20 --model person.osim -o squat.mot
    """
    from bige_osim.stages.retarget import RetargetRequest
    from bige_osim.stages.retarget import retarget as run

    request = RetargetRequest(**given)
    return run(request, output=output, force=force, progress=progress)
