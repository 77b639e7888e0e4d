"""Calls shared by several processes, which live as long as there are calls.

OpenSim keeps a thread to itself, so threads do not share its work. Each worker reads
calls from its standard input and writes results to its standard output, both pickled.
"""

import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Any, TypeVar

from bige_osim.errors import BigeError
from bige_osim.processes.children import start

Result = TypeVar("Result")

_COMMAND = (sys.executable, "-m", "bige_osim.processes.workers")


def run_each(
    calls: Sequence[Callable[[], Result]], *, processes: int
) -> Iterator[Result]:
    """Yield what each call returns, in order.

    Parameters
    ----------
    calls : functions of a module with their arguments (``functools.partial``); what
        they take and return can be pickled
    processes : how many work at once; with one, the calls are made here

    Raises
    ------
    BigeError
        a process crashed
    Exception
        what a call has raised

    Examples
    --------
    >>> from functools import partial
    >>> list(run_each([partial(pow, 2, 3), partial(pow, 3, 2)], processes=2))
    [8, 9]
    """
    count = min(processes, len(calls))
    if count <= 1:
        for call in calls:
            yield call()
        return
    idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()

    def ask(call: Callable[[], Result]) -> Result:
        worker = idle.get()
        try:
            return _ask(worker, call)
        finally:
            idle.put(worker)

    with ThreadPoolExecutor(count) as pool, ExitStack() as workers:
        # the workers end first, and with them what the threads wait for
        workers.callback(pool.shutdown, wait=False, cancel_futures=True)
        for _ in range(count):
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            idle.put(workers.enter_context(start(_COMMAND, **pipes)))
        yield from pool.map(ask, calls)


def _ask(worker: "subprocess.Popen[bytes]", call: Callable[[], Result]) -> Result:
    assert worker.stdin is not None
    assert worker.stdout is not None
    try:
        pickle.dump(call, worker.stdin)
        worker.stdin.flush()
        fine, value = pickle.load(worker.stdout)
    except (EOFError, OSError) as error:
        raise BigeError(_crash(worker.wait())) from error
    if not fine:
        raise value
    return value  # type: ignore[no-any-return]


def _crash(code: int) -> str:
    """Say how a worker ended."""
    try:
        how = f"by {signal.Signals(-code).name}"
    except ValueError:
        how = f"with code {code}"
    return (
        f"A process that shares the work was ended {how}; free memory or run again "
        "with --jobs 1 to see where."
    )


def serve() -> None:
    """Make the calls that come in until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what anything prints must not get between the answers
    while True:
        try:
            call = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(_answer(call), answers)
        answers.flush()


def _answer(call: Callable[[], Any]) -> tuple[bool, Any]:
    try:
        return True, call()
    except Exception as error:  # whatever it is, the parent raises it
        if not isinstance(error, BigeError):
            error.add_note(traceback.format_exc())
        return False, error


if __name__ == "__main__":
    serve()
