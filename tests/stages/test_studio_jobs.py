"""One job at a time; one that is cancelled or fails leaves nothing."""

import sys
import time
from pathlib import Path

import psutil
import pytest

from bige_osim.errors import BigeError, ExistingOutputError
from bige_osim.stages import studio_jobs
from bige_osim.stages.studio_jobs import Command, Jobs, Plan

WRITE = "open('result.txt', 'w').write('done'); print('writing: 1 of 1')"
FAIL = "print('Error: there is no model.'); raise SystemExit(1)"
LINGER = """
import subprocess, sys, time
sleep = "import time; time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", sleep])
open("half.txt", "w").write("half")
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are Python's, for the time of a test."""
    monkeypatch.setattr(studio_jobs, "PROGRAM", (sys.executable, "-I", "-c"))


def plan(*codes: str, name: str = "job", fine: tuple[int, ...] = (0,)) -> Plan:
    """A job of some pieces of Python."""
    steps = (Command(title="work", words=(c,), fine=frozenset(fine)) for c in codes)
    return Plan(title="Job", name=name, files={"goal.toml": "x"}, commands=tuple(steps))


def finish(jobs: Jobs) -> None:
    """Wait for the job."""
    jobs.wait(20.0)
    assert jobs.job is not None
    assert not jobs.job.runs


def test_a_job_becomes_a_folder_when_it_has_ended(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    jobs.start(plan(WRITE))
    finish(jobs)
    assert jobs.job is not None
    assert jobs.job.state == "finished"
    assert [path.name for path in tmp_path.iterdir()] == ["job"]
    names = sorted(path.name for path in (tmp_path / "job").iterdir())
    assert names == ["commands.txt", "goal.toml", "result.txt"]
    assert "writing: 1 of 1" in (tmp_path / "job" / "commands.txt").read_text()


def test_a_job_that_fails_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    jobs.start(plan(WRITE, FAIL))
    finish(jobs)
    assert jobs.job is not None
    assert jobs.job.state == "failed"
    assert jobs.job.sentence == "work: there is no model."
    assert list(tmp_path.iterdir()) == []


def test_exit_codes_that_are_fine_do_not_end_a_job(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    jobs.start(plan("raise SystemExit(4)", WRITE, fine=(0, 4)))
    finish(jobs)
    assert (tmp_path / "job" / "result.txt").is_file()


def wait_for_line(jobs: Jobs) -> str:
    """Return the first line that the job says."""
    for _ in range(400):
        if jobs.job is not None and jobs.job.lines:
            return jobs.job.lines[0]
        time.sleep(0.05)
    raise AssertionError("it said nothing")


def test_a_job_that_is_cancelled_ends_with_all_its_processes(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    jobs.start(plan(LINGER))
    grandchild = psutil.Process(int(wait_for_line(jobs)))
    jobs.cancel()
    finish(jobs)
    assert jobs.job is not None
    assert jobs.job.state == "cancelled"
    assert list(tmp_path.iterdir()) == []
    gone, _ = psutil.wait_procs([grandchild], timeout=5)
    assert gone or grandchild.status() == psutil.STATUS_ZOMBIE


def test_a_second_job_is_refused_and_told_what_runs(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    jobs.start(plan(LINGER))
    with pytest.raises(BigeError, match=r"One job runs at a time \(Job: work, for"):
        jobs.start(plan(WRITE, name="other"))
    jobs.cancel()
    finish(jobs)
    jobs.start(plan(WRITE, name="other"))
    finish(jobs)
    assert (tmp_path / "other").is_dir()


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    (tmp_path / "job").mkdir()
    with pytest.raises(ExistingOutputError):
        Jobs(tmp_path).start(plan(WRITE))


def test_steps_run_only_where_they_are_wanted(tmp_path: Path) -> None:
    steps = (
        Command(title="a", words=(WRITE,)),
        Command(title="b", words=(FAIL,), needs=("absent.txt",)),
        Command(title="c", words=(FAIL,), unless="result.txt"),
    )
    jobs = Jobs(tmp_path)
    jobs.start(Plan(title="Job", name="job", commands=steps))
    finish(jobs)
    assert jobs.job is not None
    assert jobs.job.state == "finished"


def test_only_the_file_that_is_wanted_is_kept(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    steps = (Command(title="a", words=(WRITE,)),)
    jobs.start(
        Plan(title="Job", name="looks/a.json", commands=steps, keep="result.txt")
    )
    finish(jobs)
    assert (tmp_path / "looks" / "a.json").read_text() == "done"
    assert [path.name for path in tmp_path.iterdir()] == ["looks"]
