"""``bige bench``."""

from pathlib import Path

import click

from bige_osim.cli import options


@click.command(short_help="Measure speed and agreement against OpenSim.")
@click.argument(
    "what",
    type=click.Choice(["kinematics", "dynamics", "muscles", "solve"]),
    required=False,
)
@click.option("--model", type=options.FILE, help="Model (.osim); else made up.")
@click.option("--motion", type=options.FILE, help="Motion (.mot) of that model.")
@click.option("--grf", type=options.FILE, help="Force plates (.mot) of that motion.")
@options.printing
def bench(
    what: str | None,
    *,
    model: Path | None,
    motion: Path | None,
    grf: Path | None,
    as_json: bool,
) -> None:
    """Measure speed and agreement against OpenSim and nimblephysics.

    Example: bige bench solve --model s4.osim --motion squats1.mot
    """
    from bige_osim.stages.bench import bench as run

    with options.progress_bar() as progress:
        result = run(what, model=model, motion=motion, forces=grf, progress=progress)
    options.show(result.summary, text=result.text, as_json=as_json)
