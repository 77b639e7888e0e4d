"""Signals end a program soon, cleanly, with a sentence, and its children with it."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="sends signals and looks into /proc"
)

IN_TIME = 5.0
"""Longest time to the end, s. It is below 1 s on a quiet machine."""

HEAD = """
import signal, sys, time
from pathlib import Path
from bige_osim.processes import children, stopping
from bige_osim.cli.signals import run_as_program
from bige_osim.io.output import new_folder

def ready(*more):
    Path("ready").write_text(" ".join(map(str, more)))
"""
TAIL = """
run_as_program(command)
"""

Start = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start a program in a session of its own and wait until it is at work."""

    def run(command: str) -> "subprocess.Popen[str]":
        (tmp_path / "tmp").mkdir()
        process = subprocess.Popen(
            [sys.executable, "-c", HEAD + command + TAIL],
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": str(tmp_path / "tmp")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        _wait(lambda: (tmp_path / "ready").exists() or process.poll() is not None)
        return process

    return run


def _wait(true: Callable[[], bool], seconds: float = 60.0) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def _end(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Exit code and what was said, on one stream."""
    out, said = process.communicate(timeout=IN_TIME)
    assert out == ""
    return process.returncode, said


WRITING = """
def command():
    with new_folder(Path("out"), landmark="a.json") as folder:
        (folder / "half.sto").write_text("half")
        ready()
        time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("to_group", [True, False])
def test_a_signal_ends_a_program_with_one_sentence(
    start: Start, tmp_path: Path, number: signal.Signals, to_group: bool
):
    process = start(WRITING)
    (os.killpg if to_group else os.kill)(process.pid, number)
    assert _end(process) == (128 + number, "Stopped; nothing was written to out.\n")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ready", "tmp"]
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_python_ends_changes_nothing(
    start: Start, number: signal.Signals
):
    """What was written is whole, and the exit code says so."""
    process = start(f"""
import os

class Late:
    def __del__(self, kill=os.kill, pid=os.getpid()):
        kill(pid, {int(number)})

def command():
    global late
    late = Late()
    ready()
""")
    assert _end(process) == (0, "")


def test_a_hangup_that_nohup_has_switched_off_changes_nothing(start: Start):
    process = start("""
signal.signal(signal.SIGHUP, signal.SIG_IGN)

def command():
    ready()
    time.sleep(1)
""")
    process.send_signal(signal.SIGHUP)
    assert _end(process) == (0, "")


def test_ctrl_c_reaches_a_program_that_a_script_has_put_in_the_background(start: Start):
    process = start("signal.signal(signal.SIGINT, signal.SIG_IGN)\n" + WRITING)
    process.send_signal(signal.SIGINT)
    assert _end(process)[0] == 130


def test_a_signal_in_a_finaliser_is_no_traceback(start: Start):
    process = start("""
class Slow:
    def __del__(self):
        ready()
        time.sleep(60)

def command():
    slow = Slow()
    del slow
    time.sleep(60)
""")
    process.send_signal(signal.SIGINT)
    assert _end(process) == (130, "Stopped.\n")


def test_more_signals_do_not_break_the_cleaning_up(start: Start, tmp_path: Path):
    process = start("""
def command():
    try:
        with new_folder(Path("out"), landmark="a.json"):
            ready()
            time.sleep(60)
    finally:
        time.sleep(0.4)
        Path("cleaned").touch()
""")
    for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
        os.killpg(process.pid, number)
        time.sleep(0.1)
    assert _end(process) == (130, "Stopped; nothing was written to out.\n")
    assert (tmp_path / "cleaned").exists()


def test_a_thread_that_works_on_does_not_delay_the_end(start: Start):
    process = start("""
from concurrent.futures import ThreadPoolExecutor

def command():
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(time.sleep, 60)
        ready()
        work.result()
""")
    process.send_signal(signal.SIGINT)
    assert _end(process) == (130, "Stopped.\n")


LONG_CALL = """
import hashlib

def command():
    with (
        stopping.saving(Path("saved").touch),
        new_folder(Path("out"), landmark="a.json") as folder,
    ):
        (folder / "half.sto").write_text("half")
        ready()
        hashlib.pbkdf2_hmac("sha256", b"", b"", 2_000_000_000)
"""


def test_a_call_that_does_not_return_is_left(start: Start, tmp_path: Path):
    """No handler of Python's runs within one call of C++; another thread cleans up."""
    process = start(LONG_CALL)
    process.send_signal(signal.SIGTERM)
    assert _end(process) == (143, "Stopped; nothing was written to out.\n")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ready", "saved", "tmp"]
    assert not list((tmp_path / "tmp").iterdir())


CHILDREN = """
SLEEP = "import subprocess, sys; subprocess.run([sys.executable, '-c', SLEEP])"
NAP = f"SLEEP = 'import time; time.sleep(60)'; {SLEEP}"

def command():
    with children.start([sys.executable, "-c", NAP]) as child:
        of = Path(f"/proc/{child.pid}/task/{child.pid}/children")
        while not (grandchild := of.read_text()):
            time.sleep(0.02)
        ready(child.pid, grandchild)
        child.wait()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("to_group", [True, False])
def test_children_and_theirs_end_with_the_program(
    start: Start, tmp_path: Path, number: signal.Signals, to_group: bool
):
    process = start(CHILDREN)
    pids = [int(pid) for pid in (tmp_path / "ready").read_text().split()]
    assert [_runs(pid) for pid in pids] == [True, True]
    (os.killpg if to_group else os.kill)(process.pid, number)
    assert _end(process) == (128 + number, "Stopped.\n")
    _wait(lambda: not any(map(_runs, pids)), seconds=10)


def test_a_child_ends_with_a_program_that_is_killed(start: Start, tmp_path: Path):
    process = start(CHILDREN)
    child, grandchild = map(int, (tmp_path / "ready").read_text().split())
    process.kill()
    process.wait()
    _wait(lambda: not _runs(child), seconds=10)
    os.kill(grandchild, signal.SIGKILL)  # no child of ours has one
    process.communicate()  # until here the grandchild held the streams open


def test_results_are_moved_whole_or_not_at_all(start: Start, tmp_path: Path):
    process = start("""
import shutil
move = shutil.move

def slowly(source, target):
    ready()
    time.sleep(0.3)
    move(source, target)

shutil.move = slowly

def command():
    with new_folder(Path("out"), landmark="a.json") as folder:
        for name in ("a.json", "b.sto", "c.sto", "d.sto"):
            (folder / name).touch()
""")
    process.send_signal(signal.SIGINT)
    assert _end(process) == (130, "Stopped; out is complete.\n")
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {"a.json", "b.sto", "c.sto", "d.sto"}


def test_a_program_that_has_ended_its_work_ends_as_ever(start: Start):
    process = start("""
def command():
    sys.exit(3)
""")
    assert _end(process) == (3, "")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = Path(__file__).parents[2] / "pipelines" / "interrupt_commands.py"
    spec = importlib.util.spec_from_file_location("interrupt_commands", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def inputs(script: ModuleType, tmp_path_factory: pytest.TempPathFactory):
    return script.make_inputs(tmp_path_factory.mktemp("inputs"))


@pytest.mark.slow
@pytest.mark.opensim
@pytest.mark.parametrize(
    ("name", "way", "after"),
    [
        ("solve --engine opensim", "SIGINT, group", 9.0),
        ("collect", "SIGINT", 6.0),
        ("train generator", "SIGINT, group", 8.0),
        ("guide", "SIGTERM", 7.0),
        ("demo", "SIGTERM", 9.0),
        ("import-markers", "SIGINT", 7.0),
    ],
)
def test_a_command_ends_and_the_next_run_goes_on(
    script: ModuleType, inputs, tmp_path: Path, name: str, way: str, after: float
):
    """Six ways of working; the script itself goes through all commands."""
    ending = script.interrupt(
        inputs.command(name),
        name=name,
        way=way,
        after=after,
        folder=tmp_path / "run",
        patience=10.0,
    )
    assert ending.seconds < IN_TIME
    assert ending.code == {"SIGTERM": 143}.get(way, 130)
    assert ending.said[-1].startswith("Stopped")
    assert not [line for line in ending.said if "Traceback" in line]
    assert ending.processes == ending.temporary == 0
    assert not [name for name in ending.files if ".bige-" in name]
    assert ending.again in ("goes on", "finishes")
