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
the goal is bound to it (:func:`bige_osim.guidance.terms.bind`), not when it is read.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bige_osim.errors import GoalError, MissingFileError
from bige_osim.io.goal_keys import suggestion
from bige_osim.io.goal_terms import (
    TERM_GOALS,
    ActivationGoal,
    PelvisTiltGoal,
    ReferenceGoal,
    TermGoal,
    VelocityGoal,
    keys,
)
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
        without any term, or with a pelvis tilt that no muscle's peak is known for

    Examples
    --------
    >>> goal = Goal.from_dict({"pelvis_tilt": {"max": 10, "muscles": ["vasmed_r"]}})
    >>> goal.terms[0].maximum
    0.17453292519943295
    >>> Goal.from_dict(goal.to_dict()) == goal
    True
    """

    terms: tuple[TermGoal, ...]

    def __post_init__(self) -> None:
        """Refuse a goal that asks for nothing, or for a tilt at an unknown moment."""
        if not self.terms:
            raise GoalError(
                f"a goal needs a term, got none; add one of {', '.join(TERM_GOALS)}."
            )
        for term in self.terms:
            if isinstance(term, PelvisTiltGoal) and not (
                term.muscles or self.target_muscles
            ):
                raise GoalError(
                    "[pelvis_tilt]: expected muscles whose peak gives the moment of the"
                    " tilt, got none; name them in its key muscles or add an"
                    " [activation] table."
                )

    @property
    def target_muscles(self) -> tuple[str, ...]:
        """Muscles and groups, as written, that the activation terms ask about."""
        asked = [
            muscle
            for term in self.terms
            if isinstance(term, ActivationGoal)
            for muscle in term.muscles
        ]
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
        folder = None if folder is None else Path(folder)
        try:
            terms = [
                _term(name, table)
                for name, entry in tables.items()
                for table in (entry if isinstance(entry, list) else [entry])
            ]
            if folder is not None:
                terms = [_relative_to(folder, term) for term in terms]
            return cls(tuple(terms))
        except GoalError as error:
            raise GoalError(f"{where}, {error}") from None

    def to_dict(self) -> dict[str, Any]:
        """Tables as in a goal file; ``Goal.from_dict`` makes an equal goal of them."""
        tables: dict[str, list[dict[str, Any]]] = {}
        for term in self.terms:
            tables.setdefault(term.name, []).append(_table(term))
        return {
            name: entries[0] if len(entries) == 1 else entries
            for name, entries in tables.items()
        }


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


def _term(name: str, table: object) -> TermGoal:
    if name not in TERM_GOALS:
        raise GoalError(f"unknown term {name}; {suggestion(name, TERM_GOALS)}")
    if not isinstance(table, Mapping):
        raise GoalError(
            f"{name}: expected a table, got {table}; write [{name}] on a line of its"
            " own and its keys below."
        )
    kind = TERM_GOALS[name]
    attributes = {key.name: (attribute, key) for attribute, key in keys(kind).items()}
    values: dict[str, Any] = {}
    for key_name, value in table.items():
        if key_name not in attributes:
            raise GoalError(
                f"[{name}]: unknown key {key_name}; {suggestion(key_name, attributes)}"
            )
        attribute, key = attributes[key_name]
        try:
            values[attribute] = key.read(value)
        except GoalError as error:
            raise GoalError(f"[{name}], {key_name}: {error}") from None
    return kind(**values)


def _table(term: TermGoal) -> dict[str, Any]:
    table = {}
    for attribute, key in keys(type(term)).items():
        value = getattr(term, attribute)
        if value is not None and value != key.implied:
            table[key.name] = key.write(value)
    return table


def _relative_to(folder: Path, term: TermGoal) -> TermGoal:
    if isinstance(term, VelocityGoal | ReferenceGoal) and term.motion is not None:
        return replace(term, motion=folder / term.motion)
    return term
