"""How the keys of a goal table are written: numbers, angles, names, choices, paths.

Each function makes a dataclass field that knows its key in the file and how to convert
a value from the file (degrees, lists) and back (radians, tuples) without loss.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bige_osim.errors import GoalError, cut_short, name_some


@dataclass(frozen=True)
class Key:
    """A key of a goal table.

    Attributes
    ----------
    name : as it stands in the file
    read : file value -> value of the field; raises GoalError "expected …, got …"
    write : the inverse of ``read``
    implied : a value that goes without saying, so that it is not written
    """

    name: str
    read: Callable[[object], Any]
    write: Callable[[Any], object]
    implied: object = None


def number(name: str, *, default: float | None = None) -> Any:
    """Make the field of a finite number."""
    return field(default=default, metadata={"key": Key(name, _number, float)})


def integer(name: str, *, default: int) -> Any:
    """Make the field of a whole number."""
    return field(default=default, metadata={"key": Key(name, _integer, int)})


def angle(name: str) -> Any:
    """Make the field of an optional angle: degrees in the file, radians in the field.

    Examples
    --------
    >>> key = angle("max").metadata["key"]
    >>> key.read(90), key.write(key.read(33.3))
    (1.5707963267948966, 33.3)
    """
    key = Key(name, lambda value: math.radians(_number(value)), to_degrees)
    return field(default=None, metadata={"key": key})


def names(name: str, *, default: tuple[str, ...] = ()) -> Any:
    """Make the field of a list of names."""
    return field(default=default, metadata={"key": Key(name, _names, list)})


def choice(name: str, *, among: tuple[str, ...], implied: bool = False) -> Any:
    """Make the field of one of a few words; the first is the default.

    Parameters
    ----------
    name : key in the file
    among : the words
    implied : do not write the default
    """

    def read(value: object) -> str:
        if value not in among:
            raise _refusal(f"one of {', '.join(among)}", value)
        return str(value)

    key = Key(name, read, str, among[0] if implied else None)
    return field(default=among[0], metadata={"key": key})


def path(name: str) -> Any:
    """Make the field of an optional path."""

    def read(value: object) -> Path:
        if not isinstance(value, str) or not value:
            raise _refusal("a path in quotes", value)
        return Path(value)

    return field(default=None, metadata={"key": Key(name, read, Path.as_posix)})


def to_degrees(radians: float) -> float:
    """Degrees that ``math.radians`` turns into exactly ``radians``, the shortest.

    Degrees that were written by a user come back as they were written.

    Examples
    --------
    >>> to_degrees(math.radians(-35.1))
    -35.1
    """
    degrees = math.degrees(radians)
    shortest = (float(f"{degrees:.{digits}g}") for digits in range(1, 18))
    up = math.nextafter(degrees, math.inf)
    down = math.nextafter(degrees, -math.inf)
    neighbours = (
        up,
        down,
        math.nextafter(up, math.inf),
        math.nextafter(down, -math.inf),
    )
    exact = (d for d in (*shortest, *neighbours) if math.radians(d) == radians)
    return next(exact, degrees)


def suggestion(name: str, known: Iterable[str]) -> str:
    """Say which known name was meant, or which there are.

    Examples
    --------
    >>> suggestion("mucles", ["muscles", "low"]), suggestion("speed", ["a", "b"])
    ('did you mean muscles?', 'it can be a, b.')
    """
    known = list(known)
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"it can be {name_some(known)}."


def _number(value: object) -> float:
    # bool is an int to Python, not to whoever wrote the goal
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refusal("a number", value)
    if not math.isfinite(value):
        raise _refusal("a finite number", value)
    return float(value)


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refusal("a whole number", value)
    return value


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(name, str) for name in value
    ):
        raise _refusal('a list of names such as ["a", "b"]', value)
    repeated = [name for name in value if value.count(name) > 1]
    if repeated:
        raise _refusal("names that differ", f"{repeated[0]} more than once")
    return tuple(value)


def _refusal(expected: str, got: object) -> GoalError:
    return GoalError(
        f"expected {expected}, got {cut_short(str(got))}; correct the value."
    )
