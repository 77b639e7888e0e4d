"""The active force of muscles on rigid tendons, as in OpenSim's static optimisation.

Millard, Uchida, Seth and Delp 2013, Flexing computational muscle: modeling and
simulation of musculotendon dynamics, J Biomech Eng 135, 021005.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import torch
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.physics.constants import Constants
from bige_osim.physics.kinematics.functions import Pieces, PieceTable
from bige_osim.physics.muscles.curves import Node, tabulate
from bige_osim.spec import MuscleSpec

SHOULDER = 0.05
"""Half width of the force-length curve's top, optimal fibre lengths."""

SHARP = 1.0
"""Curviness of the force-length curve's bends."""

CONCENTRIC, ECCENTRIC = 0.6, 0.9
"""Curviness of the force-velocity curve, shortening and lengthening: the defaults."""

SHORTEST = 0.01
"""Shortest fibre of a muscle that must not pennate, optimal fibre lengths."""


class MuscleForces(Constants):
    """Tendon forces of muscles at full activation.

    Parameters
    ----------
    muscles : of type ``Millard2012EquilibriumMuscle``, with the curviness of its curves
        as they are by default
    dtype : of every input and output

    Raises
    ------
    BigeError
        A muscle has no Millard curves.

    Notes
    -----
    With tendon slack length ``s``, optimal fibre length ``o``, pennation angle ``α`` at
    that length and largest contraction velocity ``v``, the fibre is

        l = sqrt((L - s)² + h²),   h = o sin α,   dl/dt = (L - s) / l dL/dt

    and the force ``F f_l(l / o) f_v(dl/dt / (o v)) cos φ``. Fibres not longer than the
    larger of the force-length curve's foot and ``h / sin(φ_max)`` have no force. There
    is neither passive force nor damping: the force is proportional to activation.

    ``φ`` follows OpenSim 4.6, in whose ``calcActiveFiberForceAlongTendon`` it is not
    the pennation angle: it looks up the angle of a fibre of ``l / o`` metres. So
    ``sin φ = h / (l / o)`` in place of ``h / l``, and pennate muscles pull nearly as if
    they were not: at optimal length in OpenCap's models vastus medialis by 10 %, soleus
    by 8 % more than in the paper.

    Examples
    --------
    A muscle of 1000 N at its optimal length; still, then shortening and lengthening as
    fast as it can:

    >>> from bige_osim.spec import pendulum
    >>> speed = torch.tensor([[0.0], [-1.0], [1.0]], dtype=torch.float64)
    >>> forces = MuscleForces(pendulum(muscle=True).muscles)
    >>> forces(torch.full_like(speed, 0.3), speed)[:, 0].round(decimals=6).tolist()
    [1000.0, 0.0, 1400.0]
    """

    def __init__(
        self, muscles: Sequence[MuscleSpec], *, dtype: torch.dtype = torch.float64
    ) -> None:
        super().__init__()
        for muscle in muscles:
            _require_curves(muscle)
        self.keep(
            dtype,
            strength=[m.max_isometric_force for m in muscles],
            optimal=[m.optimal_fiber_length for m in muscles],
            slack=[m.tendon_slack_length for m in muscles],
            fastest=[
                m.optimal_fiber_length * m.max_contraction_velocity for m in muscles
            ],
            height=[_height(m) for m in muscles],
            most_sine=[math.sin(m.max_pennation_angle) for m in muscles],
            shortest=[_shortest_along_tendon(m) for m in muscles],
        )
        self.by_length = _curves(
            [m.active_force_length for m in muscles], _force_length, dtype
        )
        self.by_velocity = _curves(
            [m.force_velocity for m in muscles], _force_velocity, dtype
        )

    def forward(
        self, length: Float[torch.Tensor, "B M"], speed: Float[torch.Tensor, "B M"]
    ) -> Float[torch.Tensor, "B M"]:
        """Force (B, M) along the tendon at full activation, N.

        Parameters
        ----------
        length : (B, M) of muscle and tendon, along the path, m
        speed : (B, M) at which it lengthens, m/s
        """
        along = length - self.slack
        pulls = along > self.shortest
        # The gradient of a fibre that is far too short must not become 0/0.
        along = torch.where(pulls, along, self.optimal)
        fibre = torch.sqrt(along**2 + self.height**2)
        relative = fibre / self.optimal
        velocity = speed * along / (fibre * self.fastest)
        sine = torch.minimum(self.height / relative, self.most_sine)
        force = self.strength * torch.sqrt(1 - sine**2)
        force = force * self.by_length(relative) * self.by_velocity(velocity)
        return torch.where(pulls, force, torch.zeros_like(force))


