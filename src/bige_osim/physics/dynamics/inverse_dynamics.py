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

    Raises
    ------
    BigeError
        A value is no number.

    Examples
    --------
    A pendulum of 1 kg and 1 m, held still at 0.5 rad, takes 9.80665 sin(0.5) N m:

    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> still = Motion(np.arange(9) / 100, np.full((9, 1), 0.5), ("angle",))
    >>> moments = inverse_dynamics(Dynamics(Skeleton(pendulum())), still)
    >>> float(moments.values[4, 0].round(4))
    4.7016
    """
    states = States.of(motion, dynamics.skeleton.coordinates.names)
    loads = loads_at(ground, motion.time)
    return net_moments(dynamics, motion, states=states, loads=loads)


@dataclass(frozen=True)
class States:
    """A motion's coordinates, speeds and accelerations (T, A), in internal order.

    Attributes
    ----------
    q, qd, qdd : rad or m, per s and per s²
    """

    q: Float[torch.Tensor, "T A"]
    qd: Float[torch.Tensor, "T A"]
    qdd: Float[torch.Tensor, "T A"]

    @classmethod
    def of(cls, motion: Motion, names: Sequence[str]) -> "States":
        """Differentiate a motion, its columns in another order.

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
        qdd, _ = differentiate(regular_times(time), self.qd.numpy())
        return replace(self, qdd=torch.from_numpy(np.ascontiguousarray(qdd)))

    def at(self, rows: Int[np.ndarray, " N"]) -> tuple[Float[torch.Tensor, "N A"], ...]:
        """States (q, qd, qdd) at some frames, in their units."""
        return self.q[rows], self.qd[rows], self.qdd[rows]


def net_moments(
    dynamics: Dynamics, motion: Motion, *, states: States, loads: Loads | None
) -> Moments:
    """Do what :func:`inverse_dynamics` does, with states and loads known already.

    Examples
    --------
    >>> from bige_osim.physics.kinematics.skeleton import Skeleton
    >>> from bige_osim.spec import pendulum
    >>> still = Motion(np.arange(9) / 100, np.zeros((9, 1)), ("angle",))
    >>> states = States.of(still, ["angle"])
    >>> dynamics = Dynamics(Skeleton(pendulum()))
    >>> bool(net_moments(dynamics, still, states=states, loads=None).values.any())
    False
    """
    parts = []
    with torch.inference_mode():
        for rows in chunks(np.arange(len(motion.time))):
            pushed = loads.at(rows) if loads else None
            parts.append(dynamics.inverse(*states.at(rows), loads=pushed))
    values, names = torch.cat(parts).numpy(), dynamics.skeleton.coordinates.names
    return Moments(motion.time, values, names).select(motion.names)


def chunks(rows: Int[np.ndarray, " N"]) -> Iterator[Int[np.ndarray, " n"]]:
    """Yield rows in parts of at most :data:`CHUNK`.

    Examples
    --------
    >>> [len(part) for part in chunks(np.arange(600))]
    [512, 88]
    """
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def loads_at(
    ground: GroundReaction | None, time: Float[np.ndarray, " T"]
) -> Loads | None:
    """Sample forces at the motion's times (s); points without a force need be nothing.

    Raises
    ------
    BigeError
        A force, its point or its moment is no number.

    Examples
    --------
    >>> loads_at(None, np.zeros(1)) is None
    True
    """
    if ground is None or not ground.names:
        return None
    if len(ground.time) != len(time) or np.abs(ground.time - time).max() > 1e-9:
        ground = replace(ground.at(np.clip(time, *ground.time[[0, -1]])), time=time)
    ground = ground.require_finite()
    arrays = (ground.force, ground.point, ground.moment)
    return Loads(ground.names, *(torch.from_numpy(a.copy()) for a in arrays))
