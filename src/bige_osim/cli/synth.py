"""``bige synth``."""

from pathlib import Path

import click

from bige_osim.cli import options


@click.command()
@click.option(
    "-n", "--people", type=click.IntRange(1), required=True, help="How many people."
)
@click.option("-o", "--output", type=options.FOLDER, required=True, help="Folder.")
@click.option(
    "--noise", is_flag=True, help="Add errors like those of phone recordings."
)
@options.seed
@options.jobs
@options.writing
@options.printing
def synth(
    *,
    people: int,
    output: Path,
    noise: bool,
    seed: int,
    jobs: int,
    force: bool,
    as_json: bool,
) -> None:
    """Make OpenCap-shaped sessions of synthetic people who squat.

    Bodies are drawn from the ANSUR II statistics; everything is marked synthetic.
    Squats that physics does not allow are rejected and counted.

    Example: bige synth -n 5 -o people
    """
    from bige_osim.stages.synth import synth as run

    with options.progress_bar() as progress:
        result = run(
            people,
            output=output,
            noise=noise,
            seed=seed,
            jobs=jobs,
            force=force,
            progress=progress,
        )
    options.show(result.summary, text=result.text, as_json=as_json)
