"""What guidance needs of the nets: a generator to search in, a surrogate to ask.

:class:`bige_osim.nets.generator.MotionGenerator` and
:class:`bige_osim.nets.surrogate.Surrogate` are such nets. SI units and radians in and
out; ``body`` is stature m, mass kg and leg length m.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Float


@runtime_checkable
class Generator(Protocol):
    """A net that decodes latents to motions."""

    training: bool
    coordinate_names: tuple[str, ...]

    def train(self, mode: bool = True) -> Any:
        """Switch between training and use."""

    def quantise(self, z: Float[torch.Tensor, "B L D"]) -> Any:
        """Latents at the nearest codes: ``z`` (B, L, D) of what it returns."""

    def decode(
        self, z: Float[torch.Tensor, "B L D"], body: Float[torch.Tensor, "B 3"]
    ) -> Any:
        """Make ``motion`` (B, F, C), rad and m, and ``duration`` (B,), s."""


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


@contextmanager
def in_use(*nets: Generator | Surrogate) -> Iterator[None]:
    """Switch nets from training to use for a while: no dropout, no codebook updates."""
    training = [net.training for net in nets]
    for net in nets:
        net.train(False)
    try:
        yield
    finally:
        for net, was_training in zip(nets, training, strict=True):
            net.train(was_training)
