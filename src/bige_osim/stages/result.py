"""What every stage returns."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StageResult:
    """The one summary of a stage.

    Attributes
    ----------
    summary : plain data, as ``--json`` prints it
    text : the same as text
    exit_code : of the command: 3 if a result is implausible, 4 if fewer motions were
        delivered than asked for

    Examples
    --------
    >>> StageResult({"motions": 2}, "2 motions").exit_code
    0
    """

    summary: dict[str, Any]
    text: str
    exit_code: int = 0


def unheard(text: str) -> None:
    """Say nothing."""
