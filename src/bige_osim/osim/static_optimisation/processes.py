"""Runs of OpenSim's static optimisation in processes of their own.

``AnalyzeTool`` stops at a frame at which OpenSim throws, crashes or hangs. That frame
alone is lost: the others of its process are solved by further ones.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from bige_osim.errors import SimulationError
from bige_osim.osim.static_optimisation import frames as static_frames
from bige_osim.osim.static_optimisation.frames import FramesJob
from bige_osim.osim.static_optimisation.log import read_static_log, run_error
from bige_osim.osim.static_optimisation.solution import Frames, read_frames
from bige_osim.osim.tools.log import last_words
from bige_osim.processes.children import start
from bige_osim.progress import Progress

COMMAND = (sys.executable, "-m", static_frames.__name__)
"""What solves the job whose path comes after it."""

LIMIT = 300.0
"""How long OpenSim may take from one frame to the next, s; 0.1 to 1 s is usual."""

FRUITLESS = 3
"""Processes in a row without a frame after which the rest of a job is given up."""

HANGS = 2
"""Frames that take longer than :data:`LIMIT` after which a job is given up."""

_POLL = 0.5  # s


def solve_in_processes(
    work: Sequence[FramesJob], *, processes: int, progress: Progress | None = None
) -> list[Frames]:
    """Solve every job, ``processes`` of them at a time, each in its own folder.

    Returned is what was written; what is missing failed, and the logs say why. That
    OpenSim fails before it comes to a frame is a ``SimulationError``.
    """
    total, done = sum(len(job.times) for job in work), 0
    if progress is not None:
        progress("static optimisation", done, total)  # the first end may be minutes off
    with ThreadPoolExecutor(max_workers=processes) as pool:
        futures = {pool.submit(_solve, job): len(job.times) for job in work}
        try:
            for future in as_completed(futures):
                future.result()
                done += futures[future]
                if progress is not None:
                    progress("static optimisation", done, total)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return [part for future in futures for part in future.result()]


def _solve(job: FramesJob) -> list[Frames]:
    """Solve a job by as many processes as it takes, each with fewer frames to solve."""
    parts: list[Frames] = []
    waiting, fruitless = [job], 0
    while waiting and fruitless < FRUITLESS:
        part, remaining = _attempt(waiting.pop(0))
        waiting = remaining + waiting
        parts.append(part)
        fruitless = 0 if len(part) else fruitless + 1
        if sum(len(part.hung) for part in parts) >= HANGS:
            left = tuple(time for job in waiting for time in job.times)
            return [*parts, Frames.none(part.log, hung=left)]
    return parts


def _attempt(job: FramesJob) -> tuple[Frames, list[FramesJob]]:
    """Run one process: what it left, and jobs for the frames it did not come to."""
    end = _run(job)
    log = read_static_log(end.text)
    if end.fault is not None and not log.began:
        raise run_error(end.fault, model=job.model)
    try:
        found = read_frames(Path(job.folder), log)
    except SimulationError:
        found = None
    told = sum(any(abs(time - t) < 1e-6 for t in log.violations) for time in job.times)
    if found is not None and (end.fault is None or told == len(job.times)):
        return found, []
    at = min(told, len(job.times) - 1)  # where it stopped
    lost, fault = job.times[at], end.fault or "it left no results"
    log = replace(log, failed=(*log.failed, lost), reasons=(*log.reasons, fault))
    part = Frames.none(log) if found is None else found
    part = replace(part, log=log, hung=(lost,) if end.hung else ())
    before = job.times[:at] if found is None else ()
    return part, [_again(job, t) for t in (before, job.times[at + 1 :]) if t]


def _again(job: FramesJob, times: tuple[float, ...]) -> FramesJob:
    return replace(job, times=times, folder=mkdtemp(dir=job.inputs))


class _End(NamedTuple):
    """How a process ended: what OpenSim printed, what stopped it, if it took too long.

    ``fault`` is ``None`` if it came to its end.
    """

    text: str
    fault: str | None
    hung: bool = False


def _run(job: FramesJob) -> _End:
    """Run the process of a job until it ends, or says nothing for too long."""
    log = Path(job.folder) / "log.txt"
    with (
        log.open("wb") as stream,
        start(
            [*COMMAND, str(job.write())],
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=job.folder,  # for whatever OpenSim leaves in its working directory
        ) as process,
    ):
        code = _wait(process, log)
    text = log.read_text(errors="replace")
    if code is None:
        return _End(text, f"a frame took longer than {LIMIT:g} s", hung=True)
    if code < 0:
        return _End(text, f"OpenSim crashed: {signal.strsignal(-code)}")
    return _End(text, last_words(text) if code else None)


def _wait(process: "subprocess.Popen[bytes]", log: Path) -> int | None:
    """Wait for a process: what it returned, or ``None`` if its log no longer grows."""
    size, since = -1, time.monotonic()
    while True:
        try:
            return process.wait(timeout=_POLL)
        except subprocess.TimeoutExpired:
            now = log.stat().st_size
            if now > size:
                size, since = now, time.monotonic()
            elif time.monotonic() - since > LIMIT:
                return None
