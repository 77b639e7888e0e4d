"""The command group: commands in working order, errors as one sentence.

Warnings of Python (``file.py:12: RuntimeWarning: …``) and lines that libraries log are
held back, for a user can mend nothing by them; ``--debug`` shows them. The filters stay
as they are, so that a warning which is made an error (``python -W error``, the tests)
is one still.
"""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import click

from bige_osim.cli.signals import run_as_program
from bige_osim.errors import BigeError
from bige_osim.processes import stopping

_WARNINGS = "PYTHONWARNINGS"
"""Variable that says what the processes of a command do with their warnings."""


class BigeGroup(click.Group):
    """Lists commands in the order they are used and turns errors into sentences."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run as a program, which signals end."""
        return run_as_program(lambda: self.main(*args, **kwargs))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order of the work, not of the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a :class:`BigeError` becomes one line and exit code 1."""
        debug = "--debug" in sys.argv
        try:
            quiet = nullcontext() if debug else _silence_libraries()
            with quiet, stopping.faults_of_stopping():
                return super().invoke(ctx)
        except (BigeError, OSError, MemoryError) as error:
            if "--debug" in sys.argv:
                raise
            sentence = " ".join(str(error).split()) or type(error).__name__
            click.echo(f"Error: {sentence}", err=True)
            ctx.exit(1)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if "--debug" in sys.argv:
                raise
            sentence = " ".join(f"{type(error).__name__}: {error}".split())
            click.echo(
                f"Error: something unforeseen went wrong ({sentence}); run again with "
                "--debug and report what it prints together with `bige doctor`.",
                err=True,
            )
            ctx.exit(1)


@contextmanager
def _silence_libraries() -> Iterator[None]:
    """Keep back warnings and log lines of this process and of those it starts."""
    before = os.environ.get(_WARNINGS)
    os.environ.setdefault(_WARNINGS, "ignore")
    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda *_, **__: None
            yield
    finally:
        logging.getLogger().removeHandler(nowhere)
        if before is None:
            os.environ.pop(_WARNINGS, None)
