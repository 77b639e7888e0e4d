"""Stopping early: the request, what is reported as kept, and cleaning up.

A request to stop (Ctrl-C, SIGTERM) becomes :class:`Stopped` in the main thread
(``bige_osim.cli.signals`` raises it), so that every ``with`` and ``finally`` cleans up.
What may not be cut in half, such as moving results to their names, is
:func:`uninterrupted`. Where the main thread cannot be reached in time, another one does
what is registered here: it saves, and removes temporary folders.
"""

import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bige_osim.paths import AnyPath

Teller = Callable[[], str]
"""Says what is kept and how to go on: half a sentence, after "Stopped; "."""


class Stopped(BaseException):
    """The command was asked to end; no ``except Exception`` takes it for a fault.

    Examples
    --------
    >>> Stopped(15).number
    15
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by signal {number}")
        self.number = number


INTERRUPTIONS = (Stopped, KeyboardInterrupt)
"""Both ways in which work ends early: as a command, and from Python."""


@dataclass
class _State:
    """What was asked of this process, and what it holds.

    Attributes
    ----------
    request : number of the first signal that asked to stop
    teller : who was to tell then
    raised : :class:`Stopped` was raised
    shields : blocks around the main thread that must be whole
    folders : temporary folders, and those that were made for them
    savers : called where the main thread cannot save
    tellers : in order; and whether each tells for all those within
    """

    request: int | None = None
    teller: Teller | None = None
    raised: bool = False
    shields: int = 0
    folders: set[Path] = field(default_factory=set)
    savers: list[Callable[[], None]] = field(default_factory=list)
    tellers: list[tuple[Teller, bool]] = field(default_factory=list)


_state = _State()


def request(number: int) -> None:
    """Note the first request to stop, and who is to tell what is kept."""
    if _state.request is None:
        whole = [teller for teller, for_all in _state.tellers if for_all]
        inner = [teller for teller, _ in reversed(_state.tellers)]
        _state.teller = next(iter([*whole, *inner]), None)
        _state.request = number


def requested_signal() -> int | None:
    """Return the number of the signal that asks to stop, if one does.

    Examples
    --------
    >>> requested_signal() is None
    True
    """
    return _state.request


def raise_if_requested() -> None:
    """Raise :class:`Stopped` once, in the main thread, unless it is shielded."""
    main = threading.current_thread() is threading.main_thread()
    if _state.request is not None and main and not (_state.shields or _state.raised):
        _state.raised = True
        raise Stopped(_state.request)


def describe_kept() -> str:
    """Say what is kept, in the words of the step that was going on.

    Examples
    --------
    >>> describe_kept()  # no stop was requested
    ''
    """
    return "" if _state.teller is None else _state.teller()


@contextmanager
def promise(teller: Teller, *, whole: bool = False) -> Iterator[None]:
    """Let a step tell what is kept; the innermost one is asked.

    Parameters
    ----------
    teller : asked at the very end, after everything was cleaned up
    whole : of a step made of steps: it is asked instead of those within

    Examples
    --------
    >>> with promise(lambda: "nothing was written to solved"):
    ...     pass
    """
    entry = (teller, whole)
    _state.tellers.append(entry)
    try:
        yield
    finally:
        _state.tellers.remove(entry)


@contextmanager
def faults_of_stopping() -> Iterator[None]:
    """Raise :class:`Stopped` instead of what goes wrong after a request to stop."""
    try:
        yield
    except Exception as error:
        if _state.request is not None:
            raise Stopped(_state.request) from error
        raise


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Put off a stop until the block, a short one, has ended.

    In other threads than the main one, which are never stopped, it does nothing.

    Examples
    --------
    >>> with uninterrupted():
    ...     is_shielded()
    True
    """
    counts = threading.current_thread() is threading.main_thread()
    _state.shields += counts
    try:
        yield
    finally:
        _state.shields -= counts
    raise_if_requested()


def is_shielded() -> bool:
    """Say whether the main thread is in a block that must be whole.

    Examples
    --------
    >>> is_shielded()
    False
    """
    return _state.shields > 0


@contextmanager
def temporary_folder(parent: AnyPath) -> Iterator[Path]:
    """Make a hidden folder in ``parent`` that is removed whatever happens.

    Folders above it that are made for it are removed, too, if they end up empty.

    Examples
    --------
    >>> import tempfile
    >>> with temporary_folder(tempfile.gettempdir()) as folder:
    ...     folder.is_dir()
    True
    """
    parent = Path(parent)
    made = [above for above in (parent, *parent.parents) if not above.exists()]
    folder = parent / f".bige-{secrets.token_hex(4)}"
    _state.folders.update((folder, *made))
    try:
        folder.mkdir(parents=True)
        yield folder
    finally:
        for path in (folder, *made):
            _remove(path)


@contextmanager
def saving(save: Callable[[], None]) -> Iterator[None]:
    """Have ``save`` called where the block can be left in no other way."""
    _state.savers.append(save)
    try:
        yield
    finally:
        _state.savers.remove(save)


def clean_up() -> None:
    """Save what can be saved, and remove what no block could remove."""
    for save in _state.savers[::-1]:
        with suppress(OSError, RuntimeError):
            save()
    for path in sorted(_state.folders, key=lambda path: len(path.parts), reverse=True):
        _remove(path)


def _remove(path: Path) -> None:
    """Remove a temporary folder, or one that was made for it if it is empty."""
    if path.name.startswith(".bige-"):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.rmdir()
    _state.folders.discard(path)
