"""What counts as a crash of the program on a session."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "pipelines" / "crashed_session.py"


def run(report: Path, *, code: int, attempt: int = 2) -> int:
    options = ["--code", str(code), "--attempt", str(attempt)]
    command = [sys.executable, str(SCRIPT), "sessions/s4", str(report), *options]
    return subprocess.run(command, check=False).returncode


def test_a_second_crash_is_listed(tmp_path: Path):
    report = tmp_path / "collect.json"
    assert run(report, code=128 + signal.SIGSEGV) == 0
    (failed,) = json.loads(report.read_text())["failed"]
    assert failed["source"] == "s4"


def test_a_first_crash_is_passed_on(tmp_path: Path):
    report = tmp_path / "collect.json"
    assert run(report, code=128 + signal.SIGSEGV, attempt=1) == 128 + signal.SIGSEGV
    assert not report.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_was_stopped_has_not_crashed(
    tmp_path: Path, number: signal.Signals
):
    report = tmp_path / "collect.json"
    assert run(report, code=128 + number) == 128 + number
    assert not report.exists()
