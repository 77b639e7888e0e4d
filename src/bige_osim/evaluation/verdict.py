"""Why a motion does not pass: one sentence per limit that it breaks.

The judgement is that of the checks (:mod:`bige_osim.evaluation.motion_verdict`,
:mod:`bige_osim.evaluation.goal_verdict`); here are their sentences.
"""

from collections.abc import Sequence

from bige_osim.evaluation.check import list_reasons
from bige_osim.evaluation.feet import FeetCheck
from bige_osim.evaluation.goal_check import TermCheck
from bige_osim.evaluation.goal_verdict import make_goal_checks
from bige_osim.evaluation.limits import Limits, RangeExcess, Residuals
from bige_osim.evaluation.motion_verdict import (
    check_frames,
    check_ranges,
    check_residuals,
    check_soles,
)


def goal_reasons(terms: Sequence[TermCheck]) -> tuple[str, ...]:
    """Say which constraints of the goal are not satisfied in simulation.

    Examples
    --------
    >>> goal_reasons([TermCheck("depth", "deg", None, 80.0, None, False)])
    ('The goal depth is not satisfied in simulation: 80 deg.',)
    """
    return list_reasons(make_goal_checks(terms))


def residual_reasons(residuals: Residuals) -> tuple[str, ...]:
    """Say which residuals are above what Hicks et al. 2015 accept."""
    return list_reasons(check_residuals(residuals))


def range_reasons(ranges: Sequence[RangeExcess]) -> tuple[str, ...]:
    """Say which coordinates leave the model's range.

    Examples
    --------
    >>> import math
    >>> range_reasons([RangeExcess("hip_flexion_r", math.pi / 90, 1.5)])
    ("hip_flexion_r leaves the model's range by 2.0 deg at 1.50 s.",)
    """
    return list_reasons([check_ranges(ranges, Limits())])


def feet_reasons(feet: FeetCheck, limits: Limits) -> tuple[str, ...]:
    """Say whether standing feet slide, sink or float.

    Examples
    --------
    >>> feet_reasons(FeetCheck(0.2, penetration=0.0, floating=0.0), Limits())
    ('Standing feet slide at 0.200 m/s on average, more than 0.1 m/s.',)
    """
    return list_reasons(check_soles(feet, limits))


def failure_reasons(failed: Sequence[float], frames: int) -> tuple[str, ...]:
    """Say at how many frames the simulation found no solution.

    Examples
    --------
    >>> failure_reasons([0.5], 80)
    ('The simulation found no solution at 1 of 80 frames, the first at 0.50 s.',)
    """
    return list_reasons([check_frames(failed, frames)])
