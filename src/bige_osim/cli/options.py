"""Options shared by the commands, and how they print."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bige_osim.cli.progress_lines import progress_lines
from bige_osim.processes.stopping import promise
from bige_osim.progress import Progress

if TYPE_CHECKING:  # stages are loaded by the commands that run them
    from bige_osim.stages.result import StageResult

Command = TypeVar("Command", bound=Callable[..., Any])

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
ANY_PATH = click.Path(path_type=Path)
POSITIVE = click.FloatRange(min=0, min_open=True)


def reporting(command: Callable[..., "StageResult"]) -> Callable[..., None]:
    """Pass ``progress`` to a command, and print the summary that it returns.

    The command exits with the code of the summary; see :func:`printing`.
    """

    @printing
    @wraps(command)
    def run(*, as_json: bool, **given: Any) -> None:
        with progress_bar() as progress:
            result = command(progress=progress, **given)
        show(result.summary, text=result.text, as_json=as_json)
        click.get_current_context().exit(result.exit_code)

    return run


def printing(command: Command) -> Command:
    """Add ``--json`` and ``--debug``, which every command has.

    A command that is stopped says that nothing was written, unless it says otherwise.
    """

    @click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        help="Show the traceback of an error.",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
    @wraps(command)
    def run(**given: Any) -> Any:
        output = given.get("output")
        kept = f"nothing was written to {output}" if output else "nothing was written"
        with promise(lambda: kept):
            return command(**given)

    return run  # type: ignore[return-value]


output = click.option("-o", "--output", type=FOLDER, required=True, help="Folder.")
writing = click.option(
    "--force", is_flag=True, help="Replace results that exist already."
)
jobs = click.option(
    "--jobs",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Processes to use.",
)
seed = click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Seed of every random choice.",
)
device = click.option(
    "--device",
    default="cpu",
    show_default=True,
    help="Where the nets run: cpu, cuda or cuda:N.",
)
contacts = click.option(
    "--contacts",
    type=FILE,
    metavar="TOML",
    help="Feet and contact points of the model; else its own or its family's.",
)
reference = click.option(
    "--reference",
    type=FILE,
    metavar="NC",
    help="Dataset whose repetitions stand behind the curves of the report.",
)
engine = click.option(
    "--engine",
    type=click.Choice(["fast", "opensim"]),
    default="fast",
    show_default=True,
    help="What simulates: this toolkit, or OpenSim itself.",
)


def solving(*, cutoff: float) -> Callable[[Command], Command]:
    """Add ``--rate`` and ``--cutoff``, with the default low-pass (Hz)."""

    def add(command: Command) -> Command:
        command = click.option(
            "--cutoff",
            type=POSITIVE,
            default=cutoff,
            show_default=True,
            metavar="HZ",
            help="Low-pass of the motion.",
        )(command)
        return click.option(
            "--rate",
            type=click.FloatRange(min=1),
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
