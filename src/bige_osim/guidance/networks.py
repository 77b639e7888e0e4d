"""What guidance needs of a net that predicts activations.

:class:`bige_osim.nets.surrogate.Surrogate` is such a net. SI units and radians in and
out; ``body`` is stature m, mass kg and leg length m.
"""

from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Float


@runtime_checkable
class Surrogate(Protocol):
    """A net that predicts activations from motions."""

    training: bool
    coordinate_names: tuple[str, ...]
    muscle_names: tuple[str, ...]

    def train(self, mode: bool = True) -> Any:
        """Switch between training and use."""

    def __call__(
        self,
        motion: Float[torch.Tensor, "B F C"],
        duration: Float[torch.Tensor, " B"],
        body: Float[torch.Tensor, "B 3"],
    ) -> Any:
        """``mean`` and ``std`` (B, F, M): activations, 0 to 1, and their deviation."""
