"""Numbers and lists as a reader expects them."""

import math
import statistics
from collections.abc import Iterable, Sequence

Value = float | int | None
"""A number as JSON has it: whole numbers come without a point, missing ones as null."""

MISSING = "\N{EN DASH}"
"""What stands where there is no number."""

NO_CHECK = "estimated: not an independent check"
"""Of a ground reaction that was estimated from the motion: it explains what feet on the
floor can bear, so that small residuals prove little."""

MINUS = "\N{MINUS SIGN}"

DECIMALS = {
    "activation": 3,
    "deg": 1,
    "deg/s": 1,
    "cm": 1,
    "SD": 2,
    "N": 1,
    "N m": 1,
    "% of leg length": 1,
    "% of accepted": 1,
}
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
    >>> format_fixed(-0.0001, 3)
    '0.000'
    """
    if value is None:
        return MISSING
    rounded = round(value, decimals) + 0.0  # zero has no sign
    return f"{rounded:.{decimals}f}".replace("-", MINUS)


def format_interval(
    ends: tuple[Value, Value] | None, decimals: int, *, brackets: bool = True
) -> str:
    """Write the ends of an interval; nothing where there is none.

    Examples
    --------
    >>> format_interval((-0.5, 1.0), 1), format_interval((None, None), 1)
    ('[−0.5, 1.0]', '')
    >>> format_interval((-0.5, 1.0), 1, brackets=False)
    '−0.5 to 1.0'
    """
    if ends is None or None in ends:
        return ""
    low, high = (format_fixed(end, decimals) for end in ends)
    return f"[{low}, {high}]" if brackets else f"{low} to {high}"


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


def join_names(names: Sequence[str], most: int = 6) -> str:
    """Write names as a list for reading.

    Examples
    --------
    >>> join_names(["a", "b", "c"]), join_names(["a", "b", "c"], most=2)
    ('a, b and c', 'a, b and 1 more')
    """
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        shown.append(f"{more} more")
    if len(shown) < 2:
        return "".join(shown)
    return ", ".join(shown[:-1]) + " and " + shown[-1]
