"""A term on the change from the motion that guidance started from."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float

from bige_osim.errors import GoalError
from bige_osim.guidance.context import Context
from bige_osim.guidance.spaces import PlantedMotions
from bige_osim.guidance.term import CLEARLY_OFF, Term
from bige_osim.io.tables import Names

TEMPO = CLEARLY_OFF / math.log(1.2)
"""Change of all angles that costs as much as e times the duration, rad."""


@dataclass(frozen=True, kw_only=True)
class Change(Term):
    """Stay near the repetition that refinement started from.

    L = mean over t and ``coordinates`` of (θ - θ_base)² + (k log(d / d_base))², where
    d is the duration and k such that lasting a fifth longer costs as much as 10 deg.

    It has no table in a goal file; :class:`bige_osim.guidance.refine.RefineConfig`
    gives its weight. In a goal, ``reference`` names a recording to stay near.

    Attributes
    ----------
    coordinates : rotational ones
    """

    name: ClassVar[str] = "change"
    unit: ClassVar[str] = "deg"
    title: ClassVar[str] = "change from the repetition before refinement"
    in_goals: ClassVar[bool] = False
    coordinates: Names

    scale = CLEARLY_OFF**2  # 10 deg, squared

    def __call__(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Mean squared change, rad², that of the tempo included."""
        own = self._base(context).duration
        tempo = TEMPO * torch.log(context.duration / own)
        return self._angles(context) + tempo**2

    def measure(self, context: Context) -> Float[torch.Tensor, " B"]:
        """Root mean square change of angles, deg."""
        return torch.rad2deg(self._angles(context).sqrt())

    def _angles(self, context: Context) -> Float[torch.Tensor, " B"]:
        columns = [context.coordinate_names.index(name) for name in self.coordinates]
        values = context.coordinates(self.coordinates)
        own = self._base(context).motion[..., columns]
        return ((values - own) ** 2).mean((1, 2))

    def _base(self, context: Context) -> PlantedMotions:
        if context.base is None:
            raise GoalError("Motions have nothing to stay near; leave the term out.")
        return context.base
