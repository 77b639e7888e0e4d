"""The command as people type it."""

import json
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from bige_osim.cli import main
from bige_osim.cli.group import BigeGroup

HEAVY = ("torch", "opensim", "nimblephysics", "scipy", "numpy", "xarray", "matplotlib")


def test_help_loads_nothing_heavy():
    code = (
        "import sys; import bige_osim.cli; "
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"


def commands_of(group: click.Group) -> Iterator[list[str]]:
    """Names of all commands, those of groups within after the group's own."""
    for name, command in group.commands.items():
        yield [name]
        if isinstance(command, click.Group):
            yield from ([name, *rest] for rest in commands_of(command))


@pytest.mark.parametrize("names", list(commands_of(main)), ids=" ".join)
def test_every_command_has_help_with_a_line_to_copy(names: list[str]):
    result = CliRunner().invoke(main, [*names, "--help"])
    assert result.exit_code == 0
    said = " ".join(result.output.split())
    assert f"Example: bige {' '.join(names)} " in f"{said} "


@pytest.mark.parametrize("width", [60, 80, 200])
@pytest.mark.parametrize("names", [[], ["train"]], ids=["bige", "bige train"])
def test_no_line_of_the_list_of_commands_is_cut(names: list[str], width: int):
    result = CliRunner().invoke(main, [*names, "--help"], terminal_width=width)
    commands = result.output.split("Commands:\n")[1]
    lines = [line.rstrip() for line in commands.splitlines()]
    assert len(lines) >= 2
    assert [
        line for line in lines if line.endswith(("...", "\N{HORIZONTAL ELLIPSIS}"))
    ] == []


def test_a_net_that_there_is_not_is_wrong_usage():
    result = CliRunner().invoke(main, ["train", "discriminator", "squats.nc"])
    assert result.exit_code == 2
    assert "discriminator" in result.stderr


def test_commands_are_listed_in_the_order_of_the_work():
    output = CliRunner().invoke(main, ["--help"]).output
    places = [output.index(f"\n  {name} ") for name in main.commands]
    assert places == sorted(places)


def test_wrong_usage_exits_with_2():
    assert CliRunner().invoke(main, ["solve"]).exit_code == 2


def test_an_unforeseen_error_is_a_sentence_without_a_traceback():
    group = BigeGroup(name="bige")

    @group.command()
    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    result = CliRunner().invoke(group, ["broken"])
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: something unforeseen went wrong (ZeroDivisionError: division by zero); "
        "run again with --debug and report what it prints together with `bige "
        "doctor`.\n"
    )


def test_doctor_knows_opensim_and_torch_work():
    result = CliRunner().invoke(main, ["doctor", "--json"])
    assert result.exit_code == 0
    works = json.loads(result.stdout)["works"]
    assert works["OpenSim"].startswith("works: loaded")
    assert works["torch"].startswith("works")
