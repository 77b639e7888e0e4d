"""``bige demo``."""

from pathlib import Path

import click

from bige_osim.cli import options


@click.command(short_help="Run the whole way on participants made by the program.")
@click.option(
    "-o",
    "--output",
    type=options.FOLDER,
    default=Path("demo"),
    show_default=True,
    help="Folder.",
)
@options.jobs
@options.seed
@options.writing
@options.printing
def demo(*, output: Path, jobs: int, seed: int, force: bool, as_json: bool) -> None:
    """Run the whole way on participants made by the program, ending in a report.

    Example: bige demo -o demo
    """
    from bige_osim.stages.demo import demo as run

    with options.progress_bar() as progress:
        result = run(
            output=output, jobs=jobs, seed=seed, force=force, progress=progress
        )
    options.show(result.summary, text=result.text, as_json=as_json)
