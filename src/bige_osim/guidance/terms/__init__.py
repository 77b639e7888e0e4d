"""Guidance terms: what can be asked of a motion, as differentiable losses.

Each module has the terms of one concept, each one frozen dataclass
(:class:`bige_osim.guidance.term.Term`): a new file here is all that a new term needs.
"""

from importlib import import_module
from pkgutil import iter_modules

from bige_osim.guidance.term import TERMS, Term

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def goal_terms() -> dict[str, type[Term]]:
    """Terms that a goal file may ask for, by name."""
    return {name: TERMS[name] for name in sorted(TERMS) if TERMS[name].in_goals}


def find_title(name: str) -> str:
    """Say what a term is, for a reader.

    Examples
    --------
    >>> find_title("asymmetry"), find_title("moment_arm")
    ('inter-limb asymmetry', 'moment arm')
    """
    return TERMS[name].title if name in TERMS else name.replace("_", " ")
