"""How far values are off."""

import torch
from jaxtyping import Float


def rms(values: Float[torch.Tensor, "*shape"]) -> float:
    """Root mean square over all values, in their unit; 0 where there are none.

    Examples
    --------
    >>> rms(torch.tensor([3.0, -3.0]))
    3.0
    """
    return float(values.square().mean().sqrt()) if values.numel() else 0.0
