"""Libraries' warnings and log lines do not reach a person."""

import subprocess
import sys
import warnings

import pytest
from click.testing import CliRunner

from bige_osim.cli.group import BigeGroup

PROGRAM = """
import logging, subprocess, sys, warnings
import click
from bige_osim.cli.group import BigeGroup

group = BigeGroup(name="bige")

@group.command()
@click.option("--debug", is_flag=True, expose_value=False)
def noisy():
    import numpy as np
    np.nanmean(np.full((2, 2), np.nan), axis=0)  # Mean of empty slice
    np.zeros(2) / np.zeros(2)
    warnings.warn("will change", FutureWarning)
    logging.getLogger("matplotlib.font_manager").warning("building the font cache")
    child = "import warnings; warnings.warn('of a child', UserWarning)"
    subprocess.run([sys.executable, "-c", child], check=True)
    click.echo("done")

group()
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, "noisy", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def test_warnings_of_this_process_and_its_children_are_not_shown() -> None:
    done = run()
    assert done.stdout == "done\n"
    assert done.stderr == ""


def test_debug_shows_them() -> None:
    said = run("--debug").stderr
    for part in ("Mean of empty slice", "will change", "font cache", "of a child"):
        assert part in said


def test_a_warning_that_is_made_an_error_is_one_still() -> None:
    group = BigeGroup(name="bige")

    @group.command()
    def noisy() -> None:
        warnings.warn("odd", RuntimeWarning, stacklevel=1)

    result = CliRunner().invoke(group, ["noisy"])
    assert result.exit_code == 1
    assert "(RuntimeWarning: odd)" in result.stderr


@pytest.mark.opensim
def test_doctor_loads_the_libraries_and_prints_its_table_alone() -> None:
    command = [sys.executable, "-c", "from bige_osim.cli import main; main(['doctor'])"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    starts = [line.split()[0] for line in done.stdout.splitlines()]
    assert starts == [
        *("python", "bige-osim", "numpy", "scipy", "torch", "opensim"),
        *("nimblephysics", "platform", "OpenSim", "torch"),
    ]
