"""The optimisers of a training, stepped together: AdamW, and Muon for wide matrices.

Muon (Jordan 2024, https://kellerjordan.github.io/posts/muon) makes the steps of a
matrix orthogonal; vectors and narrow matrices, which it is not for, are left to AdamW.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import nn

from bige_osim.nets.net import FittingConfig

Tensors = dict[str, torch.Tensor]

NARROWEST = 100
"""Fewest rows and columns of a matrix that Muon takes."""

MUON_RATE = 10.0
"""Muon's learning rate over that of AdamW: steps are of another kind."""

MUON_DECAY = 0.01
"""Muon's own factor of weight decay."""


@dataclass(frozen=True)
class Optimiser:
    """One optimiser or two, each with weights of its own.

    Attributes
    ----------
    parts : of torch
    rates : learning rate of each part over that of the training, no unit
    """

    parts: tuple[torch.optim.Optimizer, ...]
    rates: tuple[float, ...]

    def set_rate(self, rate: float) -> None:
        """Set the learning rate of the training, without unit."""
        for part, over in zip(self.parts, self.rates, strict=True):
            for group in part.param_groups:
                group["lr"] = rate * over

    @property
    def rate(self) -> float:
        """Learning rate of the training, without unit."""
        return float(self.parts[0].param_groups[0]["lr"]) / self.rates[0]

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for part in self.parts:
            part.zero_grad()

    def step(self) -> None:
        """Take a step with every part."""
        for part in self.parts:
            part.step()

    def copy_state(self) -> Tensors:
        """Copy the moments, on the CPU, as ``<part>.<weight>.<name>``."""
        return {
            f"{place}.{weight}.{name}": value.detach().cpu().clone()
            for place, part in enumerate(self.parts)
            for weight, moments in part.state_dict()["state"].items()
            for name, value in moments.items()
        }

    def load_state(self, tensors: Tensors) -> None:
        """Load what :meth:`copy_state` copied.

        Raises
        ------
        KeyError, ValueError
            The moments are of other optimisers.
        """
        states: list[dict[int, Tensors]] = [{} for _ in self.parts]
        for key, value in tensors.items():
            place, weight, name = key.split(".")
            if int(place) >= len(states):
                raise KeyError(place)
            states[int(place)].setdefault(int(weight), {})[name] = value
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict({**part.state_dict(), "state": state})


def make_optimiser(weights: Iterable[nn.Parameter], config: FittingConfig) -> Optimiser:
    """Make what ``config.optimiser`` names.

    Examples
    --------
    >>> layers = nn.Sequential(nn.Linear(128, 128), nn.Linear(128, 3))
    >>> both = make_optimiser(layers.parameters(), FittingConfig(optimiser="muon"))
    >>> [sum(len(g["params"]) for g in part.param_groups) for part in both.parts]
    [3, 1]
    """
    weights = list(weights)
    wide = [
        weight
        for weight in weights
        if config.optimiser == "muon"
        and weight.ndim == 2
        and min(weight.shape) >= NARROWEST
    ]
    taken = {id(weight) for weight in wide}
    rest = [weight for weight in weights if id(weight) not in taken]
    rate = config.learning_rate
    adamw = torch.optim.AdamW(rest, lr=rate, weight_decay=config.weight_decay)
    if not wide:
        return Optimiser((adamw,), (1.0,))
    muon = torch.optim.Muon(wide, lr=MUON_RATE * rate, weight_decay=MUON_DECAY)
    return Optimiser((adamw, muon), (1.0, MUON_RATE))
