"""Train a surrogate of blocks on points; resumable, as every training."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import nn

from bige_osim.nets.amortised import AmortisedSurrogate
from bige_osim.nets.block_net import CHUNK, BlockNet, is_bfloat16_fast
from bige_osim.nets.blocks import BlockKind
from bige_osim.nets.fitting import (
    Progress,
    go_through_epochs,
    learning_rate,
    seed_epoch,
)
from bige_osim.nets.net import FittingConfig
from bige_osim.nets.optimiser import Optimiser, Tensors
from bige_osim.nets.points import Doubt, Points
from bige_osim.nets.ranks import count_processes, sum_gradients, take_share
from bige_osim.nets.training_state import (
    StateFile,
    TrainingState,
    copy_weights,
)

AVERAGED = 0.999
"""Share of the averaged weights that a step keeps (Polyak and Juditsky 1992)."""

HELD_BACK = 0.04
"""Share of the points that is kept for the predicted deviation."""

DOUBTED = 100_000
"""Most points on which the predicted deviation is trained."""


DrawAgain = Callable[[Doubt], Mapping[BlockKind, Points]]
"""Draws more points, where a net is unsure."""


@dataclass(frozen=True)
class Batches:
    """Points of one kind of block, and what models they belong to.

    Attributes
    ----------
    points : all
    components : (K, C) of their models, no unit
    used, held_back : places of points to train on, and of others
    """

    points: Points
    components: Float[torch.Tensor, "K C"]
    used: Int[torch.Tensor, " U"]
    held_back: Int[torch.Tensor, " H"]

    @classmethod
    def of(cls, net: BlockNet, points: Points) -> "Batches":
        """Hold some points back, every so many."""
        every = round(1 / HELD_BACK)
        place = torch.arange(len(points))
        apart = place % every == every - 1
        device = net.mean.device
        components = net.components(points.models.to(device))
        return cls(points, components, place[~apart], place[apart])

    def take(
        self, rows: Int[torch.Tensor, " B"]
    ) -> tuple[
        Float[torch.Tensor, "B S"],
        Float[torch.Tensor, "B C"],
        Float[torch.Tensor, "B m"],
    ]:
        """Take states, components and answers, as :class:`Points` has them."""
        device = self.components.device
        owner = self.points.owner[rows].long().to(device)
        states, answers = self.points.states[rows], self.points.answers[rows]
        return states.to(device), self.components[owner], answers.to(device).float()


def fit_points(
    net: AmortisedSurrogate,
    points: Mapping[BlockKind, Points],
    *,
    config: FittingConfig,
    seed: int,
    state_path: Path,
    fingerprint: Mapping[str, Any],
    progress: Progress,
    draw_again: DrawAgain | None = None,
) -> TrainingState:
    """Train all nets, going on from ``state_path``; end with averaged weights.

    Parameters
    ----------
    net : its inputs are fitted here
    points : of each of its kinds
    config : ``draws`` are points of an epoch, and of each kind
    seed : of the order of the points
    state_path : where the training is kept
    fingerprint : what a training that goes on must agree with
    progress : called after every epoch
    draw_again : called with the averaged net after half of the epochs; the rest goes on
        with these points, too
    """
    batches = _make_batches(net, points)
    grown = False

    def train_epoch(
        optimiser: Optimiser, state: TrainingState
    ) -> tuple[dict[str, float], None]:
        nonlocal batches, grown
        if draw_again and not grown and state.epoch >= config.epochs // 2:
            more = draw_again(_make_doubt(net, state.best, batches, seed))
            joined = {k: Points.join([p, more[k]]) for k, p in points.items()}
            batches, grown = _make_batches(net, joined), True
        losses = _train_epoch(
            net, batches, optimiser, state=state, config=config, seed=seed
        )
        return losses, None

    state = go_through_epochs(
        net,
        train_epoch,
        config=config,
        state=TrainingState(best=copy_weights(net)),
        file=StateFile(state_path, fingerprint),
        progress=progress,
        averaged=True,
    )
    for kind, own in batches.items():
        _learn_doubt(net.net_of(kind), own, seed)
    net.eval()
    return state


@torch.no_grad()
def _make_batches(
    net: AmortisedSurrogate, points: Mapping[BlockKind, Points]
) -> dict[BlockKind, Batches]:
    return {kind: Batches.of(net.net_of(kind), own) for kind, own in points.items()}


@dataclass(frozen=True, eq=False)
class NetDoubt:
    """How unsure a net is of points: its predicted deviation over all muscles.

    Attributes
    ----------
    net : on the CPU
    """

    net: AmortisedSurrogate

    @torch.no_grad()
    def __call__(
        self,
        kind: BlockKind,
        states: Float[torch.Tensor, "N S"],
        description: Float[torch.Tensor, "1 D"],
    ) -> Float[torch.Tensor, " N"]:
        """Root mean square of the deviations, as :class:`Doubt` says."""
        net = self.net.net_of(kind)
        components = net.components(description)
        parts = [
            net.deviate(net.hide(part, components.expand(len(part), -1)))
            for part in torch.split(states, CHUNK)
        ]
        return torch.cat(parts).square().mean(dim=1).sqrt()


def _make_doubt(
    net: AmortisedSurrogate,
    best: Tensors,
    batches: Mapping[BlockKind, Batches],
    seed: int,
) -> NetDoubt:
    """Copy the averaged net, and teach it how sure it is."""
    own = deepcopy(net)
    own.load_state_dict(best)
    own.eval()
    for kind, known in batches.items():
        _learn_doubt(own.net_of(kind), known, seed)
    return NetDoubt(own.cpu())


def _train_epoch(
    net: AmortisedSurrogate,
    batches: Mapping[BlockKind, Batches],
    optimiser: Optimiser,
    *,
    state: TrainingState,
    config: FittingConfig,
    seed: int,
) -> dict[str, float]:
    """Take the steps of one epoch; mean losses."""
    steps = max(1, -(-config.draws // config.batch_size))
    total, weights = 0.0, dict(net.named_parameters())
    net.train()
    with seed_epoch(seed, state.epoch, next(net.parameters()).device):
        for step in range(steps):
            done = state.epoch * steps + step
            rate = learning_rate(config, step=done, steps=config.epochs * steps)
            optimiser.set_rate(rate)
            losses = []
            for kind, own in batches.items():
                drawn = torch.randint(0, len(own.used), (config.batch_size,))
                rows = own.used[take_share(drawn)]
                states, components, answers = own.take(rows)
                with torch.autocast(
                    states.device.type,
                    torch.bfloat16,
                    enabled=is_bfloat16_fast(states.device),
                ):
                    made = net.net_of(kind)(states, components)
                losses.append(amortised_loss(made, answers))
            loss = torch.stack(losses).sum()
            optimiser.zero_grad()
            (loss / count_processes()).backward()  # type: ignore[no-untyped-call]
            sum_gradients(net)
            norm = nn.utils.clip_grad_norm_(net.parameters(), config.clip)
            if torch.isfinite(norm):
                optimiser.step()
            _average(state.best, weights, done)
            total += float(loss.detach())
    return {"total": total / steps}


def _average(best: Tensors, weights: Mapping[str, nn.Parameter], done: int) -> None:
    """Move averaged weights towards the net's, more so in the beginning."""
    kept = min(AVERAGED, (1 + done) / (10 + done))
    with torch.no_grad():
        for name, value in weights.items():
            best[name].lerp_(value.detach().to(best[name]), 1 - kept)


