"""One motion file solved, with force plates if there are any."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import numpy as np
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.io.opensim_files.forces import read_ground_reaction
from bige_osim.io.opensim_files.mot import read_motion
from bige_osim.motion import Motion
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress, silent
from bige_osim.solving.engines import Engine
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.solving.solve import solve_motion
from bige_osim.times import end_tolerance


def solve_file(
    engine: Engine,
    path: AnyPath,
    *,
    forces: AnyPath | None = None,
    config: SolveConfig,
    start: float | None = None,
    stop: float | None = None,
    jobs: int = 1,
    progress: Progress = silent,
    timing: AbstractContextManager[None] | None = None,
) -> tuple[Motion, Solution]:
    """Read a motion and solve it.

    Parameters
    ----------
    engine : with the participant's model
    path : ``.mot`` file
    forces : its force plates (``.mot``); ``None`` to estimate ground reaction
    config : how to solve
    start, stop : s; the whole motion for ``None``
    timing : entered while it is solved

    Returns
    -------
    the motion as recorded, and what was found
    """
    motion = read_motion(path, spec=engine.skeleton.spec)
    with timing or nullcontext():
        solution = solve_motion(
            engine,
            motion,
            plates=None if forces is None else read_ground_reaction(forces),
            config=config,
            spans=_spans(motion.time, start, stop),
            jobs=jobs,
            progress=progress,
        )
    return motion, solution


def _spans(
    time: Float[np.ndarray, " T"], start: float | None, stop: float | None
) -> Sequence[tuple[float, float]] | None:
    if start is None and stop is None:
        return None
    first, last, near = float(time[0]), float(time[-1]), end_tolerance(time)
    start = first if start is None else start
    stop = last if stop is None else stop
    if not first - near <= start < stop <= last + near:
        raise BigeError(
            f"Asked to solve {start:g} to {stop:g} s of a motion from {first:g} to "
            f"{last:g} s; correct --from and --to."
        )
    return [(start, stop)]
