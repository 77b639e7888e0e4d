"""A surrogate that is static optimisation, amortised: a net for every kind of block."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import torch
from jaxtyping import Bool, Float
from torch import nn

from bige_osim.errors import DatasetError
from bige_osim.nets.block_net import (
    LEAST_STD,
    BlockNet,
    BlockNetConfig,
    SettledBlock,
)
from bige_osim.nets.blocks import BlockKind, ModelBlocks
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import StaticOptimisation

EXACT_ABOVE = 0.05
"""Frames on which a net expects to be wrong by more are solved exactly (activation, RMS
over a block's muscles): where many muscles are saturated no net came near the program
(docs/experiments.md)."""


FAR = 1.5
"""So are frames farther from what was sampled: one in a hundred sampled points is at
1 or more."""


@dataclass(frozen=True)
class FramePrediction:
    """What the surrogate says of frames.

    Attributes
    ----------
    activations : (N, M) 0 to 1, within the bounds of the muscles' controls
    unbounded : (N, M) as if there were no bounds, no unit
    std : (N, M) predicted standard deviation of the activations, same unit
    distance : (N,) of the farther block from what was sampled, no unit: above 1, where
        less than one in a hundred sampled points is
    exact : (N,) whether a frame was solved exactly, the nets being unsure of it
    """

    activations: Float[torch.Tensor, "N M"]
    unbounded: Float[torch.Tensor, "N M"]
    std: Float[torch.Tensor, "N M"]
    distance: Float[torch.Tensor, " N"]
    exact: Bool[torch.Tensor, " N"]


class AmortisedSurrogate(nn.Module):
    """Nets for some kinds of block.

    Parameters
    ----------
    config : size of each net
    kinds : of block, with the number of postures in which each is described
    """

    def __init__(
        self, config: BlockNetConfig, *, kinds: Sequence[tuple[BlockKind, int]]
    ) -> None:
        super().__init__()
        self.config = config
        self.kinds = tuple(kind for kind, _ in kinds)
        self.nets = nn.ModuleList(
            BlockNet(config, kind=kind, postures=count) for kind, count in kinds
        )

    def net_of(self, kind: BlockKind) -> BlockNet:
        """Find the net of a kind of block; ``KeyError`` without one."""
        if kind not in self.kinds:
            raise KeyError(kind)
        net = self.nets[self.kinds.index(kind)]
        assert isinstance(net, BlockNet)
        return net


class ModelSurrogate:
    """The surrogate of one model: frames to activations.

    Parameters
    ----------
    nets : for its kinds of block
    skeleton : of the model
    exact_above : predicted standard deviation (RMS over a block's muscles) above which
        a frame is solved exactly, activation; so is one that is far from what was
        sampled (:data:`FAR`). Infinity for the nets alone

    Attributes
    ----------
    muscle_names : M, in the model's order

    Raises
    ------
    DatasetError
        The model has a block of muscles of a kind that no net was trained for.
    """

    def __init__(
        self,
        nets: AmortisedSurrogate,
        skeleton: Skeleton,
        *,
        exact_above: float = EXACT_ABOVE,
    ) -> None:
        whole = Skeleton(skeleton.spec, fill=True)
        self.exact_above = exact_above
        self.blocks = blocks = ModelBlocks(StaticOptimisation(whole))
        self.muscle_names = tuple(blocks.static.muscle_names)
        self.coordinate_names = whole.coordinates.independent
        self.lowest = whole.coordinates.lowest
        self.highest = whole.coordinates.highest
        self.parts: list[tuple[list[int], list[int], SettledBlock]] = []
        for place, block in enumerate(blocks.blocks):
            try:
                net = nets.net_of(block.kind)
            except KeyError:
                known = "; ".join(str(kind) for kind in nets.kinds)
                raise DatasetError(
                    f"No net of the surrogate knows the {block.kind} of model "
                    f"{skeleton.spec.name}; it knows {known}. Train it with models of "
                    "this kind, or use exact activations."
                ) from None
            with torch.no_grad():
                postures, speeds = net.postures.cpu(), net.speeds.cpu()
                moments = blocks.describe(place, postures, speeds)
            settled = net.settle(moments.to(net.mean.device))
            self.parts.append((list(block.rows), list(block.columns), settled))
        order = [column for _, columns, _ in self.parts for column in columns]
        self.order = torch.tensor(order).argsort()
        bounds = [blocks.bounds(place) for place in range(len(blocks.blocks))]
        self.least, self.most = (
            torch.cat(side)[self.order] for side in zip(*bounds, strict=True)
        )

    def __call__(
        self,
        q: Float[torch.Tensor, "N I"],
        qd: Float[torch.Tensor, "N I"],
        demand: Float[torch.Tensor, "N I"],
        *,
        std: bool = True,
    ) -> FramePrediction:
        """Predict frames; differentiable.

        Parameters
        ----------
        q, qd : independent coordinates, rad or m, and their speeds; coordinates are
            clamped to the ranges that the model clamps them to
        demand : net moments at these, N m or N
        std : also say how sure the nets are; else zeros, and no frame is solved exactly
        """
        q = q.clamp(self.lowest.to(q), self.highest.to(q))
        found = []
        for rows, _, settled in self.parts:
            states = torch.cat([q[:, rows], qd[:, rows], demand[:, rows]], dim=1)
            found.append(settled(states.to(settled.scale), std=std))
        unbounded = torch.cat([one.unbounded for one in found], dim=1)[:, self.order]
        deviation = torch.cat([one.std for one in found], dim=1)[:, self.order]
        distance = torch.stack([one.distance for one in found]).amax(0)
        doubt = torch.stack([one.std.square().mean(1).sqrt() for one in found]).amax(0)
        exact = doubt > self.exact_above
        if isfinite(self.exact_above):
            exact |= distance > FAR
        if exact.any():
            left = exact.nonzero()[:, 0]
            near = [one.unbounded[left] for one in found]
            solved = self._solve(q[left], qd[left], demand[left], near).to(unbounded)
            unbounded = unbounded.index_copy(0, left, solved)
            deviation = deviation.index_fill(0, left, LEAST_STD)
        return FramePrediction(
            unbounded.clamp(self.least.to(unbounded), self.most.to(unbounded)),
            unbounded,
            deviation,
            distance,
            exact,
        )

    def _solve(
        self,
        q: Float[torch.Tensor, "N I"],
        qd: Float[torch.Tensor, "N I"],
        demand: Float[torch.Tensor, "N I"],
        near: Sequence[Float[torch.Tensor, "N m"]],
    ) -> Float[torch.Tensor, "N M"]:
        """Activations without bounds, exactly, by the model's own program.

        ``near`` is what the nets say of each block, from which the program goes on.
        """
        q, qd, demand = (part.double().cpu() for part in (q, qd, demand))
        answers = [
            self.blocks.solve(place, own, demand[:, self.parts[place][0]], guess.cpu())
            for place, (own, guess) in enumerate(
                zip(self.blocks.moments(q, qd), near, strict=True)
            )
        ]
        return torch.cat(answers, dim=1)[:, self.order]