def amortised_loss(
    made: Float[torch.Tensor, "B m"], true: Float[torch.Tensor, "B m"]
) -> Float[torch.Tensor, ""]:
    """Absolute error; a tenth of it where both are beyond the same bound.

    Beyond the bounds logarithms are compared, for a saturated muscle may be thousands
    beyond.

    Parameters
    ----------
    made, true : activations as if there were no bounds, no unit

    Examples
    --------
    >>> true = torch.tensor([[0.5]])
    >>> round(float(amortised_loss(true + 0.1, true)), 3)
    0.1
    """
    beyond = torch.where(true < 0, -torch.log1p(-true.clamp(max=0)), true)
    beyond = torch.where(true > 1, 1 + torch.log1p((true - 1).clamp(min=0)), beyond)
    inside = ((true > 0) & (true < 1)) | ((made > 0) & (made < 1))
    near = made - beyond.clamp(-0.3, 1.3)
    error = torch.where(inside, near, 0.1 * (made - beyond))
    return (error.square() + 1e-6).sqrt().mean()


def _learn_doubt(net: BlockNet, batches: Batches, seed: int, steps: int = 1000) -> None:
    """Fit the predicted deviation to errors on points that were held back.

    Errors are taken to be Laplace distributed, with a scale that the net says.
    """
    places = batches.held_back[:: max(1, len(batches.held_back) // DOUBTED)]
    hidden, errors = [], []
    with torch.no_grad():
        for rows in torch.split(places, 8192):
            states, components, answers = batches.take(rows)
            seen = net.hide(states, components)
            out = net.last(seen) + net.of_model(components)
            made = net.answer(out).clamp(0, 1)
            hidden.append(seen)
            errors.append((made - answers.clamp(0, 1)).abs())
    seen, error = torch.cat(hidden), torch.cat(errors)
    optimiser = torch.optim.Adam(net.doubt.parameters(), lr=2e-3)
    with seed_epoch(seed, 1_000_000, seen.device):
        for step in range(steps):
            optimiser.param_groups[0]["lr"] = 2e-3 * (1 - step / steps)
            rows = torch.randint(0, len(seen), (2048,)).to(seen.device)
            scale = net.deviate(seen[rows]) / 2**0.5
            loss = (error[rows] / scale + scale.log()).mean()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
