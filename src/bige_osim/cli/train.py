"""``bige train generator`` and ``bige train surrogate``."""

from pathlib import Path
from typing import Any

import click

from bige_osim.cli import options


@click.group(short_help="Train a generator or a surrogate on a dataset.")
def train() -> None:
    """Train a net on a dataset; an interrupted run goes on where it stopped.

    Example: bige train generator squats.nc --hold-out s4 -o runs/generator
    """


def _training(command: options.Command) -> options.Command:
    """Add what both nets are trained with."""
    for add in (
        options.printing,
        options.writing,
        options.device,
        options.seed,
        click.option("--epochs", type=click.IntRange(1), help="Passes over the data."),
        click.option(
            "--hold-out",
            "test_people",
            multiple=True,
            metavar="PERSON",
            help="Keep this participant out of training and selection.",
        ),
        click.option("--config", type=options.FILE, help="Settings (.toml)."),
        click.option(
            "-o", "--output", type=options.FOLDER, required=True, help="Run folder."
        ),
        click.argument("data", type=options.FILE),
    ):
        command = add(command)
    return command


@train.command(short_help="Train what makes motions.")
@_training
def generator(**given: Any) -> None:
    """Train a generator, which makes motions, on the dataset DATA.

    Example: bige train generator squats.nc --hold-out s4 -o runs/generator
    """
    _train("generator", **given)


@train.command(short_help="Train what expects muscle activations of motions.")
@_training
def surrogate(**given: Any) -> None:
    """Train a surrogate, which expects activations of motions, on the dataset DATA.

    Example: bige train surrogate squats.nc --hold-out s4 -o runs/surrogate
    """
    _train("surrogate", **given)


def _train(
    net: str,
    *,
    data: Path,
    output: Path,
    config: Path | None,
    test_people: tuple[str, ...],
    epochs: int | None,
    seed: int,
    device: str,
    force: bool,
    as_json: bool,
) -> None:
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
