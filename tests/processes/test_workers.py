"""Calls shared by processes."""

import os
import signal
import sys
from functools import partial
from pathlib import Path

import pytest

from bige_osim.errors import BigeError, DataError
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.processes.workers import run_each


def test_results_come_in_the_order_of_the_calls():
    calls = [partial(pow, number, 2) for number in range(7)]
    assert list(run_each(calls, processes=3)) == [0, 1, 4, 9, 16, 25, 36]


def test_calls_are_made_in_other_processes():
    found = set(run_each([os.getpid, os.getpid, os.getpid], processes=2))
    assert os.getpid() not in found
    assert len(found) <= 2


def test_one_process_is_this_one():
    assert list(run_each([os.getpid, os.getpid], processes=1)) == [os.getpid()] * 2


def test_what_a_call_prints_does_not_get_between_the_results(
    capfd: pytest.CaptureFixture[str],
):
    calls = [partial(os.write, 1, b"[info] said by OpenSim\n"), partial(pow, 2, 3)]
    assert list(run_each(calls, processes=2)) == [23, 8]
    assert capfd.readouterr().err == "[info] said by OpenSim\n"


def test_a_users_error_comes_back_as_its_sentence(tmp_path: Path):
    path = tmp_path / "a.mot"
    path.write_text("endheader\ntime\tknee_angle_r\n0.0\tx\n0.1\t1\n")
    with pytest.raises(DataError) as here:
        read_motion(path)
    with pytest.raises(DataError) as there:
        list(run_each([partial(read_motion, path)] * 2, processes=2))
    assert str(there.value) == str(here.value)


def test_any_other_error_says_where_it_was_raised():
    with pytest.raises(ValueError, match="invalid literal") as error:
        list(run_each([partial(int, "x"), partial(int, "y")], processes=2))
    assert "workers.py" in "".join(error.value.__notes__)


def test_a_process_that_crashes_is_an_error_that_names_the_signal():
    calls = [partial(signal.raise_signal, signal.SIGSEGV), partial(pow, 2, 3)]
    with pytest.raises(BigeError, match="was ended by SIGSEGV"):
        list(run_each(calls, processes=2))


def test_a_process_that_leaves_is_an_error_that_names_its_code():
    calls = [partial(os._exit, 7), partial(pow, 2, 3)]
    with pytest.raises(BigeError, match="was ended with code 7"):
        list(run_each(calls, processes=2))


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_no_process_is_left():
    workers = set(run_each([os.getpid] * 4, processes=2))
    assert not [pid for pid in workers if Path(f"/proc/{pid}").exists()]
