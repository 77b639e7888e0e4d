"""The errors a person sees: one sentence naming the thing, what was found, what to do.

Every command prints the message of a :class:`BigeError` on one line and exits with 1.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path


class BigeError(Exception):
    """Something a user can understand and mend; its text is one sentence."""


class MissingFileError(BigeError):
    """A file or folder that was named, or that a session needs, is not there.

    Examples
    --------
    >>> print(MissingFileError("s1/model.osim", what="model", remedy="pass --model"))
    The model s1/model.osim does not exist; pass --model.
    """

    def __init__(
        self, path: Path | str, *, what: str = "file", remedy: str = "check the path"
    ) -> None:
        super().__init__(f"The {what} {path} does not exist; {remedy}.")


class DataError(BigeError):
    """A file is damaged: which file, where in it, what was expected and found.

    Examples
    --------
    >>> print(DataError("a.mot", row=3, column="knee_angle_r", expected="a number",
    ...                 got="nan", remedy="fill the gap or cut the trial"))
    a.mot, row 3, column knee_angle_r: expected a number, got nan; fill the gap or \
cut the trial.
    """

    def __init__(
        self,
        path: Path | str,
        *,
        expected: str,
        got: str,
        remedy: str,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        place = str(path)
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column {column}"
        super().__init__(f"{place}: expected {expected}, got {got}; {remedy}.")


class UnknownNameError(BigeError):
    """A name that is not among those it must be one of; offers the nearest.

    Examples
    --------
    >>> print(UnknownNameError("coordinate", "knee_angel_r", ["knee_angle_r"],
    ...                        where="a.mot"))
    a.mot has no coordinate named knee_angel_r; did you mean knee_angle_r?
    """

    def __init__(
        self, kind: str, name: str, known: Iterable[str], *, where: str
    ) -> None:
        names = sorted(known)
        near = get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has {_within(names, 150)}."
        super().__init__(f"{where} has no {kind} named {name}; {hint}")


class ModelError(BigeError):
    """An ``.osim`` holds an element this toolkit cannot handle.

    Examples
    --------
    >>> print(ModelError("m.osim", element="joint knee_r", problem="type GimbalJoint"
    ...                  " is not supported", remedy="use engine=opensim"))
    m.osim, joint knee_r: type GimbalJoint is not supported; use engine=opensim.
    """

    def __init__(
        self, path: Path | str, *, element: str, problem: str, remedy: str
    ) -> None:
        super().__init__(f"{path}, {element}: {problem}; {remedy}.")


class SimulationError(BigeError):
    """OpenSim failed, or claimed success and left something out."""


class GoalError(BigeError):
    """A goal file asks for something unknown or impossible."""


class DatasetError(BigeError):
    """A dataset or checkpoint does not hold what a step needs."""


class ExistingOutputError(BigeError):
    """An output exists already and ``--force`` was not given.

    Examples
    --------
    >>> print(ExistingOutputError("out/a.mot"))
    The output out/a.mot exists already; pass --force to replace it.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            f"The output {path} exists already; pass --force to replace it."
        )


def some(names: Sequence[str], most: int = 3) -> str:
    """Write the first of many names and how many more there are.

    Examples
    --------
    >>> some(["a", "b"]), some(["a", "b", "c", "d", "e"])
    ('a, b', 'a, b, c and 2 more')
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def _within(names: Sequence[str], length: int) -> str:
    """Write as many of up to twelve names as fit into so many characters."""
    shown = list(names[:12])
    while len(shown) > 1 and len(", ".join(shown)) > length:
        shown.pop()
    return ", ".join(shown) + (" …" if len(shown) < len(names) else "")
