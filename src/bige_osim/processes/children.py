"""Processes of our own that end with this one, however it ends.

Each is in a session of its own, so that Ctrl-C in a terminal reaches this process only,
which then ends them. On Linux they end even if this process is killed (``prctl``).
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from bige_osim.processes import stopping

_LAUNCH = """
import ctypes, os, signal, sys
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
if os.getppid() == int(sys.argv[1]):  # else it has ended before this was said
    os.execv(sys.argv[2], sys.argv[2:])
"""
"""Becomes a command that ends with its parent."""

_lock = threading.Lock()
_running: set["subprocess.Popen[Any]"] = set()


def run(command: Sequence[str], **options: Any) -> "subprocess.CompletedProcess[Any]":
    """Run a command to its end.

    Parameters
    ----------
    command : path of the program, and its arguments
    options : of ``subprocess.Popen``, such as ``cwd``, ``stdout`` and ``stderr``

    Raises
    ------
    Stopped
        this process was asked to end before

    Examples
    --------
    >>> run([sys.executable, "-c", "raise SystemExit(3)"]).returncode
    3
    """
    with start(command, **options) as child:
        output, errors = child.communicate()
    return subprocess.CompletedProcess(command, child.returncode, output, errors)


@contextmanager
def start(command: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[Any]"]:
    """Start a command; the end of the block ends it, if it has not ended before.

    The thread that starts it has to live as long: on Linux the child ends with it.
    After a request to stop nothing is started: :class:`.Stopped` is raised.

    Examples
    --------
    >>> with start([sys.executable, "-c", "raise SystemExit(3)"]) as child:
    ...     child.wait()
    3
    """
    launch = list(command)
    if sys.platform == "linux":
        parent = str(os.getpid())
        launch = [sys.executable, "-I", "-S", "-c", _LAUNCH, parent, *command]
    options = {"stdin": subprocess.DEVNULL, "env": _environment(), **options}
    with stopping.uninterrupted(), _lock:
        if (number := stopping.requested_signal()) is not None:
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


def end(child: "subprocess.Popen[Any]", *, grace: float) -> None:
    """Ask a child of :func:`start` to end, and kill what is left of its group.

    Parameters
    ----------
    child : which may have ended already
    grace : time it has to clean up, s

    Examples
    --------
    >>> sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    >>> with start(sleep) as child:
    ...     end(child, grace=5.0)
    ...     child.poll() is None
    False
    """
    child.terminate()
    with suppress(subprocess.TimeoutExpired):
        child.wait(grace)
    with suppress(OSError):  # nothing is left
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    child.wait()


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
    source = str(Path(__file__).parents[2])
    paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(paths)}
