"""Numbers and goals in the words of somebody who measures movement."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Value = float | int | None
"""A number as JSON has it: whole numbers come without a point, missing ones as null."""

MISSING = "\N{EN DASH}"
"""What stands where there is no number."""

OVER = {"each": "", "mean": "mean of ", "max": "most active of "}
"""What stands before muscles by how they are judged."""

NO_CHECK = "estimated: not an independent check"
"""Of a ground reaction that was estimated from the motion: it explains what feet on the
floor can bear, so that small residuals prove little."""

MINUS = "\N{MINUS SIGN}"

TERMS = {
    "activation": "muscle activation",
    "pelvis_tilt": "pelvis tilt when the target muscles peak",
    "asymmetry": "inter-limb asymmetry",
    "angular_velocity": "joint angular velocity",
    "reference": "distance from the reference repetition",
    "com_velocity": "velocity of the centre of mass",
    "com_acceleration": "acceleration of the centre of mass",
    "foot_sliding": "sliding of standing feet",
    "ground": "distance of the feet from the floor",
    "proximity": "distance from the training motions",
    "depth": "squat depth (knee flexion)",
    "joint_range": "excess over the model's joint ranges",
    "uncertainty": "uncertainty of the surrogate",
}
"""What the terms of a goal are."""

DECIMALS = {"activation": 3, "deg": 1, "deg/s": 1, "cm": 1, "SD": 2}
"""Decimals that make sense in a unit; others get three significant digits."""


def number(value: Value, digits: int = 3) -> str:
    """Write a number with so many significant digits and a true minus sign.

    Examples
    --------
    >>> number(0.041234), number(-21.37), number(1234.5), number(None)
    ('0.0412', '−21.4', '1234', '–')
    >>> number(0.0), number(3)
    ('0', '3')
    """
    if value is None:
        return MISSING
    text = f"{value:.{digits}g}"
    if "e" in text:
        text = f"{value:.0f}" if abs(value) >= 1 else f"{value:.1e}"
    return text.replace("-", MINUS)


def format_fixed(value: Value, decimals: int) -> str:
    """Write a number with so many decimals, for columns that are compared.

    Examples
    --------
    >>> format_fixed(0.0412, 3), format_fixed(-0.5, 1), format_fixed(None, 2)
    ('0.041', '−0.5', '–')
    """
    return MISSING if value is None else f"{value:.{decimals}f}".replace("-", MINUS)


def spread(values: Iterable[float], decimals: int) -> str:
    """Write the least, the median and the most of what is known.

    Examples
    --------
    >>> spread([3.0, 1.0, 2.5], 1), spread([float("nan")], 1)
    ('1.0, 2.5, 3.0', '–')
    """
    known = sorted(value for value in values if not math.isnan(value))
    if not known:
        return MISSING
    three = (known[0], statistics.median(known), known[-1])
    return ", ".join(format_fixed(value, decimals) for value in three)


def amount(value: Value, unit: str) -> str:
    """Write a value of a term with the digits that its unit deserves.

    Examples
    --------
    >>> amount(0.41, "activation"), amount(-28.42, "deg"), amount(0.5123, "m/s")
    ('0.410', '−28.4', '0.512')
    """
    decimals = DECIMALS.get(unit)
    return number(value) if decimals is None else format_fixed(value, decimals)


def format_with_unit(value: Value, unit: str) -> str:
    """Write a value of a term with its unit; an activation has none to write.

    Examples
    --------
    >>> format_with_unit(-28.42, "deg"), format_with_unit(0.41, "activation")
    ('−28.4 deg', '0.410')
    """
    text = amount(value, unit)
    return text if value is None or unit == "activation" else f"{text} {unit}"


def say_count(count: int, one: str) -> str:
    """Write a count with its noun.

    Examples
    --------
    >>> say_count(1, "motion"), say_count(3, "motion")
    ('1 motion', '3 motions')
    """
    return f"{count} {one}" + ("" if count == 1 else "s")


def join_names(names: Sequence[str], most: int = 6) -> str:
    """Write names as a list for reading.

    Examples
    --------
    >>> join_names(["a"]), join_names("abc"), join_names("abc", most=2)
    ('a', 'a, b and c', 'a, b and 1 more')
    """
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        shown.append(f"{more} more")
    if len(shown) < 2:
        return "".join(shown)
    return ", ".join(shown[:-1]) + " and " + shown[-1]


def term_name(name: str) -> str:
    """Say what a term of a goal is.

    Examples
    --------
    >>> term_name("asymmetry"), term_name("moment_arm")
    ('inter-limb asymmetry', 'moment arm')
    """
    return TERMS.get(name, name.replace("_", " "))


def describe_goal_table(name: str, table: Mapping[str, Any]) -> str:
    """Say what a table of a goal file asks for.

    Examples
    --------
    >>> describe_goal_table("activation", {"muscles": ["vasmed_r"], "high": 0.4})
    'peak of vasmed_r at most 0.4'
    >>> describe_goal_table("pelvis_tilt", {"min": -35})
    'at least −35 deg'
    """
    if name == "activation":
        low, high = table.get("low", 0.0), table.get("high", 1.0)
        muscles = join_names([str(m) for m in table.get("muscles", ())])
        range_ = _range(low if low > 0 else None, high if high < 1 else None, unit="")
        statistic = str(table.get("statistic", "peak"))
        over = str(table.get("over", "each"))
        who = OVER[over] + muscles
        if statistic == "every":
            return f"{who} {range_} at every frame"
        if over == "mean":
            return f"mean of the {statistic}s of {muscles} {range_}"
        return f"{statistic} of {who} {range_}"
    if table.get("target") is not None:
        return f"{number(table['target'])} deg"
    low, high = table.get("min"), table.get("max")
    if low is None and high is None:
        return "near 0 deg" if name == "pelvis_tilt" else "as small as possible"
    return _range(low, high, unit=" deg")


def goal_tables(goal: Mapping[str, Any]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Take a goal apart: (term, table) in its order, repeated terms one by one.

    Examples
    --------
    >>> goal_tables({"depth": {"min": 90}, "activation": [{"low": 0.1}, {"low": 0.2}]})
    (('depth', {'min': 90}), ('activation', {'low': 0.1}), ('activation', {'low': 0.2}))
    """
    return tuple(
        (name, table)
        for name, entry in goal.items()
        for table in (entry if isinstance(entry, list) else [entry])
    )


def _range(low: Value, high: Value, *, unit: str) -> str:
    if low is not None and high is not None:
        return f"between {number(low)} and {number(high)}{unit}"
    if low is not None:
        return f"at least {number(low)}{unit}"
    return f"at most {number(high)}{unit}"
