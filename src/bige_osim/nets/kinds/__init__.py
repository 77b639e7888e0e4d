"""Kinds of nets, one module each, whose ``NET`` is a :class:`bige_osim.nets.net.Net`.

A new module here is a new kind: it can be trained, kept, loaded and reported.
"""

import ast
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules


def list_kinds() -> dict[str, str]:
    """Kinds of nets, each with the first line of its module, without importing it.

    Examples
    --------
    >>> list_kinds()["surrogate"]
    'The surrogate, which predicts muscle activations of motions.'
    """
    return {kind.name: _read_title(kind.name) for kind in iter_modules(__path__)}


def _read_title(kind: str) -> str:
    spec = find_spec(f"{__name__}.{kind}")
    assert spec is not None
    assert spec.origin is not None
    text = Path(spec.origin).read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(text)) or kind).splitlines()[0]
