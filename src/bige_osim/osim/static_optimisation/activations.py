"""Muscle activations, by OpenSim's static optimisation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from bige_osim.errors import BigeError, SimulationError, name_some
from bige_osim.motion import GroundReaction, Motion
from bige_osim.osim.reading.open_model import items
from bige_osim.osim.static_optimisation.balance import balance_moments
from bige_osim.osim.static_optimisation.frames import FramesJob
from bige_osim.osim.static_optimisation.log import run_error
from bige_osim.osim.static_optimisation.processes import solve_in_processes
from bige_osim.osim.static_optimisation.solution import Frames, join_frames
from bige_osim.osim.tools.external import write_external_loads
from bige_osim.osim.tools.inverse_dynamics import inverse_dynamics
from bige_osim.osim.tools.prepared_model import (
    MARBLE,
    driven_coordinates,
    massless_ends,
    prepare_model,
)
from bige_osim.osim.tools.states import complete_motion, spline_speeds, write_states
from bige_osim.paths import AnyPath
from bige_osim.progress import Progress
from bige_osim.solution import StaticOptimisationConfig, StaticSolution
from bige_osim.times import within

MARGIN = 50
"""Frames before and after those solved that a process gets for its splines. The effect
of a sample on a quintic spline falls to 0.43 from one sample to the next."""

CHUNK = 150
"""Most frames that one process solves, so that progress shows."""

SECOND_TOLERANCE = 1e-4
"""OpenSim's own tolerance, for frames that were not solved to that of the config."""


