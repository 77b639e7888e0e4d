"""A model as JSON text, and back."""

import json
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from bige_osim.errors import DatasetError, name_some
from bige_osim.spec.model import ModelSpec


def spec_to_json(spec: ModelSpec) -> str:
    """Write a model as JSON text: one object per dataclass, arrays as nested lists.

    Numbers keep every digit, so that :func:`spec_from_json` gives the same model;
    infinite ones, which JSON does not have, are the strings ``inf`` and ``-inf``.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> spec_to_json(pendulum())[:20]
    '{"name": "pendulum",'
    """
    return json.dumps(_plain(spec), allow_nan=False)


def spec_from_json(text: str) -> ModelSpec:
    """Read what :func:`spec_to_json` wrote, in this version or one before it.

    A field that a later version added takes its default.

    Raises
    ------
    DatasetError
        The text is not JSON, or not a model: a field is unknown, or one without a
        default is missing.

    Examples
    --------
    >>> from bige_osim.spec import pendulum
    >>> spec_from_json(spec_to_json(pendulum())).coordinate_names
    ('angle',)
    """
    try:
        spec: ModelSpec = _from_plain(ModelSpec, json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"A model description was expected, got text that is none ({error}); "
            "write the file again with this version."
        ) from error
    return spec


def _plain(value: Any) -> Any:
    """Nested dictionaries, lists and finite numbers."""
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value


def _from_plain(kind: Any, value: Any) -> Any:
    """Undo :func:`_plain` for a value whose annotation is ``kind``."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        if unknown := set(value) - set(hints):
            raise ValueError(f"{kind.__name__} has no {name_some(sorted(unknown))}")
        known = {name: _from_plain(hints[name], v) for name, v in dict(value).items()}
        return kind(**known)
    if get_origin(kind) is tuple:
        return tuple(_from_plain(get_args(kind)[0], item) for item in value)
    if isinstance(value, list):
        array = np.array(value, dtype=float)
        array.flags.writeable = False  # specs are shared
        return array
    return float(value) if kind is float else value
