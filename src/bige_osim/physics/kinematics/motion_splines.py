"""Speeds and accelerations of a motion by OpenSim's splines, within autograd too."""

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.splines import FEWEST, differentiate


def derivative_matrices(
    time: Float[torch.Tensor, " T"],
) -> tuple[Float[torch.Tensor, "T T"], Float[torch.Tensor, "T T"]]:
    """Matrices that differentiate motions sampled at certain times.

    A spline is linear in what it interpolates, so those through single impulses make up
    all others. The splines are those of
    :func:`~bige_osim.splines.differentiate`.

    Parameters
    ----------
    time : (T,) s, at least seven, increasing

    Returns
    -------
    (T, T), (T, T) : to be multiplied by (T, C) columns, give their first derivative
        (per s) and their second derivative (per s²)

    Raises
    ------
    BigeError
        There are fewer than seven times.

    Examples
    --------
    >>> time = torch.linspace(0.0, 1.0, 9, dtype=torch.float64)
    >>> first, second = derivative_matrices(time)
    >>> fall = 3.0 * time[:, None] ** 2
    >>> bool((first @ fall - 6.0 * time[:, None]).abs().max() < 1e-9)
    True
    >>> bool((second @ fall - 6.0).abs().max() < 1e-9)
    True
    """
    if len(time) < FEWEST:
        raise BigeError(
            f"Quintic splines need {FEWEST} frames, got {len(time)}; take a longer "
            "stretch of the motion."
        )
    stamps = time.numpy(force=True).astype(float)
    first, second = (
        torch.from_numpy(np.ascontiguousarray(matrix)).to(time)
        for matrix in differentiate(stamps, np.eye(len(stamps)))
    )
    return first, second
