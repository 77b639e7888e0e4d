"""What the page of ``bige compare`` shows, before it is laid out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bige_osim.evaluation.comparison import COLUMNS, Column, Comparison
from bige_osim.evaluation.comparison_statistics import ComparisonStatistics
from bige_osim.report.results import Json

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Movement": (
        "pelvis_tilt", "asymmetry", "angular_velocity", "com_velocity",
        "com_acceleration",
    ),
    "Goal and feet": (
        "constraint", "passed", "foot_sliding", "penetration", "floating",
    ),
    "Likeness to recorded motions": (
        "fidelity_rotations", "fidelity_translations", "diversity",
    ),
    "Nets": ("surrogate_rmse", "seconds", "parameters"),
}  # fmt: skip
"""Columns that stand in one table, which then fits a sheet of paper."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ComparePage:
    """What the page shows.

    Attributes
    ----------
    comparison : the systems side by side
    statistics : of their differences
    held_out : participants on whom they are compared
    manifest : of the step
    notes : what a reader should know, one sentence each
    figures : title -> SVG text, shown as it is
    """

    comparison: Comparison
    statistics: ComparisonStatistics
    held_out: tuple[str, ...]
    manifest: Json
    notes: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)

    @property
    def titles(self) -> dict[str, str]:
        """System -> what it is called, the reference included."""
        return {one.key: one.title for one in self.comparison.systems}

    @property
    def generated(self) -> dict[str, str]:
        """The same of systems that are compared with the reference."""
        return {
            one.key: one.title
            for one in self.comparison.systems
            if one.role == "generated"
        }

    def list_groups(self) -> dict[str, tuple[Column, ...]]:
        """Columns of every table, of those that a system has a value of."""
        known = [c for c in COLUMNS if self._has_value(c)]
        groups = {
            title: tuple(c for c in known if c.key in keys)
            for title, keys in GROUPS.items()
        }
        grouped = {key for keys in GROUPS.values() for key in keys}
        groups["Other"] = tuple(c for c in known if c.key not in grouped)
        return {title: columns for title, columns in groups.items() if columns}

    def list_marked(self) -> dict[Column, tuple[str, ...]]:
        """Columns in which a system is the nearest, and the keys of those that are."""
        found = {c: self.comparison.find_nearest(c) for c in COLUMNS}
        return {column: keys for column, keys in found.items() if keys}

    def _has_value(self, column: Column) -> bool:
        return any(
            column.key in one.values and one.values[column.key].participants
            for one in self.comparison.systems
        )
