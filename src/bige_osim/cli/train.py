"""``bige train``."""

from pathlib import Path

import click

from bige_osim.cli import options


@click.command()
@click.argument("net", type=click.Choice(["generator", "surrogate"]))
@click.argument("data", type=options.FILE)
@click.option("-o", "--output", type=options.FOLDER, required=True, help="Run folder.")
@click.option("--config", type=options.FILE, help="Settings (.toml).")
@click.option(
    "--hold-out",
    "test_people",
    multiple=True,
    metavar="PERSON",
    help="Keep this person out of training and selection.",
)
@click.option("--epochs", type=click.IntRange(1), help="Passes over the data.")
@options.seed
@options.device
@options.writing
@options.printing
def train(
    net: str,
    data: Path,
    *,
    output: Path,
    config: Path | None,
    test_people: tuple[str, ...],
    epochs: int | None,
    seed: int,
    device: str,
    force: bool,
    as_json: bool,
) -> None:
    """Train a NET on the dataset DATA; an interrupted run goes on where it stopped.

    Example: bige train surrogate squats.nc --hold-out s4 -o runs/surrogate
    """
    from bige_osim.stages.train import train as run

    with options.progress_bar() as progress:
        result = run(
            net,
            data,
            output=output,
            config=config,
            test_people=test_people,
            epochs=epochs,
            seed=seed,
            device=device,
            force=force,
            progress=progress,
        )
    options.show(result.summary, text=result.text, as_json=as_json)
