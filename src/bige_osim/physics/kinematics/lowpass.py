"""The low-pass of motions, within automatic differentiation too."""

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.motion import Series


def low_pass(
    values: Float[torch.Tensor, "T C"], *, time: Float[np.ndarray, " T"], cutoff: float
) -> Float[torch.Tensor, "T C"]:
    """Filter columns as :meth:`~bige_osim.motion.Series.filter` does.

    Parameters
    ----------
    values : (T, C) any unit
    time : (T,) s
    cutoff : Hz

    Examples
    --------
    >>> time = np.arange(200) / 100
    >>> wave = torch.sin(2 * torch.pi * 20 * torch.from_numpy(time))[:, None]
    >>> float(low_pass(wave, time=time, cutoff=3.0)[100].abs().round(decimals=3))
    0.0
    """
    if len(time) < 2:
        return values
    if values.requires_grad:  # the filter is linear: what it does to one impulse each
        operator = _filter(np.eye(len(time)), time, cutoff)
        return torch.from_numpy(operator).to(values) @ values
    return torch.from_numpy(_filter(values.numpy(force=True), time, cutoff)).to(values)


def _filter(
    values: Float[np.ndarray, "T C"], time: Float[np.ndarray, " T"], cutoff: float
) -> Float[np.ndarray, "T C"]:
    names = tuple(str(i) for i in range(values.shape[1]))
    return Series(time, values, names).filter(cutoff).values
