"""A surrogate that is static optimisation, amortised: a net for every kind of block."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import nn

from bige_osim.errors import DatasetError
from bige_osim.nets.block_net import BlockNet, BlockNetConfig, SettledBlock
from bige_osim.nets.blocks import BlockKind, ModelBlocks
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import StaticOptimisation


@dataclass(frozen=True)
class FramePrediction:
    """What the nets say of frames.

    Attributes
    ----------
    activations : (N, M) 0 to 1, within the bounds of the muscles' controls
    unbounded : (N, M) as if there were no bounds, no unit
    std : (N, M) predicted standard deviation of the activations, same unit
    distance : (N,) of the farther block from what was sampled, no unit: above 1, where
        less than one in a hundred sampled points is
    """

    activations: Float[torch.Tensor, "N M"]
    unbounded: Float[torch.Tensor, "N M"]
    std: Float[torch.Tensor, "N M"]
    distance: Float[torch.Tensor, " N"]


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

    def settle(self, skeleton: Skeleton) -> "ModelSurrogate":
        """Make the surrogate of one model.

        Raises
        ------
        DatasetError
            The model has a block of muscles of a kind that no net was trained for.
        """
        return ModelSurrogate(self, skeleton)


class ModelSurrogate:
    """The surrogate of one model: frames to activations.

    Parameters
    ----------
    nets : for its kinds of block
    skeleton : of the model

    Attributes
    ----------
    muscle_names : M, in the model's order

    Raises
    ------
    DatasetError
        The model has a block of muscles of a kind that no net was trained for.
    """

    def __init__(self, nets: AmortisedSurrogate, skeleton: Skeleton) -> None:
        whole = Skeleton(skeleton.spec, fill=True)
        blocks = ModelBlocks(StaticOptimisation(whole))
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
        std : also say how sure the nets are; else zeros
        """
        q = q.clamp(self.lowest.to(q), self.highest.to(q))
        found = []
        for rows, _, settled in self.parts:
            states = torch.cat([q[:, rows], qd[:, rows], demand[:, rows]], dim=1)
            found.append(settled(states.to(settled.scale), std=std))
        unbounded = torch.cat([one.unbounded for one in found], dim=1)[:, self.order]
        deviation = torch.cat([one.std for one in found], dim=1)[:, self.order]
        return FramePrediction(
            unbounded.clamp(self.least.to(unbounded), self.most.to(unbounded)),
            unbounded,
            deviation,
            torch.stack([one.distance for one in found]).amax(0),
        )
