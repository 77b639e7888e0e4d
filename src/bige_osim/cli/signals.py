"""Ctrl-C and its like: the command ends soon, cleanly, and says what is kept.

SIGINT, SIGTERM and SIGHUP raise :class:`~bige_osim.processes.stopping.Stopped` in the
main thread. A second thread, which the system wakes even while the first is inside a
long call of torch or OpenSim, ends the child processes at once and, if the main thread
has not come to its end in time, cleans up and leaves in its place. Further signals
change nothing.
"""

import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

from bige_osim.processes import children, stopping

IN_TIME = 0.7
"""Time the main thread has to end by itself, s."""

AT_MOST = 10.0
"""Time it has if it is moving results to their names just then, s."""

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_SHOW_CURSOR = "\x1b[?25h"
_CLEAR_LINE = "\r\x1b[K"  # of the terminal's ^C


def run_as_program(command: Callable[[], Any]) -> Any:
    """Run a command that a signal ends; it does not return from there.

    The exit code is 128 + the number of the signal: 130 for SIGINT, 143 for SIGTERM.
    """
    if threading.current_thread() is not threading.main_thread():
        return command()  # no other thread can take signals
    listener = _Listener()
    try:
        listener.listen()
        return command()
    finally:
        if stopping.requested_signal() is not None:
            listener.leave()
        listener.close()
        listener.ignore()


class _Listener:
    """Takes the signals of a process, and ends it."""

    def __init__(self) -> None:
        self._temporary: Path | None = None
        self._over = False
        self._leaving = threading.Lock()

    def listen(self) -> None:
        """Take the signals, and give the process a temporary folder of its own."""
        with suppress(OSError):  # where there is no room, commands that need none run
            self._temporary = Path(tempfile.mkdtemp(prefix="bige-"))
            os.environ["TMPDIR"] = tempfile.tempdir = str(self._temporary)
        reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        sys.unraisablehook = _unless_stopped(sys.unraisablehook)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            ignored = number and signal.getsignal(number) is signal.SIG_IGN
            if number and not (name == "SIGHUP" and ignored):  # nohup
                signal.signal(number, self._handle)
        threading.Thread(target=self._wait, args=(reader,), daemon=True).start()

    def close(self) -> None:
        """Remove the temporary folder; from now on signals change nothing."""
        self._over = True
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def ignore(self) -> None:
        """Ignore signals while Python ends, which would let them kill the process."""
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) == self._handle:
                signal.signal(number, signal.SIG_IGN)

    def leave(self) -> None:
        """Clean up, say what is kept, and end the process; whoever comes first."""
        self._leaving.acquire(timeout=IN_TIME)
        try:
            children.kill_all()
            stopping.clean_up()
            self.close()
            _say(_sentence())
        finally:
            os._exit(128 + (stopping.requested_signal() or 0))

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if not self._over:
            stopping.request(number)
            stopping.raise_if_requested()

    def _wait(self, reader: socket.socket) -> None:
        """End the children when a signal comes, and after a while this process."""
        number = reader.recv(1)[0]
        if self._over:
            return
        stopping.request(number)
        children.kill_all()
        waiting = threading.Event()
        waiting.wait(IN_TIME)
        for _ in range(int(AT_MOST / 0.05)):
            if not stopping.is_shielded():
                break
            waiting.wait(0.05)
        if not self._over:
            self.leave()


def _unless_stopped(hook: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Say nothing of a stop that comes where no exception can be raised.

    In a finaliser or a weak reference's callback Python prints what is raised and goes
    on; the second thread ends the process then.
    """

    def report(unraisable: Any) -> None:
        if not isinstance(unraisable.exc_value, stopping.Stopped):
            hook(unraisable)

    return report


def _sentence() -> str:
    """Say in one sentence what is kept and how to go on."""
    kept = stopping.describe_kept()
    return f"Stopped; {kept}." if kept else "Stopped."


def _say(sentence: str) -> None:
    """Write to standard error past its buffer, which a stopped thread may hold."""
    before = _CLEAR_LINE + _SHOW_CURSOR if os.isatty(2) else ""
    os.write(2, f"{before}{sentence}\n".encode())
