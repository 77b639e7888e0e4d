"""Systems side by side: what each comes to, and which is nearest to the reference."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bige_osim.evaluation.estimate import Estimate
from bige_osim.io.output import finite

Role = Literal["reference", "recorded", "generated"]


@dataclass(frozen=True)
class Column:
    """A quantity that systems are compared by.

    Attributes
    ----------
    key : its name among a system's values
    title, unit : for the reader
    best : which system is marked: the nearest to the reference, the one with the
        ``least``, of what is a distance from it or should be 0, or none
    digits : shown after the point
    """

    key: str
    title: str
    unit: str
    best: Literal["nearest", "least", ""] = "nearest"
    digits: int = 2


COLUMNS = (
    Column("pelvis_tilt", "pelvis tilt", "deg", digits=1),
    Column("asymmetry", "asymmetry", "deg"),
    Column("angular_velocity", "angular velocity", "deg/s", digits=1),
    Column("com_velocity", "velocity", "m/s"),
    Column("com_acceleration", "acceleration", "m/s²"),
    Column("constraint", "constraint", "0 to 1", digits=3, best="least"),
    Column("foot_sliding", "foot sliding", "m/s", digits=3, best="least"),
    Column("penetration", "penetration", "cm", best="least"),
    Column("floating", "float", "cm", best="least"),
    Column("fidelity_rotations", "fidelity, angles", "SD", best="least"),
    Column("fidelity_translations", "fidelity, translations", "SD", best="least"),
    Column("diversity", "diversity", "deg", best="", digits=1),
    Column("passed", "pass certification", "%", best="", digits=0),
    Column("surrogate_rmse", "surrogate error", "0 to 1", best="", digits=3),
    Column("seconds", "time a motion", "s", best="", digits=2),
    Column("parameters", "parameters", "million", best="", digits=2),
)
"""All columns, in the order to be shown."""

_KEYS = {"0 to 1": "activation", "SD": "reference_sd", "%": "percent"}


@dataclass(frozen=True)
class ComparedSystem:
    """What a system comes to.

    Attributes
    ----------
    key, title : its name, and how it is called
    role : the reference, a recorded system, or a generated one
    motions : how many
    values : key of a column -> estimate over participants, in the column's unit
    each : participant -> key of a column -> the participant's own, in that unit
    """

    key: str
    title: str
    role: Role
    motions: int
    values: Mapping[str, Estimate]
    each: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, in the columns' units."""
        return {
            "system": self.key,
            "title": self.title,
            "role": self.role,
            "participants": len(self.each),
            "motions": self.motions,
            "values": {name: one.to_dict() for name, one in self.values.items()},
            "each_participant": {who: dict(row) for who, row in self.each.items()},
        }


@dataclass(frozen=True)
class Comparison:
    """Systems side by side.

    Attributes
    ----------
    systems : the reference among them
    """

    systems: tuple[ComparedSystem, ...]

    @property
    def reference(self) -> ComparedSystem | None:
        """What the others are compared with."""
        return next((one for one in self.systems if one.role == "reference"), None)

    def find_nearest(self, column: Column) -> tuple[str, ...]:
        """Name the generated systems that are best, or nearest to the reference.

        Several where they do not differ in the digits that are shown; none where there
        is no reference, or no value of it or of any system.

        Examples
        --------
        >>> def system(key, role, value):
        ...     known = Estimate(value, math.nan, None, None, 1)
        ...     return ComparedSystem(key, key, role, 1, {"asymmetry": known})
        >>> both = (system("r", "reference", 3.0), system("a", "generated", 5.0),
        ...         system("b", "generated", 2.0), system("c", "recorded", 3.0))
        >>> Comparison(both).find_nearest(COLUMNS[1])
        ('b',)
        """
        if self.reference is None or not column.best:
            return ()
        aim = 0.0 if column.best == "least" else _mean(self.reference, column)
        apart = {
            one.key: abs(_mean(one, column) - aim)
            for one in self.systems
            if one.role == "generated"
        }
        return list_least(apart, column.digits)

    def count_nearest(self) -> dict[str, int]:
        """Count the columns in which each generated system is the nearest."""
        found = [self.find_nearest(column) for column in COLUMNS]
        return {
            one.key: sum(one.key in nearest for nearest in found)
            for one in self.systems
            if one.role == "generated"
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain data: finite numbers or ``None``."""
        plain: dict[str, Any] = finite(
            {
                "columns": [
                    {
                        "key": column.key,
                        "title": column.title,
                        "unit": column.unit,
                        "nearest": self.find_nearest(column),
                    }
                    for column in COLUMNS
                ],
                "systems": [one.to_dict() for one in self.systems],
                "nearest": self.count_nearest(),
            }
        )
        return plain


def list_least(distances: Mapping[str, float], digits: int) -> tuple[str, ...]:
    """List the keys of the least distance as it is shown; ``nan`` is none.

    Parameters
    ----------
    distances : by key, in any one unit
    digits : shown after the point

    Examples
    --------
    >>> list_least({"a": 0.11, "b": 0.12, "c": 0.3, "d": math.nan}, 1)
    ('a', 'b')
    """
    known = {k: round(v, digits) for k, v in distances.items() if not math.isnan(v)}
    return tuple(key for key in known if known[key] == min(known.values()))


def _mean(system: ComparedSystem, column: Column) -> float:
    found = system.values.get(column.key)
    return math.nan if found is None else found.mean


def tell(estimate: Estimate | None, digits: int) -> str:
    """Write mean ± SD, or a dash.

    Examples
    --------
    >>> tell(Estimate(1.234, 0.5, None, None, 3), 2), tell(None, 2)
    ('1.23 ± 0.50', '-')
    """
    if estimate is None or math.isnan(estimate.mean):
        return "-"
    text = f"{estimate.mean:.{digits}f}"
    return text if math.isnan(estimate.std) else f"{text} ± {estimate.std:.{digits}f}"


def name_unit(unit: str) -> str:
    """Write a unit as the end of a key.

    Examples
    --------
    >>> name_unit("deg/s"), name_unit("m/s²"), name_unit("0 to 1"), name_unit("cm")
    ('deg_per_s', 'm_per_s2', 'activation', 'cm')
    """
    return _KEYS.get(unit, unit.replace("/", "_per_").replace("²", "2"))


def write_latex(comparison: Comparison, columns: Sequence[Column] = COLUMNS) -> str:
    """Write the table for a paper (booktabs); nearest values are bold.

    Parameters
    ----------
    comparison : of the systems
    columns : to be shown
    """
    lines = [
        r"\begin{tabular}{l" + "r" * len(columns) + "}",
        r"\toprule",
        " & ".join(["system", *(_escape(column.title) for column in columns)]) + r" \\",
        " & ".join(["", *(_escape(column.unit) for column in columns)]) + r" \\",
        r"\midrule",
    ]
    nearest = {column.key: comparison.find_nearest(column) for column in columns}
    for system in comparison.systems:
        cells = []
        for column in columns:
            text = tell(system.values.get(column.key), column.digits)
            text = text.replace(" ± ", r" $\pm$ ")
            bold = system.key in nearest[column.key]
            cells.append(rf"\textbf{{{text}}}" if bold else text)
        lines.append(" & ".join([_escape(system.title), *cells]) + r" \\")
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])


def _escape(text: str) -> str:
    for sign, written in (
        ("%", r"\%"), ("_", r"\_"), ("&", r"\&"), ("²", "$^2$"),
    ):  # fmt: skip
        text = text.replace(sign, written)
    return text
