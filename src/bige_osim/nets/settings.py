"""Frozen config dataclasses to plain data and back; an unknown key is an error."""

import dataclasses
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from bige_osim.errors import DatasetError, cut_short, name_some

Config = TypeVar("Config")


def from_dict(
    config: type[Config], values: Any, *, where: str, whole: bool = False
) -> Config:
    """Build a config dataclass from parsed JSON or TOML.

    Parameters
    ----------
    config : a dataclass whose fields are int, float, bool, str, tuples of these,
        dictionaries, or further such dataclasses
    values : a mapping of plain data; a missing key takes the field's default
    where : file or section that ``values`` came from, for the error's sentence
    whole : missing keys are errors too, as in a checkpoint

    Raises
    ------
    DatasetError
        if a key is unknown or missing, or a value has another type

    Examples
    --------
    >>> @dataclasses.dataclass(frozen=True)
    ... class Net:
    ...     width: int = 64
    ...     rate: float = 0.1
    >>> from_dict(Net, {"rate": 1}, where="a.toml")
    Net(width=64, rate=1.0)
    >>> from_dict(Net, {"widht": 1}, where="a.toml")
    Traceback (most recent call last):
    bige_osim.errors.DatasetError: a.toml has no setting widht; did you mean width?
    """
    if not isinstance(values, Mapping):
        raise _wrong_type(where, "", "a table of settings", values)
    kinds = get_type_hints(config)
    names = [field.name for field in dataclasses.fields(config)]  # type: ignore[arg-type]
    for key in values:
        if key not in names:
            near = get_close_matches(key, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has {name_some(names)}."
            raise DatasetError(f"{where} has no setting {cut_short(str(key))}; {hint}")
    missing = [name for name in names if name not in values]
    if missing and whole:
        raise DatasetError(
            f"{where} lacks {name_some(missing)}; it was written by another version or "
            "edited: train again."
        )
    return config(
        **{
            name: _convert(kinds[name], values[name], where, name, whole)
            for name in names
            if name in values
        }
    )


def to_dict(config: Any) -> dict[str, Any]:
    """Plain data of a config dataclass, as :func:`from_dict` reads it."""
    return dataclasses.asdict(config)


def _convert(kind: Any, value: Any, where: str, name: str, whole: bool) -> Any:
    if dataclasses.is_dataclass(kind):
        inner = f"{where}, {name}"
        return from_dict(kind, value, where=inner, whole=whole)  # type: ignore[arg-type]
    origin = get_origin(kind)
    if origin is tuple:
        return _convert_tuple(kind, value, where, name, whole)
    if origin is dict:
        if not isinstance(value, dict):
            raise _wrong_type(where, name, "a table", value)
        return value
    return _convert_scalar(kind, value, where, name)


def _convert_scalar(kind: type, value: Any, where: str, name: str) -> Any:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise _wrong_type(where, name, f"a value of type {kind.__name__}", value)
    return value


def _convert_tuple(kind: Any, value: Any, where: str, name: str, whole: bool) -> Any:
    if not isinstance(value, list | tuple):
        raise _wrong_type(where, name, "a list", value)
    kinds = get_args(kind)
    if kinds[-1] is Ellipsis:
        kinds = (kinds[0],) * len(value)
    if len(kinds) != len(value):
        raise _wrong_type(where, name, f"a list of {len(kinds)} values", value)
    return tuple(
        _convert(k, v, where, name, whole) for k, v in zip(kinds, value, strict=True)
    )


def _wrong_type(where: str, name: str, expected: str, value: Any) -> DatasetError:
    place = f"{where}, {name}" if name else where
    return DatasetError(
        f"{place}: expected {expected}, got {cut_short(repr(value))}; correct it."
    )
