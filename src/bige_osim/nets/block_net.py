"""Static optimisation of a block of muscles, amortised: a net per frame.

Posture, speed and net moments, with a description of the model's block, to activations
without bounds. As in the program's own solution, ``x = clip(Rᵀ λ)``, the net answers
with multipliers and a matrix, and their product is what is clipped.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import nn
from torch.nn.functional import linear, silu, softplus

from bige_osim.io.tables import TomlTable, WholeNumber
from bige_osim.nets.blocks import BlockKind, make_description, measure_capacity

FARTHEST = 4.0
"""Components of a description are cut off here, in standard deviations."""

CHUNK = 1024
"""Frames at a time without gradients: more would leave the processor's cache."""

LEAST_STD = 1e-3
"""Least predicted standard deviation, activation."""


class BlockNetConfig(TomlTable):
    """Size of the net of a block.

    Attributes
    ----------
    width, depth : of the hidden layers
    components : of the models' descriptions
    doubt : width of the hidden layer that predicts the standard deviation
    """

    width: WholeNumber = 448
    depth: WholeNumber = 4
    components: WholeNumber = 80
    doubt: WholeNumber = 64


class BlockNet(nn.Module):
    """Activations of one kind of block.

    Parameters
    ----------
    config : its size
    kind : which coordinates and muscles
    postures : P in which a block is described

    Attributes
    ----------
    postures, speeds : (P, n) in which a block is described, rad or m, and per s
    mean, std : (3 n,) of posture, speed, and net moment over capacity; rad or m, and
        per s, and no unit
    model_mean, model_std : (D,) of descriptions, no unit
    axes : (D, C) to their principal components, of unit variance
    whitening : (3 n, 3 n) of standardised states
    farthest : (2,) distance from what was sampled that one in a hundred points has, of
        the state, and of the model; no unit
    spread : factor of the predicted standard deviation, by validation participants
    """

    postures: Float[torch.Tensor, "P n"]
    speeds: Float[torch.Tensor, "P n"]
    mean: Float[torch.Tensor, " S"]
    std: Float[torch.Tensor, " S"]
    model_mean: Float[torch.Tensor, " D"]
    model_std: Float[torch.Tensor, " D"]
    axes: Float[torch.Tensor, "D C"]
    whitening: Float[torch.Tensor, "S S"]
    farthest: Float[torch.Tensor, " 2"]
    spread: Float[torch.Tensor, ""]

    def __init__(
        self, config: BlockNetConfig, *, kind: BlockKind, postures: int
    ) -> None:
        super().__init__()
        n, m = len(kind.coordinates), len(kind.muscles)
        self.kind, self.shape = kind, (n, m)
        described, width = postures * n * m + n, config.width
        for name, shape in {
            "postures": (postures, n),
            "speeds": (postures, n),
            "mean": (3 * n,),
            "model_mean": (described,),
            "axes": (described, config.components),
        }.items():
            self.register_buffer(name, torch.zeros(shape))
        self.register_buffer("std", torch.ones(3 * n))
        self.register_buffer("model_std", torch.ones(described))
        self.register_buffer("whitening", torch.eye(3 * n))
        self.register_buffer("farthest", torch.ones(2))
        self.register_buffer("spread", torch.ones(()))
        self.first = nn.Linear(3 * n + config.components, width)
        self.more = nn.ModuleList(
            nn.Linear(width, width) for _ in range(config.depth - 1)
        )
        self.last = nn.Linear(width, n + n * m)
        self.of_model = nn.Linear(config.components, n + n * m, bias=False)
        nn.init.zeros_(self.of_model.weight)
        self.doubt = nn.Sequential(
            nn.Linear(width, config.doubt), nn.SiLU(), nn.Linear(config.doubt, m)
        )

    def fit_inputs(
        self,
        states: Float[torch.Tensor, "N S"],
        models: Float[torch.Tensor, "K D"],
        frame: tuple[Float[torch.Tensor, "P n"], Float[torch.Tensor, "P n"]],
    ) -> None:
        """Standardise the inputs, and describe models by principal components.

        Parameters
        ----------
        states : as for :meth:`forward`
        models : descriptions, no unit
        frame : postures and speeds in which blocks are described, rad or m, and per s
        """
        self.postures.copy_(frame[0])
        self.speeds.copy_(frame[1])
        self.mean.copy_(states.mean(0))
        self.std.copy_(states.std(0) + 1e-4)
        self.model_mean.copy_(models.mean(0))
        size = models.std(0)
        self.model_std.copy_(size + 1e-3 * size.max() + 1e-6)
        standard = ((models - self.model_mean) / self.model_std).double()
        _, sizes, axes = torch.linalg.svd(standard, full_matrices=False)
        count = min(self.axes.shape[1], int((sizes > 1e-6 * sizes[0]).sum()))
        whitened = axes[:count].T * len(models) ** 0.5 / sizes[:count]
        self.axes.zero_()
        self.axes[:, :count] = whitened.float()
        some = (states[:: max(1, len(states) // 200_000)] - self.mean) / self.std
        values, vectors = torch.linalg.eigh(torch.cov(some.T.double()))
        whitening = vectors / values.clamp(min=1e-6).sqrt()
        self.whitening.copy_(whitening.float())
        far = [(some @ self.whitening).norm(dim=1), self.components(models).norm(dim=1)]
        quantiles = [torch.quantile(d[:1_000_000], 0.99) for d in far]
        self.farthest.copy_(torch.stack(quantiles).clamp(min=1e-6))

    def components(
        self, models: Float[torch.Tensor, "K D"]
    ) -> Float[torch.Tensor, "K C"]:
        """Principal components of descriptions, of unit variance."""
        standard = (models - self.model_mean) / self.model_std
        return (standard @ self.axes).clamp(-FARTHEST, FARTHEST)

    def forward(
        self, states: Float[torch.Tensor, "N S"], components: Float[torch.Tensor, "N C"]
    ) -> Float[torch.Tensor, "N m"]:
        """Activations as if there were no bounds.

        Parameters
        ----------
        states : posture and speed (rad or m, and per s), net moment over capacity
        components : of the models' descriptions, no unit
        """
        hidden = self.hide(states, components)
        return self.answer((self.last(hidden) + self.of_model(components)).float())

    def hide(
        self, states: Float[torch.Tensor, "N S"], components: Float[torch.Tensor, "N C"]
    ) -> Float[torch.Tensor, "N W"]:
        """Last hidden layer, no unit; inputs as :meth:`forward` has them."""
        standard = (states - self.mean) / self.std
        hidden = silu(self.first(torch.cat([standard, components], dim=1)))
        for layer in self.more:
            hidden = hidden + silu(layer(hidden))
        return hidden

    def answer(self, out: Float[torch.Tensor, "N O"]) -> Float[torch.Tensor, "N m"]:
        """Multiply multipliers and matrix, the net's last layer; no unit."""
        n, m = self.shape
        multipliers, matrix = torch.split(out, [n, n * m], dim=1)
        return (multipliers[:, :, None] * matrix.reshape(-1, n, m)).sum(dim=1)

    def deviate(self, hidden: Float[torch.Tensor, "N W"]) -> Float[torch.Tensor, "N m"]:
        """Predict the deviation of the activations (0 to 1), before calibration."""
        return softplus(self.doubt(hidden) - 4) + LEAST_STD

    def settle(self, moments: Float[torch.Tensor, "P n m"]) -> "SettledBlock":
        """Make the net of one model's block, from what its muscles can do.

        Parameters
        ----------
        moments : N m, at full activation in this net's postures
        """
        description = make_description(moments)[None].to(self.mean)
        return SettledBlock(self, description, measure_capacity(moments).to(self.mean))


class BlockPrediction(NamedTuple):
    """What a net says of N frames of a block.

    Attributes
    ----------
    unbounded : (N, m) activations as if there were no bounds
    std : (N, m) predicted standard deviation of the activations within bounds
    distance : (N,) from what was sampled, no unit; above 1 less than one in a hundred
        points was
    """

    unbounded: Float[torch.Tensor, "N m"]
    std: Float[torch.Tensor, "N m"]
    distance: Float[torch.Tensor, " N"]


class SettledBlock:
    """The net of one model's block: the model's part of every layer is known.

    Parameters
    ----------
    net : of its kind
    description : (1, D) of the model's block
    capacity : (n,) N m
    """

    def __init__(
        self,
        net: BlockNet,
        description: Float[torch.Tensor, "1 D"],
        capacity: Float[torch.Tensor, " n"],
    ) -> None:
        self.net, n = net, net.shape[0]
        with torch.no_grad():
            components = net.components(description)
            # Scaling is folded into the first layer: q, q̇ and τ go in as they are.
            unit = torch.cat([torch.ones(2 * n).to(capacity), capacity])
            self.scale = 1 / (net.std * unit)
            self.shift = net.mean / net.std
            weight = net.first.weight[:, : 3 * n]
            bias = net.first.bias + net.first.weight[:, 3 * n :] @ components[0]
            self.first = (weight * self.scale, bias - weight @ self.shift)
            self.bias = net.last.bias + net.of_model(components)[0]
            inner = [layer for layer in net.more if isinstance(layer, nn.Linear)]
            layers = [(layer.weight.detach(), layer.bias.detach()) for layer in inner]
            layers.append((net.last.weight.detach(), self.bias))
            self.halves = [
                (weight.bfloat16(), bias.bfloat16())
                for weight, bias in layers
                if is_bfloat16_fast(weight.device)
            ]
            self.far = components.norm() / net.farthest[1]

    def __call__(
        self, states: Float[torch.Tensor, "N S"], *, std: bool = True
    ) -> BlockPrediction:
        """Ask the net of frames; differentiable.

        Without gradients the hidden layers are computed in bfloat16 where that is fast.

        Parameters
        ----------
        states : posture and speed (rad or m, and per s), and net moment, N m
        std : also say how sure it is, without gradients; else zeros
        """
        if not torch.is_grad_enabled() and len(states) > CHUNK:
            parts = [self(part, std=std) for part in torch.split(states, CHUNK)]
            return BlockPrediction(
                *(torch.cat(each) for each in zip(*parts, strict=True))
            )
        net = self.net
        hidden = silu(linear(states, *self.first))
        if self.halves and not torch.is_grad_enabled():
            for weight, bias in self.halves[:-1]:
                hidden += silu(linear(hidden.bfloat16(), weight, bias), inplace=True)
            out = linear(hidden.bfloat16(), *self.halves[-1]).float()
        else:
            for layer in net.more:
                hidden = hidden + silu(layer(hidden))
            out = linear(hidden, net.last.weight, self.bias)
        unbounded = net.answer(out)
        if not std:
            return BlockPrediction(
                unbounded, torch.zeros_like(unbounded), unbounded.new_zeros(len(states))
            )
        with torch.no_grad():
            deviation = net.spread * net.deviate(hidden)
            standard = states * self.scale - self.shift
            distance = (standard @ net.whitening).norm(dim=1) / net.farthest[0]
        return BlockPrediction(unbounded, deviation, distance.clamp(min=self.far))


def is_bfloat16_fast(device: torch.device) -> bool:
    """Whether products of bfloat16 matrices are faster than of float32 there."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    found = getattr(torch.cpu, "_is_amx_tile_supported", None)
    return bool(found and found())
