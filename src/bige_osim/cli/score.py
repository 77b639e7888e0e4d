"""``bige score``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bige_osim.cli import options
from bige_osim.cli.collect import EXERCISES
from bige_osim.progress import Progress

if TYPE_CHECKING:
    from bige_osim.stages.result import StageResult


@click.command(short_help="Measure motions, beside those of a reference.")
@click.argument("paths", type=options.ANY_PATH, nargs=-1, required=True)
@click.option(
    "--reference",
    type=options.ANY_PATH,
    multiple=True,
    metavar="PATH",
    help="Motions to compare with; may be given several times.",
)
@click.option("--model", type=options.FILE, help="Model (.osim) of .mot files.")
@click.option(
    "--goal",
    type=options.FILE,
    help="Goal (.toml) with the range of activation.  [default: that of bige guide]",
)
@click.option(
    "--exercise",
    type=click.Choice(EXERCISES),
    default="squat",
    show_default=True,
    help="Whose repetitions are measured in recordings.",
)
@click.option("--whole", is_flag=True, help="Measure motions as they are instead.")
@click.option(
    "--center",
    type=click.Choice(["pelvis", "body"]),
    default="pelvis",
    show_default=True,
    help="Whose velocity counts: that of the pelvis, or of the centre of mass (body).",
)
@click.option(
    "--arms/--no-arms",
    default=True,
    show_default=True,
    help="Compare sets by the angles of the arms, too.",
)
@options.output
@options.seed
@options.writing
@options.reporting
def score(
    *, output: Path, seed: int, force: bool, progress: Progress, **asked: Any
) -> "StageResult":
    """Measure motions of one or more participants, beside those of a reference.

    PATHS are folders that bige solve, guide or validate wrote, a participant each;
    folders with such folders in them; .mot files; datasets (.nc). Writes score.json and
    score.csv: every motion, every participant, and mean, SD and 95 % interval over
    participants.

    Example: bige score guided/s4 guided/s6 --reference squats.nc -o scores
    """
    from bige_osim.stages.score import ScoreRequest
    from bige_osim.stages.score import score as run

    request = ScoreRequest(**asked)
    return run(request, output=output, seed=seed, force=force, progress=progress)
