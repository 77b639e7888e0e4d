"""What is said of motions that were refined."""

from collections.abc import Mapping, Sequence
from typing import Any


def describe_terms(terms: Sequence[Mapping[str, Any]], *, verbose: bool) -> str:
    """Say what terms come to, before and after refinement.

    Parameters
    ----------
    terms : rows of :class:`~bige_osim.guidance.result.TermResult`
    verbose : all of them; else those that are judged

    Examples
    --------
    >>> term = {"name": "depth", "unit": "deg", "before": 81.0, "after": 95.0,
    ...         "holds": True, "margin": 5.0}
    >>> describe_terms([term], verbose=False)
    'depth 81 to 95 deg satisfied (margin 5)'
    """
    shown = [term for term in terms if verbose or term["holds"] is not None]
    return ", ".join(_describe(term) for term in shown)


def _describe(term: Mapping[str, Any]) -> str:
    unit = "" if term["unit"] == "activation" else f" {term['unit']}"
    text = f"{term['name']} {term['before']:.3g} to {term['after']:.3g}{unit}"
    if term["holds"] is not None:
        text += " satisfied" if term["holds"] else " not satisfied"
    if term["margin"] is not None:
        text += f" (margin {term['margin']:.3g})"
    return text
