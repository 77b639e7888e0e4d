"""The command as people type it."""

import json
import subprocess
import sys

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


@pytest.mark.parametrize("name", list(main.commands))
def test_every_command_has_help_with_a_line_to_copy(name: str):
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert f"Example: bige {name}" in " ".join(result.output.split())


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
