"""Guidance: search a generator's latents for motions of a participant that meet a goal.

The continuous latents z of a batch of candidates are moved by Adam (Kingma and Ba 2015,
arXiv 1412.6980) so that the motions decoded from their codes minimise sum of weight x
loss / scale over the goal's terms (:mod:`bige_osim.guidance.terms`). Decoded motions
are returned as they are: no correction follows the search.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float

from bige_osim.errors import BigeError, GoalError
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.context import Kinematics
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.networks import Generator, Surrogate, in_use
from bige_osim.guidance.objective import Objective
from bige_osim.guidance.result import GuidedMotions, select_motions
from bige_osim.guidance.start import TrainingLatents, start_latents
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms.activation import Uncertainty
from bige_osim.io.profile import find_profile
from bige_osim.spec import ModelSpec

Progress = Callable[[int, int], None]
"""Called with the steps done and the steps there are."""


@dataclass(frozen=True, kw_only=True)
class GuideConfig:
    """How to search.

    Attributes
    ----------
    samples : motions to return
    candidates : motions to search with, at least ``samples``
    steps : of Adam
    learning_rate : of Adam, in standard deviations of the training latents
    start_noise : blur of the training latents at the start, same unit
    uncertainty : weight of the surrogate's uncertainty among the terms
    distinct_deg : motions closer than this are near-duplicates of which the best is
        kept: mean absolute difference of joint angles over the cycle, deg
    seed : of every random choice

    Raises
    ------
    BigeError
        for settings that cannot work

    Examples
    --------
    >>> GuideConfig(samples=2).candidates
    16
    """

    samples: int = 4
    candidates: int = 16
    steps: int = 200
    learning_rate: float = 0.05
    start_noise: float = 0.1
    uncertainty: float = 0.5
    distinct_deg: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse settings that cannot work."""
        if not 1 <= self.samples <= self.candidates:
            raise BigeError(
                "Guidance needs at least one sample and as many candidates, got"
                f" {self.samples} samples and {self.candidates} candidates; raise"
                " candidates."
            )
        for name in ("steps", "start_noise", "uncertainty", "distinct_deg"):
            if getattr(self, name) < 0:
                raise BigeError(
                    f"Guidance needs {name} of 0 or more, got {getattr(self, name):g};"
                    " correct it."
                )
        if self.learning_rate <= 0:
            raise BigeError(
                "Guidance needs a learning_rate above 0, got"
                f" {self.learning_rate:g}; correct it."
            )


def guide(
    generator: Generator,
    surrogate: Surrogate,
    skeleton: Kinematics,
    goal: Goal,
    body: Float[torch.Tensor, " 3"],
    *,
    spec: ModelSpec,
    latents: TrainingLatents,
    config: GuideConfig | None = None,
    progress: Progress | None = None,
) -> GuidedMotions:
    """Search for motions of a participant that meet a goal.

    The same seed gives the same motions (on one device).

    Parameters
    ----------
    generator, surrogate : trained nets, all tensors on one device
    skeleton : kinematics of the participant's model, in the nets' dtype
    goal : what is wanted
    body : (3,) stature m, mass kg, leg length m of the participant
    spec : the participant's model, for ranges and muscle groups
    latents : of the training motions: the start, and what proximity is measured to
    config : how to search
    progress : called after every step

    Raises
    ------
    GoalError, UnknownNameError
        when the goal names what the model does not have
    DatasetError
        when the nets do not fit each other
    BigeError
        when no candidate has a finite cost
    """
    config = config or GuideConfig()
    with in_use(generator, surrogate):
        binding = Binding(
            spec=spec,
            coordinate_names=tuple(generator.coordinate_names),
            muscle_names=tuple(surrogate.muscle_names),
            groups=find_profile(spec).muscle_groups,
            frames=_frames(generator, latents, body),
        )
        objective = Objective(
            generator=generator,
            surrogate=surrogate,
            skeleton=skeleton,
            body=body,
            terms=_terms(goal, binding, uncertainty=config.uncertainty),
            training=latents.values,
        )
        start = start_latents(
            latents,
            body,
            count=config.candidates,
            noise=config.start_noise,
            random=torch.Generator().manual_seed(config.seed),
        )
        best, history = _search(
            objective, start, unit=latents.spread, config=config, progress=progress
        )
        with torch.no_grad():
            before, after = objective(start), objective(best)
            return select_motions(
                before,
                after,
                history,
                spec=spec,
                count=config.samples,
                apart=config.distinct_deg,
            )


def _terms(goal: Goal, binding: Binding, *, uncertainty: float) -> tuple[Term, ...]:
    for term in goal.terms:
        if term.needs_kinetics:
            raise GoalError(
                f"[{term.name}]: a search knows no forces; leave the table out, or"
                " start from a recording with `bige guide --from`."
            )
    targets = binding.muscles(goal.target_muscles) or binding.muscle_names
    return (*goal.bind(binding), Uncertainty(muscles=targets, weight=uncertainty))


def _frames(
    generator: Generator, known: TrainingLatents, body: Float[torch.Tensor, " 3"]
) -> int:
    with torch.no_grad():
        made = generator.decode(known.values[:1], body[None])
    return int(made.motion.shape[1])


def _search(
    objective: Objective,
    start: Float[torch.Tensor, "B L D"],
    *,
    unit: Float[torch.Tensor, ""],
    config: GuideConfig,
    progress: Progress | None,
) -> tuple[Float[torch.Tensor, "B L D"], Float[torch.Tensor, "S B"]]:
    """Move latents down the cost; return each sample's best and all costs."""
    z = start.detach().clone().requires_grad_()
    adam = torch.optim.Adam([z], lr=config.learning_rate * float(unit))
    best = start.detach().clone()
    least = torch.full_like(best[:, 0, 0], torch.inf)
    history = []
    for step in range(config.steps + 1):
        cost = objective(z).cost
        better = cost.detach() < least
        least = torch.where(better, cost.detach(), least)
        best = torch.where(better[:, None, None], z.detach(), best)
        history.append(cost.detach())
        if step == config.steps:
            break
        # Samples do not see each other, so the sum's gradient is each one's own; the
        # nets' parameters get none.
        (gradient,) = torch.autograd.grad(cost.sum(), z)
        z.grad = gradient.nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)
        adam.step()
        if progress is not None:
            progress(step + 1, config.steps)
    return best, torch.stack(history)
