"""``bige synth``."""

from pathlib import Path

import click

from bige_osim.cli import options


@click.command(short_help="Make sessions of synthetic participants who squat.")
@click.option(
    "-n",
    "--people",
    type=click.IntRange(1),
    required=True,
    help="How many participants.",
)
@click.option("-o", "--output", type=options.FOLDER, required=True, help="Folder.")
@click.option(
    "--generic",
    type=options.FILE,
    help="Model to scale: Rajagopal2015 or one made from it, such as LaiUhlrich2022 "
    "for deeper squats.  [default: Rajagopal2015]",
)
@click.option(
    "--noise", is_flag=True, help="Add errors like those of phone recordings."
)
@click.option(
    "--from",
    "sources",
    type=options.ANY_PATH,
    multiple=True,
    metavar="SESSION",
    help="Let them do the squats of a recorded participant; may be given repeatedly.",
)
@options.seed
@options.jobs
@options.writing
@options.printing
def synth(
    *,
    people: int,
    output: Path,
    generic: Path | None,
    noise: bool,
    sources: tuple[Path, ...],
    seed: int,
    jobs: int,
    force: bool,
    as_json: bool,
) -> None:
    """Make OpenCap-shaped sessions of synthetic participants who squat.

    Bodies are drawn from the ANSUR II statistics; everything is marked synthetic.
    Squats that physics does not allow are rejected and counted.

    Example: bige synth -n 5 -o people
    """
    if noise and sources:
        raise click.UsageError("--noise is for squats made up, not for copies (--from)")
    from bige_osim.stages.synth import synth as run

    with options.progress_bar() as progress:
        result = run(
            people,
            output=output,
            sources=sources,
            generic=generic,
            noise=noise,
            seed=seed,
            jobs=jobs,
            force=force,
            progress=progress,
        )
    options.show(result.summary, text=result.text, as_json=as_json)
