"""``bige train``, with a subcommand for every kind of net."""

from pathlib import Path
from typing import Any

import click

from bige_osim.cli import options
from bige_osim.nets.kinds import list_kinds


@click.group(short_help="Train a generator or a surrogate on a dataset.")
def train() -> None:
    """Train a net on a dataset; an interrupted run goes on where it stopped.

    Example: bige train generator squats.nc --hold-out s4 -o runs/generator
    """


def _make_command(kind: str, title: str) -> click.Command:
    """Make the subcommand that trains one kind of net."""

    @click.command(kind, short_help=title)
    @click.argument("data", type=options.FILE)
    @click.option(
        "-o", "--output", type=options.FOLDER, required=True, help="Run folder."
    )
    @click.option("--config", type=options.FILE, help="Settings (.toml).")
    @click.option(
        "--hold-out",
        "test_people",
        multiple=True,
        metavar="PERSON",
        help="Keep this participant out of training and selection.",
    )
    @click.option("--epochs", type=click.IntRange(1), help="Passes over the data.")
    @options.seed
    @options.device
    @options.writing
    @options.printing
    def command(data: Path, *, as_json: bool, **given: Any) -> None:
        from bige_osim.nets.ranks import is_first
        from bige_osim.stages.train import train as run

        with options.progress_bar() as progress:
            result = run(kind, data, progress=progress, **given)
        if is_first():
            options.show(result.summary, text=result.text, as_json=as_json)

    command.help = (
        f"Train a net on the dataset DATA. {title}\n\n"
        f"Example: bige train {kind} squats.nc --hold-out s4 -o runs/{kind}"
    )
    return command


for _kind, _title in list_kinds().items():
    train.add_command(_make_command(_kind, _title))
