"""The constraints of a goal as checks, and what is said of those that are not met."""

from collections.abc import Iterator, Sequence

from bige_osim.errors import name_some
from bige_osim.evaluation.check import ENGINES, EXPECTED, Check, ExpectedBy
from bige_osim.evaluation.goal_check import MuscleRange, TermCheck
from bige_osim.guidance.terms.activation import ACTIVATION_TOLERANCE, OVER
from bige_osim.solution import EngineName


def make_goal_checks(
    terms: Sequence[TermCheck],
    engine: EngineName = "fast",
    *,
    expected_by: ExpectedBy = "surrogate",
) -> Iterator[Check]:
    """Make a check of every term of a goal, as it came out in simulation.

    Parameters
    ----------
    terms : of the goal
    engine : what simulated
    expected_by : who said beforehand what the activations are

    Examples
    --------
    >>> term = TermCheck("depth", "deg", None, 80.0, None, False, bounds=(90.0, None))
    >>> check, = make_goal_checks([term])
    >>> check.low, check.value, check.satisfied, check.computed_by
    (90.0, 80.0, False, 'kinematics')
    """
    for term in terms:
        predicted = term.needs_activations and expected_by == "surrogate"
        low, high = term.bounds
        yield Check(
            name=_name(term),
            value=term.simulated,
            low=low,
            high=high,
            unit=term.unit,
            satisfied=term.satisfied,
            computed_by=ENGINES[engine] if term.needs_activations else "kinematics",
            surrogate=term.surrogate if predicted else None,
            reasons=()
            if term.satisfied is not False
            else tuple(_reasons(term, EXPECTED[expected_by])),
        )


def _name(term: TermCheck) -> str:
    asked = term.range
    if asked is None:
        return term.name.replace("_", " ")
    muscles = f"{OVER[asked.over]}{name_some(asked.muscles, most=2)}"
    statistic = "" if asked.statistic == "every" else f"{asked.statistic} "
    return f"{statistic}activation of {muscles}"


def _reasons(term: TermCheck, who: str) -> list[str]:
    """Say what is wrong with a term that is not satisfied; one sentence at least."""
    found = [] if term.range is None else list(_range_reasons(term, term.range, who))
    if found:
        return found
    by = ""
    if term.surrogate is not None:
        by = f" ({who} {term.surrogate:.3g} {term.unit})"
    return [
        f"The goal {term.name} is not satisfied in simulation: "
        f"{term.simulated:.3g} {term.unit}{by}."
    ]


def _range_reasons(term: TermCheck, asked: MuscleRange, expected: str) -> Iterator[str]:
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
        by = "" if predicted is None else f" ({expected} {predicted:.3f})"
        yield (
            f"{name} {what} {value:.3f} in simulation{by}, outside the goal's "
            f"{asked.low:g} to {asked.high:g}."
        )
