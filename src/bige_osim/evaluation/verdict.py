"""Why a motion does not pass: one sentence per limit that it breaks."""

import math
from collections.abc import Iterator, Sequence

from bige_osim.evaluation.feet import FeetCheck
from bige_osim.evaluation.goal_check import MuscleRange, TermCheck
from bige_osim.evaluation.limits import Limits, RangeExcess, Residuals
from bige_osim.guidance.terms.activation import ACTIVATION_TOLERANCE


def goal_reasons(terms: Sequence[TermCheck]) -> Iterator[str]:
    """Say which constraints of the goal are not satisfied in simulation.

    Examples
    --------
    >>> list(goal_reasons([TermCheck("depth", "deg", None, 80.0, None, False)]))
    ['The goal depth is not satisfied in simulation: 80 deg.']
    """
    for term in terms:
        if term.satisfied is not False:
            continue
        if term.range is not None:
            yield from _range_reasons(term, term.range)
            continue
        by = ""
        if term.surrogate is not None:
            by = f", where the surrogate predicts {term.surrogate:.3g} {term.unit}"
        yield (
            f"The goal {term.name} is not satisfied in simulation: "
            f"{term.simulated:.3g} {term.unit}{by}."
        )


def residual_reasons(residuals: Residuals) -> Iterator[str]:
    """Say which residuals are above what Hicks et al. 2015 accept."""
    found, limits = residuals.found, residuals.limits
    if not residuals.force_accepted:
        yield (
            f"The residual force peaks at {100 * found.force_max_share:.1f} % of body "
            f"weight ({found.force_max:.0f} N), above the accepted "
            f"{residuals.force_limit:.0f} N ({100 * limits.residual_force:g} % of the "
            "net external force)."
        )
    if not residuals.moment_accepted:
        yield (
            f"The residual moment peaks at {found.moment_max:.1f} N m, above the "
            f"accepted {residuals.moment_limit:.1f} N m "
            f"({100 * limits.residual_moment:g} % of the net external force times the "
            "height of the centre of mass)."
        )


def range_reasons(ranges: Sequence[RangeExcess]) -> Iterator[str]:
    """Say which coordinates leave the model's range.

    Examples
    --------
    >>> list(range_reasons([RangeExcess("hip_flexion_r", math.pi / 90, 1.5)]))
    ["hip_flexion_r leaves the model's range by 2.0 deg at 1.50 s."]
    """
    for one in ranges:
        yield (
            f"{one.coordinate} leaves the model's range by "
            f"{math.degrees(one.excess):.1f} deg at {one.time:.2f} s."
        )


def feet_reasons(feet: FeetCheck, limits: Limits) -> Iterator[str]:
    """Say whether standing feet slide, sink or float.

    Examples
    --------
    >>> list(feet_reasons(FeetCheck(0.2, penetration=0.0, floating=0.0), Limits()))
    ['Standing feet slide at 0.200 m/s on average, more than 0.1 m/s.']
    """
    if feet.sliding is not None and feet.sliding > limits.sliding:
        yield (
            f"Standing feet slide at {feet.sliding:.3f} m/s on average, more than "
            f"{limits.sliding:g} m/s."
        )
    for amount, limit, where in (
        (feet.penetration, limits.penetration, "below"),
        (feet.floating, limits.floating, "above"),
    ):
        if amount > limit:
            yield (
                f"The lowest foot point is {100 * amount:.1f} cm {where} the floor on "
                f"average, more than {100 * limit:g} cm."
            )


def physics_reasons(
    residuals: Residuals,
    ranges: Sequence[RangeExcess],
    feet: FeetCheck | None,
    limits: Limits,
) -> Iterator[str]:
    """Say what is wrong with a motion, muscles aside."""
    yield from residual_reasons(residuals)
    yield from range_reasons(ranges)
    if feet is not None:
        yield from feet_reasons(feet, limits)


def failure_reasons(failed: Sequence[float], frames: int) -> Iterator[str]:
    """Say at how many frames the simulation found no solution.

    Examples
    --------
    >>> list(failure_reasons([0.5], 80))
    ['The simulation found no solution at 1 of 80 frames, the first at 0.50 s.']
    """
    if failed:
        yield (
            f"The simulation found no solution at {len(failed)} of {frames} frames, "
            f"the first at {min(failed):.2f} s."
        )


def _range_reasons(term: TermCheck, asked: MuscleRange) -> Iterator[str]:
    """Say which muscles, or that all together, are outside the range asked of them."""
    what = {"peak": "peaks at", "mean": "has the mean"}.get(asked.statistic, "reaches")
    if asked.over != "each":
        muscles = ", ".join(asked.muscles[:2])
        more = f" and {len(asked.muscles) - 2} more" if len(asked.muscles) > 2 else ""
        who = {"mean": "The mean of", "max": "The most active of"}[asked.over]
        judged = [(f"{who} {muscles}{more}", term.simulated, term.surrogate)]
    else:
        all_predicted = asked.surrogate or (None,) * len(asked.muscles)
        judged = list(zip(asked.muscles, asked.simulated, all_predicted, strict=True))
    for name, value, predicted in judged:
        room = ACTIVATION_TOLERANCE
        if asked.low - room <= value <= asked.high + room:
            continue
        by = "" if predicted is None else f" (surrogate {predicted:.3f})"
        yield (
            f"{name} {what} {value:.3f} in simulation{by}, outside the goal's "
            f"{asked.low:g} to {asked.high:g}."
        )