def static_optimisation(
    model: AnyPath,
    motion: Motion,
    *,
    ground: GroundReaction,
    config: StaticOptimisationConfig | None = None,
    spans: Sequence[tuple[float, float]] | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> StaticSolution:
    """Muscle activations that explain a motion, by OpenSim's ``StaticOptimization``.

    Every frame minimises the sum of activations to the power ``config.exponent``, the
    reserves' controls among them, so that the model accelerates as the motion does.
    Accelerations come from splines over every frame, whatever ``config.rate``.

    Parameters
    ----------
    model, motion, ground : as for :func:`inverse_dynamics`
    config : settings of the optimisation; OpenSim's defaults for ``None``
    spans : solve only frames from the one time to the other of each pair, s. Splines
        end badly, so this is better than cutting the motion.
    jobs : processes that share the frames
    progress : called with what is done, frames done and frames there are

    Raises
    ------
    MissingFileError, UnknownNameError, BigeError
        As :func:`inverse_dynamics`.
    SimulationError
        OpenSim failed altogether, or solved no frame. Single frames that it did not
        solve, nor with its own looser tolerance, are listed in
        ``StaticSolution.failed`` instead.

    Notes
    -----
    Anderson and Pandy 2001, J Biomech 34, 153 (static against dynamic optimisation);
    muscles without passive force and with rigid tendons, as in OpenSim.
    """
    config = config or StaticOptimisationConfig()
    moments = inverse_dynamics(model, motion, ground=ground)
    opened = prepare_model(model, moving=motion.names)
    full = complete_motion(opened, motion)
    step = 1 if config.rate is None else max(1, round(motion.rate / config.rate))
    light = massless_ends(opened)  # before balance_moments gives them mass
    stretches = _stretches(full.time, step=step, spans=spans)
    frames = np.concatenate(stretches)
    muscles = [m.getName() for m in items(opened.getMuscles()) if m.get_appliesForce()]
    join = partial(
        join_frames,
        time=full.time[frames],
        muscles=muscles,
        moments=moments,
        driven=driven_coordinates(opened),
        config=config,
    )
    with TemporaryDirectory(prefix="bige-") as name:
        work = _Work(
            path=Path(model),
            model=opened,
            motion=full,
            speeds=spline_speeds(full, name),
            ground=ground,
            moving=motion.names,
            step=step,
            folder=Path(name),
            jobs=max(1, jobs),
        )
        solution = work.solve_twice(stretches, config, join=join, progress=progress)
        demand, muscle_moments = balance_moments(
            opened,
            full,
            speeds=work.speeds,
            rows=frames,
            forces=solution.forces,
            ground=ground,
            folder=work.folder,
        )
        solution = replace(solution, demand=demand, muscle_moments=muscle_moments)
    note = (
        f"{name_some(light)} of model {Path(model).name} had no mass, with which "
        f"OpenSim cannot solve; {MARBLE * 1000:.0f} g each was taken."
    )
    notes = (note,) if light else ()
    return replace(solution, warnings=(*solution.warnings, *notes))


@dataclass(frozen=True)
class _Work:
    """What all processes of one motion have in common.

    Attributes
    ----------
    path, model : the ``.osim``, and open
    motion, speeds : all coordinates
    moving : coordinates that were given
    step : frames from one to solve to the next
    folder : to write into
    """

    path: Path
    model: Any
    motion: Motion
    speeds: Motion
    ground: GroundReaction
    moving: tuple[str, ...]
    step: int
    folder: Path
    jobs: int

    def solve_twice(
        self,
        stretches: Sequence[Int[np.ndarray, " _"]],
        config: StaticOptimisationConfig,
        *,
        join: Callable[[list[Frames]], StaticSolution],
        progress: Progress | None,
    ) -> StaticSolution:
        """Solve frames, those that fail once more with OpenSim's own tolerance."""
        parts = self.solve(stretches, config, progress=progress)
        solution = join(parts)
        threw = not any(map(len, parts))
        frames = np.concatenate(stretches)
        hung = [time for part in parts for time in part.hung]
        failed = np.setdiff1d(solution.failed, hung)
        again = frames[np.isin(self.motion.time[frames], failed)]
        if len(again):
            parts += self.solve(_runs_with_start(again, self.step), _loosen(config))
            solution = join(parts)
        if len(solution.failed) < len(frames):
            return solution
        if threw:
            said = (reason for part in parts for reason in part.log.reasons)
            raise run_error(next(said, "it wrote no frame"), model=str(self.path))
        raise SimulationError(
            f"OpenSim's static optimisation with model {self.path} solved no frame "
            f"({solution.warnings[-1].rstrip('.')}); check the forces, or raise the "
            "optimal force of the reserves."
        )

    def solve(
        self,
        stretches: Sequence[Int[np.ndarray, " _"]],
        config: StaticOptimisationConfig,
        *,
        progress: Progress | None = None,
    ) -> list[Frames]:
        """Solve frames, given by their rows in the motion, stretch by stretch."""
        work = [
            self._job(chunk, config, Path(mkdtemp(dir=self.folder)))
            for chunk in _chunks(stretches, self.jobs)
        ]
        return solve_in_processes(work, processes=self.jobs, progress=progress)

    def _job(
        self,
        chunk: Int[np.ndarray, " _"],
        config: StaticOptimisationConfig,
        folder: Path,
    ) -> FramesJob:
        rows = _window(chunk, step=self.step, length=len(self.motion.time))
        near, rates = _select_rows(self.motion, rows), _select_rows(self.speeds, rows)
        write_states(folder / "states.sto", near, speeds=rates, model=self.model)
        write_external_loads(folder, self.ground, model=self.model, time=near.time)
        return FramesJob(
            model=str(self.path.resolve()),
            inputs=str(folder),
            folder=str(folder),
            moving=self.moving,
            times=tuple(self.motion.time[chunk].tolist()),
            step=self.step,
            config=config,
        )


def _loosen(config: StaticOptimisationConfig) -> StaticOptimisationConfig:
    tolerance = max(config.tolerance, SECOND_TOLERANCE)
    return replace(config, tolerance=tolerance, iterations=10 * config.iterations)


def _runs_with_start(
    rows: Int[np.ndarray, " N"], step: int
) -> list[Int[np.ndarray, " _"]]:
    """Split rows into runs without gaps, each after the frame before it.

    OpenSim finds the equilibrium of the muscles at the first frame of a process, though
    it needs none, and throws where it does not find it.
    """
    runs = np.split(rows, np.flatnonzero(np.diff(rows) != step) + 1)
    return [
        np.concatenate([[run[0] - step], run])
        if run[0] >= step and run[0] % step == 0
        else run
        for run in runs
    ]


def _stretches(
    time: Float[np.ndarray, " T"],
    *,
    step: int,
    spans: Sequence[tuple[float, float]] | None,
) -> list[Int[np.ndarray, " _"]]:
    """Rows to solve, stretch by stretch; spans that overlap make one.

    Rows are multiples of ``step``, so that the part of the motion a process gets can
    start with the motion; a span too short for one gets its first row.
    """
    if spans is None:
        return [np.arange(0, len(time), step)]
    wanted = np.zeros(len(time), dtype=bool)
    for start, stop in spans:
        inside = within(time, start, stop)
        if not inside.any():
            raise BigeError(
                f"There is no frame between {start:.3f} and {stop:.3f} s in a motion of"
                f" {time[0]:.3f} to {time[-1]:.3f} s; choose other times."
            )
        wanted |= inside
    edges = np.flatnonzero(np.diff(np.concatenate([[0], wanted.astype(int), [0]])))
    stretches = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        rows = np.arange(-(-start // step) * step, stop, step)
        stretches.append(rows if len(rows) else np.array([start]))
    return stretches


def _chunks(
    stretches: Sequence[Int[np.ndarray, " _"]], processes: int
) -> list[Int[np.ndarray, " _"]]:
    """Share frames out: no more to a process than keeps all of them busy."""
    total = sum(len(stretch) for stretch in stretches)
    size = min(CHUNK, -(-total // processes))
    return [
        chunk
        for stretch in stretches
        for chunk in np.array_split(stretch, -(-len(stretch) // size))
    ]


def _window(chunk: Int[np.ndarray, " _"], *, step: int, length: int) -> slice:
    """Rows for a process; every ``step``-th from the first on is one to solve."""
    margin = MARGIN if len(chunk) == 1 else step * -(-MARGIN // step)
    first = max(0, int(chunk[0]) - margin)
    return slice(first, min(length, int(chunk[-1]) + MARGIN + 1))


def _select_rows(motion: Motion, rows: slice) -> Motion:
    return Motion(motion.time[rows], motion.values[rows], motion.names)
