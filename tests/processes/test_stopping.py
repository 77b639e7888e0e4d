"""What is asked of a command that is to end, seen from within."""

import signal
from contextlib import suppress
from pathlib import Path

import pytest

from bige_osim.errors import BigeError
from bige_osim.io.output import new_file, new_folder, write_json
from bige_osim.processes import children, stopping
from bige_osim.processes.stopping import Stopped, promise, saving, uninterrupted


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget requests of other tests."""
    monkeypatch.setattr(stopping, "_state", stopping._State())


def stop() -> None:
    """Do what the handler of a signal does."""
    stopping.request(signal.SIGINT)
    stopping.raise_if_requested()


def test_a_stop_is_no_exception_that_anything_takes_for_a_fault():
    with pytest.raises(Stopped), suppress(Exception):
        stop()


def test_a_stop_is_raised_once():
    with pytest.raises(Stopped):
        stop()
    stop()


def test_a_block_that_must_be_whole_is_stopped_at_its_end():
    done = []

    def work() -> None:
        with uninterrupted(), uninterrupted():
            stop()
            done.append("all of it")

    with pytest.raises(Stopped):
        work()
    assert done == ["all of it"]


def test_a_fault_after_the_request_is_a_stop_and_one_before_is_not():
    with pytest.raises(BigeError), stopping.faults_of_stopping():
        raise BigeError("before")
    stopping.request(signal.SIGTERM)
    with pytest.raises(Stopped), stopping.faults_of_stopping():
        raise BigeError("a child was killed")


def test_the_innermost_step_tells_unless_one_tells_for_all():
    with promise(lambda: "outer"), promise(lambda: "inner"):
        stopping.request(signal.SIGINT)
    assert stopping.describe_kept() == "inner"


def test_a_step_made_of_steps_tells_for_them():
    with promise(lambda: "all of it", whole=True), promise(lambda: "inner"):
        stopping.request(signal.SIGINT)
    assert stopping.describe_kept() == "all of it"


def write(target: Path, *, stop_before: str) -> None:
    with new_folder(target, landmark="a.json") as folder:
        (folder / "a.sto").write_text("a")
        write_json(folder / "a.json", {})
        if stop_before == "moving":
            stop()
        stopping.request(signal.SIGINT)


def test_a_folder_that_is_stopped_leaves_nothing_and_says_so(tmp_path: Path):
    target = tmp_path / "new" / "out"
    with pytest.raises(Stopped):
        write(target, stop_before="moving")
    assert not list(tmp_path.iterdir())
    assert stopping.describe_kept() == f"nothing was written to {target}"


def test_results_that_are_being_moved_are_moved_and_said_to_be_complete(tmp_path: Path):
    target = tmp_path / "out"
    with pytest.raises(Stopped):
        write(target, stop_before="never")
    assert {p.name for p in target.iterdir()} == {"a.sto", "a.json"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert stopping.describe_kept() == f"{target} is complete"


def test_what_no_block_has_cleaned_up_is_cleaned_up_at_the_end(tmp_path: Path):
    saved: list[str] = []
    with (
        saving(lambda: saved.append("state")),
        new_file(tmp_path / "new" / "a.txt") as temporary,
    ):
        temporary.write_text("half")
        stopping.clean_up()  # as another thread does
        assert saved == ["state"]
        assert not list(tmp_path.iterdir())
        temporary.parent.mkdir(parents=True)
        temporary.write_text("whole")
    assert (tmp_path / "new" / "a.txt").read_text() == "whole"


def test_no_process_is_started_once_a_stop_is_asked_for():
    stopping.request(signal.SIGINT)
    with pytest.raises(Stopped):
        children.run(["/bin/true"])
