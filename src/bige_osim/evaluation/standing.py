"""Whether a motion starts and ends standing, by the model's own straight legs."""

from dataclasses import dataclass

import torch

from bige_osim.motion import Motion
from bige_osim.physics.foot_conditions import KNEES
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.repetitions.standing import (
    PELVIS,
    find_straight,
    find_upright,
)


@dataclass(frozen=True)
class StandingEnd:
    """The first or the last frame of a motion.

    Attributes
    ----------
    knee : flexion of the more bent knee, rad
    below : how far the pelvis is below where straight legs hold it, as a fraction of
        the leg's length; ``None`` for a model without contact points
    straight : whether the knees stand
    upright : whether the pelvis does; true where it is not known
    """

    knee: float
    below: float | None
    straight: bool
    upright: bool


def check_standing(
    motion: Motion, skeleton: Skeleton, *, floor: float = 0.0
) -> tuple[StandingEnd, StandingEnd] | None:
    """Measure how a motion starts and ends; ``None`` for a model without knees.

    Parameters
    ----------
    motion : (T, C) rad and m
    skeleton : of the participant's model
    floor : height of the floor, m
    """
    if not {*KNEES, PELVIS} <= {*motion.names} & {*skeleton.coordinate_names}:
        return None
    ends = torch.tensor(motion.select((*KNEES, PELVIS)).values[[0, -1]])
    knees = ends[:, :2].abs().amax(1)
    leg = torch.tensor(skeleton.leg_length(), dtype=torch.float64)
    below = skeleton.standing_height() - (ends[:, 2] - floor)
    known = not bool(below.isnan().any())
    straight, upright = find_straight(knees), find_upright(below, leg)
    first, last = (
        StandingEnd(
            knee=float(knees[end]),
            below=float(below[end] / leg) if known else None,
            straight=bool(straight[end]),
            upright=bool(upright[end]),
        )
        for end in (0, 1)
    )
    return first, last
