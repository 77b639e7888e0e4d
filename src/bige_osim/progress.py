"""How work reports what is done of it."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and how much there is."""

Item = TypeVar("Item")


def report_as(progress: Progress, what: str) -> Progress:
    """Report under another name, such as that of the trial being solved.

    Examples
    --------
    >>> report_as(print, "solving squats1")("frames", 3, 9)
    solving squats1 3 9
    """
    return lambda _what, done, total: progress(what, done, total)


def report_each(
    items: Iterable[Item], progress: Progress, *, what: str, total: int
) -> Iterator[Item]:
    """Yield items, and report before the first and after each how many are done.

    Examples
    --------
    >>> list(report_each("ab", print, what="sessions", total=2))
    sessions 0 2
    sessions 1 2
    sessions 2 2
    ['a', 'b']
    """
    progress(what, 0, total)
    for done, item in enumerate(items, start=1):
        yield item
        progress(what, done, total)


def silent(what: str, done: int, total: int) -> None:
    """Report nothing.

    Examples
    --------
    >>> silent("frames", 3, 9)
    """
