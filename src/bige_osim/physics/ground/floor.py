"""Height of the floor, and at which heights feet stand on it."""

import math

import numpy as np
import torch
from jaxtyping import Float

SOLE = 0.03
"""How much the lowest point of a standing foot goes up and down in a recording, m."""

LOW = 0.1
"""Quantile of the lowest points that stands for the floor to begin with."""

STEP = 0.05
"""Standing heights of two feet on the same floor differ by less, m."""


@torch.no_grad()
def find_standing_heights(
    lowest: Float[torch.Tensor, "*motions T F"],
) -> Float[torch.Tensor, "*motions F"]:
    """Height at which each foot stands, m; the other's for a foot that never does.

    Constant in gradients, as it is a choice among heights.

    Parameters
    ----------
    lowest : (..., T, F) m, of the lowest contact point of each foot

    Examples
    --------
    >>> find_standing_heights(torch.tensor([[0.01, 0.3], [0.01, 0.3]])).tolist()
    [0.009999999776482582, 0.009999999776482582]
    """
    each = fit_floors(lowest.transpose(-1, -2))
    least = each.amin(dim=-1, keepdim=True)
    return torch.where(each - least > STEP, least, each)


@torch.no_grad()
def fit_floors(
    lowest: Float[torch.Tensor, "*motions T"],
) -> Float[torch.Tensor, "*motions"]:
    """Do what :func:`fit_floor` does, m, for the lowest points (..., T) of motions.

    Examples
    --------
    >>> fit_floors(torch.tensor([[0.0, 0.5, 0.25], [1.0, 1.0, 2.0]])).tolist()
    [0.0, 1.0]
    """
    ordered, _ = lowest.sort(dim=-1)
    place = LOW * (ordered.shape[-1] - 1)
    below, above = math.floor(place), math.ceil(place)
    base = torch.lerp(ordered[..., below], ordered[..., above], place - below)
    count = (ordered <= base[..., None] + SOLE).sum(dim=-1, keepdim=True)
    middle = torch.cat([(count - 1) // 2, count // 2], dim=-1)
    return ordered.gather(-1, middle).mean(dim=-1)


def fit_floor(heights: Float[np.ndarray, "T P"]) -> float:
    """Height of the floor a participant stands on, m.

    The lowest point of every frame stays near the floor while a foot stands, whatever
    the other does. Frames in the air are above and a heel that sinks in for a moment
    is below, so this is the median of the lowest points within 3 cm of their lowest
    tenth.

    Parameters
    ----------
    heights : (T, P) m, of foot points

    Examples
    --------
    A participant who stands for 60 frames and jumps 0.3 m high for 40:

    >>> heights = np.concatenate([np.full(60, 0.01), np.full(40, 0.31)])[:, None]
    >>> fit_floor(heights)
    0.01
    """
    return float(fit_floors(torch.from_numpy(heights.min(axis=1))))
