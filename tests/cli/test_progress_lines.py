"""Lines of progress in a log."""

import time

import pytest
from click.testing import CliRunner

from bige_osim.cli import options
from bige_osim.cli.group import BigeGroup
from bige_osim.cli.progress_lines import _Lines, progress_lines


def make(interval: float = 0.0, quiet: float = 60.0) -> tuple[_Lines, list[str]]:
    said: list[str] = []
    return _Lines(said.append, interval=interval, quiet=quiet), said


def test_a_tick_says_how_far_all_work_is():
    lines, said = make()
    lines.report("solving squats1", 120, 600)
    lines.report("collecting sessions", 1, 3)
    lines.tick()
    assert said == ["solving squats1: 120 of 600", "collecting sessions: 1 of 3"]


def test_work_that_did_not_go_on_is_not_said_again():
    lines, said = make()
    lines.report("solving squats1", 120, 600)
    lines.tick()
    lines.tick()
    assert said == ["solving squats1: 120 of 600"]


def test_work_that_stands_still_for_long_is_said_again():
    lines, said = make(quiet=0.0)
    lines.report("solving squats1", 0, 600)
    lines.tick()
    lines.tick()
    assert said == ["solving squats1: 0 of 600"] * 2


def test_the_end_of_work_that_was_told_of_is_said_at_once():
    lines, said = make(interval=60.0)
    lines.report("solving squats1", 120, 600)
    lines.tick()
    lines.report("solving squats1", 600, 600)
    assert said == ["solving squats1: 120 of 600", "solving squats1: 600 of 600"]


def test_of_many_short_pieces_the_last_stands_for_all():
    lines, said = make(interval=60.0)
    for trial in ("squats1", "squats2", "squats3"):
        lines.report(f"solving {trial}", 0, 600)
        lines.report(f"solving {trial}", 600, 600)
    assert said == []
    lines.tick()
    assert said == ["solving squats3: 600 of 600"]


def test_short_runs_are_silent(capsys: pytest.CaptureFixture[str]):
    with progress_lines() as report:
        report("solving squats1", 0, 600)
        report("solving squats1", 600, 600)
    assert capsys.readouterr() == ("", "")


def test_lines_come_on_stderr_while_work_goes_on(capsys: pytest.CaptureFixture[str]):
    with progress_lines(interval=0.05) as report:
        report("solving squats1", 120, 600)
        time.sleep(0.5)
    assert capsys.readouterr() == ("", "solving squats1: 120 of 600\n")


def test_a_command_without_a_terminal_prints_lines_on_stderr_only(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("bige_osim.cli.progress_lines.INTERVAL", 0.05)
    group = BigeGroup(name="bige")

    @group.command()
    def work() -> None:
        with options.progress_bar() as progress:
            progress("working", 1, 2)
            time.sleep(0.5)
        options.show({}, text="Done.", as_json=False)

    result = CliRunner().invoke(group, ["work"])
    assert result.stdout == "Done.\n"
    assert result.stderr == "working: 1 of 2\n"
