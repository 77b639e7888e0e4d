"""A candidate motion to its certificate, without files."""

from collections.abc import Mapping

from bige_osim.evaluation.certificate import Certificate
from bige_osim.evaluation.limits import Limits
from bige_osim.evaluation.validation import NO_GROUPS, validate_motion
from bige_osim.guidance.goal import Goal
from bige_osim.motion import Activations, Motion
from bige_osim.solving.engines import Engine
from bige_osim.solving.solution import Solution, SolveConfig
from bige_osim.solving.solve import SQUAT_CUTOFF, solve_motion

SQUATS = SolveConfig(cutoff=SQUAT_CUTOFF)
"""How candidates are simulated unless told otherwise, as ``bige validate`` does."""


def certify(
    motion: Motion,
    goal: Goal | None,
    engine: Engine,
    *,
    name: str = "candidate",
    solution: Solution | None = None,
    surrogate: Activations | None = None,
    config: SolveConfig = SQUATS,
    groups: Mapping[str, tuple[str, ...]] = NO_GROUPS,
    limits: Limits = Limits(),  # noqa: B008  (frozen)
    floor: float = 0.0,
) -> Certificate:
    """Simulate a motion and check all that ``bige validate`` checks.

    Parameters
    ----------
    motion : (T, C) rad and m, the independent coordinates
    goal : what was asked; without one, nothing is, and standing does not decide
    engine : with the participant's model; make it once for all candidates (the fast
        one reads no file)
    name : of the motion, for the reader
    solution : the motion's simulation, if there is one already
    surrogate : activations that a net predicted, to be shown beside
    config : how to simulate
    groups : muscle groups that the goal may name
    limits : what the motion has to keep to
    floor : height of the floor, m

    Raises
    ------
    SimulationError, UnknownNameError, ModelError
        As :func:`~bige_osim.evaluation.validation.validate_motion` and
        :func:`~bige_osim.solving.solve.solve_motion`.

    Examples
    --------
    >>> from bige_osim.osim.anthropometry import generic_model
    >>> from bige_osim.osim.reading.model import read_model
    >>> from bige_osim.solving.engines import make_engine
    >>> import numpy as np
    >>> spec = read_model(generic_model())
    >>> engine = make_engine("fast", model=generic_model(), spec=spec)
    >>> values = np.zeros((30, len(spec.independent_names)))
    >>> values[:, spec.independent_names.index("pelvis_ty")] = 0.94
    >>> still = Motion(np.arange(30) / 30, values, spec.independent_names)
    >>> found = {check.name: check for check in certify(still, None, engine).checks}
    >>> found["frames solved"].satisfied, found["frames solved"].computed_by
    (True, 'fast')
    """
    if solution is None:
        solution = solve_motion(engine, motion, config=config)
    return validate_motion(
        name,
        motion=motion,
        solution=solution,
        skeleton=engine.skeleton,
        surrogate=surrogate,
        goal=goal,
        groups=groups,
        limits=limits,
        floor=floor,
    ).certificate
