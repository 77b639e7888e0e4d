"""Options from ``bige.toml``: of a study, of a session, of a trial.

A file beside sessions holds what is the same for all of them, and one within a session
what is special about it. Tables are called as commands, and keys as their options::

    [solve]
    calibrate = true
    contacts = "feet.toml"

    [solve.trials.squats1]
    from = 2.0
    cutoff = 4.0

What is given on the command line comes first, then the session's file, then the
study's. Paths are relative to the file that has them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from bige_osim.errors import DataError, name_some

FILE = "bige.toml"
"""Name of the file."""

FOR_ONE = frozenset({"grf", "output", "force", "json", "jobs"})
"""Options that a file may not have: they belong to one motion, or to one command."""

OF_TRIALS = "trials"
"""Key of the table that has one for each trial."""


@dataclass
class StudyOptions:
    """Options of a command for one source.

    Attributes
    ----------
    given : parameter -> value, as the command gets them
    of_trials : trial -> parameter -> value
    files : they came from
    """

    given: dict[str, Any]
    of_trials: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: tuple[Path, ...] = ()


def find_files(source: Path) -> list[Path]:
    """Find the files of a source: its study's, then its own."""
    source = source.resolve()
    places = [source.parent, source] if source.is_dir() else [source.parent]
    return [place / FILE for place in places if (place / FILE).is_file()]


def read_study(
    source: Path,
    given: Mapping[str, Any],
    *,
    for_one: frozenset[str] = FOR_ONE,
    of_trial: frozenset[str] = frozenset(),
) -> StudyOptions:
    """Fill in what was not given on the command line of the current command.

    Parameters
    ----------
    source : session or motion
    given : the command's parameters
    for_one : options that a file may not have, being of one source alone
    of_trial : options that a trial may have of its own

    Raises
    ------
    DataError
        A file has an unknown table or option, or a value that makes no sense.
    """
    context = click.get_current_context()
    options = StudyOptions(dict(given))
    for path in find_files(source):
        table = _Table(path, context, for_one)
        entries = dict(table.read())
        trials = entries.pop(OF_TRIALS, {}) if of_trial else {}
        options.given |= table.convert(entries)
        for trial, own in table.tables(trials).items():
            known = options.of_trials.setdefault(trial, {})
            known |= table.convert(own, only=of_trial)
        options.files = (*options.files, path)
    return options


def read_shared(sources: Sequence[Path], given: Mapping[str, Any]) -> StudyOptions:
    """Fill in, as :func:`read_study` does, what is the same for several sources.

    Raises
    ------
    DataError
        A file is no good, or the sources have different options.
    """
    found = [read_study(source, given) for source in sources if source.exists()]
    for one in found[1:]:
        if one.given != found[0].given:
            path = next(f for f in (*one.files, *found[0].files))
            raise DataError(
                path,
                expected="the same options for all sessions of one dataset",
                got="others than those of the other sessions",
                remedy="leave them out there, or collect the sessions one by one",
            )
    return found[0] if found else StudyOptions(dict(given))


@dataclass(frozen=True)
class _Table:
    """The table of a command in a file."""

    path: Path
    context: click.Context
    for_one: frozenset[str]

    def read(self) -> Mapping[str, Any]:
        from bige_osim.io.tables import parse_toml  # pydantic is slow to load

        tables = parse_toml(self.path, what="options")
        group = self.context.find_root().command
        commands = group.commands if isinstance(group, click.Group) else {}
        for name in tables:
            if name not in commands:
                raise self._unknown("a table for a command", name, commands)
        own = tables.get(self.context.command.name or "", {})
        return self.tables({"": own})[""]

    def tables(self, values: Any) -> dict[str, dict[str, Any]]:
        """Check that these are tables by name."""
        if isinstance(values, dict) and all(
            isinstance(value, dict) for value in values.values()
        ):
            return values
        raise DataError(
            self.path,
            column=OF_TRIALS,
            expected="a table of options",
            got=f"{values}",
            remedy="correct it there",
        )

    def convert(
        self, entries: Mapping[str, Any], *, only: frozenset[str] = frozenset()
    ) -> dict[str, Any]:
        """Values by parameter, without those that the command line has."""
        known = {
            name: option
            for name, option in self._options()
            if name not in self.for_one and (not only or name in only)
        }
        values = {}
        for key, value in entries.items():
            option = known.get(key)
            if option is None:
                raise self._unknown("an option", key, known)
            name = option.name or ""
            if self.context.get_parameter_source(name) == ParameterSource.COMMANDLINE:
                continue
            values[name] = self._convert(option, key, value)
        return values

    def _options(self) -> Iterator[tuple[str, click.Option]]:
        """Options of the command by their long names, without dashes."""
        for option in self.context.command.params:
            if isinstance(option, click.Option) and option.expose_value:
                name = next(o for o in reversed(option.opts) if o.startswith("--"))
                yield name.removeprefix("--"), option

    def _convert(self, option: click.Option, key: str, value: Any) -> Any:
        listed = option.multiple or option.nargs != 1
        if isinstance(value, list) != listed:
            kind = "a list" if listed else "a single value"
            raise self._wrong(key, kind, value)
        if option.is_flag != isinstance(value, bool):
            kind = "true or false" if option.is_flag else "another value"
            raise self._wrong(key, kind, value)
        if isinstance(option.type, click.Path) and isinstance(value, str):
            value = str(self.path.parent / value)
        try:
            return option.type_cast_value(self.context, value)
        except click.BadParameter as error:
            raise self._wrong(key, "a value that --" + key + " takes", value) from error

    def _wrong(self, key: str, expected: str, value: Any) -> DataError:
        return DataError(
            self.path,
            column=key,
            expected=expected,
            got=f"{value}",
            remedy="correct it there",
        )

    def _unknown(self, what: str, got: str, known: Any) -> DataError:
        return DataError(
            self.path,
            expected=f"{what}, one of {name_some(known, most=20)}",
            got=got,
            remedy="correct it there",
        )
