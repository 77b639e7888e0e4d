"""From the search to its result: the best candidates and what the terms say of them."""

import math

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.errors import BigeError
from bige_osim.guidance.config import GuideConfig
from bige_osim.guidance.context import Context
from bige_osim.guidance.objective import Evaluation
from bige_osim.guidance.result import GuidedMotions, MusclesReached, TermResult
from bige_osim.guidance.selection import distinct, ranking
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Activation
from bige_osim.spec import ModelSpec


def collect(
    before: Evaluation,
    after: Evaluation,
    history: Float[torch.Tensor, "S B"],
    *,
    spec: ModelSpec,
    config: GuideConfig,
) -> GuidedMotions:
    """Return the best candidates that differ.

    Parameters
    ----------
    before, after : all candidates at the start and at the end of the search, without
        gradients
    history : (S, B) costs on the way
    spec : the participant's model
    config : how many to return, and how far apart

    Raises
    ------
    BigeError
        when no candidate has a finite cost
    """
    chosen, warnings = _choose(after, spec=spec, config=config)

    def pick(values: torch.Tensor) -> np.ndarray:
        return values[chosen].detach().cpu().double().numpy()

    flags, first, last = after.satisfied(), before.measures(), after.measures()
    terms = tuple(
        TermResult(
            name=term.name,
            unit=term.unit,
            weight=term.weight,
            scale=term.scale,
            loss_before=pick(before.losses[:, i]),
            loss_after=pick(after.losses[:, i]),
            before=pick(first[i]),
            after=pick(last[i]),
            holds=None if flag is None else flag[chosen].cpu().numpy(),
            range=_find_reached(term, after.context, chosen),
        )
        for i, (term, flag) in enumerate(zip(after.terms, flags, strict=True))
    )
    context = after.context
    return GuidedMotions(
        motion=pick(context.motion),
        names=context.coordinate_names,
        duration=pick(context.duration),
        activations=pick(context.activations),
        std=pick(context.std),
        muscle_names=context.muscle_names,
        uncertainty=terms[-1].after,
        terms=terms,
        cost_before=pick(before.cost),
        cost=pick(after.cost),
        history=history[:, chosen].cpu().double().numpy(),
        warnings=warnings,
    )


def _find_reached(
    term: Term, context: Context, chosen: list[int]
) -> MusclesReached | None:
    if not isinstance(term, Activation):
        return None
    return MusclesReached(
        muscles=term.muscles,
        low=term.low,
        high=term.high,
        statistic=term.statistic,
        over=term.over,
        values=term.find_reached(context)[chosen].detach().cpu().double().numpy(),
    )


def _choose(
    after: Evaluation, *, spec: ModelSpec, config: GuideConfig
) -> tuple[list[int], tuple[str, ...]]:
    cost = after.cost
    flags = [flag for flag in after.satisfied() if flag is not None]
    held = torch.stack([torch.ones_like(cost, dtype=torch.bool), *flags], dim=-1)
    order = ranking(cost, held)
    if not order:
        raise BigeError(
            f"All {len(cost)} candidates have a cost that is not a number; check the"
            " nets and the model, or lower learning_rate."
        )
    angles = after.context.coordinates(
        [
            name
            for name in after.context.coordinate_names
            if not spec.coordinate(name).translational
        ]
    )
    chosen = distinct(
        angles,
        order,
        count=config.samples,
        apart=math.radians(config.distinct_deg),
    )
    if len(chosen) == config.samples:
        return chosen, ()
    return chosen, (
        f"Only {len(chosen)} of {config.samples} motions asked for differ by"
        f" {config.distinct_deg:g} deg or more; raise candidates or start_noise, or"
        " lower distinct_deg.",
    )
