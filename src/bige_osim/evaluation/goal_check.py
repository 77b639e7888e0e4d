"""A goal on one motion: what the surrogate predicts of it, and what simulation says.

Every term is evaluated twice on the same motion, first with the surrogate's activations
and then with the simulated ones in their place.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from jaxtyping import Float

from bige_osim.evaluation.simulated_kinetics import find_kinetics
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.context import Context
from bige_osim.guidance.goal import Goal
from bige_osim.guidance.kinetics import Kinetics
from bige_osim.guidance.term import Bounds, Term
from bige_osim.guidance.terms.activation import Activation
from bige_osim.motion import Activations, Motion
from bige_osim.physics.kinematics.skeleton import Skeleton
from bige_osim.solving.solution import Solution


@dataclass(frozen=True)
class MuscleRange:
    """The range that a goal asks of muscles, and what each comes to.

    Attributes
    ----------
    muscles : K names
    low, high : what is asked, 0 to 1
    statistic : as in the goal: ``peak``, ``mean`` or ``every``
    surrogate, simulated : that statistic of each muscle, K values, 0 to 1; for
        ``every`` frame the value that is furthest outside; no values of a surrogate
        that there was not
    over : as in the goal: whether ``each`` is to be in the range, their ``mean`` or the
        ``max``
    """

    muscles: tuple[str, ...]
    low: float
    high: float
    statistic: str
    surrogate: tuple[float, ...]
    simulated: tuple[float, ...]
    over: str = "each"


@dataclass(frozen=True)
class TermCheck:
    """One term of the goal.

    Attributes
    ----------
    name, unit : of the term; the unit is that of both values
    surrogate, simulated : the quantity with either's activations; of an activation
        term the value that is judged (of ``each`` muscle: the one furthest outside)
    expected, satisfied : whether the constraint is satisfied by the surrogate, and in
        simulation; ``None`` for a pure objective, and for ``expected`` without a
        surrogate
    range : for activation terms, what is asked of which muscles
    bounds : of the quantity, in its unit; ``None`` where there is none
    needs_activations : whether the quantity depends on them
    """

    name: str
    unit: str
    surrogate: float | None
    simulated: float
    expected: bool | None
    satisfied: bool | None
    range: MuscleRange | None = None
    bounds: Bounds = (None, None)
    needs_activations: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ``satisfied`` as ``holds``."""
        names = {"satisfied": "holds"}
        return {names.get(name, name): value for name, value in asdict(self).items()}


def check_goal(
    goal: Goal,
    *,
    motion: Motion,
    surrogate: Activations | None,
    simulated: Activations,
    skeleton: Skeleton,
    groups: Mapping[str, tuple[str, ...]],
    solution: Solution | None = None,
    floor: float = 0.0,
) -> tuple[TermCheck, ...]:
    """Evaluate a goal with the surrogate's and with the simulated activations.

    Terms that look at latents, not at the motion, are left out.

    Parameters
    ----------
    motion : the guided motion
    surrogate : what the net predicted, if there was one
    simulated : what the simulation found; interpolated to the motion's frames
    skeleton : of the participant's model
    groups : muscle groups that the goal may name
    solution : the simulation, for terms on moments and residuals: these are its own
        whichever activations are judged
    floor : height of the floor, m

    Raises
    ------
    UnknownNameError
        if the goal names muscles or coordinates that are not there
    GoalError
        if the goal asks for moments or residuals, and there is no ``solution``
    """
    even = np.linspace(motion.time[0], motion.time[-1], len(motion.time))
    motion = motion.at(even)
    binding = Binding(
        spec=skeleton.spec,
        coordinate_names=motion.names,
        muscle_names=simulated.names,
        groups=groups,
        frames=len(even),
    )
    terms = [term for term in goal.bind(binding) if not term.needs_latents]
    forces = None
    if solution is not None and any(term.needs_kinetics for term in terms):
        forces = find_kinetics(solution, skeleton, even)
    look = partial(_context, motion, forces=forces, skeleton=skeleton, floor=floor)
    found = look(simulated)
    predicted = None if surrogate is None else look(surrogate)
    return tuple(_check(term, expected=predicted, found=found) for term in terms)


def _check(term: Term, *, expected: Context | None, found: Context) -> TermCheck:
    asked = None
    if isinstance(term, Activation):
        asked = MuscleRange(
            muscles=term.muscles,
            low=term.low,
            high=term.high,
            statistic=term.statistic,
            surrogate=() if expected is None else _find_reached(term, expected),
            simulated=_find_reached(term, found),
            over=term.over,
        )
    return TermCheck(
        name=term.name,
        unit=term.unit,
        surrogate=None if expected is None else float(term.measure(expected)[0]),
        simulated=float(term.measure(found)[0]),
        expected=None if expected is None else _satisfied(term, expected),
        satisfied=_satisfied(term, found),
        range=asked,
        bounds=term.bounds,
        needs_activations=term.needs_activations,
    )


def _find_reached(term: Activation, context: Context) -> tuple[float, ...]:
    """Find what each muscle of an activation term comes to."""
    return tuple(float(value) for value in term.find_reached(context)[0])


def _satisfied(term: Term, context: Context) -> bool | None:
    flag = term.satisfied(context)
    return None if flag is None else bool(flag[0])


def _context(
    motion: Motion,
    activations: Activations,
    *,
    forces: Kinetics | None,
    skeleton: Skeleton,
    floor: float,
) -> Context:
    """One motion with these activations at its frames."""
    dtype = skeleton.mass.dtype
    values = _at(activations, motion.time)
    return Context(
        motion=torch.tensor(motion.values, dtype=dtype)[None],
        coordinate_names=motion.names,
        duration=torch.tensor([motion.duration], dtype=dtype),
        activations=torch.tensor(values, dtype=dtype)[None],
        std=torch.zeros(1, *values.shape, dtype=dtype),
        muscle_names=activations.names,
        skeleton=skeleton,
        floor=floor,
        forces=forces,
    )


def _at(
    activations: Activations, time: Float[np.ndarray, " F"]
) -> Float[np.ndarray, "F M"]:
    """Interpolate linearly, which cannot overshoot; constant beyond the ends."""
    columns = [np.interp(time, activations.time, c) for c in activations.values.T]
    return np.stack(columns, axis=-1)
