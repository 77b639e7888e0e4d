"""What libraries say beside the commands: kept back unless asked for.

Warnings of Python (``file.py:12: RuntimeWarning: …``) and lines that libraries log say
nothing that a user can mend; what matters is said by the commands in their own words.
``--debug`` shows them. The filters stay as they are, so that a warning which is made an
error (``python -W error``, the tests) is one still.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

WARNINGS = "PYTHONWARNINGS"
"""Variable that says what the processes of a command do with their warnings."""


@contextmanager
def silence_libraries() -> Iterator[None]:
    """Keep back warnings and log lines of this process and of those it starts."""
    before = os.environ.get(WARNINGS)
    os.environ.setdefault(WARNINGS, "ignore")
    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _drop
            yield
    finally:
        logging.getLogger().removeHandler(nowhere)
        if before is None:
            os.environ.pop(WARNINGS, None)


def _drop(*_: Any, **__: Any) -> None:
    """Take a warning and show nothing."""
