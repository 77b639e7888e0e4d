"""Options in ``bige.toml``, and what comes before what."""

from pathlib import Path
from typing import Any

import click
import pytest

from bige_osim.cli import options
from bige_osim.cli.study import FOR_ONE, read_shared, read_study
from bige_osim.errors import DataError

OF_TRIAL = frozenset({"from", "cutoff"})


def run(*arguments: str, of: tuple[str, ...] = ("a",), folder: Path) -> Any:
    """Options of sessions of a folder, given these arguments."""
    sources = [folder / name for name in of]

    @click.group()
    def main() -> None:
        """A program with one command."""

    @main.command()
    @click.option("--from", "start", type=float)
    @options.solving(cutoff=6.0)
    @click.option("--trial", "trials", multiple=True)
    @click.option("--calibrate", is_flag=True)
    @options.engine
    @options.contacts
    @options.output
    def solve(**given: Any) -> Any:
        if len(sources) > 1:
            return read_shared(sources, given)
        return read_study(sources[0], given, of_trial=OF_TRIAL)

    given = ["solve", *arguments, "-o", "out"]
    return main.main(given, standalone_mode=False)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "bige.toml").write_text(text, encoding="utf-8")


def test_without_a_file_the_command_lines_options_stay(study: Path) -> None:
    found = run("--cutoff", "4", folder=study)
    assert (found.given["cutoff"], found.given["calibrate"]) == (4.0, False)
    assert (found.of_trials, found.files) == ({}, ())


def test_a_session_comes_before_its_study_and_the_command_line_before_both(
    study: Path,
) -> None:
    write(study, "[solve]\ncutoff = 5\ncalibrate = true\nrate = 25\n")
    write(study / "a", "[solve]\nrate = 50\ncutoff = 3\n")
    found = run("--cutoff", "4", folder=study)
    assert found.given["cutoff"] == 4.0
    assert found.given["calibrate"] is True
    assert found.given["rate"] == 50.0
    assert [path.parent for path in found.files] == [study, study / "a"]


def test_a_trial_has_options_of_its_own(study: Path) -> None:
    write(study, "[solve.trials.squats1]\nfrom = 2\ncutoff = 4.0\n")
    write(study / "a", "[solve.trials.squats1]\nfrom = 3.5\n")
    found = run(folder=study)
    assert found.of_trials == {"squats1": {"start": 3.5, "cutoff": 4.0}}
    assert found.given["cutoff"] == 6.0


def test_paths_are_relative_to_the_file(study: Path) -> None:
    write(study, '[solve]\ncontacts = "feet.toml"\ntrial = ["squats1"]\n')
    given = run(folder=study).given
    assert given["contacts"] == study / "feet.toml"
    assert given["trials"] == ("squats1",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[slove]\n", "expected a table for a command, one of solve, got slove"),
        ("[solve]\ncutof = 4\n", "expected an option, one of .*cutoff.*, got cutof"),
        ("[solve]\ncutoff = -1\n", "column cutoff: expected a value that --cutoff"),
        ("[solve]\ncutoff = true\n", "column cutoff: expected another value, got True"),
        ("[solve]\ncalibrate = 1\n", "column calibrate: expected true or false"),
        ('[solve]\ntrial = "a"\n', "column trial: expected a list, got a"),
        ('[solve]\nengine = "slow"\n', "column engine: expected a value that --engine"),
        ('[solve]\noutput = "here"\n', "expected an option, one of .*, got output"),
        ("[solve.trials.a]\nengine = 1\n", "one of .*cutoff.*, got engine"),
        ("[solve]\ntrials = 3\n", "column trials: expected a table of options, got 3"),
        ("solve = 3\n", "expected a table of options, got"),
        ("[solve\n", "expected TOML"),
    ],
)
def test_a_mistake_in_a_file_is_named(study: Path, text: str, sentence: str) -> None:
    write(study, text)
    with pytest.raises(DataError, match=sentence) as error:
        run(folder=study)
    assert len(str(error.value)) < 400
    assert str(study / "bige.toml") in str(error.value)


def test_sessions_of_one_dataset_have_the_same_options(study: Path) -> None:
    write(study, "[solve]\ncutoff = 5\n")
    assert run(of=("a", "b"), folder=study).given["cutoff"] == 5.0
    write(study / "b", "[solve]\ncutoff = 4\n")
    with pytest.raises(DataError, match="the same options for all sessions"):
        run(of=("a", "b"), folder=study)


def test_options_of_one_motion_are_no_files(study: Path) -> None:
    assert {"output", "force", "grf"} <= FOR_ONE
