"""What every stage returns, and how it reports progress."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


@dataclass(frozen=True)
class StageResult:
    """The one summary of a stage.

    Attributes
    ----------
    summary : plain data, as ``--json`` prints it
    text : the same for a person
    """

    summary: dict[str, Any]
    text: str


def named(progress: Progress, what: str) -> Progress:
    """Report under another name, such as that of the trial being solved."""
    return lambda _what, done, total: progress(what, done, total)


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


def unheard(text: str) -> None:
    """Say nothing."""
