"""A term on the ends of a motion: it starts and ends standing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import torch
from jaxtyping import Float

from bige_osim.guidance.accepted_term import AcceptedTerm
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.context import Context
from bige_osim.guidance.term import CLEARLY_OFF, Term, say_number
from bige_osim.io.tables import Angle, Number
from bige_osim.physics.foot_conditions import KNEES
from bige_osim.repetitions.standing import BENT, LOW, PELVIS

MARGIN = 0.1
"""Part of what still stands that is left free while motions are refined."""


@dataclass(frozen=True, kw_only=True)
class Standing(AcceptedTerm):
    """Stand in the first and in the last frame, as certificates judge it.

    L = RMS over both ends and knees of max(k - 1, 0) + RMS over both ends of
    max(p - 1, 0), where k is a knee's flexion over ``knee``, whichever way it bends,
    and p how far the pelvis is below where straight legs hold it, over ``pelvis`` x
    the length of a leg. Models without contact points are judged by the knees alone
    (:mod:`bige_osim.repetitions.standing`).

    Attributes
    ----------
    knee : flexion from which a knee does not stand, rad (deg in the file)
    pelvis : how far the pelvis may be below standing, as a fraction of a leg's length
    """

    name: ClassVar[str] = "standing"
    title: ClassVar[str] = "standing at the start and the end"
    knee: Angle = BENT
    pelvis: Number = LOW

    def __post_init__(self) -> None:
        """Refuse limits that nobody keeps to."""
        super().__post_init__()
        for name in ("knee", "pelvis"):
            if getattr(self, name) <= 0:
                raise self._refuse(
                    f"{name}: expected more than 0, got {getattr(self, name):g};"
                    " correct it"
                )

    scale = CLEARLY_OFF / BENT  # both knees 10 deg beyond what stands

    def bind(self, binding: Binding, targets: Sequence[str]) -> Term:
        """Require both knees and the height of the pelvis."""
        binding.require((*KNEES, PELVIS))
        return self

    def tighten(self) -> Term:
        """Ask for straighter knees and a higher pelvis."""
        rest = 1 - MARGIN
        return replace(self, knee=rest * self.knee, pelvis=rest * self.pelvis)

    def describe(self) -> str:
        """Say the limits."""
        knee = say_number(math.degrees(self.knee))
        return (
            f"knees bent less than {knee} deg, pelvis at most "
            f"{say_number(100 * self.pelvis)} % of leg length below standing"
        )

    def fractions(
        self, context: Context
    ) -> tuple[Float[torch.Tensor, "B 2 2"], Float[torch.Tensor, "B 2"]]:
        """Flexion of the knees and drop of the pelvis at both ends, over the limits."""
        skeleton = context.skeleton
        ends = context.coordinates((*KNEES, PELVIS))[:, [0, -1]]
        height = ends[..., -1] - context.floor
        below = (skeleton.standing_height() - height) / skeleton.leg_length()
        # Where straight legs hold it is not known of a model without contact points.
        low = below.nan_to_num(nan=0.0) / self.pelvis
        return ends[..., :-1].abs() / self.knee, low
