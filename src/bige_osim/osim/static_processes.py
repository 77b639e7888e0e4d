"""Runs of OpenSim's static optimisation in processes of their own."""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import bige_osim
from bige_osim.errors import SimulationError
from bige_osim.osim import static_frames
from bige_osim.osim.static_frames import FramesJob
from bige_osim.osim.static_log import read_static_log, run_error
from bige_osim.osim.static_solution import Frames, read_frames

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


def solve_in_processes(
    work: Sequence[FramesJob], *, processes: int, progress: Progress | None = None
) -> list[Frames]:
    """Solve every job, ``processes`` of them at a time, each in its own folder.

    Raises
    ------
    SimulationError
        A process crashed or left no results; what it said last is in the message.
    """
    total, done = sum(job.count for job in work), 0
    with ThreadPoolExecutor(max_workers=processes) as pool:
        futures = [pool.submit(_solve, job) for job in work]
        try:
            for future in as_completed(futures):
                done += future.result().activations.time.size
                if progress is not None:
                    progress("static optimisation", min(done, total), total)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return [future.result() for future in futures]


def _solve(job: FramesJob) -> Frames:
    folder = Path(job.folder)
    log = folder / "log.txt"
    with log.open("wb") as stream:
        finished = subprocess.run(
            [sys.executable, "-m", static_frames.__name__, str(job.write())],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=folder,  # for whatever OpenSim leaves in its working directory
            env=_environment(),
            check=False,
        )
    text = log.read_text(errors="replace")
    if finished.returncode != 0:
        raise run_error(text, model=job.model)
    try:
        return read_frames(folder, read_static_log(text))
    except SimulationError as error:
        raise run_error(text, model=job.model) from error


def _environment() -> dict[str, str]:
    """One thread each, for processes share the cores; and this very package."""
    source = str(Path(bige_osim.__file__).parents[1])
    paths = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": os.pathsep.join(paths)}
