"""Frames of recorded motions with their exact activations, and how a net does there."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.nets.amortised import AmortisedSurrogate, FramePrediction, ModelSurrogate
from bige_osim.nets.blocks import ModelBlocks
from bige_osim.nets.kinematic_surrogate import r_squared
from bige_osim.nets.losses import rms
from bige_osim.nets.point_sampling import CHUNK
from bige_osim.nets.points import OwnFrames
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.physics.static_optimisation.model import StaticOptimisation

USED = 0.1
"""A muscle is used if its activation passes this."""

NORMAL_90 = 1.645
"""Standard deviations to each side that 90 % of a normal distribution lie within."""


@dataclass(frozen=True)
class ExactFrames:
    """Frames of one model, solved exactly.

    Attributes
    ----------
    skeleton : of the model
    q, qd : (T, I) independent coordinates, rad or m, and their speeds
    demand : (T, I) net moments, N m or N
    activations : (T, M) 0 to 1
    muscle_names : M
    """

    skeleton: Skeleton
    q: Float[torch.Tensor, "T I"]
    qd: Float[torch.Tensor, "T I"]
    demand: Float[torch.Tensor, "T I"]
    activations: Float[torch.Tensor, "T M"]
    muscle_names: tuple[str, ...]

    def ask(
        self, net: AmortisedSurrogate, *, exact_above: float = inf
    ) -> FramePrediction:
        """Predict these frames.

        Parameters
        ----------
        net : which is asked
        exact_above : activation, as :class:`~bige_osim.nets.amortised.ModelSurrogate`
            has it; the net alone by default
        """
        settled = ModelSurrogate(net, self.skeleton, exact_above=exact_above)
        device = next(net.parameters()).device
        parts = (t.float().to(device) for t in (self.q, self.qd, self.demand))
        with torch.no_grad():
            found = settled(*parts)
        return FramePrediction(**{k: v.cpu() for k, v in vars(found).items()})


@torch.no_grad()
def solve_frames(own: OwnFrames, *, most: int | None = None) -> ExactFrames:
    """Solve frames of a model's own motions exactly, evenly chosen.

    Parameters
    ----------
    own : the model and its motions
    most : at most so many frames
    """
    skeleton = Skeleton(own.spec, fill=True)
    blocks = ModelBlocks(StaticOptimisation(skeleton))
    rows = np.arange(len(own.q))
    if most is not None and len(rows) > most:
        rows = np.unique(np.linspace(0, len(rows) - 1, most).astype(int))
    q = blocks.clamp(torch.from_numpy(own.q[rows]))
    qd, demand = torch.from_numpy(own.qd[rows]), torch.from_numpy(own.demand[rows])
    names = tuple(blocks.static.muscle_names)
    activations = torch.zeros(len(q), len(names))
    for at in range(0, len(q), CHUNK):
        part = slice(at, at + CHUNK)
        for place, moments in enumerate(blocks.moments(q[part], qd[part])):
            block = blocks.blocks[place]
            load = demand[part][:, list(block.rows)]
            made = blocks.solve(place, moments, load).clamp(*blocks.bounds(place))
            activations[part, list(block.columns)] = made.float()
    return ExactFrames(skeleton, q, qd, demand, activations, names)


def calibrate(net: AmortisedSurrogate, frames: Sequence[ExactFrames]) -> None:
    """Scale predicted deviations so that 90 % intervals cover 90 % of the errors.

    One factor for each kind of block.

    Parameters
    ----------
    net : whose spreads are set
    frames : of participants it has not seen
    """
    ratios: dict[int, list[torch.Tensor]] = {}
    for one in net.nets:
        one.spread.fill_(1.0)  # type: ignore[operator]
    for each in frames:
        made, settled = each.ask(net), ModelSurrogate(net, each.skeleton)
        error = (made.activations - each.activations).abs()
        for _, columns, block in settled.parts:
            ratio = (error / made.std)[:, columns].flatten()
            place = net.kinds.index(block.net.kind)
            ratios.setdefault(place, []).append(ratio)
    for place, parts in ratios.items():
        found = np.quantile(torch.cat(parts).numpy(), 0.9) / NORMAL_90
        net.nets[place].spread.fill_(float(found))  # type: ignore[operator]


def score_frames(
    net: AmortisedSurrogate,
    frames: Sequence[ExactFrames],
    *,
    exact_above: float = inf,
) -> dict[str, Any]:
    """Errors of the activations, over all and per muscle.

    Parameters
    ----------
    net : to be judged
    frames : solved exactly
    exact_above : activation, as :class:`~bige_osim.nets.amortised.ModelSurrogate` has
        it; the net alone by default

    Returns
    -------
    ``rmse`` and ``r2`` over all muscles; ``median_r2`` of the muscles whose activation
    passes 0.1; ``stated_error`` (root mean square of the predicted deviation),
    ``covered`` (share of the errors within 90 % intervals), ``rank`` (rank correlation
    of deviations and errors), ``far`` (share of frames unlike what was sampled),
    ``exact`` (share of frames that the surrogate solves exactly), and ``muscles``: per
    name ``rmse`` and ``r2``
    """
    answers = [each.ask(net, exact_above=exact_above) for each in frames]
    made = torch.cat([one.activations for one in answers])
    std = torch.cat([one.std for one in answers])
    distance = torch.cat([one.distance for one in answers])
    true = torch.cat([each.activations for each in frames])
    error, names = (made - true).abs(), frames[0].muscle_names
    used = (true > USED).any(dim=0).nonzero()[:, 0].tolist()
    muscles = {
        name: {
            "rmse": rms(made[:, i] - true[:, i]),
            "r2": r_squared(made[:, i], true[:, i]),
        }
        for i, name in enumerate(names)
    }
    fits = [float(muscles[names[i]]["r2"]) for i in used]
    return {
        "rmse": rms(made - true),
        "r2": r_squared(made, true),
        "median_r2": float(np.median(fits)) if fits else float("nan"),
        "stated_error": rms(std),
        "covered": float((error <= NORMAL_90 * std).float().mean()),
        "rank": rank_correlation(std, error),
        "far": float((distance > 1).float().mean()),
        "exact": float(torch.cat([one.exact for one in answers]).float().mean()),
        "muscles": muscles,
    }


def rank_correlation(
    one: Float[torch.Tensor, "*shape"], other: Float[torch.Tensor, "*shape"]
) -> float:
    """Spearman's rank correlation, no unit.

    Examples
    --------
    >>> rank_correlation(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([1.0, 4.0, 9.0]))
    1.0
    """
    from scipy.stats import spearmanr

    found = spearmanr(one.flatten().numpy(), other.flatten().numpy()).statistic
    return round(float(found), 6)
