"""Goals: what a user asks of a motion, as a TOML file with one table per term.

Example of a goal file, with degrees as a user writes them::

    [activation]
    muscles = ["vasmed_r", "vasmed_l"]    # muscles, or groups of the model's profile
    low = 0.35
    high = 0.45

    [pelvis_tilt]
    min = -35
    max = 0
    weight = 0.5

A table that is wanted more than once (bounds for several muscles) is written as
``[[activation]]``. Names of muscles and coordinates are checked against a model when
the goal is bound to it (:meth:`Goal.bind`), not when it is read.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bige_osim.errors import GoalError, MissingFileError
from bige_osim.guidance.binding import Binding
from bige_osim.guidance.keys import read_table, suggest, write_table
from bige_osim.guidance.term import Term
from bige_osim.guidance.terms import goal_terms
from bige_osim.paths import AnyPath


@dataclass(frozen=True)
class Goal:
    """Everything asked of a motion: one or more terms, each with its weight.

    Attributes
    ----------
    terms : in the order of the file; the same term may occur more than once

    Raises
    ------
    GoalError
        without any term, or with a term that needs target muscles and has none

    Examples
    --------
    >>> goal = Goal.from_dict({"pelvis_tilt": {"max": 10, "muscles": ["vasmed_r"]}})
    >>> goal.terms[0].max
    0.17453292519943295
    >>> Goal.from_dict(goal.to_dict()) == goal
    True
    """

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        """Refuse a goal that asks for nothing, or for what its terms do not allow."""
        if not self.terms:
            raise GoalError(
                f"a goal needs a term, got none; add one of {', '.join(goal_terms())}."
            )
        for term in self.terms:
            term.check_targets(self.target_muscles)

    @property
    def target_muscles(self) -> tuple[str, ...]:
        """Muscles and groups, as written, that the terms want something of."""
        asked = [muscle for term in self.terms for muscle in term.target_muscles]
        return tuple(dict.fromkeys(asked))

    @classmethod
    def from_dict(
        cls,
        tables: Mapping[str, Any],
        *,
        where: str = "goal",
        folder: AnyPath | None = None,
    ) -> "Goal":
        """Make a goal from the tables of a goal file.

        Parameters
        ----------
        tables : term name -> table, or list of tables
        where : the file, for messages
        folder : what relative paths in it start from

        Raises
        ------
        GoalError
            for unknown terms and keys and for values that make no sense
        """
        try:
            return cls(
                tuple(
                    _read_term(name, table, folder=folder)
                    for name, entry in tables.items()
                    for table in (entry if isinstance(entry, list) else [entry])
                )
            )
        except GoalError as error:
            raise GoalError(f"{where}, {error}") from None

    def to_dict(self) -> dict[str, Any]:
        """Tables as in a goal file; ``Goal.from_dict`` makes an equal goal of them."""
        tables: dict[str, list[dict[str, Any]]] = {}
        for term in self.terms:
            tables.setdefault(term.name, []).append(write_table(term))
        return {
            name: entries[0] if len(entries) == 1 else entries
            for name, entries in tables.items()
        }

    def bind(self, binding: Binding) -> tuple[Term, ...]:
        """Look the terms' names up in a model: terms that can be evaluated, in order.

        Raises
        ------
        UnknownNameError
            for muscles, groups, coordinates and joints that the model does not have
        MissingFileError, DataError, GoalError
            for a recorded repetition that is absent, damaged or too short
        """
        return tuple(term.bind(binding, self.target_muscles) for term in self.terms)


def read_goal(path: AnyPath) -> Goal:
    """Read a goal file (TOML 1.0, https://toml.io/en/v1.0.0).

    Paths in it are relative to its folder.

    Raises
    ------
    MissingFileError
        when it is not there
    GoalError
        when it is not TOML, or asks for something unknown or impossible
    """
    path = Path(path)
    if not path.is_file():
        raise MissingFileError(path, what="goal file")
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GoalError(
            f"{path} is not a TOML file: {error}; correct it there."
        ) from None
    return Goal.from_dict(tables, where=str(path), folder=path.parent)


def _read_term(name: str, table: object, *, folder: AnyPath | None) -> Term:
    terms = goal_terms()
    if name not in terms:
        raise GoalError(f"unknown term {name}; {suggest(name, terms)}")
    if not isinstance(table, Mapping):
        raise GoalError(
            f"{name}: expected a table, got {table}; write [{name}] on a line of its"
            " own and its keys below."
        )
    term: Term = read_table(terms[name], table, where=f"[{name}]")
    paths: Any = {
        key: Path(folder or "") / value
        for key, value in vars(term).items()
        if isinstance(value, Path)
    }
    return replace(term, **paths)
