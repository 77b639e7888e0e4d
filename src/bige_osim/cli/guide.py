"""``bige guide``."""

from pathlib import Path
from typing import Any

import click

from bige_osim.cli import options


@click.command(short_help="Search for motions that meet a goal.")
@click.option(
    "--model", type=options.FILE, required=True, help="The participant's model (.osim)."
)
@click.option("--goal", type=options.FILE, required=True, help="Goal (.toml).")
@click.option(
    "-n", "count", type=click.IntRange(1), default=4, show_default=True, help="Motions."
)
@click.option("--generator", type=options.FOLDER, required=True, help="Its run folder.")
@click.option("--surrogate", type=options.FOLDER, required=True, help="Its run folder.")
@click.option(
    "--height", type=float, metavar="M", help="Stature of the participant, m."
)
@click.option("--steps", type=click.IntRange(1), help="Steps of the search.")
@options.contacts
@click.option("-o", "--output", type=options.FOLDER, required=True, help="Folder.")
@click.option("-v", "--verbose", is_flag=True, help="Show every term of every motion.")
@options.seed
@options.device
@options.writing
@options.printing
def guide(
    *,
    output: Path,
    verbose: bool,
    seed: int,
    force: bool,
    as_json: bool,
    **asked: Any,
) -> None:
    """Search for motions of a participant's model that meet a goal.

    Example: bige guide --model s4.osim --goal goal.toml -n 4
    --generator runs/generator --surrogate runs/surrogate -o guided
    """
    from bige_osim.stages.guide import GuideRequest
    from bige_osim.stages.guide import guide as run

    with options.progress_bar() as progress:
        result = run(
            GuideRequest(**asked),
            output=output,
            seed=seed,
            verbose=verbose,
            force=force,
            progress=progress,
            notify=lambda text: click.echo(f"Warning: {text}", err=True),
        )
    options.show(result.summary, text=result.text, as_json=as_json)
