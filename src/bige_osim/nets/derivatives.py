"""Time derivatives on the frame grid, in physical time, batched and differentiable."""

import torch
from jaxtyping import Float


def velocity(
    motion: Float[torch.Tensor, "B F C"], duration: Float[torch.Tensor, " B"]
) -> Float[torch.Tensor, "B F C"]:
    """First derivative by central differences, second-order one-sided at both ends.

    Parameters
    ----------
    motion : (B, F, C) frames spread evenly over the repetition
    duration : (B,) seconds from the first to the last frame

    Returns
    -------
    (B, F, C) units of ``motion`` per second

    Examples
    --------
    >>> t = torch.linspace(0, 2, 5)
    >>> velocity((t**2)[None, :, None], torch.tensor([2.0]))[0, :, 0].tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0]
    """
    per_frame = torch.gradient(motion, dim=1, edge_order=2)[0]
    return per_frame / _step(motion, duration)


def acceleration(
    motion: Float[torch.Tensor, "B F C"], duration: Float[torch.Tensor, " B"]
) -> Float[torch.Tensor, "B F C"]:
    """Second derivative by central differences; each end repeats its neighbour.

    Parameters
    ----------
    motion : (B, F, C) frames spread evenly over the repetition
    duration : (B,) seconds from the first to the last frame

    Returns
    -------
    (B, F, C) units of ``motion`` per second squared

    Examples
    --------
    >>> t = torch.linspace(0, 2, 5)
    >>> acceleration((t**2)[None, :, None], torch.tensor([2.0]))[0, :, 0].tolist()
    [2.0, 2.0, 2.0, 2.0, 2.0]
    """
    inner = motion[:, 2:] - 2 * motion[:, 1:-1] + motion[:, :-2]
    per_frame = torch.cat([inner[:, :1], inner, inner[:, -1:]], dim=1)
    return per_frame / _step(motion, duration) ** 2


def _step(
    motion: Float[torch.Tensor, "B F C"], duration: Float[torch.Tensor, " B"]
) -> Float[torch.Tensor, "B 1 1"]:
    return (duration / (motion.shape[1] - 1))[:, None, None]
