"""Tables of a goal file: the fields of a dataclass as keys, read and written.

A field's type says what its key may be (:mod:`bige_osim.io.tables`): degrees in the
file are radians in the field, and reading what was written gives the same value to the
last bit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, field, fields
from difflib import get_close_matches
from functools import cache
from typing import Any, get_type_hints

from pydantic import create_model

from bige_osim.errors import GoalError, cut_short, name_some
from bige_osim.io.tables import Fault, TomlTable, check_table


def unwritten(default: Any, *, key: bool = True) -> Any:
    """Make a field whose default is not written to a goal file, if it is a ``key``.

    What is no key is filled in when a term is bound to a model.
    """
    return field(default=default, metadata={"key": key, "unwritten": default})


def read_table(kind: Any, table: Mapping[str, Any], *, where: str) -> Any:
    """Make a term of its table, which is ``where``.

    Raises
    ------
    GoalError
        for an unknown key, or a value that makes no sense

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> from bige_osim.io.tables import Angle
    >>> @dataclass
    ... class Lean:
    ...     most: Angle | None = None
    >>> read_table(Lean, {"most": 90}, where="[lean]")
    Lean(most=1.5707963267948966)
    >>> write_table(read_table(Lean, {"most": 33.3}, where="[lean]"))
    {'most': 33.3}
    """

    def describe(fault: Fault) -> GoalError:
        if fault.kind == "unknown":
            meant = suggest(fault.key, fault.known)
            return GoalError(f"{where}: unknown key {fault.key}; {meant}")
        got = cut_short(fault.got)
        return GoalError(
            f"{where}, {fault.key}: expected {fault.expected}, got {got}; correct the"
            " value."
        )

    read = check_table(table, _model(kind), error=describe)
    return kind(**{key: getattr(read, key) for key in read.model_fields_set})


def write_table(term: Any) -> dict[str, Any]:
    """Write a term as the table that :func:`read_table` reads."""
    kind: Any = type(term)
    keys = [entry for entry in fields(kind) if entry.name in _model(kind).model_fields]
    values = {entry.name: getattr(term, entry.name) for entry in keys}
    written = _model(kind)(**values).model_dump()
    return {
        entry.name: written[entry.name]
        for entry in keys
        if values[entry.name] != entry.metadata.get("unwritten")
    }


def suggest(name: str, known: Iterable[str]) -> str:
    """Say which known name was meant, or which there are.

    Examples
    --------
    >>> suggest("mucles", ["muscles", "low"]), suggest("speed", ["a", "b"])
    ('did you mean muscles?', 'it can be a, b.')
    """
    known = list(known)
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"it can be {name_some(known)}."


@cache
def _model(kind: Any) -> type[TomlTable]:
    """Table whose keys are the fields of a dataclass."""
    hints = get_type_hints(kind, include_extras=True)
    keys: dict[str, Any] = {
        entry.name: (
            hints[entry.name],
            ... if entry.default is MISSING else entry.default,
        )
        for entry in fields(kind)
        if entry.metadata.get("key", True)
    }
    return create_model(kind.__name__, __base__=TomlTable, **keys)
