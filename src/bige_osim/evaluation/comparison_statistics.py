"""All statistics of a comparison of systems that make motions.

Of values of participants (:mod:`bige_osim.evaluation.compared_values`) and of curves
(:mod:`bige_osim.evaluation.compared_curves`).
"""

from dataclasses import dataclass
from typing import Any

from bige_osim.errors import BigeError
from bige_osim.evaluation.compared_curves import (
    CurveComparison,
    SystemMotions,
    compare_system_curves,
)
from bige_osim.evaluation.compared_values import (
    GUIDED,
    ColumnStatistics,
    compare_values,
)
from bige_osim.evaluation.comparison import Comparison
from bige_osim.evaluation.curve_tests import LEAST_PAIRS
from bige_osim.io.output import finite


@dataclass(frozen=True, kw_only=True)
class ComparisonStatistics:
    """All statistics of a comparison.

    Attributes
    ----------
    guided : key of the guided system; ``None`` if there is none
    columns : of values, those in which something can be compared
    curves : of every quantity and generated system
    """

    guided: str | None
    columns: tuple[ColumnStatistics, ...]
    curves: tuple[CurveComparison, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data: finite numbers or ``None``, units in the keys."""
        plain: dict[str, Any] = finite(
            {
                "guided": self.guided,
                "least_participants_of_a_verdict": LEAST_PAIRS,
                "columns": [one.to_dict() for one in self.columns],
                "curves": [one.to_dict() for one in self.curves],
            }
        )
        return plain


def find_statistics(
    comparison: Comparison,
    *,
    motions: SystemMotions,
    guided: str = GUIDED,
    seed: int = 0,
) -> ComparisonStatistics:
    """Find the statistics of all generated systems of a comparison.

    Parameters
    ----------
    comparison : whose roles say what is the reference and what is generated, with the
        values of every participant, in the columns' units
    motions : of the same systems and participants, rad and 0 to 1
    guided : key of the system that is compared with the other generated ones
    seed : of resampling and permutations

    Raises
    ------
    BigeError
        The comparison has no reference, or a coordinate or an activation is no number.
    """
    if comparison.reference is None:
        raise BigeError(
            "Statistics need a reference among the systems, got none; give one of them "
            "the role reference."
        )
    reference = comparison.reference.key
    generated = [one.key for one in comparison.systems if one.role == "generated"]
    known = guided if guided in generated else None
    return ComparisonStatistics(
        guided=known,
        columns=compare_values(
            {one.key: one.each for one in comparison.systems},
            generated=generated,
            guided=known,
            reference=reference,
            seed=seed,
        ),
        curves=compare_system_curves(
            motions, generated=generated, reference=reference, seed=seed
        ),
    )
