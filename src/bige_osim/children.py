"""Processes of our own that end with this one, however it ends.

Each is in a session of its own, so that Ctrl-C in a terminal reaches this process only,
which then ends them. On Linux they end even if this process is killed (``prctl``).
"""

import ctypes
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import bige_osim
from bige_osim import stopping

_PR_SET_PDEATHSIG = 1

_lock = threading.Lock()
_running: set["subprocess.Popen[Any]"] = set()


def run_module(
    module: str, *arguments: str, **options: Any
) -> "subprocess.CompletedProcess[Any]":
    """Run ``python -m module arguments`` to its end.

    Parameters
    ----------
    module, arguments : what is run
    options : of ``subprocess.Popen``, such as ``cwd``, ``stdout`` and ``stderr``

    Raises
    ------
    Stopped
        this process was asked to end before
    """
    with started_module(module, *arguments, **options) as child:
        output, errors = child.communicate()
    return subprocess.CompletedProcess(child.args, child.returncode, output, errors)


@contextmanager
def started_module(
    module: str, *arguments: str, **options: Any
) -> Iterator["subprocess.Popen[Any]"]:
    """Start ``python -m module arguments``; the end of the block ends it.

    The thread that starts it has to live as long: on Linux the child ends with it.
    """
    launch = [sys.executable, "-m", __name__, str(os.getpid()), module, *arguments]
    options = {"stdin": subprocess.DEVNULL, "env": _environment(), **options}
    with stopping.uninterrupted(), _lock:
        if (number := stopping.requested()) is not None:
            raise stopping.Stopped(number)
        child = subprocess.Popen(launch, start_new_session=True, **options)
        _running.add(child)
    try:
        yield child
    finally:
        with stopping.uninterrupted():
            _kill(child)
            child.wait()
            for stream in filter(None, (child.stdin, child.stdout, child.stderr)):
                with suppress(OSError):  # what was not taken is lost with the child
                    stream.close()
            with _lock:
                _running.discard(child)


def kill_all() -> None:
    """End all children; after a request to stop no new ones are started.

    They are killed at once: what they write is in a folder that their parent removes.
    """
    with _lock:
        for child in _running:
            _kill(child)


def _kill(child: "subprocess.Popen[Any]") -> None:
    """End a child and whatever it has started."""
    if child.poll() is not None:
        return
    with suppress(OSError):  # it has ended meanwhile
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _environment() -> dict[str, str]:
    """One thread each, for processes share the cores; and this very package."""
    source = str(Path(bige_osim.__file__).parents[1])
    paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(paths)}


def end_with(parent: int) -> None:
    """Have the system end this process when ``parent`` ends (on Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it has ended before this was said
            os._exit(1)


if __name__ == "__main__":
    end_with(int(sys.argv[1]))
    _module, sys.argv = sys.argv[2], sys.argv[2:]
    runpy.run_module(_module, run_name="__main__", alter_sys=True)
