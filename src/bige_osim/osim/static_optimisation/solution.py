"""The result of static optimisation, put together from the frames of all processes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from jaxtyping import Float, Int

from bige_osim.errors import name_some
from bige_osim.motion import Activations, Forces, Moments, Series
from bige_osim.osim.static_optimisation.frames import NAME
from bige_osim.osim.static_optimisation.log import StaticLog
from bige_osim.osim.tools.prepared_model import RESERVE, RESIDUAL
from bige_osim.osim.tools.storage import read_storage
from bige_osim.paths import AnyPath
from bige_osim.solution import StaticOptimisationConfig, StaticSolution

S = TypeVar("S", bound=Series)

LARGEST_VIOLATION = 0.01
"""Acceleration error above which a frame counts as not solved, rad/s² or m/s²."""


@dataclass(frozen=True)
class Frames:
    """What one process left: files read, log read.

    Attributes
    ----------
    activations, forces : as OpenSim wrote them; nothing, where it wrote none
    log : what its log says
    hung : times of frames that are not worth another try, s
    """

    activations: Series
    forces: Series
    log: StaticLog
    hung: tuple[float, ...] = ()

    @classmethod
    def none(cls, log: StaticLog, *, hung: tuple[float, ...] = ()) -> "Frames":
        """Make what a process left that wrote nothing."""
        nothing = Series(np.zeros(0), np.zeros((0, 0)), ())
        return cls(nothing, nothing, log, hung)

    def __len__(self) -> int:
        """How many frames were written."""
        return len(self.activations.time)


def read_frames(folder: AnyPath, log: StaticLog) -> Frames:
    """Read the results of one process; one cut short is a ``SimulationError``."""
    activations, forces = (
        read_storage(Path(folder) / f"{NAME}_StaticOptimization_{kind}.sto")
        for kind in ("activation", "force")
    )
    return Frames(activations, forces, log)


def join_frames(
    parts: Sequence[Frames],
    *,
    time: Float[np.ndarray, " N"],
    muscles: Sequence[str],
    moments: Moments,
    driven: Mapping[str, str],
    config: StaticOptimisationConfig,
) -> StaticSolution:
    """Put the frames of all processes together; what is missing or failed is NaN.

    A frame that several solved is taken from the first of them. What was to be met is
    not known yet: ``demand`` and ``muscle_moments`` have no columns.

    Parameters
    ----------
    parts : one per process
    time : (N,) of the frames that were asked for, s
    muscles : names, in the model's order
    moments : net generalised forces, to go with the result
    driven : coordinates of the model's own actuators, by the actuator's name
    config : to go with the result
    """
    solved = np.zeros(len(time), dtype=bool)
    activations = np.full((len(time), len(muscles)), np.nan)
    forces = np.full_like(activations, np.nan)
    names = next((part.forces.names for part in parts if len(part)), ())
    ideal = [name for name in names if name.startswith((RESERVE, RESIDUAL))]
    ideal += [name for name in names if name in driven]
    added = np.full((len(time), len(ideal)), np.nan)
    violation = np.full(len(time), np.nan)
    for part in parts:
        told = np.array(list(part.log.violations), dtype=float)
        rows, found = _match(time, told)
        rows, found = rows[~solved[rows]], found[~solved[rows]]
        violation[rows] = np.array(list(part.log.violations.values()))[found]
        if not len(part):
            continue
        rows, found = _match(time, part.activations.time)
        good = np.isin(rows, _find_good_rows(time, part.log)) & ~solved[rows]
        good &= np.isfinite(part.activations.values[found]).all(axis=1)
        rows, found = rows[good], found[good]
        solved[rows] = True
        activations[rows] = part.activations.select(muscles).values[found]
        forces[rows] = part.forces.select(muscles).values[found]
        added[rows] = part.forces.select(ideal).values[found]
    failed = time[~solved]
    everything = Moments(time, added, tuple(ideal))
    unknown = Moments(time, np.zeros((len(time), 0)), ())
    return StaticSolution(
        activations=Activations(time, activations, tuple(muscles)),
        forces=Forces(time, forces, tuple(muscles)),
        reserves=everything.select_prefix(RESERVE),
        residuals=everything.select_prefix(RESIDUAL),
        actuators=_sum_driven(everything, driven),
        muscle_moments=unknown,
        demand=unknown,
        moments=moments,
        violation=violation,
        failed=tuple(map(float, failed)),
        warnings=_warnings(parts, failed, len(time)),
        engine="opensim",
        config=config,
    )


def _sum_driven(added: Moments, driven: Mapping[str, str]) -> Moments:
    """Sum what the model's own actuators give each coordinate."""
    own = [name for name in added.names if name in driven]
    names = tuple(dict.fromkeys(driven[name] for name in own))
    values = np.zeros((len(added.time), len(names)))
    for name in own:
        values[:, names.index(driven[name])] += added.column(name)
    return Moments(added.time, values, names)


def _match(
    wanted: Float[np.ndarray, " N"], got: Float[np.ndarray, " K"]
) -> tuple[Int[np.ndarray, " M"], Int[np.ndarray, " M"]]:
    """Rows of ``wanted`` that ``got`` has, and where; OpenSim writes 8 decimals."""
    rows = np.abs(wanted[:, None] - got).argmin(axis=0)
    near = np.abs(wanted[rows] - got) < 1e-6
    return rows[near], np.flatnonzero(near)


def _find_good_rows(
    time: Float[np.ndarray, " N"], log: StaticLog
) -> Int[np.ndarray, " M"]:
    """Frames that the log does not give up on, and whose accelerations it has right."""
    told = np.array(list(log.violations), dtype=float)
    worst = np.array(list(log.violations.values()), dtype=float)
    rows, _ = _match(time, told[worst <= LARGEST_VIOLATION])  # what is no number is bad
    failed, _ = _match(time, np.array(log.failed, dtype=float))
    return np.setdiff1d(rows, failed)


def _warnings(
    parts: Sequence[Frames], failed: Float[np.ndarray, " K"], count: int
) -> tuple[str, ...]:
    texts = dict.fromkeys(f"OpenSim: {w}" for p in parts for w in p.log.warnings)
    if len(failed):
        reasons = dict.fromkeys(r for p in parts for r in p.log.reasons)
        times = ", ".join(f"{t:.2f}" for t in failed[:5])
        texts[
            f"{len(failed)} of {count} frames were not solved, so their activations "
            f"are missing: at {times}{' …' if len(failed) > 5 else ''} s"
            f"{' (' + name_some(reasons, most=3) + ')' if reasons else ''}."
        ] = None
    return tuple(texts)