def _require_curves(muscle: MuscleSpec) -> None:
    given = len(muscle.active_force_length), len(muscle.force_velocity)
    if given != (5, 6):
        raise BigeError(
            f"Muscle {muscle.name} needs the 5 and 6 parameters of a "
            f"Millard2012EquilibriumMuscle's curves, got {given[0]} and {given[1]}; "
            "solve this model with OpenSim itself."
        )


def _height(muscle: MuscleSpec) -> float:
    """Width of the muscle, which stays as the fibres shorten, m."""
    return muscle.optimal_fiber_length * math.sin(muscle.pennation_angle)


def _shortest_along_tendon(muscle: MuscleSpec) -> float:
    """Length along the tendon up to which a fibre has no force, m."""
    height, most = _height(muscle), muscle.max_pennation_angle
    if most > 0:
        pennate = height / math.sin(most)
    else:
        pennate = SHORTEST * muscle.optimal_fiber_length
    active = muscle.active_force_length[0] * muscle.optimal_fiber_length
    return math.sqrt(max(max(pennate, active) ** 2 - height**2, 0.0))


def _curves(
    parameters: Sequence[tuple[float, ...]],
    build: Callable[[tuple[float, ...]], Pieces],
    dtype: torch.dtype,
) -> PieceTable:
    """One table of all curves; muscles share few different ones."""
    different = list(dict.fromkeys(parameters))
    return PieceTable(
        [build(p) for p in different],
        which=[different.index(p) for p in parameters],
        dtype=dtype,
    )


@lru_cache(maxsize=64)
def _force_length(parameters: tuple[float, ...]) -> Pieces:
    """Force by fibre length: a foot, a steep and a shallow rise, a top, a fall.

    Parameters
    ----------
    parameters : shortest active length, length where the rise becomes shallow, longest
        active length (optimal fibre lengths), slope of the shallow rise, least value
    """
    foot, transition, end, slope, least = parameters
    top = 1 - SHOULDER
    height = 1 - slope * (top - transition)
    nodes = [
        Node(foot, least, 0.0),
        Node((foot + transition) / 2, height / 2, 1.25 * height / (transition - foot)),
        Node((transition + top) / 2, (1 + height) / 2, slope),
        Node(1.0, 1.0, 0.0),
        Node((1 + SHOULDER + end) / 2, 0.5, -1 / (end - 1 - 2 * SHOULDER)),
        Node(end, least, 0.0),
    ]
    return tabulate(nodes, [SHARP] * 5)


@lru_cache(maxsize=64)
def _force_velocity(parameters: tuple[float, ...]) -> Pieces:
    """Force by fibre velocity, from shortening to lengthening as fast as it can.

    Parameters
    ----------
    parameters : slopes at and near the fastest shortening, at zero, at and near the
        fastest lengthening; force at the fastest lengthening
    """
    short, near_short, still, long, near_long, most = parameters
    nodes = [
        Node(-1.0, 0.0, short),
        Node(-0.9, 0.05 * (short + near_short), near_short),
        Node(0.0, 1.0, still),
        Node(0.9, most - 0.05 * (long + near_long), near_long),
        Node(1.0, most, long),
    ]
    return tabulate(nodes, [CONCENTRIC] * 2 + [ECCENTRIC] * 2)
