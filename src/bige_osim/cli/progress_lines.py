"""Progress where there is no terminal: a plain line now and then, as in a job's log."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import click

from bige_osim.progress import Progress

INTERVAL = 10.0
"""Shortest time between two lines about the same work, s; shorter work is silent."""

QUIET = 60.0
"""Longest time without any line, s."""


@contextmanager
def progress_lines(
    *, interval: float | None = None, quiet: float = QUIET
) -> Iterator[Progress]:
    """Yield ``report(what, done, total)``, which writes lines such as those below.

    Of every kind of work there is a line each ``interval`` (s) in which it went on, and
    one at its end if it took as long; one that does not go on, each ``quiet`` (s).

    Examples
    --------
    >>> lines = _Lines(print, interval=0.0, quiet=60.0)
    >>> lines.report("solving squats1", 120, 600)
    >>> lines.tick()
    solving squats1: 120 of 600
    >>> lines.report("solving squats1", 600, 600)
    solving squats1: 600 of 600
    """
    interval = INTERVAL if interval is None else interval
    lines = _Lines(_to_stderr, interval=interval, quiet=quiet)
    over = threading.Event()

    def wait() -> None:
        while not over.wait(interval):
            lines.tick()

    threading.Thread(target=wait, daemon=True).start()
    try:
        yield lines.report
    finally:
        over.set()


def _to_stderr(line: str) -> None:
    with suppress(OSError, ValueError):  # nobody reads it any more
        click.echo(line, err=True)


@dataclass
class _Work:
    """One kind of work: how far it is, since when, and what was said of it."""

    done: int
    total: int
    since: float
    said: int | None = None


@dataclass
class _Lines:
    """Writes what was reported.

    Short work leaves no line of its own, but the last that ended stands for all of it
    where there would be none.
    """

    write: Callable[[str], None]
    interval: float
    quiet: float
    _work: dict[str, _Work] = field(default_factory=dict)
    _last: str = ""
    _ended: str = ""
    _spoke: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def report(self, what: str, done: int, total: int) -> None:
        """Take a report; the end of long work is said at once."""
        with self._lock:
            now = time.monotonic()
            work = self._work.setdefault(what, _Work(done, total, now))
            work.done, work.total, self._last = done, total, what
            long = work.said is not None or now - work.since >= self.interval
            if done >= total:
                if long:
                    self._say(what)
                del self._work[what]
                self._ended = "" if long else f"{what}: {done} of {total}"

    def tick(self) -> None:
        """Say how far all work is that went on; now and then also what did not."""
        with self._lock:
            going = [what for what, of in self._work.items() if of.said != of.done]
            for what in going:
                self._say(what)
            late = time.monotonic() - self._spoke >= self.quiet
            if not going and self._ended:
                self._write(self._ended)
            elif not going and late and self._last in self._work:
                self._say(self._last)
            self._ended = ""

    def _say(self, what: str) -> None:
        work = self._work[what]
        work.said = work.done
        self._write(f"{what}: {work.done} of {work.total}")

    def _write(self, line: str) -> None:
        self._spoke = time.monotonic()
        self.write(line)
