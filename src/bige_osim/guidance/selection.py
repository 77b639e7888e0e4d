"""Which of the searched motions to return: the best, and no two alike."""

import torch
from jaxtyping import Bool, Float


def ranking(
    cost: Float[torch.Tensor, " B"], held: Bool[torch.Tensor, "B T"]
) -> list[int]:
    """Order samples: most constraints held first, then least cost.

    Samples whose cost is not finite are left out.

    Examples
    --------
    >>> cost = torch.tensor([0.3, 0.1, 0.2, torch.nan])
    >>> ranking(cost, torch.tensor([[True], [False], [True], [True]]))
    [2, 0, 1]
    """
    broken = (~held).sum(-1).tolist()
    costs = cost.tolist()
    finite = [i for i, good in enumerate(torch.isfinite(cost).tolist()) if good]
    return sorted(finite, key=lambda i: (broken[i], costs[i]))


def distinct(
    angles: Float[torch.Tensor, "B F K"],
    order: list[int],
    *,
    count: int,
    apart: float,
) -> list[int]:
    """Take the first ``count`` in ``order`` that differ from all taken before.

    Parameters
    ----------
    angles : (B, F, K) rotational coordinates, rad
    order : samples, best first
    count : how many are wanted; fewer are returned where fewer differ
    apart : least mean absolute difference over frames and coordinates, rad

    Examples
    --------
    >>> angles = torch.tensor([0.0, 0.01, 0.5])[:, None, None]
    >>> distinct(angles, [1, 0, 2], count=2, apart=0.1)
    [1, 2]
    """
    taken: list[int] = []
    for sample in order:
        distances = (angles[taken] - angles[sample]).abs().mean((1, 2))
        if len(taken) < count and bool((distances >= apart).all()):
            taken.append(sample)
    return taken
