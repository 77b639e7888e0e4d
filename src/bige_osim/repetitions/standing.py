"""Whether somebody stands: knees nearly straight, the pelvis nearly as high as it gets.

Repetitions of squats and lunges start and end so. Recorded squats start with knees
below 13 deg and the pelvis, in 25 squats of four participants, at most 5 % of
a leg's length below where straight legs hold it.
"""

import math

import torch
from jaxtyping import Bool, Float

PELVIS = "pelvis_ty"

BENT = math.radians(25)
"""Knees that are bent more do not stand, rad."""

LOW = 0.06
"""A pelvis that is lower than standing by more of a leg's length does not stand."""


def find_straight(knees: Float[torch.Tensor, "*n"]) -> Bool[torch.Tensor, "*n"]:
    """Find where knees are straight enough to stand, whichever way they bend.

    Parameters
    ----------
    knees : rad

    Examples
    --------
    >>> find_straight(torch.tensor([0.1, -0.5])).tolist()
    [True, False]
    """
    return knees.abs() < BENT


def find_upright(
    below: Float[torch.Tensor, "*n"], leg: Float[torch.Tensor, "..."]
) -> Bool[torch.Tensor, "*n"]:
    """Find where the pelvis is high enough to stand, or nobody knows (NaN).

    Parameters
    ----------
    below : how far it is below standing, m
    leg : length of a leg, m

    Examples
    --------
    >>> find_upright(torch.tensor([0.02, 0.2, torch.nan]), torch.tensor(0.8)).tolist()
    [True, False, True]
    """
    return ~(below > LOW * leg)
