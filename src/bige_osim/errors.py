"""The errors a user sees: one sentence naming the thing, what was found, what to do.

Every command prints the message of a :class:`BigeError` on one line and exits with 1.
"""

import copyreg
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

WIDTH = 100
"""Most characters that a list, or a text that others wrote, takes in a sentence."""


def name_some(names: Iterable[str], most: int = 6) -> str:
    """List names in a sentence: as many as fit, and how many more there are.

    Parameters
    ----------
    names : in the order to name them; there may be none
    most : how many are named

    Examples
    --------
    >>> name_some(["soleus_r", "soleus_l"])
    'soleus_r, soleus_l'
    >>> name_some([f"muscle{i}" for i in range(80)], most=3)
    'muscle0, muscle1, muscle2 and 77 more'
    >>> name_some([])
    'none'
    """
    names = list(names)
    shown = names if len(names) == most + 1 else names[:most]  # "1 more" is no shorter
    kept = [cut_short(name) for name in shown]
    while len(kept) > 1 and len(", ".join(kept)) > WIDTH:
        kept.pop()
    others = len(names) - len(kept)
    listed = ", ".join(kept) or "none"
    return f"{listed} and {others} more" if others else listed


def count_nouns(count: int, noun: str) -> str:
    """Say how many there are of something.

    Examples
    --------
    >>> count_nouns(1, "frame"), count_nouns(80, "muscle")
    ('1 frame', '80 muscles')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def cut_short(text: str, most: int = WIDTH) -> str:
    """Cut a text in the middle, so that its start and its end are left.

    Examples
    --------
    >>> cut_short("The tendon slack length of soleus_r is negative", 30)
    'The tendon slac…_r is negative'
    """
    if len(text) <= most:
        return text
    return text[: most // 2] + "…" + text[len(text) + 1 - (most - most // 2) :]


def name_times(stretches: Iterable[tuple[float, float]], most: int = 3) -> str:
    """List stretches of time, from s to s, as :func:`name_some` does names.

    Examples
    --------
    >>> name_times([(0.0, 0.8), (2.571, 3.49)])
    '0.00 to 0.80 s, 2.57 to 3.49 s'
    """
    return name_some([f"{a:.2f} to {b:.2f} s" for a, b in stretches], most=most)


class BigeError(Exception):
    """Something a user can understand and mend; its text is one sentence."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Go from one process to another as the sentence it has become."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__ or None  # type: ignore[attr-defined]


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
            place += f", column {cut_short(column, 60)}"
        found = cut_short(got, 75)
        super().__init__(
            f"{place}: expected {cut_short(expected)}, got {found}; {remedy}."
        )


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
        hint = (
            f"did you mean {cut_short(near[0])}?"
            if near
            else f"it has {name_some(names)}."
        )
        super().__init__(f"{where} has no {kind} named {cut_short(name, 60)}; {hint}")


class ModelError(BigeError):
    """An ``.osim`` holds an element this toolkit cannot handle.

    Examples
    --------
    >>> print(ModelError("m.osim", element="joint knee_r", problem="type EllipsoidJoint"
    ...                  " is not supported", remedy="use engine=opensim"))
    m.osim, joint knee_r: type EllipsoidJoint is not supported; use engine=opensim.
    """

    def __init__(
        self, path: Path | str, *, element: str, problem: str, remedy: str
    ) -> None:
        super().__init__(
            f"{path}, {cut_short(element, 60)}: {cut_short(problem, 120)}; {remedy}."
        )


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
