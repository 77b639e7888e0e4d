"""Runs of OpenSim's static optimisation in processes of their own."""

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from bige_osim.children import run_module
from bige_osim.errors import SimulationError
from bige_osim.osim import static_frames
from bige_osim.osim.static_frames import FramesJob
from bige_osim.osim.static_log import read_static_log, run_error
from bige_osim.osim.static_solution import Frames, read_frames
from bige_osim.progress import Progress


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
    if progress is not None:
        progress("static optimisation", done, total)  # the first end may be minutes off
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
        finished = run_module(
            static_frames.__name__,
            str(job.write()),
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=folder,  # for whatever OpenSim leaves in its working directory
        )
    text = log.read_text(errors="replace")
    if finished.returncode != 0:
        raise run_error(text, model=job.model)
    try:
        return read_frames(folder, read_static_log(text))
    except SimulationError as error:
        raise run_error(text, model=job.model) from error
