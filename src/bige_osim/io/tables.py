"""Tables that users write (TOML 1.0, https://toml.io), checked key by key.

A :class:`TomlTable` says which keys there are and what each may be; pydantic checks
them, and what it finds becomes one of this toolkit's sentences: the file, the key, what
was expected, what was found and what to do. An unknown key is an error.
"""

import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    Strict,
    ValidationError,
    WrapValidator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from bige_osim.errors import BigeError, DataError, MissingFileError, name_some
from bige_osim.paths import AnyPath

_FROM_FILE = "from a file"  # where keys are aliases and angles degrees


class TomlTable(BaseModel):
    """A table of a file: subclasses list its keys, with a default where one may lack.

    A field whose key is no good name in Python has ``Field(alias=key)``. Tables are
    frozen, and ``model_dump(by_alias=True)`` gives back what a file would say.

    Examples
    --------
    >>> class Sphere(TomlTable):
    ...     name: str
    ...     radius: Number = 0.03
    >>> Sphere(name="heel").model_dump()
    {'name': 'heel', 'radius': 0.03}
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _check_keys(cls, values: Any, info: Any) -> Any:
        """Refuse unknown keys, which may explain missing ones, and then those."""
        if info.context != _FROM_FILE or not isinstance(values, Mapping):
            return values
        fields = {f.validation_alias or name: f for name, f in cls.model_fields.items()}
        unknown = [("unknown", key) for key in values if key not in fields]
        missing = [
            ("missing", key)
            for key, field in fields.items()
            if field.is_required() and key not in values
        ]
        for kind, key in unknown + missing:
            context = {"key": key, "known": tuple(fields), "got": name_some(values)}
            raise PydanticCustomError(kind, "{key}", context)
        return values


Model = TypeVar("Model", bound=TomlTable)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with a table: the parts of a sentence.

    Attributes
    ----------
    kind : ``unknown`` or ``missing`` key, or wrong ``value``
    place : keys, and positions in lists from 0, that lead to the fault
    expected, got, remedy : to be told
    known : keys that the table may have; none for a wrong value
    """

    kind: Literal["unknown", "missing", "value"]
    place: tuple[str | int, ...]
    expected: str
    got: str
    remedy: str
    known: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The innermost key of the place, "" for a file as a whole."""
        return next((p for p in reversed(self.place) if isinstance(p, str)), "")

    @property
    def where(self) -> str:
        """The key, and which entry of a list it is in, from 1, as ``x of points 2``."""
        entries = [i for i, step in enumerate(self.place) if isinstance(step, int)]
        entries = [i for i in entries if self.place[i + 1 :]]
        if not entries:
            return self.key
        at = entries[-1]
        return f"{self.key} of {self.place[at - 1]} {int(self.place[at]) + 1}"


def read_toml(path: AnyPath, model: type[Model], *, what: str = "file") -> Model:
    """Read and check a TOML file.

    Parameters
    ----------
    path : the file
    model : its keys
    what : the file is, for messages

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is not TOML, has an unknown key or lacks one, or a
        value makes no sense.
    """

    def describe(fault: Fault) -> DataError:
        return DataError(
            Path(path),
            column=fault.where or None,
            expected=fault.expected,
            got=fault.got,
            remedy=fault.remedy,
        )

    return check_table(parse_toml(path, what=what), model, error=describe)


def parse_toml(path: AnyPath, *, what: str = "file") -> dict[str, Any]:
    """Read the tables of a TOML file, unchecked.

    Raises
    ------
    MissingFileError, DataError
        There is no such file, or it is no TOML.
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, what=what)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(
            path, expected="TOML", got=str(error), remedy="correct it there"
        ) from error


def check_table(
    values: Any, model: type[Model], *, error: Callable[[Fault], BigeError]
) -> Model:
    """Check a table that has been parsed.

    Parameters
    ----------
    values : key -> value, as TOML, JSON or YAML have it
    model : the keys
    error : makes the error to raise of the first fault

    Examples
    --------
    >>> class Net(TomlTable):
    ...     width: WholeNumber = 64
    >>> try:
    ...     check_table({"widht": 1}, Net, error=lambda fault: BigeError(fault.remedy))
    ... except BigeError as wrong:
    ...     print(wrong)
    write width if it is meant
    """
    try:
        return model.model_validate(
            values, by_alias=True, by_name=False, context=_FROM_FILE
        )
    except ValidationError as faults:
        raise error(_describe(faults.errors(include_url=False)[0])) from None


