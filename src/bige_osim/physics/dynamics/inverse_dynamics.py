"""Inverse dynamics of recorded motions, all frames at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float, Int

from bige_osim.motion import GroundReaction, Moments, Motion
from bige_osim.physics.dynamics.newton_euler import Dynamics, Loads
from bige_osim.splines import differentiate
from bige_osim.times import regular_times

CHUNK = 512
"""Frames computed at a time: more would leave the processor's cache."""


def inverse_dynamics(
    dynamics: Dynamics, motion: Motion, *, ground: GroundReaction | None = None
) -> Moments:
    """Net generalised forces that a motion takes.

    Parameters
    ----------
    dynamics : of the model
    motion : (T, A) all coordinates of the model, rad and m, filtered
    ground : forces on bodies, at the same times

    Returns
    -------
    Moments
        (T, A) N m or N, in the order of the motion; at the root what ``ground`` does
        not explain
    """
    states = States.of(motion, dynamics.skeleton.coordinates.names)
    loads = loads_at(ground, motion.time)
    return net_moments(dynamics, motion, states=states, loads=loads)


@dataclass(frozen=True)
class States:
    """Coordinates, speeds and accelerations (T, A), in the model's internal order."""

    values: torch.Tensor
    speeds: torch.Tensor
    accelerations: torch.Tensor

    @classmethod
    def of(cls, motion: Motion, names: Sequence[str]) -> "States":
        """Differentiate a motion.

        Raises
        ------
        BigeError
            A value is no number.
        """
        ordered = motion.select(names).require_finite()
        arrays = (ordered.values, *ordered.derivatives())
        return cls(*(torch.from_numpy(np.ascontiguousarray(a)) for a in arrays))

    def as_static_optimisation(self, time: Float[np.ndarray, " T"]) -> "States":
        """Take accelerations from splines through the speeds.

        OpenSim's static optimisation does, its inverse dynamics takes the second
        derivative of splines through the coordinates: they part near the ends.
        """
        rates, _ = differentiate(regular_times(time), self.speeds.numpy())
        return replace(
            self, accelerations=torch.from_numpy(np.ascontiguousarray(rates))
        )

    def at(self, rows: Int[np.ndarray, " N"]) -> tuple[torch.Tensor, ...]:
        """States at some frames."""
        return self.values[rows], self.speeds[rows], self.accelerations[rows]


def net_moments(
    dynamics: Dynamics, motion: Motion, *, states: States, loads: Loads | None
) -> Moments:
    """Do what :func:`inverse_dynamics` does, with states and loads known already."""
    parts = []
    with torch.inference_mode():
        for rows in chunks(np.arange(len(motion.time))):
            at = states.at(rows)
            parts.append(dynamics.inverse(*at, loads=loads_of(loads, rows)))
    values, names = torch.cat(parts).numpy(), dynamics.skeleton.coordinates.names
    return Moments(motion.time, values, names).select(motion.names)


def chunks(rows: Int[np.ndarray, " N"]) -> Iterator[Int[np.ndarray, " n"]]:
    """Rows in parts of at most :data:`CHUNK`."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def loads_at(
    ground: GroundReaction | None, time: Float[np.ndarray, " T"]
) -> Loads | None:
    """Sample forces at the motion's times; points without a force need be nothing."""
    if ground is None or not ground.names:
        return None
    if len(ground.time) != len(time) or np.abs(ground.time - time).max() > 1e-9:
        ground = replace(ground.at(np.clip(time, *ground.time[[0, -1]])), time=time)
    ground = ground.require_finite()
    arrays = (ground.force, ground.point, ground.moment)
    return Loads(ground.names, *(torch.from_numpy(a.copy()) for a in arrays))


def loads_of(loads: Loads | None, rows: Int[np.ndarray, " N"]) -> Loads | None:
    """Select the loads of some frames."""
    if loads is None:
        return None
    return replace(
        loads,
        force=loads.force[rows], point=loads.point[rows], moment=loads.moment[rows],
    )  # fmt: skip
