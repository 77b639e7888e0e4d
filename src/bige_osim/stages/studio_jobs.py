"""``studio``: one job at a time, each a row of commands in a folder of its own.

The commands are those that a user would type, in processes of their own. What they
write is in a hidden folder until all have ended; it then takes the job's name. A job
that is cancelled or fails leaves nothing.
"""

import json
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal

from bige_osim.errors import BigeError, ExistingOutputError, cut_short
from bige_osim.paths import AnyPath
from bige_osim.processes import children
from bige_osim.processes.stopping import Stopped, temporary_folder

PROGRAM = (sys.executable, "-m", "bige_osim")
"""What runs the commands."""

LOG = "commands.txt"
"""File of a job that has its commands, and what they said."""

GRACE = 12.0
"""Time a command has to end by itself when its job is cancelled, s."""

KEPT_LINES = 12
"""Last lines of a command that are shown while it runs."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A step of a job.

    Attributes
    ----------
    title : what it does, for a reader
    words : arguments of ``bige``; paths are relative to the job's folder
    fine : exit codes with which the job goes on
    needs : files of the job without which the step is left out
    unless : file of the job with which it is left out
    """

    title: str
    words: tuple[str, ...]
    fine: frozenset[int] = frozenset({0})
    needs: tuple[str, ...] = ()
    unless: str = ""

    def is_wanted(self, place: Path) -> bool:
        """Say whether the step is to run in a job's folder, as it is now."""
        there = all((place / name).exists() for name in self.needs)
        return there and not (self.unless and (place / self.unless).exists())


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A job to run.

    Attributes
    ----------
    title : for a reader
    name : of the folder, or of the one file that is kept of it, in the studio's folder
    files : text of the files that are there before the first step, by name
    commands : one after the other
    keep : name of the only file that is kept; the whole folder for ``None``
    """

    title: str
    name: str
    commands: tuple[Command, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    keep: str | None = None


State = Literal["running", "cancelling", "finished", "cancelled", "failed"]


@dataclass(frozen=True, kw_only=True)
class Job:
    """What is known of a job; a new one at every change.

    Attributes
    ----------
    plan : what it is
    state : how it stands
    step : number of the command that runs, from 0
    lines : what the command said last
    began : time of its start, s (``time.monotonic``)
    sentence : how it ended
    """

    plan: Plan
    state: State = "running"
    step: int = 0
    lines: tuple[str, ...] = ()
    began: float = field(default_factory=time.monotonic)
    sentence: str = ""

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self.state in ("running", "cancelling")

    def describe(self) -> str:
        """Say what runs, and since when."""
        seconds = time.monotonic() - self.began
        step = self.plan.commands[min(self.step, len(self.plan.commands) - 1)]
        return f"{self.plan.title}: {step.title}, for {seconds:.0f} s"


class _Cancelled(Exception):
    """The job was to end."""


class Jobs:
    """Runs jobs, one at a time, in a folder.

    Parameters
    ----------
    folder : where jobs are kept
    """

    def __init__(self, folder: AnyPath) -> None:
        self.folder = Path(folder).resolve()
        self.job: Job | None = None
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def start(self, plan: Plan) -> Job:
        """Start a job.

        Raises
        ------
        BigeError
            Another one runs.
        ExistingOutputError
            Its name is taken.
        """
        with self._lock:
            if self.job is not None and self.job.runs:
                raise BigeError(
                    f"One job runs at a time ({self.job.describe()}); wait, or cancel "
                    "it."
                )
            if (self.folder / plan.name).exists() and plan.keep is None:
                raise ExistingOutputError(self.folder / plan.name)
            self.job = Job(plan=plan)
            self._thread = threading.Thread(
                target=self._work, args=(plan,), name="job", daemon=True
            )
            self._thread.start()
            return self.job

    def cancel(self) -> None:
        """End the job that runs, if one does, and remove what it has written."""
        with self._lock:
            if self.job is None or self.job.state != "running":
                return
            self.job = replace(self.job, state="cancelling")
            if self._child is not None:
                _end_soon(self._child)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until no job runs, for ``timeout`` s at most."""
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self, plan: Plan) -> None:
        """Run a job to its end; the thread lives as long as its processes."""
        try:
            with temporary_folder(self.folder) as hidden:
                place = hidden / Path(plan.name).stem
                place.mkdir()
                for name, text in plan.files.items():
                    (place / name).write_text(text, encoding="utf-8")
                for number, command in enumerate(plan.commands):
                    self._change(step=number, lines=())
                    if command.is_wanted(place):
                        self._run(command, place)
                self._keep(plan, place)
        except _Cancelled:
            self._end("cancelled", "Cancelled; nothing was written.")
        except BigeError as error:
            self._end("failed", str(error))
        except OSError as error:
            self._end("failed", f"The job could not be kept: {error}.")
        except Stopped:
            return  # the whole program ends

    def _keep(self, plan: Plan, place: Path) -> None:
        """Give what was written its name."""
        with self._lock:
            if self._is_cancelled():
                raise _Cancelled
            target = self.folder / plan.name
            if plan.keep is None:
                place.rename(target)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                (place / plan.keep).replace(target)
            assert self.job is not None
            self.job = replace(
                self.job, state="finished", sentence=f"Written to {target}."
            )

    def _run(self, command: Command, place: Path) -> None:
        """Run one command, and take what it says."""
        words = [*PROGRAM, *command.words]
        with (
            (place / LOG).open("a", encoding="utf-8") as log,
            children.start(
                words, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            ) as child,
        ):
            log.write(f"$ bige {shlex.join(command.words)}\n")
            with self._lock:
                self._child = child
                if self._is_cancelled():
                    _end_soon(child)
            try:
                last = self._listen(child, log.write)
                code = child.wait()
            finally:
                with self._lock:
                    self._child = None
        with self._lock:
            if self._is_cancelled():
                raise _Cancelled
        if code not in command.fine:
            why = last.removeprefix("Error: ") or f"it ended with code {code}"
            raise BigeError(f"{command.title}: {why}")

    def _listen(
        self, child: "subprocess.Popen[bytes]", write: Callable[[str], object]
    ) -> str:
        """Show lines as they come, and keep them; return the last."""
        last = ""
        assert child.stdout is not None
        for raw in child.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            write(f"{line}\n")
            last = line or last
            assert self.job is not None
            lines = _add_line(self.job.lines, cut_short(line, 200))
            self._change(lines=lines)
        return last

    def _is_cancelled(self) -> bool:
        return self.job is not None and self.job.state == "cancelling"

    def _change(self, *, step: int | None = None, lines: tuple[str, ...]) -> None:
        with self._lock:
            assert self.job is not None
            step = self.job.step if step is None else step
            self.job = replace(self.job, step=step, lines=lines)

    def _end(self, state: State, sentence: str) -> None:
        with self._lock:
            assert self.job is not None
            self.job = replace(self.job, state=state, sentence=sentence)


def _end_soon(child: "subprocess.Popen[bytes]") -> None:
    """End a command, and what it has started, without waiting for it."""
    ending = partial(children.end, child, grace=GRACE)
    threading.Thread(target=ending, name="end", daemon=True).start()


def _add_line(lines: tuple[str, ...], line: str) -> tuple[str, ...]:
    """Add a line; one that counts on replaces the one that counted before.

    Examples
    --------
    >>> _add_line(("drawn", "refining: 2 of 61"), "refining: 8 of 61")
    ('drawn', 'refining: 8 of 61')
    """
    what, counts, _ = line.partition(": ")
    if counts and lines and lines[-1].startswith(f"{what}: ") and " of " in line:
        lines = lines[:-1]
    return (*lines, line)[-KEPT_LINES:]


def write_record(content: Mapping[str, object]) -> str:
    r"""Write what the page asked for, as the text of ``studio.json``.

    Examples
    --------
    >>> write_record({"body": "s4"})
    '{\n  "body": "s4"\n}\n'
    """
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
