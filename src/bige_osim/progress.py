"""How work reports what is done of it."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""


def report_as(progress: Progress, what: str) -> Progress:
    """Report under another name, such as that of the trial being solved."""
    return lambda _what, done, total: progress(what, done, total)


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""