def refuse(expected: str, got: object) -> NoReturn:
    """Raise, in a validator of a field, what becomes "expected …, got …".

    It is a ``PydanticCustomError``.

    Examples
    --------
    >>> try:
    ...     refuse("a number", "much")
    ... except PydanticCustomError as wrong:
    ...     wrong.context
    {'expected': 'a number', 'got': 'much'}
    """
    context = {"expected": expected, "got": str(got)}
    raise PydanticCustomError("refused", "{expected}", context)


def expecting(expected: str) -> WrapValidator:
    """Say for a field what it must be, whatever is wrong with its value.

    Examples
    --------
    >>> class Range(TomlTable):
    ...     limits: Annotated[tuple[Number, Number], expecting("two numbers")]
    >>> check_table({"limits": [1, "x"]}, Range, error=lambda f: BigeError(f.expected))
    Traceback (most recent call last):
    bige_osim.errors.BigeError: two numbers
    """

    def check(value: Any, handler: Callable[[Any], Any]) -> Any:
        try:
            return handler(value)
        except ValidationError:
            refuse(expected, value)

    return WrapValidator(check)


def to_degrees(radians: float) -> float:
    """Degrees that ``math.radians`` turns into exactly this angle (rad), the shortest.

    Degrees that a user wrote come back as they were written.

    Examples
    --------
    >>> to_degrees(math.radians(-35.1))
    -35.1
    """
    degrees = math.degrees(radians)
    near = [float(f"{degrees:.{digits}g}") for digits in range(1, 18)]
    for end in (math.inf, -math.inf):
        beside = math.nextafter(degrees, end)
        near += [beside, math.nextafter(beside, end)]
    return next((d for d in near if math.radians(d) == radians), degrees)


def _radians(value: float, info: Any) -> float:
    return math.radians(value) if info.context == _FROM_FILE else value


def _differing(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if names.count(name) > 1:
            refuse("names that differ", f"{name} more than once")
    return names


def _path(value: Any) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        refuse("a path in quotes", value)
    return Path(value)


Number = Annotated[float, Strict(), AllowInfNan(False)]
"""A finite number; text and truth values are none."""

WholeNumber = Annotated[int, Strict()]
"""A number without a fraction."""

Truth = Annotated[bool, Strict()]
"""``true`` or ``false``, and nothing that could be taken for it."""

Angle = Annotated[Number, AfterValidator(_radians), PlainSerializer(to_degrees)]
"""Radians in Python; degrees in a file and in ``model_dump()``, without loss."""

Names = Annotated[
    tuple[str, ...],
    expecting('a list of names such as ["a", "b"]'),
    AfterValidator(_differing),
    PlainSerializer(list),
]
"""A list of names that differ."""

FilePath = Annotated[Path, BeforeValidator(_path), PlainSerializer(Path.as_posix)]
"""A path, as written."""

_EXPECTED = {
    "string_type": "text in quotes",
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "dict_type": "a table",
    "model_type": "a table",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
    "list_type": "a list",
    "tuple_type": "a list",
    "too_short": "{min_length} values or more",
    "too_long": "{max_length} values or fewer",
    "missing": "more values",  # in a list of so many
}
"""What to say for pydantic's kinds of errors."""


def _describe(detail: ErrorDetails) -> Fault:
    context, kind = detail.get("ctx", {}), detail["type"]
    got, remedy = context.get("got", str(detail["input"])), "correct it there"
    if kind in ("unknown", "missing") and "known" in context:
        near = get_close_matches(context["key"], context["known"], n=1)
        if near and kind == "unknown":
            remedy = f"write {near[0]} if it is meant"
        return Fault(
            kind="unknown" if kind == "unknown" else "missing",
            place=(*detail["loc"], context["key"]),
            expected=f"the keys {', '.join(context['known'])}",
            got=got,
            remedy=remedy,
            known=context["known"],
        )
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", context["expected"])
        expected = f"one of {', '.join(words)}"
    else:
        said = context.get("expected") or _EXPECTED.get(kind, detail["msg"])
        expected = said.format(**context)
    return Fault(
        kind="value", place=detail["loc"], expected=expected, got=got, remedy=remedy
    )
