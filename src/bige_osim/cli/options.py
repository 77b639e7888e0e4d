"""Options shared by the commands, and how they print."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from bige_osim.cli.progress_lines import progress_lines
from bige_osim.processes.stopping import promise
from bige_osim.progress import Progress

Command = TypeVar("Command", bound=Callable[..., Any])

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
ANY_PATH = click.Path(path_type=Path)


def printing(command: Command) -> Command:
    """Add ``--json`` and ``--debug``, which every command has, and what it tells."""
    command = click.option(
        "--json", "as_json", is_flag=True, help="Print the summary as JSON."
    )(_telling(command))
    return click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        help="Show the traceback of an error.",
    )(command)


def _telling(command: Command) -> Command:
    """Have a command that is stopped say that nothing was written, unless it was."""

    @wraps(command)
    def run(*, output: Path | None = None, **given: Any) -> Any:
        kept = f"nothing was written to {output}" if output else "nothing was written"
        options = given if output is None else {**given, "output": output}
        with promise(lambda: kept):
            return command(**options)

    return run  # type: ignore[return-value]


def writing(command: Command) -> Command:
    """Add ``--force`` to a command that writes."""
    return click.option(
        "--force", is_flag=True, help="Replace results that exist already."
    )(command)


def jobs(command: Command) -> Command:
    """Add ``--jobs``."""
    return click.option(
        "--jobs",
        type=click.IntRange(1),
        default=2,
        show_default=True,
        help="Processes to use.",
    )(command)


def seed(command: Command) -> Command:
    """Add ``--seed``."""
    return click.option(
        "--seed",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        help="Seed of every random choice.",
    )(command)


def device(command: Command) -> Command:
    """Add ``--device``."""
    return click.option(
        "--device",
        default="cpu",
        show_default=True,
        help="Where the nets run: cpu, cuda or cuda:N.",
    )(command)


def contacts(command: Command) -> Command:
    """Add ``--contacts``."""
    return click.option(
        "--contacts",
        type=FILE,
        metavar="TOML",
        help="Feet and contact points of the model; else its own or its family's.",
    )(command)


def engine(command: Command) -> Command:
    """Add ``--engine``."""
    return click.option(
        "--engine",
        type=click.Choice(["fast", "opensim"]),
        default="fast",
        show_default=True,
        help="What simulates: this toolkit, or OpenSim itself.",
    )(command)


def solving(*, cutoff: float) -> Callable[[Command], Command]:
    """Add ``--rate`` and ``--cutoff``, with the default low-pass (Hz)."""

    def add(command: Command) -> Command:
        command = click.option(
            "--cutoff",
            type=click.FloatRange(min=0, min_open=True),
            default=cutoff,
            show_default=True,
            metavar="HZ",
            help="Low-pass of the motion.",
        )(command)
        return click.option(
            "--rate",
            type=click.FloatRange(min=1),
            default=None,
            metavar="HZ",
            help="Solved frames per second.  [default: all; opensim: 25]",
        )(command)

    return add


def show(summary: Mapping[str, Any], *, text: str, as_json: bool) -> None:
    """Print the one summary of a command on stdout, as text or as JSON."""
    if as_json:
        click.echo(json.dumps(summary, indent=2, ensure_ascii=False))
    else:
        click.echo(text)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Yield what work reports to: a bar on stderr, or lines if that is no terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    with _bar(console) if console.is_terminal else progress_lines() as report:
        yield report


@contextmanager
def _bar(console: Any) -> Iterator[Progress]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
    )
    bars: dict[str, Any] = {}
    with Progress(*columns, console=console) as bar:

        def report(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = bar.add_task(what, total=total)
            bar.update(bars[what], completed=done, total=total)

        yield report
